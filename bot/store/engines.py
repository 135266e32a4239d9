"""Connections: which address means which database, and how each is opened."""

from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from bot.store.errors import BadAddress

ADVICE = "Use sqlite:///path/to/lectern.db or postgresql://user:password@host/name."


def address(url: str) -> URL:
    """The address with its driver. Takes the postgres:// that many hosts still hand out. Raises BadAddress."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise BadAddress(f"The database address cannot be read. {ADVICE}") from None  # it may hold a password
    kind = parsed.drivername.partition("+")[0]
    if kind in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    if kind == "sqlite" and parsed.database and parsed.database != ":memory:":
        return parsed.set(drivername="sqlite+pysqlite")
    raise BadAddress(f"A {kind} address of this form is not supported. {ADVICE}")


def file_of(url: URL) -> Path | None:
    """The file of an SQLite address, its folder made if need be; None for PostgreSQL."""
    if url.get_backend_name() != "sqlite":
        return None
    path = Path(url.database or "")
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def writing(url: URL) -> Engine:
    """SQLite's one writing connection."""
    return _sqlite(url, 1, "BEGIN IMMEDIATE", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")


def reading(url: URL, size: int) -> Engine:
    """SQLite's connections that see a snapshot and cannot write."""
    return _sqlite(url, size, "BEGIN", "query_only=1")


def migrating(url: URL) -> Engine:
    """A connection to change the schema with. Foreign keys are off: a batch copy DROPs the old table, children and all."""
    if url.get_backend_name() != "sqlite":
        return create_engine(url)
    return _sqlite(url, 1, "BEGIN IMMEDIATE", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=OFF")


STILL = 15
"""Seconds that PostgreSQL waits for the next word of a transaction before it ends it. A unit never waits for anything but the
server, so whoever is silent for that long was stopped, and the lane it has locked must be free before its lease is over."""


def server(url: URL, size: int) -> Engine:
    """PostgreSQL, with as many connections as there are threads to use them."""
    # a server that vanishes without a word is noticed after fifteen seconds, not when TCP gives up after as many minutes
    alive = {"keepalives_idle": 5, "keepalives_interval": 5, "keepalives_count": 2, "tcp_user_timeout": 15000}
    options = {"connect_timeout": 5, "application_name": "lectern", **alive}
    # no ping before each unit, which would cost as much as a statement: a unit whose connection turns out dead runs again
    engine = create_engine(url, pool_size=size, max_overflow=0, isolation_level="READ COMMITTED", connect_args=options)

    @event.listens_for(engine, "connect")
    def opened(raw: Any, _: Any) -> None:
        # not among the options it is opened with, which a pooler in front of the server may refuse
        raw.execute(f"SET idle_in_transaction_session_timeout = '{STILL}s'")
        raw.commit()

    return engine


def _sqlite(url: URL, size: int, begin: str, *pragmas: str) -> Engine:
    engine = create_engine(url, pool_size=size, max_overflow=0, connect_args={"check_same_thread": False})

    @event.listens_for(engine, "connect")
    def opened(raw: Any, _: Any) -> None:
        raw.isolation_level = None  # the driver must not begin transactions of its own
        for pragma in ("busy_timeout=5000", *pragmas):
            raw.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def began(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
