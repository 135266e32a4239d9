"""Soundness: whether what is kept still agrees with itself, and what time the server says it is."""

from datetime import UTC, datetime

from sqlalchemy import inspect, text

from bot.store.invariants import Broken, broken
from bot.store.records.shelf import Shelf


class Soundness(Shelf):
    def broken(self, now: datetime) -> list[Broken]:
        """Every invariant of `store/invariants.py` that does not hold. None is as it should be."""
        return broken(self._connection, now)

    def revision(self) -> str | None:
        """Which migration the tables come from; None where there was none."""
        if not inspect(self._connection).has_table("alembic_version"):
            return None
        return self._connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()

    def server_time(self) -> datetime:
        """PostgreSQL's clock at this very moment, not at the transaction's beginning."""
        at: datetime = self._connection.execute(text("SELECT clock_timestamp()")).scalar_one()
        return at.astimezone(UTC)
