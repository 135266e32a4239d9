"""Several processes on one PostgreSQL: real programs, killed without warning, before a strict double of Slack."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.core.chat import Place
from bot.core.ports import Rule
from bot.store.database import Database
from bot.store.engines import address, migrating
from bot.store.migrate import upgrade
from bot.store.records import Records
from tests.doubles.slack import Channel, Message, SlackDouble, specs
from tests.store.conftest import postgres_handle, postgres_server

__all__ = ["postgres_handle", "postgres_server"]
ROOT = Path(__file__).parents[1]
PATIENCE = 90.0


@pytest.fixture
def url(postgres_server: str) -> Iterator[str]:
    administer(postgres_server, "CREATE DATABASE several")
    own = postgres_server.replace("/postgres?", "/several?")
    upgrade(own)
    yield own
    administer(postgres_server, "DROP DATABASE several WITH (FORCE)")


def administer(url: str, statement: str) -> None:
    engine = migrating(address(url)).execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    opened = Database(url)
    yield opened
    await opened.close()


@pytest.fixture
async def double() -> AsyncIterator[SlackDouble]:
    async with SlackDouble(specs.require()) as running:
        yield running
        running.assert_clean()


class Fleet:
    """Programs over one database and one workspace."""

    def __init__(self, url: str, double: SlackDouble) -> None:
        self._environment = {
            **os.environ,
            "DATABASE_URL": url,
            "PORT": "0",
            "ROOM": "off",
            "SLACK_BOT_TOKEN": double.bot_token,
            "SLACK_APP_TOKEN": double.app_token,
            "SLACK_API_URL": double.base_url,
        }
        self.running: dict[int, asyncio.subprocess.Process] = {}

    async def start(self, number: int) -> None:
        await asyncio.gather(*(self._start() for _ in range(number)))

    async def _start(self) -> None:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", cwd=ROOT, env=self._environment, stdout=asyncio.subprocess.PIPE, stderr=None
        )
        self.running[process.pid] = process
        assert process.stdout
        async with asyncio.timeout(PATIENCE):
            assert b"is ready" in await process.stdout.readline()

    async def kill(self, pid: int) -> None:
        process = self.running.pop(pid)
        process.send_signal(signal.SIGKILL)
        await process.communicate()

    async def stop(self) -> list[int | None]:
        """What each ended with, asked to end in order."""
        for process in self.running.values():
            process.send_signal(signal.SIGTERM)
        await asyncio.gather(*(process.communicate() for process in self.running.values()))
        ended = [process.returncode for process in self.running.values()]
        self.running.clear()
        return ended


@pytest.fixture
async def fleet(url: str, double: SlackDouble) -> AsyncIterator[Fleet]:
    programs = Fleet(url, double)
    yield programs
    for pid in list(programs.running):
        await programs.kill(pid)


async def until(look: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await look():  # noqa: ASYNC110 - what is waited for happens in another process
            await asyncio.sleep(0.2)


async def leader(database: Database) -> int:
    """The process id of who rings the bell."""
    seats = await database.read(lambda records: records.seats_held(datetime.now(UTC)))
    return int(seats["bell"].split(":")[-2]) if "bell" in seats else 0


def a_digest_due_now(records: Records, channel: Channel, name: str) -> None:
    now = datetime.now(UTC)
    due = now.replace(second=0, microsecond=0) - timedelta(minutes=1)
    cohort = records.create_cohort(Place("slack", channel.team, channel.id), name, now)
    assert cohort
    cursor = due.replace(tzinfo=None) - timedelta(minutes=1)
    records.set_schedule(cohort.id, Rule((0, 1, 2, 3, 4, 5, 6), due.time(), "UTC"), cursor, due, now)


def lessons(channel: Channel) -> list[Message]:
    return [message for message in channel.messages.values() if "Lesson 1 of" in str(message.blocks)]


async def test_the_standby_posts_the_digest_once_when_the_leader_was_killed(
    fleet: Fleet, database: Database, double: SlackDouble
) -> None:
    first, second = double.channel("course"), double.channel("another")
    for channel in (first, second):
        double.invite(channel, double.user(f"Ada of {channel.name}"))
    await fleet.start(3)
    await double.until(lambda: double.sockets.live, what="no socket")
    await until(lambda: _led(database, fleet))
    await fleet.kill(await leader(database))
    await database.write(lambda records: a_digest_due_now(records, first, "Monday"))
    await until(lambda: _is_there(first))

    before = await leader(database)
    assert before in fleet.running
    await database.write(lambda records: a_digest_due_now(records, second, "Tuesday"))
    await until(lambda: _is_there(second))
    assert await fleet.stop() == [0, 0]

    assert [len(lessons(channel)) for channel in (first, second)] == [1, 1]
    assert await database.read(lambda records: records.broken(datetime.now(UTC))) == []
    assert await database.read(lambda records: records.seats_held(datetime.now(UTC))) == {}


async def _led(database: Database, fleet: Fleet) -> bool:
    return await leader(database) in fleet.running


async def _is_there(channel: Channel) -> bool:
    return bool(lessons(channel))
