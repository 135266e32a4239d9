"""A process whose clock is wrong goes by the server's, and so posts neither early nor late."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.adapters.clock import Recurrences, steady
from bot.adapters.library import Library
from bot.core.digests import Digests
from bot.core.timekeeping import Timekeeper
from bot.core.upkeep import GAP, LONGEST, Upkeep
from bot.store.database import Database
from bot.store.records import Records
from tests.conftest import course, library
from tests.fakes import FakeClock
from tests.store.people import BERLIN, NOW, WALL, claimed, cohort_of

__all__ = ["course", "library"]


def wrong_by(hours: float) -> Timekeeper:
    return Timekeeper(lambda: datetime.now(UTC) + timedelta(hours=hours), steady)


@pytest.mark.parametrize("hours", [2, -2])
async def test_a_wrong_clock_neither_posts_early_nor_holds_up_what_is_due(
    postgres: Database,
    library: Library,
    hours: float,
    caplog: pytest.LogCaptureFixture,
) -> None:
    due = datetime.now(UTC) + timedelta(hours=1 if hours > 0 else -1)

    def scheduled(records: Records) -> None:
        records.set_schedule(cohort_of(records).id, BERLIN, WALL - timedelta(days=7), due, NOW)

    await postgres.write(scheduled)
    clock = wrong_by(hours)
    await Upkeep(postgres, clock, postgres.time, alone=postgres.alone).begin()
    assert await Digests(postgres, clock, library.curriculum, Recurrences()).plan() == (0 if hours > 0 else 1)
    assert "off the database's, whose time is used" in caplog.text


async def test_a_machine_that_slept_through_the_hour_says_so_and_posts_what_was_due(
    sqlite: Database, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    clock = FakeClock(NOW)

    def scheduled(records: Records) -> None:
        records.set_schedule(cohort_of(records).id, BERLIN, WALL - timedelta(days=7), NOW + timedelta(hours=1), NOW)

    await sqlite.write(scheduled)
    upkeep = Upkeep(sqlite, clock, sqlite.time, alone=sqlite.alone)
    digests = Digests(sqlite, clock, library.curriculum, Recurrences())
    planned = []
    for asleep in (timedelta(), GAP, timedelta(hours=3)):
        clock.set(clock.now() + asleep)
        await upkeep.tend()
        planned.append(await digests.plan())
    assert planned == [0, 0, 1]
    [record] = [record for record in caplog.records if "Nothing was looked at" in record.message]
    assert getattr(record, "seconds", 0) == 3 * 3600


async def test_two_processes_with_different_clocks_agree_on_the_time(postgres: Database) -> None:
    clocks = [wrong_by(hours) for hours in (-5, 0, 5)]
    for clock in clocks:
        await clock.check(postgres.time)
    times = sorted(clock.now() for clock in clocks)
    assert times[-1] - times[0] < timedelta(minutes=1)


async def test_a_file_has_no_time_of_its_own(sqlite: Database) -> None:
    assert await sqlite.time() is None
    clock = wrong_by(2)
    await clock.check(sqlite.time)
    assert clock.now() > datetime.now(UTC) + timedelta(hours=1)


async def test_the_first_start_after_a_clock_was_set_back_goes_on_with_what_waits(sqlite: Database) -> None:
    ahead = NOW + timedelta(seconds=LONGEST + 60)

    def waiting(records: Records) -> None:
        records.enqueue("k", "test", "lane", {}, ahead)
        records.release(claimed(records, ahead), ahead + timedelta(seconds=5), "busy", sent=False)

    await sqlite.write(waiting)
    clock = FakeClock(NOW)
    await Upkeep(sqlite, clock, sqlite.time, alone=sqlite.alone).begin()
    assert await sqlite.read(lambda records: records.next_work()) == NOW


async def test_leases_of_other_processes_are_left_alone_at_a_start(postgres: Database) -> None:
    await postgres.write(lambda records: records.enqueue("k", "test", "lane", {}, NOW))
    claim = await postgres.write(claimed)
    await Upkeep(postgres, FakeClock(NOW), postgres.time, alone=postgres.alone).begin()
    assert await postgres.write(lambda records: records.claim("other", NOW, 9, 45)) == []
    assert await postgres.write(lambda records: records.intend(claim, NOW))


def test_the_steady_clock_never_goes_back() -> None:
    beats = [steady() for _ in range(1000)]
    assert beats == sorted(beats)
