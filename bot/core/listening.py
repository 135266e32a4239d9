"""Listening: until when everything said in labs was heard, and reading back what was said while nobody listened."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeAlias

from bot.core.ports import Clock, OpenLab, Records, Store

OVERLAP = timedelta(minutes=10)
"""Read back from so long before the silence: the platform's clock is not ours, and what was heard may not have been kept."""
MOST = 200
"""Labs read back after one silence. Each costs at least one call of a platform that allows some fifty a minute."""
ASLEEP = timedelta(days=30)
"""A lab in which nothing happened for so long is not read back."""

ReadBack: TypeAlias = Callable[[OpenLab, datetime], Awaitable[None]]
"""Hears again whatever people have said in the lab's thread since that instant, oldest first, exactly as if it came now.

Each message comes under the same event as the first time, so that what was heard before is not heard twice. A thread that is
gone or may not be read is no reason to raise; a platform that cannot be reached is.
"""


class Listening:
    """For one platform. An adapter calls `catch_up` each time it is connected after it was not, and `note` while it is."""

    def __init__(self, store: Store, clock: Clock, platform: str) -> None:
        self._store, self._clock, self._platform = store, clock, platform
        self._behind = True

    async def catch_up(self, read_back: ReadBack, patience: timedelta = timedelta()) -> int:
        """Read open labs back, the latest first, if nobody listened for longer than `patience`. How many were read.

        Call it when new messages already arrive. Until it has come to its end, the next start begins from where it began:
        safe to be killed, and to be called again after `read_back` raised.
        """
        self._behind = True
        now = self._clock.now()
        until, labs = await self._store.read(lambda records: self._silent(records, now))
        missed = labs if until is not None and now - until > patience else []
        for lab in missed:
            await read_back(lab, (until or now) - OVERLAP)
        self._behind = False
        await self._keep(now)
        return len(missed)

    def _silent(self, records: Records, now: datetime) -> tuple[datetime | None, list[OpenLab]]:
        return records.heard_until(self._platform), records.open_labs(self._platform, now - ASLEEP, MOST)

    async def note(self) -> None:
        """Everything said until now was heard. Nothing is noted while labs are still being read back."""
        if not self._behind:
            await self._keep(self._clock.now())

    async def _keep(self, until: datetime) -> None:
        await self._store.write(lambda records: records.keep_heard_until(self._platform, until))
