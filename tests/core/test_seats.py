"""One process sits, the others stand by."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.core import seats
from bot.core.ports import Records
from bot.core.seats import LEASE, LOOK, MARGIN, Seat
from bot.store.database import Database
from tests.fakes import FakeClock


@pytest.fixture
async def database(tmp_path: Path, schema: Path) -> AsyncIterator[Database]:
    opened = Database(f"sqlite:///{shutil.copy(schema, tmp_path)}")
    yield opened
    await opened.close()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks follow each other at once; what time it is says the test's clock alone."""
    monkeypatch.setattr(seats, "LOOK", 0.001)


class Gateway:
    """Work that goes on until it is cancelled."""

    def __init__(self) -> None:
        self.running, self.ended, self.began = asyncio.Event(), asyncio.Event(), 0

    async def run(self) -> None:
        self.began += 1
        self.running.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.running.clear()
            self.ended.set()


def seat(database: Database, clock: FakeClock, holder: str) -> Seat:
    return Seat(database, clock, "gateway:discord:1", holder, alone=False)


async def ends(*tasks: "asyncio.Task[None]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def test_a_seat_changes_hands_within_thirty_seconds_of_a_kill() -> None:
    assert LEASE + LOOK <= 30
    assert LOOK + MARGIN < LEASE


async def test_a_seat_is_mine_until_shortly_before_its_lease_ends(database: Database, clock: FakeClock) -> None:
    mine = seat(database, clock, "a")
    sat = [mine.mine]
    assert await mine.look()
    sat.append(mine.mine)
    clock.pass_(seconds=LEASE - MARGIN)
    sat.append(mine.mine)
    assert await mine.look()
    sat.append(mine.mine)
    await mine.leave()
    sat.append(mine.mine)
    assert sat == [False, True, False, True, False]


@pytest.mark.usefixtures("quick")
async def test_a_standby_takes_over_when_the_holder_was_killed(database: Database, clock: FakeClock) -> None:
    await seat(database, clock, "killed").look()
    gateway = Gateway()
    holding = asyncio.create_task(seat(database, clock, "standby").hold(gateway.run))
    for _ in range(5):
        await database.write(lambda records: None)  # it looks meanwhile, in vain
    assert gateway.began == 0
    clock.pass_(seconds=LEASE + 0.001)
    await gateway.running.wait()
    await ends(holding)
    assert gateway.ended.is_set()


@pytest.mark.usefixtures("quick")
async def test_an_orderly_end_frees_the_seat_after_the_work_has_ended(database: Database, clock: FakeClock) -> None:
    first, second = Gateway(), Gateway()
    holding = asyncio.create_task(seat(database, clock, "a").hold(first.run))
    await first.running.wait()
    standing = asyncio.create_task(seat(database, clock, "b").hold(second.run))
    await ends(holding)
    assert first.ended.is_set()
    await second.running.wait()
    await ends(standing)
    assert await database.read(lambda records: records.seats_held(clock.now())) == {}


@pytest.mark.usefixtures("quick")
async def test_who_has_lost_the_seat_ends_its_work_and_stands_by(database: Database, clock: FakeClock) -> None:
    gateway = Gateway()
    holding = asyncio.create_task(seat(database, clock, "a").hold(gateway.run))
    await gateway.running.wait()

    def steal(records: Records) -> None:
        records.leave_seat("gateway:discord:1", "a", clock.now())
        assert records.take_seat("gateway:discord:1", "b", clock.now(), 1000.0)

    await database.write(steal)
    await gateway.ended.wait()
    assert not holding.done()
    await ends(holding)


@pytest.mark.usefixtures("quick")
async def test_a_database_gone_for_a_moment_takes_nobodys_seat_gone_for_long_it_does(
    database: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    mine, gateway, looked = seat(database, clock, "a"), Gateway(), asyncio.Event()
    holding = asyncio.create_task(mine.hold(gateway.run))
    await gateway.running.wait()

    async def gone() -> bool:
        looked.set()
        raise ConnectionError

    monkeypatch.setattr(mine, "look", gone)
    await looked.wait()
    looked.clear()
    await looked.wait()
    assert gateway.running.is_set()
    clock.pass_(seconds=LEASE - MARGIN)
    await gateway.ended.wait()
    assert not holding.done()
    assert "could not be looked at" in caplog.text
    await ends(holding)


@pytest.mark.usefixtures("quick")
async def test_work_that_ends_by_itself_frees_the_seat_and_its_fault_is_told(database: Database, clock: FakeClock) -> None:
    async def falls() -> None:
        raise ValueError("refused for good")

    with pytest.raises(ValueError, match="for good"):
        await seat(database, clock, "a").hold(falls)
    assert await seat(database, clock, "b").look()


async def test_a_process_that_is_alone_sits_without_a_row(database: Database, clock: FakeClock) -> None:
    alone, gateway = Seat(database, clock, "bell", "a", alone=True), Gateway()
    assert alone.mine
    assert await alone.look()
    holding = asyncio.create_task(alone.hold(gateway.run))
    await gateway.running.wait()
    await ends(holding)
    await alone.leave()
    assert await database.read(lambda records: records.seats_held(clock.now())) == {}
