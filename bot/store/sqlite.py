"""SQLite: one thread that writes, in groups that share a commit, and two that read."""

import asyncio
import sqlite3
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from sqlalchemy import URL

from bot.store.engines import reading, writing
from bot.store.lock import FileLock
from bot.store.records import Records
from bot.store.units import T, Unit, run

GROUP = 64
"""Units that share one commit at most. The disk's flush is what a commit costs, so they share one: 8 to 12 times the rate."""
READERS = 2


@dataclass(frozen=True, slots=True)
class _Waiting:
    unit: Unit[Any]
    answer: asyncio.Future[Any]


@dataclass(frozen=True, slots=True)
class _Outcome:
    answer: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None


class SqliteFile:
    alone = True

    def __init__(self, url: URL, path: Path) -> None:
        self._lock = FileLock(path)
        self._engine, self._readers = writing(url), reading(url, READERS)
        self._connection = self._engine.connect()
        self._raw: Any = self._connection.connection.driver_connection
        self._erased = False
        self._queue: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._hands = ThreadPoolExecutor(READERS, "lectern-read")
        self._writer = threading.Thread(target=self._write_all, name="lectern-write", daemon=True)
        self._writer.start()

    async def write(self, unit: Unit[T]) -> T:
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._queue.put(_Waiting(unit, answer))
        return await answer

    async def read(self, unit: Unit[T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._hands, self._read, unit)

    def close(self) -> None:
        """Everything accepted is written first."""
        self._queue.put(None)
        self._writer.join()
        self._hands.shutdown()
        self._readers.dispose()
        self._engine.dispose()
        self._lock.release()

    def _read(self, unit: Unit[T]) -> T:
        with self._readers.connect() as connection, connection.begin():
            return run(unit, Records(connection, reading=True))

    # ------------------------------------------------------------ in the writing thread

    def _write_all(self) -> None:
        while group := self._next_group():
            outcomes = self._commit(group)
            _tell(outcomes)
        self._raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._connection.close()

    def _next_group(self) -> list[_Waiting]:
        """Waits for one unit, then takes what else is there. Empty when the database is being closed."""
        group: list[_Waiting] = []
        try:
            waiting = self._queue.get()
            while waiting:
                group.append(waiting)
                if len(group) == GROUP:
                    return group
                waiting = self._queue.get_nowait()
            if group:
                self._queue.put(None)  # the end was seen behind units still to be written: see it again after them
        except Empty:
            pass
        return group

    def _commit(self, group: Sequence[_Waiting]) -> list[_Outcome]:
        """Run the units, each undone alone if it raises, under one commit. If that fails, nothing of them is kept."""
        wanted = [waiting for waiting in group if not waiting.answer.cancelled()]
        if not wanted:
            return []
        try:
            with self._connection.begin():
                outcomes = [self._try(waiting) for waiting in wanted]
            self._scrub()
            return outcomes
        except Exception as trouble:  # noqa: BLE001 - it goes to everybody who waits for this commit
            self._undo()
            return [_Outcome(waiting.answer, error=trouble) for waiting in wanted]

    def _undo(self) -> None:
        """A COMMIT that fails leaves SQLite's transaction open, and SQLAlchemy does not end it: no group could begin again."""
        with suppress(sqlite3.Error):
            if self._raw.in_transaction:
                self._raw.execute("ROLLBACK")

    def _scrub(self) -> None:
        """What was erased is overwritten in the file (secure_delete), and must not be left in the log beside it either."""
        if self._erased:
            self._erased = False
            self._raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _try(self, waiting: _Waiting) -> _Outcome:
        self._raw.execute("SAVEPOINT unit")  # past SQLAlchemy, whose begin_nested costs as much as a small unit itself
        try:
            records = Records(self._connection)
            outcome = _Outcome(waiting.answer, run(waiting.unit, records))
            self._erased = self._erased or records.erased
        except BaseException as error:  # whatever it is, it goes to the one who waits for this unit
            outcome = _Outcome(waiting.answer, error=error)
            if not self._raw.in_transaction:
                # SQLite may roll all back by itself, as on a full disk: then the next SAVEPOINT would commit alone
                raise RuntimeError("SQLite gave up the transaction") from error
            self._raw.execute("ROLLBACK TO unit")
        self._raw.execute("RELEASE unit")
        return outcome


def _tell(outcomes: Sequence[_Outcome]) -> None:
    """Wake each event loop once for the whole group."""
    for loop in {outcome.answer.get_loop() for outcome in outcomes}:
        mine = [outcome for outcome in outcomes if outcome.answer.get_loop() is loop]
        try:
            loop.call_soon_threadsafe(_answer, mine)
        except RuntimeError:
            continue  # the loop has been closed: nobody waits any more


def _answer(outcomes: Sequence[_Outcome]) -> None:
    for outcome in outcomes:
        if outcome.answer.done():
            continue  # whoever waited was cancelled meanwhile; the unit is written all the same
        if outcome.error:
            outcome.answer.set_exception(outcome.error)
        else:
            outcome.answer.set_result(outcome.result)
