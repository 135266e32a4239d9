"""Soundness: whether what is kept still agrees with itself, and what time the server says it is."""

from datetime import UTC, datetime

from sqlalchemy import text

from bot.store.invariants import Broken, broken
from bot.store.records.shelf import Shelf


class Soundness(Shelf):
    def broken(self, now: datetime) -> list[Broken]:
        """Every invariant of `store/invariants.py` that does not hold. None is as it should be."""
        return broken(self._connection, now)

    def server_time(self) -> datetime:
        """PostgreSQL's clock at this very moment, not at the transaction's beginning."""
        at: datetime = self._connection.execute(text("SELECT clock_timestamp()")).scalar_one()
        return at.astimezone(UTC)
