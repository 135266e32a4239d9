"""Upkeep: what a process does for itself between two strokes of the bell. It asks for the time and mends the ledger."""

import logging
from datetime import datetime, timedelta

from bot.core.ports import Clock, Store
from bot.core.timekeeping import Ask, Timekeeper

HEALED_EVERY = timedelta(minutes=5)
GAP = timedelta(minutes=2)
"""Longer than this between two looks, which are fifteen seconds apart, is told."""
LONGEST = 7200.0
"""Seconds that no piece of work waits for on purpose: what is due later than that was kept by a clock that was ahead."""

log = logging.getLogger(__name__)


class Upkeep:
    """`ask` gives the database server's time, None where there is no server. `alone`: no other process can be on the database."""

    def __init__(self, store: Store, clock: Clock, ask: Ask, *, alone: bool) -> None:
        self._store, self._clock, self._ask, self._alone = store, clock, ask, alone
        self._healed: datetime | None = None
        self._tended: datetime | None = None

    async def begin(self) -> None:
        """Before anything else: know the time, and take up what an earlier run left."""
        await self._check_time()
        await self._heal(alone=self._alone)

    async def tend(self) -> None:
        """Called every few seconds; does little most of the time."""
        self._mind_the_gap()
        await self._check_time()
        if self._healed is None or not timedelta() <= self._clock.now() - self._healed < HEALED_EVERY:
            await self._heal(alone=False)

    def _mind_the_gap(self) -> None:
        now = self._clock.now()
        if self._tended and now - self._tended > GAP:
            gap = round((now - self._tended).total_seconds())
            log.warning("Nothing was looked at for a while: asleep, stopped, or the clock was set", extra={"seconds": gap})
        self._tended = now

    async def _heal(self, *, alone: bool) -> None:
        now = self._clock.now()
        woken = await self._store.write(lambda records: records.heal(now, alone=alone) + records.hasten(now, LONGEST))
        if woken:
            log.info("Unfinished work is taken up", extra={"lanes": woken})
        self._healed = now

    async def _check_time(self) -> None:
        if not isinstance(self._clock, Timekeeper):
            return
        if self._clock.due:
            await self._clock.check(self._ask)
        self._clock.now()
        if self._clock.jumped() < 0:
            now = self._clock.now()
            await self._store.write(lambda records: records.hasten(now, 0))
