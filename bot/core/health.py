"""Health: whether this process is alive, and whether it does its work, as whoever runs it may ask at any time."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from functools import partial

from bot.core.ports import Clock, Store

PROBE = 1.0
"""Seconds a transaction may take before the database counts as away."""
BEAT = 1.0
"""Seconds between two beats of the event loop's pulse."""
SILENT = 60
"""Beats after which the bell, which rings every fifteen seconds, counts as stopped."""
STUCK = 180
"""Beats after which a worker that has not come round, though it does so every fifteen seconds, counts as dead."""
BEHIND = timedelta(minutes=2)
"""What is due for longer than this waits for somebody who does not come."""

BELL, COURIER = "the bell", "the courier"
"""What comes round every fifteen seconds, and rings or takes work off the ledger."""
AWAY = "the database does not answer"

log = logging.getLogger(__name__)

Current = Callable[[], Awaitable[bool]]


class Health:
    """Ready once `begin` was called and until `end`, as long as nothing below is wrong. Standing by for a seat is ready, too.

    Silence is measured in beats of this process's own pulse, not in seconds: one that was stopped, starved or asleep for an hour
    has missed as many beats as its workers, and is not called dead as it wakes.
    """

    def __init__(self, store: Store, clock: Clock, connected: Callable[[], bool], current: Current) -> None:
        """`connected` says whether every platform can reach us, as far as we know; `current`, whether the schema is ours."""
        self._store, self._clock, self._connected, self._current = store, clock, connected, current
        self._serving = False
        self._beats = 0
        self._seen: dict[str, int] = {}
        self._dead: list[str] = []

    def begin(self, workers: Mapping[str, "asyncio.Task[None]"] | None = None) -> None:
        """`workers` must not end before `end` is called."""
        self._serving = True
        self.seen(BELL)
        for name, task in (workers or {}).items():
            task.add_done_callback(partial(self._ended, name))

    def end(self) -> None:
        """From now on workers may end."""
        self._serving = False

    async def pulse(self) -> None:
        """Beats until it is cancelled."""
        while True:
            await asyncio.sleep(BEAT)
            self.beat()

    def beat(self) -> None:
        self._beats += 1

    @property
    def beats(self) -> int:
        """How many there were: as long as the event loop goes on, there are more."""
        return self._beats

    def seen(self, worker: str) -> None:
        """That worker has come round."""
        self._seen[worker] = self._beats

    def _ended(self, worker: str, task: "asyncio.Task[None]") -> None:
        if not self._serving:
            return
        self._dead.append(worker)
        why = None if task.cancelled() else task.exception()
        log.critical("A part of the program has ended; start it again", extra={"part": worker}, exc_info=why)

    async def ailment(self) -> str:
        """Why this process will not do its work again unless it is started anew; empty if nothing of that kind is wrong.

        A worker that waits for the database is not dead: a new process would wait as well.
        """
        if self._dead:
            return f"{self._dead[0]} has ended"
        silent = [worker for worker, beat in self._seen.items() if self._beats - beat > STUCK]
        if not (self._serving and silent) or await self._database() == AWAY:
            return ""
        return f"{silent[0]} does not come round"

    async def trouble(self) -> str:
        """What keeps this process from its work, in a few words; empty if nothing does."""
        if not self._serving:
            return "starting or stopping"
        if ailment := await self.ailment():
            return ailment
        if not self._connected():
            return "a platform is not connected"
        if self._beats - self._seen[BELL] > SILENT:
            return "the bell does not ring"
        return await self._database()

    async def _database(self) -> str:
        try:
            async with asyncio.timeout(PROBE):
                if not await self._current():
                    return "the database has another version's tables"
                due = await self._store.write(lambda records: records.next_work())
        except Exception:  # noqa: BLE001 - whatever it is, the database does not answer; who asks wants to know just that
            return AWAY
        if due and due < self._clock.now() - BEHIND:
            return "work is left lying"
        return ""
