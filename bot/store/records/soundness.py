"""Soundness: whether what is kept still agrees with itself."""

from datetime import datetime

from bot.store.invariants import Broken, broken
from bot.store.records.shelf import Shelf


class Soundness(Shelf):
    def broken(self, now: datetime) -> list[Broken]:
        """Every invariant of `store/invariants.py` that does not hold. None is as it should be."""
        return broken(self._connection, now)
