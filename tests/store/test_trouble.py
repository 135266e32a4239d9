"""A database that is locked, full, read-only or gone: said so, nothing half-kept, and well again without a restart."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from types import SimpleNamespace
from typing import Any

import pytest

from bot.core.ports import Trouble, Unavailable
from bot.store.database import Database
from bot.store.records import Records
from tests.store.people import ADA, NOW


async def pragma(database: Database, statement: str) -> Any:
    return await database.write(lambda records: records._connection.exec_driver_sql(f"PRAGMA {statement}").scalar())


def two_steps(records: Records) -> None:
    """Something that would be half kept if it could be."""
    assert records.enqueue("a", "test", "lane", {"text": "x" * 100_000}, NOW)
    records.know(ADA, NOW)


async def nothing_is_kept(database: Database) -> bool:
    def unit(records: Records) -> bool:
        counts = [
            records._connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one()
            for name in ("work", "lanes", "persons")
        ]
        return counts == [0, 0, 0]

    return await database.read(unit)


async def fails(database: Database, unit: Callable[[Records], object] = two_steps) -> Trouble:
    with pytest.raises(Unavailable) as trouble:
        await database.write(unit)
    assert await nothing_is_kept(database)
    return trouble.value.why


async def test_a_full_disk_is_named_and_once_there_is_room_all_is_well(sqlite: Database) -> None:
    pages = await pragma(sqlite, "page_count")
    await pragma(sqlite, f"max_page_count={pages}")
    assert [await fails(sqlite), await fails(sqlite)] == ["full", "full"]
    await pragma(sqlite, "max_page_count=1000000")
    await sqlite.write(two_steps)
    assert not await nothing_is_kept(sqlite)


async def test_a_file_that_can_only_be_read_is_named_and_still_read(sqlite: Database) -> None:
    writer: Any = sqlite._side
    writer._raw.execute("PRAGMA query_only=1")
    assert await fails(sqlite) == "readonly"
    writer._raw.execute("PRAGMA query_only=0")
    await sqlite.write(two_steps)
    assert not await nothing_is_kept(sqlite)


async def test_a_file_locked_by_another_program_is_named_and_taken_up_when_it_is_free(sqlite: Database, sqlite_url: str) -> None:
    await pragma(sqlite, "busy_timeout=1")
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert [await fails(sqlite), await fails(sqlite)] == ["busy", "busy"]
        other.execute("ROLLBACK")
    await sqlite.write(two_steps)
    assert not await nothing_is_kept(sqlite)


async def test_a_server_that_can_only_be_read_is_named(postgres: Database) -> None:
    def unit(records: Records) -> None:
        records._connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        two_steps(records)

    assert await fails(postgres, unit) == "readonly"
    await postgres.write(two_steps)


async def test_a_fault_of_ours_is_no_trouble_of_the_databases(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        await database.write(lambda records: 1 // 0)


async def test_a_server_gone_for_longer_than_anybody_waits_is_named_and_found_again(
    postgres: Database, monkeypatch: pytest.MonkeyPatch, stopping: Callable[[], None], starting: Callable[[], None]
) -> None:
    # the module's own name for it: a server that comes back is waited for with the real one
    monkeypatch.setattr("bot.store.postgres.time", SimpleNamespace(monotonic=lambda: 0.0, sleep=lambda seconds: None))
    await postgres.write(lambda records: records.know(ADA, NOW))
    stopping()
    try:
        for way in (postgres.write, postgres.read):
            with pytest.raises(Unavailable, match="away"):
                await way(lambda records: records.next_work())
    finally:
        starting()
    assert await postgres.write(lambda records: records.know(ADA, NOW)) == 1
