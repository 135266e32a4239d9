"""Ready is said only by a process that does its work."""

import asyncio
from datetime import timedelta

import pytest

from bot.core import health
from bot.core.health import BEHIND, Health
from bot.store.database import Database
from tests.conftest import Stage


def healthy(stage: Stage, *, connected: bool = True) -> Health:
    one = Health(stage.database, stage.clock, lambda: connected)
    one.begin()
    return one


async def test_it_is_ready_from_its_beginning_to_its_end(stage: Stage) -> None:
    one = Health(stage.database, stage.clock, lambda: True)
    assert await one.trouble() == "starting or stopping"
    one.begin()
    assert await one.trouble() == ""
    one.end()
    assert await one.trouble() == "starting or stopping"


async def test_a_platform_that_cannot_reach_us_is_trouble(stage: Stage) -> None:
    assert await healthy(stage, connected=False).trouble() == "a platform is not connected"


async def test_a_bell_that_does_not_ring_is_trouble(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    one = healthy(stage)
    monkeypatch.setattr(health, "SILENT", -1.0)
    assert await one.trouble() == "the bell does not ring"


async def test_a_database_that_does_not_answer_is_trouble(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    async def waits(self: Database, unit: object) -> None:
        await asyncio.Event().wait()

    one = healthy(stage)
    monkeypatch.setattr(health, "PROBE", 0.0)
    monkeypatch.setattr(Database, "write", waits)
    assert await one.trouble() == "the database does not answer"


async def test_work_that_is_left_lying_is_trouble(stage: Stage) -> None:
    one = healthy(stage)
    await stage.database.write(lambda records: records.enqueue("k", "note", "lane", {}, stage.clock.now()))
    stage.clock.pass_(seconds=BEHIND.total_seconds())
    assert await one.trouble() == ""
    stage.clock.set(stage.clock.now() + timedelta(seconds=1))
    assert await one.trouble() == "work is left lying"
