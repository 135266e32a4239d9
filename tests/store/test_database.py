"""A unit is kept whole or not at all, whatever happens to its neighbours and to whoever waits for it."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.store import database as database_module
from bot.store.database import Database
from bot.store.errors import AlreadyRunning, BadAddress, Closed, TooManyWaiting
from bot.store.records import Records
from tests.store.people import ADA, NOW


class Refused(Exception):
    pass


def achieves(lesson: str) -> Callable[[Records], bool]:
    return lambda records: records.complete(records.know(ADA, NOW), lesson, NOW)


def fails(lesson: str) -> Callable[[Records], bool]:
    def unit(records: Records) -> bool:
        achieves(lesson)(records)
        raise Refused

    return unit


def lessons(records: Records) -> set[str]:
    return set(records._connection.execute(text("SELECT lesson FROM completions")).scalars())


class Gate:
    """Keeps the writing thread busy, so that what is written meanwhile shares one commit."""

    def __init__(self) -> None:
        self.open, self.reached = threading.Event(), threading.Event()

    def unit(self, records: Records) -> None:
        self.reached.set()
        assert self.open.wait(10)


async def grouped(database: Database, *units: Callable[[Records], object]) -> list[asyncio.Task[object]]:
    """The units, waiting in one group behind a closed gate, which is then opened."""
    gate = Gate()
    first = asyncio.create_task(database.write(gate.unit))
    await asyncio.to_thread(gate.reached.wait, 10)
    tasks = [asyncio.create_task(database.write(unit)) for unit in units]
    await asyncio.sleep(0)
    gate.open.set()
    await first
    return tasks


async def test_what_is_written_can_be_read(database: Database) -> None:
    who = await database.write(lambda records: records.know(ADA, NOW))
    assert await database.read(lambda records: records.person(who)) == ADA


async def test_a_unit_that_raises_leaves_nothing_and_its_error_arrives(database: Database) -> None:
    with pytest.raises(Refused):
        await database.write(fails("rlhf"))
    assert await database.read(lessons) == set()


async def test_a_unit_that_breaks_a_constraint_leaves_the_next_one_whole(database: Database) -> None:
    with pytest.raises(DBAPIError):
        await database.write(lambda records: records.complete(999, "rlhf", NOW))
    assert await database.write(achieves("rlhf"))


async def test_a_unit_that_reads_cannot_write(database: Database) -> None:
    with pytest.raises(DBAPIError):
        await database.read(achieves("rlhf"))
    assert await database.write(achieves("rlhf"))


async def test_due_calendars_can_be_read_without_a_lock_and_with_one(database: Database) -> None:
    assert await database.read(lambda records: records.due_schedules(NOW)) == []
    assert await database.write(lambda records: records.due_schedules(NOW)) == []


async def test_a_unit_that_runs_out_of_an_iterator_does_not_hang_its_waiter(database: Database) -> None:
    with pytest.raises(RuntimeError, match="StopIteration"):
        await database.write(lambda records: next(iter(())))
    with pytest.raises(RuntimeError, match="StopIteration"):
        await database.read(lambda records: next(iter(())))


async def test_a_thousand_units_at_once_all_arrive_once(database: Database) -> None:
    await database.write(lambda records: records.know(ADA, NOW))
    wanted = [f"lesson-{number}" for number in range(1000)]
    fresh = await asyncio.gather(*(database.write(achieves(lesson)) for lesson in wanted + wanted[:100]))
    assert sum(fresh) == 1000
    assert await database.read(lessons) == set(wanted)


async def test_when_too_many_wait_one_more_is_refused_and_keeps_nothing(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "LIMIT", 2)
    gate = Gate()
    waiting = [asyncio.create_task(sqlite.write(gate.unit)), asyncio.create_task(sqlite.write(achieves("a")))]
    await asyncio.sleep(0)
    with pytest.raises(TooManyWaiting):
        await sqlite.write(achieves("b"))
    gate.open.set()
    await asyncio.gather(*waiting)
    assert await sqlite.read(lessons) == {"a"}


async def test_a_closed_database_takes_nothing_more_but_keeps_what_it_took(url: str) -> None:
    database = Database(url)
    taken = [asyncio.create_task(database.write(achieves(f"l{number}"))) for number in range(100)]
    await asyncio.sleep(0)
    await database.close()
    await database.close()
    assert all(await asyncio.gather(*taken))
    with pytest.raises(Closed):
        await database.write(achieves("late"))
    again = Database(url)
    assert len(await again.read(lessons)) == 100
    await again.close()


# ---------------------------------------------------------------- units that share a commit


async def test_a_unit_that_fails_in_a_group_is_undone_alone(sqlite: Database) -> None:
    tasks = await grouped(sqlite, achieves("a"), fails("b"), achieves("c"))
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert results[0] is results[2] is True
    assert isinstance(results[1], Refused)
    assert await sqlite.read(lessons) == {"a", "c"}


async def test_a_waiter_cancelled_in_time_takes_its_unit_along_and_nothing_else(sqlite: Database) -> None:
    gate = Gate()
    first = asyncio.create_task(sqlite.write(gate.unit))
    await asyncio.to_thread(gate.reached.wait, 10)
    tasks = [asyncio.create_task(sqlite.write(achieves(lesson))) for lesson in "abc"]
    await asyncio.sleep(0)
    tasks[1].cancel()
    await asyncio.sleep(0)
    gate.open.set()
    await asyncio.gather(first, tasks[0], tasks[2])
    assert await sqlite.read(lessons) == {"a", "c"}


async def test_a_waiter_cancelled_too_late_does_not_undo_its_unit(sqlite: Database) -> None:
    gate = Gate()

    def unit(records: Records) -> None:
        gate.unit(records)
        achieves("a")(records)

    task = asyncio.create_task(sqlite.write(unit))
    await asyncio.to_thread(gate.reached.wait, 10)
    task.cancel()
    await asyncio.sleep(0)
    gate.open.set()
    assert await sqlite.write(achieves("b"))
    assert await sqlite.read(lessons) == {"a", "b"}


async def test_when_the_commit_fails_the_whole_group_hears_of_it_and_nothing_is_kept(sqlite: Database) -> None:
    def rolls_back(records: Records) -> None:
        records._connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        records.complete(999, "nobody", NOW)  # found out at the commit only

    tasks = await grouped(sqlite, achieves("a"), rolls_back, achieves("c"))
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(result, DBAPIError) for result in results)
    assert await sqlite.write(achieves("d"))
    assert await sqlite.read(lessons) == {"d"}


async def test_when_sqlite_gives_up_the_transaction_no_later_unit_of_the_group_is_kept(sqlite: Database) -> None:
    def gives_up(records: Records) -> None:
        records._connection.exec_driver_sql("ROLLBACK")  # as SQLite itself may on a full disk
        raise Refused

    tasks = await grouped(sqlite, achieves("a"), gives_up, achieves("c"))
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(result, RuntimeError) for result in results)
    assert await sqlite.write(achieves("d"))
    assert await sqlite.read(lessons) == {"d"}


def test_a_loop_that_has_ended_does_not_stop_the_writing(sqlite_url: str) -> None:
    gate = Gate()

    async def left() -> Database:
        database = Database(sqlite_url)
        abandoned = asyncio.create_task(database.write(gate.unit))
        await asyncio.to_thread(gate.reached.wait, 10)
        abandoned.cancel()
        return database

    async def goes_on(database: Database) -> bool:
        gate.open.set()
        written = await database.write(achieves("a"))
        await database.close()
        return written

    assert asyncio.run(goes_on(asyncio.run(left())))


# ---------------------------------------------------------------- one process for one file


def test_a_second_process_on_the_file_is_refused_with_a_sentence(sqlite_url: str) -> None:
    code = f"from bot.store.database import Database\nDatabase({sqlite_url!r})\nprint('open', flush=True)\ninput()"
    other = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with other:
        assert other.stdout
        assert other.stdout.readline() == "open\n"
        with pytest.raises(AlreadyRunning, match=r"Another Lectern is running on .*Stop it first"):
            Database(sqlite_url)
        other.kill()
    asyncio.run(Database(sqlite_url).close())


def test_a_closed_file_leaves_no_log_behind(sqlite_url: str) -> None:
    async def used() -> None:
        database = Database(sqlite_url)
        await database.write(achieves("a"))
        await database.close()

    asyncio.run(used())
    assert not Path(sqlite_url.removeprefix("sqlite:///") + "-wal").exists()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://u:secret@h/d", "no address with secret"])
def test_an_address_that_cannot_be_used_is_refused_without_repeating_its_secrets(url: str) -> None:
    with pytest.raises(BadAddress, match="Use sqlite:///") as refused:
        Database(url)
    assert "secret" not in str(refused.value)


def test_the_driver_of_postgresql_is_not_loaded_for_a_file(sqlite_url: str) -> None:
    code = f"""
import asyncio, sys
from bot.store.database import Database
asyncio.run(Database({sqlite_url!r}).close())
assert "psycopg" not in sys.modules
"""
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)
