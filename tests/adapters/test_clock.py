"""The clock: recurrence against an oracle that enumerates wall times itself, and the bell on a real scheduler."""

import asyncio
import logging
import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.clock import Bell, Recurrences, SystemClock
from bot.core.calendar import ahead, due_after, instant, skipped_hour
from bot.core.ports import Rule
from tests.oracle import changes, dates, jump, local, strike

EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)
BEGIN, END = date(2026, 11, 23), date(2027, 11, 23)
ODD = (
    "Africa/Cairo", "Africa/Casablanca", "America/Asuncion", "America/Havana", "America/New_York", "America/Nuuk",
    "America/Santiago", "America/Scoresbysund", "America/St_Johns", "Antarctica/Troll", "Asia/Beirut", "Asia/Gaza",
    "Asia/Jerusalem", "Asia/Kathmandu", "Asia/Kolkata", "Asia/Tehran", "Atlantic/Azores", "Australia/Lord_Howe",
    "Australia/Sydney", "Europe/Berlin", "Europe/Chisinau", "Europe/Dublin", "Europe/London", "Pacific/Auckland",
    "Pacific/Chatham", "Pacific/Kiritimati", "Pacific/Norfolk", "UTC",
)  # fmt: skip
"""Zones that change their clocks at midnight, by half an hour or two hours, by a negative summer time, or stand far out."""
HOURS = (time(0), time(2), time(2, 30), time(9, 30))


wall = datetime.fromisoformat
"""A naive wall time, written as it is kept."""


def other_zones() -> list[str]:
    rest = sorted(available_timezones() - set(ODD) - {"localtime", "posixrules", "Factory"})
    return random.Random(20261123).sample(rest, 60)  # noqa: S311 - the same ones each time


@pytest.mark.parametrize("zone", [*ODD, *other_zones()])
def test_a_daily_rule_strikes_once_a_local_day_at_its_hour_through_every_change_of_the_clocks(zone: str) -> None:
    place = ZoneInfo(zone)
    for at in HOURS if zone in ODD else HOURS[:1]:
        rule = Rule(EVERY_DAY, at, zone)
        walls = ahead(Recurrences(), rule, datetime.combine(BEGIN, time()) - timedelta(microseconds=1))
        before = datetime.min.replace(tzinfo=UTC)
        for day in dates(EVERY_DAY, BEGIN, END):
            due = next(walls)
            struck = instant(rule, due)
            assert due == datetime.combine(day, at)
            assert struck == strike(due, place)
            assert struck > before
            assert (local(struck, place) != due) == skipped_hour(rule, due)
            assert local(struck, place) >= due
            before = struck


def test_the_oracle_sees_hours_that_are_skipped_and_hours_that_come_twice() -> None:
    berlin, howe = ZoneInfo("Europe/Berlin"), ZoneInfo("Australia/Lord_Howe")

    assert strike(wall("2027-03-28T02:30"), berlin) == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert strike(wall("2027-10-31T02:30"), berlin) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert local(strike(wall("2027-10-03T02:15"), howe), howe) == wall("2027-10-03T02:45")
    assert jump(howe, datetime(2026, 11, 23, tzinfo=UTC), datetime(2027, 11, 23, tzinfo=UTC)) == wall("2027-10-03T02:00")
    assert changes(howe, datetime(2026, 11, 23, tzinfo=UTC), datetime(2027, 11, 23, tzinfo=UTC)) == 2


@given(
    days=st.sets(st.integers(0, 6), min_size=1),
    at=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    start=st.none() | st.dates(BEGIN, END),
    after=st.datetimes(wall("2026-11-01T00:00"), wall("2027-12-01T00:00")),
)
def test_a_rule_strikes_on_its_days_only_strictly_afterwards_and_not_before_its_first_day(
    days: set[int], at: time, start: date | None, after: datetime
) -> None:
    rule = Rule(tuple(sorted(days)), at, "UTC", start)

    first = max(after.date(), start or after.date())
    due = (datetime.combine(day, at) for day in dates(rule.days, first, first + timedelta(days=15)))
    assert Recurrences().after(rule, after) == next(candidate for candidate in due if candidate > after)


def test_the_next_strike_is_an_instant_in_utc() -> None:
    rule = Rule((1,), time(9, 30), "America/New_York")

    assert due_after(Recurrences(), rule, wall("2026-11-23T00:00")) == datetime(2026, 11, 24, 14, 30, tzinfo=UTC)


def test_a_rule_without_days_is_a_fault_and_not_an_endless_search() -> None:
    with pytest.raises(ValueError, match="day"):
        Recurrences().after(Rule((), time(9), "UTC"), wall("2026-11-23T00:00"))


def test_the_system_clock_tells_utc() -> None:
    assert SystemClock().now().utcoffset() == timedelta()


# ---------------------------------------------------------------- the bell


class Rung:
    """Counts the rings, gives what it is told to, and lets a test wait for a ring."""

    def __init__(self, *answers: datetime | timedelta | Exception | None) -> None:
        self.answers = list(answers)
        self.times = 0
        self._rings: asyncio.Queue[int] = asyncio.Queue()

    async def __call__(self) -> datetime | None:
        self.times += 1
        self._rings.put_nowait(self.times)
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, Exception):
            raise answer
        return datetime.now(UTC) + answer if isinstance(answer, timedelta) else answer

    async def until(self, times: int) -> None:
        async with asyncio.timeout(10):
            while await self._rings.get() < times:
                pass


async def test_the_bell_rings_at_the_start_and_whenever_it_is_asked_to() -> None:
    rung = Rung()
    bell = Bell(rung)
    bell.start()
    await rung.until(1)

    bell.soon()
    await rung.until(2)

    await bell.stop()


async def test_the_bell_rings_again_when_the_next_hour_strikes() -> None:
    rung = Rung(timedelta(milliseconds=50), timedelta(milliseconds=50))
    bell = Bell(rung)
    bell.start()

    await rung.until(3)

    await bell.stop()


async def test_the_bell_survives_whatever_happens_when_it_rings(caplog: pytest.LogCaptureFixture) -> None:
    rung = Rung(RuntimeError("the database is gone"))
    bell = Bell(rung)
    bell.start()
    await rung.until(1)

    bell.soon()
    await rung.until(2)

    await bell.stop()
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


async def test_something_overdue_does_not_make_the_bell_ring_without_a_pause() -> None:
    rung = Rung(timedelta(hours=-1))
    bell = Bell(rung)
    bell.start()
    await rung.until(1)

    for _ in range(20):
        await asyncio.sleep(0)

    assert rung.times == 1
    await bell.stop()


async def test_the_bell_sweeps_by_itself_even_if_nothing_is_said_to_be_due(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.adapters.clock.SWEEP", 0.05)
    rung = Rung()
    bell = Bell(rung)
    bell.start()

    await rung.until(3)

    await bell.stop()


async def test_a_stroke_that_has_begun_ends_before_the_bell_is_silent_and_there_is_none_after_it() -> None:
    begun, go_on, ended = asyncio.Event(), asyncio.Event(), []

    async def ring() -> None:
        begun.set()
        await go_on.wait()
        ended.append("rung")

    bell = Bell(ring)
    bell.start()
    await begun.wait()
    bell.soon()

    stopping = asyncio.create_task(bell.stop())
    await asyncio.sleep(0)
    assert not stopping.done()
    go_on.set()
    await stopping

    assert ended == ["rung"]
