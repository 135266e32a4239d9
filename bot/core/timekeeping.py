"""Timekeeping: the time everything is decided by, taken from the database or checked against a clock that cannot be set."""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

TOLERATED = 2.0
"""Seconds by which clocks may drift apart without anybody being told: computers are kept in step in smaller ones."""
DOUBTED = 60.0
"""Seconds for which a jump of this machine's clock is not believed. A clock set wrong by mistake is set right meanwhile."""
CHECKED_EVERY = 600.0
"""Seconds between two looks at the database's clock."""
ASKED = 3
"""Questions of one check; the quickest answer counts."""

log = logging.getLogger(__name__)

Ask = Callable[[], Awaitable[datetime | None]]


class Timekeeper:
    """The present instant, from three clocks: the wall's, which can be set; a steady one, which cannot, and which goes on while
    the machine sleeps; and the database server's, where there is one.

    Once a server has been asked, its time counts, carried on by the steady clock: a process whose wall clock is wrong posts
    neither early nor late. Without one, the wall's time counts, except that a jump is believed only after it has stood for a
    minute.
    """

    def __init__(self, wall: Callable[[], datetime], steady: Callable[[], float]) -> None:
        self._wall, self._steady = wall, steady
        self._at, self._beat = wall(), steady()
        self._server = False
        self._asked: float | None = None
        self._doubted: float | None = None
        self._jump = 0.0
        self.offset = 0.0
        """Seconds by which this machine's clock was ahead of the server's when last asked."""

    def now(self) -> datetime:
        """Never goes back, except by a jump that was believed or a server that says so."""
        beat = self._steady()
        reckoned = self._at + timedelta(seconds=beat - self._beat)
        if self._server:
            return reckoned
        return self._guarded(reckoned, self._wall(), beat)

    def _guarded(self, reckoned: datetime, wall: datetime, beat: float) -> datetime:
        jump = (wall - reckoned).total_seconds()
        if abs(jump) <= TOLERATED:
            self._doubted = None
            self._at, self._beat = max(wall, self._at), beat
            return self._at
        if self._doubted is None:
            self._doubted = beat
        if beat - self._doubted < DOUBTED:
            return reckoned
        log.warning("This machine's clock was set by %+.0f seconds; its new time is used from now on", jump)
        self._doubted, self._jump = None, self._jump + jump
        self._at, self._beat = wall, beat
        return wall

    def jumped(self) -> float:
        """Seconds the time has been set by since this was last asked."""
        jump, self._jump = self._jump, 0.0
        return jump

    @property
    def due(self) -> bool:
        """Whether the server's clock should be asked: never yet, long ago, or this machine's clock has moved against it since."""
        if self._asked is None or self._steady() - self._asked >= CHECKED_EVERY:
            return True
        return self._server and abs((self._wall() - self.now()).total_seconds() - self.offset) > TOLERATED

    async def check(self, ask: Ask) -> None:
        """Ask the server for its time; `ask` gives None where there is none. What was known stays if it does not answer."""
        quickest: tuple[float, datetime, float] | None = None
        for _ in range(ASKED):
            began = self._steady()
            there = await ask()
            beat = self._steady()
            if there is None:
                self._asked = beat
                return
            if quickest is None or beat - began < quickest[0]:
                quickest = (beat - began, there + timedelta(seconds=(beat - began) / 2), beat)
        if quickest:
            self._set(quickest[1], quickest[2])

    def _set(self, there: datetime, beat: float) -> None:
        before = self.now()
        self._at, self._beat, self._server, self._asked = there, beat, True, beat
        self.offset = (self._wall() - self.now()).total_seconds()
        if abs(self.offset) > TOLERATED:
            log.warning("This machine's clock is %+.1f seconds off the database's, whose time is used", self.offset)
        moved = (self.now() - before).total_seconds()
        if abs(moved) > TOLERATED:
            self._jump += moved
