"""The database: where a transaction begins and ends."""

import asyncio
from collections.abc import Awaitable
from datetime import datetime
from typing import Protocol

from bot.store.engines import address, file_of
from bot.store.errors import Closed, TooManyWaiting
from bot.store.migrate import newest
from bot.store.postgres import PostgresServer
from bot.store.sqlite import SqliteFile
from bot.store.trouble import unavailable
from bot.store.units import T, Unit

LIMIT = 10_000
"""Units that may wait. More would be answered after the platforms have given up; refused, they are delivered again."""


class Way(Protocol):
    def __call__(self, unit: Unit[T]) -> Awaitable[T]: ...


class Side(Protocol):
    @property
    def alone(self) -> bool: ...

    async def write(self, unit: Unit[T]) -> T: ...

    async def read(self, unit: Unit[T]) -> T: ...

    def close(self) -> None: ...


class Database:
    """A migrated database, open from construction to `close`. Raises BadAddress, and AlreadyRunning for a file in use.

    A unit runs in a thread, and on PostgreSQL may run twice: it must touch nothing but its records. A waiter that is
    cancelled does not undo a unit that has begun.
    """

    def __init__(self, url: str) -> None:
        place = address(url)
        path = file_of(place)
        self._side: Side = SqliteFile(place, path) if path else PostgresServer(place)
        self._waiting = 0
        self._closed = False

    async def write(self, unit: Unit[T]) -> T:
        """The unit's result, after its commit. If the unit raises, nothing of it is kept. Raises Unavailable."""
        return await self._counted(self._side.write, unit)

    async def read(self, unit: Unit[T]) -> T:
        """The unit's result. A unit that tries to write fails. Raises Unavailable."""
        return await self._counted(self._side.read, unit)

    @property
    def alone(self) -> bool:
        """Whether no other process can be on this database."""
        return self._side.alone

    async def time(self) -> datetime | None:
        """The database server's clock; None where there is no server."""
        return None if self.alone else await self.read(lambda records: records.server_time())

    async def current(self) -> bool:
        """Whether the tables are those of this version: another process may have brought them to a newer one."""
        wanted = await asyncio.to_thread(newest)
        return await self.read(lambda records: records.revision()) == wanted

    async def close(self) -> None:
        """Write what was accepted, then close. Safe to call twice."""
        if not self._closed:
            self._closed = True
            await asyncio.to_thread(self._side.close)

    async def _counted(self, way: Way, unit: Unit[T]) -> T:
        if self._closed:
            raise Closed
        if self._waiting >= LIMIT:
            raise TooManyWaiting
        self._waiting += 1
        try:
            return await way(unit)
        except Exception as error:
            trouble = unavailable(error)
            if trouble is None or (trouble.why == "readonly" and way == self._side.read):  # a reader that writes is our fault
                raise
            raise trouble from error
        finally:
            self._waiting -= 1
