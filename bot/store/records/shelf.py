"""What every feature's records stand on: one open transaction, and the few ways of writing into it."""

import hashlib
from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Column, Connection, Row, Table, Update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert


class Shelf:
    """`reading` says that the transaction refuses to write, which on PostgreSQL includes locking rows."""

    def __init__(self, connection: Connection, *, reading: bool = False) -> None:
        self._connection, self._reading = connection, reading
        self._postgres = connection.dialect.name == "postgresql"
        self.erased = False
        """Whether something was deleted that must not be found in the database's files either."""

    def _keep(self, table: Table, **values: Any) -> bool:
        """Insert a row; False if one of its unique keys is taken."""
        return self._connection.execute(_unless_taken(table, self._postgres, whole=False), values).first() is not None

    def _kept(self, table: Table, **values: Any) -> Row[Any] | None:
        """Insert a row and give it back; None if one of its unique keys is taken."""
        return self._connection.execute(_unless_taken(table, self._postgres, whole=True), values).first()

    def _set(self, table: Table, keys: Sequence[Column[Any]], **values: Any) -> None:
        """Insert a row or, where its key is there already, replace what is not the key."""
        insert = self._insert(table).values(**values)
        change = {name: insert.excluded[name] for name in values if name not in {key.name for key in keys}}
        self._connection.execute(insert.on_conflict_do_update(index_elements=list(keys), set_=change))

    def _insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        return insert_into(table, self._postgres)

    def _changed(self, update: Update) -> bool:
        """True if the update found its row."""
        return self._connection.execute(update).rowcount > 0


def digest_of(event: str) -> str:
    """What is kept of a gesture's name to know it again: platforms put people's ids into it."""
    return hashlib.sha256(event.encode()).hexdigest()[:40]


def insert_into(table: Table, postgres: bool) -> sqlite.Insert | postgresql.Insert:
    return postgresql.insert(table) if postgres else sqlite.insert(table)


@cache
def _unless_taken(table: Table, postgres: bool, *, whole: bool) -> ReturningInsert[Any]:
    # RETURNING, never rowcount: psycopg reports -1 for an INSERT that has an implicit RETURNING
    columns = table.c if whole else table.primary_key.c
    return insert_into(table, postgres).on_conflict_do_nothing().returning(*columns)
