"""The simulated year: fifty cohorts in twelve zones, steered, restarted and left alone, against an oracle of its own."""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal
from zoneinfo import ZoneInfo

import pytest

from bot.core.chat import Answer, Command, Heading, Place, Post
from bot.core.curriculum import Curriculum
from bot.core.ports import Occasion
from tests.conftest import ADA, Build, Stage, button, text
from tests.fakes import START, FakeChat, FakeClock, ScriptedTutor
from tests.oracle import changes, dates, jump, local, strike

END = datetime(2027, 11, 23, 10, 0, tzinfo=UTC)
LESSONS, COHORTS = 70, 50
ZONES = (
    "America/New_York", "America/Santiago", "America/St_Johns", "Asia/Kathmandu", "Asia/Kolkata", "Australia/Lord_Howe",
    "Australia/Sydney", "Europe/Berlin", "Europe/Dublin", "Africa/Cairo", "Pacific/Chatham", "UTC",
)  # fmt: skip
"""North and south, half and three quarter hours, a change of half an hour, one at midnight, a negative one, and none at all.

The first cohort of each is left alone, with its hour where the clocks jump over it.
"""
WEEKS = ((6,), (6,), (0,), (1,), (1, 3), (4, 6), (5, 6), (0, 2, 4), (0, 1, 2, 3, 4))
HOURS = (time(0), time(2), time(2, 15), time(2, 45), time(9, 30), time(9, 30), time(18))
LATE = timedelta(minutes=15)


@dataclass(frozen=True)
class Calendar:
    days: tuple[int, ...]
    at: time
    zone: ZoneInfo
    start: date

    def __str__(self) -> str:
        days = ",".join(("mon", "tue", "wed", "thu", "fri", "sat", "sun")[day] for day in self.days)
        return f"{days} {self.at:%H:%M} {self.zone.key} from {self.start}"

    def after(self, wall: datetime) -> Iterator[datetime]:
        begin = max(wall.date(), self.start)
        for day in dates(self.days, begin, date(2029, 1, 1)):
            if (due := datetime.combine(day, self.at)) > wall:
                yield due


@dataclass(frozen=True)
class Deed:
    """What a lead did, when. A calendar comes with `save` alone."""

    at: datetime
    kind: Literal["save", "pause", "resume", "skip"]
    calendar: Calendar | None = None


@dataclass(frozen=True)
class Away:
    """The process was down from `since` to `until`; `crashed` between planning what was due then and posting it."""

    since: datetime
    until: datetime
    crashed: bool


@dataclass(frozen=True)
class Entry:
    occurrence: str
    state: str
    lesson: str | None
    late: bool
    posted_at: datetime | None


# ---------------------------------------------------------------- the oracle


@dataclass
class Expected:
    """What should be on record for one cohort, worked out from its lead's deeds and the times the process was down."""

    aways: Sequence[Away]
    calendar: Calendar | None = None
    paused: bool = False
    after: datetime = datetime.min  # noqa: DTZ901 - a wall time
    entries: list[Entry] = field(default_factory=list)
    lessons: int = 0
    moved: int = 0
    """Digests at an hour that the clocks skip."""

    def work_out(self, deeds: Sequence[Deed]) -> "Expected":
        ends = [deed.at for deed in deeds[1:]] + [END]
        for deed, until in zip(deeds, ends, strict=True):
            self._obey(deed)
            if self.calendar and not self.paused:
                self._pass_time(self.calendar, deed.at, until)
        return self

    def _obey(self, deed: Deed) -> None:
        if deed.kind == "save":
            assert deed.calendar
            self.calendar, self.paused, self.after = deed.calendar, False, local(deed.at, deed.calendar.zone)
            return
        assert self.calendar
        if deed.kind == "pause":
            self.paused = True
        elif deed.kind == "resume" and self.paused:
            self.paused, self.after = False, max(self.after, local(deed.at, self.calendar.zone))
        elif deed.kind == "skip" and not self.paused and self.lessons < LESSONS:
            self.after = next(self._free(self.calendar.after(self.after)))
            self._enter(self.after, "skipped")

    def _pass_time(self, calendar: Calendar, since: datetime, until: datetime) -> None:
        due = []
        for wall in calendar.after(self.after):
            if (struck := strike(wall, calendar.zone)) >= until:
                break
            due.append((self._noticed(max(struck, since)), wall))
        for noticed, group in groupby(due, key=lambda pair: pair[0]):
            walls = [wall for _, wall in group]
            self._deal_with(walls, calendar, noticed)
            self.after = walls[-1]

    def _deal_with(self, walls: Sequence[datetime], calendar: Calendar, noticed: datetime) -> None:
        free = list(self._free(walls))
        if not free or self.lessons == LESSONS:
            return
        *missed, latest = free
        struck = strike(latest, calendar.zone)
        self.lessons += 1
        self.moved += local(struck, calendar.zone) != latest
        self._enter(latest, "posted", noticed - struck > LATE, self._posted(noticed))
        for wall in missed:
            self._enter(wall, "missed")

    def _enter(self, wall: datetime, state: str, late: bool = False, posted_at: datetime | None = None) -> None:
        lesson = f"lesson-{self.lessons}" if state == "posted" else None
        self.entries.append(Entry(wall.isoformat(timespec="minutes"), state, lesson, late, posted_at))

    def _free(self, walls: Iterable[datetime]) -> Iterator[datetime]:
        taken = {entry.occurrence for entry in self.entries}
        return (wall for wall in walls if wall.isoformat(timespec="minutes") not in taken)

    def _noticed(self, at: datetime) -> datetime:
        """When the process, if it was down then, came back and saw that something was due."""
        return next(
            (away.until for away in self.aways if away.since + away.crashed * timedelta(seconds=1) <= at < away.until), at
        )

    def _posted(self, noticed: datetime) -> datetime:
        return next((away.until for away in self.aways if away.crashed and away.since == noticed), noticed)


# ---------------------------------------------------------------- the simulation


class TimedChat(FakeChat):
    """Remembers when each post was made, and where."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self._clock = clock
        self.log: list[tuple[str, datetime, Post]] = []

    async def post(self, place: Place, post: Post, key: str) -> str:
        self.log.append((place.channel, self._clock.now(), post))
        return await super().post(place, post, key)


class Year:
    def __init__(self, build: Build, course: Curriculum, seed: int) -> None:
        self._build, self._course, self._rng = build, course, random.Random(seed)  # noqa: S311 - repeatable
        self._clock = FakeClock(START)
        self.chat = TimedChat(self._clock)
        self.deeds: list[list[Deed]] = [[] for _ in range(COHORTS)]
        self.aways: list[Away] = []
        self.rings = 0
        self.stage = self._start()

    def _start(self) -> Stage:
        return self._build(course=self._course, clock=self._clock, chat=self.chat, tutor=ScriptedTutor("Never asked."))

    async def pass_(self) -> None:
        for cohort in range(COHORTS):
            await self._tell(cohort, f"create Cohort {cohort}")
            await self._save(cohort, timedelta(days=self._rng.choice((0, 0, 30, 100, 200))))
        for at, happens in self._agenda():
            await self._wait(at)
            if self._clock.now() <= at:  # else it would have happened while the process was down
                self._clock.set(at)
                await self._happen(happens)
        await self._wait(END)

    def _agenda(self) -> list[tuple[datetime, int | str]]:
        """Numbers are leads who do something; `down` and `crash` end the process for a while; `ring` is one ring too many."""
        length = (END - START - timedelta(days=8)).total_seconds()  # nobody is away when the year ends
        names: list[int | str] = [*range(len(ZONES), COHORTS)] * 10 + ["down"] * 40 + ["crash"] * 10 + ["ring"] * 60
        moments = (int(self._rng.uniform(86_400, length)) // 60 * 60 + self._rng.uniform(1, 59) for _ in names)
        return sorted(
            ((START + timedelta(seconds=moment), name) for moment, name in zip(moments, names, strict=True)),
            key=lambda pair: pair[0],
        )

    async def _happen(self, what: int | str) -> None:
        match what:
            case int(cohort):
                await self._steer(cohort)
            case "down":
                await self._restart(crashed=False)
            case "crash":
                if due := await self._due():
                    self._clock.set(due)
                    await self.stage.digests.plan()
                    await self._restart(crashed=True)
            case _:
                await self._ring()

    async def _wait(self, until: datetime) -> None:
        """Let time pass as the bell does: from one due instant to the next, never by ticks."""
        while (due := await self._due()) and due < until:
            self._clock.set(max(due, self._clock.now()))
            await self._ring()

    async def _due(self) -> datetime | None:
        return await self.stage.database.read(lambda records: records.next_due())

    async def _ring(self) -> None:
        self.rings += 1
        if await self.stage.digests.plan():
            await self.stage.deliveries.settle()

    async def _restart(self, *, crashed: bool) -> None:
        since = self._clock.now()
        hours = self._rng.choice((1 / 12, 1, 5, 12, 30, 60, 120))
        self._clock.pass_(hours=hours, seconds=self._rng.randint(1, 58) - since.second)
        self.aways.append(Away(since, self._clock.now(), crashed))
        await self.stage.database.close()
        self.stage = self._start()
        await self.stage.database.write(lambda records: records.heal(self._clock.now(), alone=True))
        await self.stage.digests.plan()
        await self.stage.deliveries.settle()

    # ------------------------------------------------------------ what leads do

    async def _steer(self, cohort: int) -> None:
        match self._rng.choice(("pause", "pause", "resume", "resume", "resume", "skip", "save")):
            case "save":
                await self._save(cohort, timedelta(0))
            case "pause":
                await self._do(cohort, "pause")
            case "resume":
                await self._do(cohort, "resume")
            case _:
                await self._do(cohort, "skip")

    async def _do(self, cohort: int, kind: Literal["pause", "resume", "skip"]) -> None:
        await self._tell(cohort, kind)
        self.deeds[cohort].append(Deed(self._clock.now(), kind))

    async def _save(self, cohort: int, ahead: timedelta) -> None:
        zone = ZoneInfo(ZONES[cohort % len(ZONES)] if not self.deeds[cohort] else self._rng.choice(ZONES))
        start = local(self._clock.now() + ahead, zone).date()
        calendar = Calendar(self._rng.choice(WEEKS), self._rng.choice(HOURS), zone, start)
        if cohort < len(ZONES) and (gap := jump(zone, START, END)):
            calendar = replace(calendar, days=(gap.weekday(),), at=gap.time())
        shown = await self._tell(cohort, f"schedule {calendar}")
        saved = await self.stage.presses(ADA, button(shown, "Save"), place=channel(cohort))
        assert text(saved).startswith("Saved.")
        self.deeds[cohort].append(Deed(self._clock.now(), "save", calendar))

    async def _tell(self, cohort: int, words: str) -> Answer:
        return await self.stage.desk.hear(Command(ADA, channel(cohort), self.stage.event(), "cohort", words))


def channel(cohort: int) -> Place:
    return Place("fake", "w", f"c{cohort}")


# ---------------------------------------------------------------- the claims


@pytest.fixture
def tmp_path(tmp_path: Path) -> Iterator[Path]:
    """In memory where there is such a folder: a year waits for some sixteen thousand commits, and none of them is tested here."""
    memory = Path("/dev/shm")  # noqa: S108 - the folder made in it has a name of its own
    with TemporaryDirectory(dir=memory if memory.is_dir() else tmp_path) as folder:
        yield Path(folder)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", [20261123])
async def test_through_a_year_of_changes_every_digest_goes_out_once_on_its_local_hour(
    build: Build, course: Curriculum, seed: int, record_property: Callable[[str, object], None]
) -> None:
    lessons = tuple(
        replace(course.lessons[0], slug=f"lesson-{n}", number=n, title=f"Lesson {n}", aliases=()) for n in range(1, LESSONS + 1)
    )
    year = Year(build, replace(course, lessons=lessons), seed)
    await year.pass_()
    records = await year.stage.database.read(lambda records: [records.occasions(n + 1) for n in range(COHORTS)])
    expected = [Expected(year.aways).work_out(deeds) for deeds in year.deeds]

    for cohort, (entries, wanted) in enumerate(zip(records, expected, strict=True)):
        where = f"seed {seed}, cohort {cohort}"
        assert {entry.occurrence: kept(entry) for entry in entries} == {entry.occurrence: entry for entry in wanted.entries}, (
            where
        )
        log = [(at, title(post)) for place, at, post in year.chat.log if place == f"c{cohort}"]
        assert [name for _, name in log] == [f"Lesson {n}" for n in range(1, len(log) + 1)], where
        assert [at for at, _ in log] == [entry.posted_at for entry in wanted.entries if entry.state == "posted"], where
        assert not any(begin <= at < end for at, _ in log for begin, end in silences(year.deeds[cohort])), where
        assert on_its_hour(entries, year.deeds[cohort], year.aways), where
        caught_up = Counter(entry.posted_at for entry in entries if entry.late)
        assert set(caught_up.values()) <= {1}, where
    assert len(set(year.chat.keys)) == len(year.chat.keys) == len(year.chat.log), f"seed {seed}"

    states = Counter(entry.state for entries in records for entry in entries)
    figures = {
        "digests": states["posted"],
        "late digests": sum(entry.late for entries in records for entry in entries),
        "missed": states["missed"],
        "skipped": states["skipped"],
        "finished cohorts": sum(wanted.lessons == LESSONS for wanted in expected),
        "restarts": len(year.aways),
        "crashes between planning and posting": sum(away.crashed for away in year.aways),
        "pauses": sum(deed.kind == "pause" for deeds in year.deeds for deed in deeds),
        "resumes": sum(deed.kind == "resume" for deeds in year.deeds for deed in deeds),
        "calendars": sum(deed.kind == "save" for deeds in year.deeds for deed in deeds),
        "changes of clocks": sum(changes(ZoneInfo(zone), START, END) for zone in ZONES),
        "digests at an hour the clocks skip": sum(wanted.moved for wanted in expected),
        "rings": year.rings,
    }
    for name, count in figures.items():
        record_property(name, count)
    print(figures)
    assert min(figures.values()) > 0, f"the year left something out: {figures}"


def kept(entry: Occasion) -> Entry:
    return Entry(entry.occurrence, entry.state, entry.lesson, entry.late, entry.posted_at)


def title(post: Post) -> str:
    return next(part.text for part in post.parts if isinstance(part, Heading))


def silences(deeds: Sequence[Deed]) -> Iterator[tuple[datetime, datetime]]:
    """From each pause to what ends it."""
    for n, deed in enumerate(deeds):
        if deed.kind == "pause":
            yield deed.at, next((later.at for later in deeds[n:] if later.kind in ("save", "resume")), END)


def on_its_hour(entries: Sequence[Occasion], deeds: Sequence[Deed], aways: Sequence[Away]) -> bool:
    """Each posted at the local hour of the calendar then in force; after a downtime, at its end."""
    returns = {away.until for away in aways}
    for entry in entries:
        if entry.posted_at is None or entry.posted_at in returns:
            continue
        calendar = next(deed.calendar for deed in reversed(deeds) if deed.calendar and deed.at <= entry.posted_at)
        shown = local(entry.posted_at, calendar.zone)
        gap = (
            timedelta(hours=1) if strike(shown - timedelta(hours=1), calendar.zone) == entry.posted_at else timedelta(minutes=30)
        )
        early = shown - gap  # where the clocks were put forward over the hour
        if shown.time() != calendar.at and not (early.time() == calendar.at and strike(early, calendar.zone) == entry.posted_at):
            return False
        if shown.weekday() not in calendar.days:
            return False
    return True
