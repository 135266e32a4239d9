"""Ready is said only by a process that does its work, and alive by one that could."""

import asyncio
import threading
from datetime import timedelta

import pytest

from bot.core import health
from bot.core.health import BEHIND, BELL, COURIER, SILENT, STUCK, Health
from bot.core.standstill import LOOKS, Standstill
from bot.store.database import Database
from tests.conftest import Stage


async def ours() -> bool:
    return True


async def anothers() -> bool:
    return False


def healthy(stage: Stage, *, connected: bool = True) -> Health:
    one = Health(stage.database, stage.clock, lambda: connected, ours)
    one.begin()
    return one


def beat(one: Health, times: int) -> None:
    for _ in range(times):
        one.beat()


def unanswering(monkeypatch: pytest.MonkeyPatch) -> None:
    async def waits(self: Database, unit: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(health, "PROBE", 0.0)
    monkeypatch.setattr(Database, "write", waits)


async def test_it_is_ready_from_its_beginning_to_its_end(stage: Stage) -> None:
    one = Health(stage.database, stage.clock, lambda: True, ours)
    assert await one.trouble() == "starting or stopping"
    one.begin()
    assert await one.trouble() == ""
    one.end()
    assert await one.trouble() == "starting or stopping"
    assert await one.ailment() == ""


async def test_a_platform_that_cannot_reach_us_is_trouble(stage: Stage) -> None:
    one = healthy(stage, connected=False)
    assert await one.trouble() == "a platform is not connected"
    assert await one.ailment() == ""


async def test_a_bell_that_does_not_ring_is_trouble_and_in_the_end_an_ailment(stage: Stage) -> None:
    one = healthy(stage)
    beat(one, SILENT)
    assert await one.trouble() == ""
    beat(one, 1)
    assert (await one.trouble(), await one.ailment()) == ("the bell does not ring", "")
    beat(one, STUCK)
    assert await one.trouble() == await one.ailment() == "the bell does not come round"
    one.seen(BELL)
    assert await one.trouble() == await one.ailment() == ""


async def test_a_courier_that_does_not_come_round_is_an_ailment(stage: Stage) -> None:
    one = healthy(stage)
    one.seen(COURIER)
    beat(one, STUCK + 1)
    one.seen(BELL)
    assert await one.ailment() == "the courier does not come round"


async def test_who_waits_for_the_database_need_not_be_started_anew(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    one = healthy(stage)
    beat(one, STUCK + 1)
    unanswering(monkeypatch)
    assert await one.ailment() == ""


@pytest.mark.parametrize("fault", [None, ValueError("nobody thought of that")])
async def test_a_worker_that_ends_by_itself_is_an_ailment_and_logged_with_its_place(
    stage: Stage, fault: Exception | None, caplog: pytest.LogCaptureFixture
) -> None:
    async def work() -> None:
        if fault:
            raise fault

    one = healthy(stage)
    task = asyncio.create_task(work())
    one.begin({COURIER: task})
    await asyncio.wait({task})
    await asyncio.sleep(0)
    assert await one.ailment() == await one.trouble() == "the courier has ended"
    [record] = caplog.records
    assert (record.levelname, bool(record.exc_info)) == ("CRITICAL", fault is not None)


async def test_workers_may_end_when_the_program_does(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    one = healthy(stage)
    task = asyncio.create_task(one.pulse())
    one.begin({"the pulse": task})
    one.end()
    task.cancel()
    await asyncio.wait({task})
    await asyncio.sleep(0)
    assert await one.ailment() == ""
    assert not caplog.records


async def test_the_pulse_beats(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "BEAT", 0.0)
    thrice = asyncio.Event()

    class Listened(Health):
        def beat(self) -> None:
            super().beat()
            if self.beats == 3:
                thrice.set()

    task = asyncio.create_task(Listened(stage.database, stage.clock, lambda: True, ours).pulse())
    async with asyncio.timeout(60):
        await thrice.wait()
    task.cancel()
    await asyncio.wait({task})


async def test_a_database_that_does_not_answer_is_trouble(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    one = healthy(stage)
    unanswering(monkeypatch)
    assert await one.trouble() == "the database does not answer"


async def test_tables_of_another_version_are_trouble(stage: Stage) -> None:
    one = Health(stage.database, stage.clock, lambda: True, anothers)
    one.begin()
    assert await one.trouble() == "the database has another version's tables"


async def test_work_that_is_left_lying_is_trouble(stage: Stage) -> None:
    one = healthy(stage)
    await stage.database.write(lambda records: records.enqueue("k", "note", "lane", {}, stage.clock.now()))
    stage.clock.pass_(seconds=BEHIND.total_seconds())
    assert await one.trouble() == ""
    stage.clock.set(stage.clock.now() + timedelta(seconds=1))
    assert await one.trouble() == "work is left lying"


# ---------------------------------------------------------------- a loop that stands still


def test_a_loop_that_stands_still_is_logged_once_with_its_place_and_so_is_its_going_on(caplog: pytest.LogCaptureFixture) -> None:
    beats = [7]
    watch = Standstill(lambda: beats[0])
    for _ in range(2 * LOOKS):
        watch.look()
    [record] = caplog.records
    assert record.levelname == "ERROR"
    assert "test_health.py" in getattr(record, "where", "")
    beats[0] += 1
    watch.look()
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]


def test_a_loop_that_beats_now_and_then_is_not_called_still(caplog: pytest.LogCaptureFixture) -> None:
    beats = [0]
    watch = Standstill(lambda: beats[0])
    for look in range(6 * LOOKS):
        beats[0] += look % LOOKS == 0
        watch.look()
    assert not caplog.records


def test_the_watch_ends_when_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = threading.Event()
    monkeypatch.setattr("bot.core.standstill.LOOK", 0.0)

    def beats() -> int:
        looked.set()
        return 0

    watch = Standstill(beats)
    watch.start()
    assert looked.wait(60)
    watch.stop()
    for thread in [one for one in threading.enumerate() if one.name == "lectern-standstill"]:
        thread.join(60)
        assert not thread.is_alive()
