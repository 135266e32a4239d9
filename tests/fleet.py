"""Real programs side by side, over one database and one platform: started, stopped in order, frozen and killed."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.store.database import Database
from bot.store.engines import address, migrating
from bot.store.migrate import upgrade
from tests.soundness import judge, unsound

ROOT = Path(__file__).parents[1]
PATIENCE = 90.0


@pytest.fixture
def url(postgres_server: str) -> Iterator[str]:
    administer(postgres_server, "CREATE DATABASE several")
    own = postgres_server.replace("/postgres?", "/several?")
    upgrade(own)
    yield own
    found = unsound(own)
    administer(postgres_server, "DROP DATABASE several WITH (FORCE)")
    judge(found)


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


class Fleet:
    """Programs over one database and one platform; `platform` is how the environment says where that is."""

    def __init__(self, url: str, platform: Mapping[str, str]) -> None:
        self._environment = {**os.environ, "DATABASE_URL": url, "PORT": "0", "ROOM": "off", **platform}
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

    def freeze(self, pid: int) -> None:
        """It stands still, as on a machine that is asleep or out of memory."""
        self.running[pid].send_signal(signal.SIGSTOP)

    def thaw(self, pid: int) -> None:
        self.running[pid].send_signal(signal.SIGCONT)

    async def stop(self) -> list[int | None]:
        """What each ended with, asked to end in order."""
        for process in self.running.values():
            process.send_signal(signal.SIGTERM)
        await asyncio.gather(*(process.communicate() for process in self.running.values()))
        ended = [process.returncode for process in self.running.values()]
        self.running.clear()
        return ended


async def until(look: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await look():  # noqa: ASYNC110 - what is waited for happens in another process
            await asyncio.sleep(0.2)


async def holder(database: Database, seat: str) -> int:
    """The process id of who sits there; 0 for nobody."""
    seats = await database.read(lambda records: records.seats_held(datetime.now(UTC)))
    return next((int(who.split(":")[-2]) for name, who in seats.items() if name.startswith(seat)), 0)
