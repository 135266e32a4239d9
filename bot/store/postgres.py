"""PostgreSQL: eight threads, and a unit run again where the server asks for it or has gone away."""

import asyncio
import random
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.store.engines import server
from bot.store.records import Records
from bot.store.units import T, Unit, run

THREADS = 8
TRIES = 6
"""With pauses of 0.1 s, doubled each time, a unit outlasts about three seconds of a server that restarts."""
PATIENCE = 3.0
"""Seconds after which no further try is begun: somebody may be waiting for an answer."""
STOOD_STILL = "25P03"
"""This process was stopped within a transaction, for so long that the server has ended it."""
AGAIN = frozenset({"40001", "40P01", "57P01", "57P02", "57P03", STOOD_STILL})
"""Serialization failure, deadlock, three ways of a server to say that it goes down or comes up, and that we stood still."""


class PostgresServer:
    alone = False

    def __init__(self, url: URL) -> None:
        self._engine = server(url, THREADS)
        self._readonly = self._engine.execution_options(postgresql_readonly=True)
        self._hands = ThreadPoolExecutor(THREADS, "lectern-database")

    async def write(self, unit: Unit[T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._hands, partial(self._run, unit, reads=False))

    async def read(self, unit: Unit[T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._hands, partial(self._run, unit, reads=True))

    def close(self) -> None:
        """Everything accepted is written first."""
        self._hands.shutdown()
        self._engine.dispose()

    # ------------------------------------------------------------ in one of the threads

    def _run(self, unit: Unit[T], *, reads: bool) -> T:
        began = time.monotonic()
        for tried in range(1, TRIES):
            try:
                return self._once(unit, reads=reads)
            except DBAPIError as error:
                if _state(error) == STOOD_STILL:
                    began = time.monotonic()  # the time we slept through is no reason to refuse
                if not _passes(error) or time.monotonic() - began > PATIENCE:
                    raise
                time.sleep(random.uniform(0.5, 1) * 0.1 * 2 ** (tried - 1))  # noqa: S311 - jitter
        return self._once(unit, reads=reads)

    def _once(self, unit: Unit[T], *, reads: bool) -> T:
        with (self._readonly if reads else self._engine).begin() as connection:
            return run(unit, Records(connection, reading=reads))


def _passes(error: DBAPIError) -> bool:
    """True for trouble that passes. Running the unit again is safe even if the first COMMIT arrived: its keys are taken."""
    state = _state(error)
    never_connected = isinstance(error, OperationalError) and state is None
    return error.connection_invalidated or never_connected or state in AGAIN


def _state(error: DBAPIError) -> str | None:
    state: str | None = getattr(error.orig, "sqlstate", None)
    return state
