"""Health: whether this process does its work, as whoever runs it may ask at any time."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

from bot.core.ports import Clock, Store

PROBE = 1.0
"""Seconds a transaction may take before the database counts as away."""
SILENT = 60.0
"""Seconds after which the bell, which rings every fifteen, counts as stopped."""
BEHIND = timedelta(minutes=2)
"""What is due for longer than this waits for somebody who does not come."""


class Health:
    """Ready once `begun` was called and until `end`, as long as nothing below is wrong. Standing by for a seat is ready, too."""

    def __init__(self, store: Store, clock: Clock, connected: Callable[[], bool]) -> None:
        """`connected` says whether every platform can reach us, as far as we know."""
        self._store, self._clock, self._connected = store, clock, connected
        self._serving = False
        self._rang = 0.0

    def begin(self) -> None:
        self._serving = True
        self.rang()

    def end(self) -> None:
        self._serving = False

    def rang(self) -> None:
        """The bell has looked at everything."""
        self._rang = asyncio.get_running_loop().time()

    async def trouble(self) -> str:
        """What keeps this process from its work, in a few words; empty if nothing does."""
        if not self._serving:
            return "starting or stopping"
        if not self._connected():
            return "a platform is not connected"
        if asyncio.get_running_loop().time() - self._rang > SILENT:
            return "the bell does not ring"
        try:
            async with asyncio.timeout(PROBE):
                due = await self._store.write(lambda records: records.next_work())
        except Exception:  # noqa: BLE001 - whatever it is, the database does not answer; who asks wants to know just that
            return "the database does not answer"
        if due and due < self._clock.now() - BEHIND:
            return "work is left lying"
        return ""
