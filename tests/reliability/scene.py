"""A scene: processes of the bot on one database and one platform, whose time passes only when told to."""

import asyncio
import struct
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self, TypeVar

from tests.contract.platform import Learner
from tests.patience import PATIENCE
from tests.reliability.control import Control, Victim
from tests.reliability.databases import Case, Databases, Kind, instant
from tests.reliability.nursery import Nursery
from tests.reliability.site import Site

T = TypeVar("T")
LOOK_AGAIN = 0.02
ON_ITS_WAY = 0.3
"""Seconds that really pass after a death before time may jump: what the dead had sent must have arrived, as it has in a lease."""

OPEN = """
    SELECT l.owner AS owner, l.due_at AS due_at FROM work AS w LEFT JOIN lanes AS l ON l.lane = w.lane
    WHERE w.state = 'pending'
"""

DEALT_WITH = "SELECT count(*) AS number FROM digests"


End = tuple[str, int]
"""A step, and the how manieth time it is taken."""

TRACED: End = ("nowhere", 1)


class Stuck(Exception):
    """What should have come did not; the text says what there was instead."""


class Scene:
    """`kills` counts processes that died by SIGKILL. A process that dies is started again, as a supervisor does."""

    def __init__(
        self,
        nursery: Nursery,
        databases: Databases,
        site: Site,
        kind: Kind,
        processes: int = 1,
        without: str = "",
        *,
        haste: bool = False,
        endless: bool = False,
    ) -> None:
        """`haste`: calls to a platform that does not answer are given up after a second and a half, instead of ten."""
        self.site, self.kind, self._count = site, kind, processes
        self._nursery, self._databases, self._without, self._haste = nursery, databases, without, haste
        self._folder = TemporaryDirectory(prefix="lectern-scene-")
        self._control = Control(Path(self._folder.name), self._died)
        self.case: Case
        self.victims: list[Victim] = []
        self.kills = 0
        self.ends: list[End] = []
        self.then: deque[End] = deque()
        """Where the next to do the work end, one after the other: armed as soon as one has died."""
        self.restarts = True
        self.endless = endless
        """Whether tutors of processes yet to come do not come to an end."""
        self.began = datetime.now(UTC)
        self._births = self._idle = 0
        self._last_death = 0.0
        self._people: dict[str, Learner] = {}
        self._offset = 0.0
        self._clock = Path(self._folder.name, "clock")
        self._write_clock()
        self._dead: deque[Victim] = deque()
        self._keeping: asyncio.Task[None] | None = None
        self._closing = False

    # ------------------------------------------------------------ from open to closed

    async def __aenter__(self) -> Self:
        self.case = self._databases.copy(self.kind)
        await self._control.open()
        await self.site.open(self)
        for _ in range(self._count):
            await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._closing = True
        if self._keeping:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)
        for victim in self.victims:
            if victim.pid and not victim.gone.is_set():
                victim.kill()
                await victim.gone.wait()
        await self.site.close()
        await self._control.close()
        self._databases.drop(self.case)
        self._folder.cleanup()

    def log(self) -> str:
        """What the processes have written."""
        return Path(self._folder.name, "log").read_text(errors="replace")

    # ------------------------------------------------------------ processes

    async def start(self, end: End = ("", 0)) -> Victim:
        self._births += 1
        victim = Victim(f"v{self._births}")
        self._control.expect(victim)
        environment = {
            "DATABASE_URL": self.case.url,
            "PORT": "0",
            **self.site.environment(),
            "PROBE_CONTROL": self._control.path,
            "PROBE_NAME": victim.name,
            "PROBE_CLOCK": str(self._clock),
            "PROBE_WITHOUT": self._without,
            "PROBE_HASTE": "1" if self._haste else "",
            "PROBE_ENDLESS": "1" if self.endless else "",
            "PROBE_POINT": end[0],
            "PROBE_HIT": str(end[1]),
        }
        await self._nursery.born(environment, Path(self._folder.name, "log"))
        async with asyncio.timeout(PATIENCE):
            try:
                address = await victim.ready
            except EOFError:
                raise Stuck(f"a process ended before it was ready: {self.log()[-2000:]}") from None
            self.victims.append(victim)
            await victim.order("wake")  # time may have passed while it was being born
            await self.site.joined(victim, address)
        return victim

    def _died(self, victim: Victim) -> None:
        if self._closing:
            return
        self._last_death = time.monotonic()
        self.kills += 1
        if victim.end:
            self.ends.append((victim.end, victim.hit))
        self.site.died(victim)
        if victim in self.victims:
            self.victims.remove(victim)
        self._dead.append(victim)
        if self._keeping is None or self._keeping.done():
            self._keeping = asyncio.create_task(self._keep())

    async def _keep(self) -> None:
        """The supervisor: whoever died is followed by another."""
        while self._dead and self.restarts:
            self._dead.popleft()
            end = self.then.popleft() if self.then else ("", 0)
            await self.arm(*end)
            await self.start(end)

    @property
    def _replacing(self) -> bool:
        """Whether somebody has died and is not yet followed by another."""
        return bool(self._dead) or (self._keeping is not None and not self._keeping.done())

    async def up(self) -> None:
        """Wait until every process that should be there is ready. Raises what kept one from starting."""
        while self._keeping is not None and not self._keeping.done():
            await asyncio.shield(self._keeping)
        if self._keeping is not None:
            self._keeping.result()

    async def arm(self, point: str, hit: int = 1, act: str = "kill") -> None:
        """From now on steps are reported; whichever process first takes this one for the `hit`th time ends there."""
        for victim in list(self.victims):
            victim.steps.clear()
            await victim.order("arm", point=point, hit=hit, act=act)

    # ------------------------------------------------------------ time

    @property
    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self._offset)

    @property
    def passed(self) -> float:
        """Seconds that time was moved on by."""
        return self._offset

    async def pass_(self, seconds: float) -> None:
        """Time passes for everybody: processes, those yet to come, and the platform."""
        self._offset += seconds
        self.site.pass_(seconds)
        self._write_clock()
        await self._tell("wake")

    def _write_clock(self) -> None:
        with self._clock.open("r+b" if self._clock.exists() else "wb") as shared:
            shared.write(struct.pack("d", self._offset))

    async def _tell(self, do: str, **more: object) -> None:
        await asyncio.gather(*(victim.order(do, **more) for victim in list(self.victims)))

    # ------------------------------------------------------------ rest

    def ask(self, query: str, **given: object) -> Sequence[Any]:
        return self.case.ask(query, **given)

    def unsound(self) -> list[str]:
        """What the database itself says must hold, and does not."""
        return [f"wrong: {one.name}, {one.says}: {', '.join(one.where[:3])}" for one in self.case.broken(self.now)]

    async def quiet(self) -> None:
        """Until nothing is left to do. What waits for its time is given that time. Raises Stuck."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self._rest()
        except TimeoutError:
            there = [(victim.pid, victim.hands, victim.running) for victim in self.victims]
            raise Stuck(f"no rest at {self.now}: {self.ask(OPEN)}; {there}; {self.log()[-1500:]}") from None

    async def _rest(self) -> None:
        while True:
            await self.up()
            await self.site.settled()
            await self._tell("settle")
            open_ = self.ask(OPEN)
            if not open_ and not self._replacing:
                return
            if await self._wait_is_over(open_):
                continue
            await asyncio.sleep(LOOK_AGAIN)

    async def _wait_is_over(self, open_: Sequence[Any]) -> bool:
        """Let time pass to when the next work is due, unless a living process has some in hand."""
        arrived = time.monotonic() - self._last_death > ON_ITS_WAY
        idle = arrived and not self._replacing and not any(victim.hands for victim in self.victims if victim.running)
        self._idle = self._idle + 1 if idle else 0
        if self._idle < 3:  # what was just claimed is in hand a moment later
            return False
        dues = [due for row in open_ if (due := instant(row.due_at))]
        ahead = (min(dues) - self.now).total_seconds() if dues else 0.0
        if ahead > 0:
            await self.pass_(ahead + 0.05)
        elif self._idle % 20 == 0:
            await self._tell("wake")
        return ahead > 0

    async def insist(self, gesture: Callable[[], Awaitable[T]]) -> T:
        """Again, as people do who are told that it failed."""
        for _ in range(4):
            await self.up()
            with suppress(AssertionError):
                return await gesture()
        await self.up()
        return await gesture()

    async def person(self, name: str) -> Learner:
        """Somebody of the channel; the same one whenever asked for."""
        if name not in self._people:
            self._people[name] = await self.site.person(name)
        return self._people[name]

    async def outlive(self, seat: str) -> None:
        """Let time pass until no dead process holds a seat of that kind any more; at once if nobody has work in hand."""
        if self.kind == "sqlite":
            return  # whoever comes next sits without a row
        while True:
            alive = {str(victim.pid) for victim in self.victims if victim.alive}
            rows = self.ask("SELECT holder, until FROM seats WHERE name LIKE :seat AND holder IS NOT NULL", seat=f"{seat}%")
            ends = [until for row in rows if row.holder.split(":")[-2] not in alive and (until := instant(row.until))]
            ahead = (max(ends) - self.now).total_seconds() if ends else 0.0
            if ahead <= 0:
                return
            await self._tell("wake")
            if time.monotonic() - self._last_death > ON_ITS_WAY and not any(victim.hands for victim in self.victims):
                await self.pass_(ahead + 0.05)
            await asyncio.sleep(LOOK_AGAIN)

    async def wake(self) -> None:
        """Everybody looks for work now."""
        await self._tell("wake")

    async def rung(self) -> None:
        """Until every process that may ring the bell has, and planned what is due."""
        async with asyncio.timeout(PATIENCE):
            while not self._somebody_rings():  # noqa: ASYNC110 - it is another process
                await asyncio.sleep(LOOK_AGAIN)
        await self._tell("ring")

    def _somebody_rings(self) -> bool:
        """After a leap of time whoever rang the bell has to sit down anew."""
        seats = self.ask("SELECT until FROM seats WHERE name = 'bell'")
        return self.kind == "sqlite" or any(until > self.now for row in seats if (until := instant(row.until)))

    async def outlast(self, victim: Victim) -> None:
        """If it stands still at the step it was armed for: the others go on until its leases are over, and then so does it."""
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                await victim.stopped.wait()
        await victim.order("arm", point="", hit=0, act="kill")
        if victim.stopped.is_set() and not victim.gone.is_set():
            await self.quiet()
            victim.thaw()
            await victim.order("arm", point="", hit=0, act="kill")
            await victim.order("wake")

    async def strike(self) -> None:
        """Let time pass to the calendars' next hour, and all that follows from it end."""
        (row,) = self.ask("SELECT min(next_due) AS due FROM schedules WHERE NOT paused")
        due = instant(row.due)
        assert due, "no calendar has anything ahead"
        posted = self.ask(DEALT_WITH)[0].number
        await self.pass_(max(0.0, (due - self.now).total_seconds()) + 1)
        async with asyncio.timeout(PATIENCE):
            while self.ask(DEALT_WITH)[0].number == posted:
                await self.up()
                await asyncio.sleep(LOOK_AGAIN * 5)
                await self._tell("wake")  # whoever rings the bell has to notice first that its lease is over
        await self.quiet()
