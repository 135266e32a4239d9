"""Trouble with the database, told apart from faults of ours: what a unit of work could not know, and what passes by itself."""

import sqlite3
from typing import Any

from sqlalchemy.exc import DBAPIError, OperationalError

from bot.core.ports import Trouble, Unavailable

SQLITE: dict[int, Trouble] = {
    sqlite3.SQLITE_BUSY: "busy",
    sqlite3.SQLITE_LOCKED: "busy",
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_READONLY: "readonly",
    sqlite3.SQLITE_IOERR: "away",
    sqlite3.SQLITE_CANTOPEN: "away",
}
POSTGRES: dict[str, Trouble] = {
    "53100": "full",  # disk full
    "25006": "readonly",  # a transaction on a server that only reads, as a standby does
    "53300": "busy",  # too many connections
    "55P03": "busy",  # a lock not to be had
    "57014": "busy",  # cancelled, as by a time limit of the server's
    "40001": "busy",
    "40P01": "busy",
    "25P03": "away",  # we were stopped within a transaction, and the server has ended it
    "57P01": "away",
    "57P02": "away",
    "57P03": "away",
}


def unavailable(error: BaseException) -> Unavailable | None:
    """What to tell whoever waits, if the database is to blame; None for a fault of ours."""
    seen: BaseException | None = error
    while seen is not None:
        if kind := _kind(seen):
            return Unavailable(kind)
        seen = seen.__cause__
    return None


def _kind(error: BaseException) -> Trouble | None:
    if isinstance(error, sqlite3.Error):
        return SQLITE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
    if not isinstance(error, DBAPIError):
        return None
    if isinstance(error.orig, sqlite3.Error):
        return _kind(error.orig)
    state: Any = getattr(error.orig, "sqlstate", None)
    if state in POSTGRES:
        return POSTGRES[state]
    gone = error.connection_invalidated or (isinstance(error, OperationalError) and state is None)
    return "away" if gone or str(state).startswith("08") else None
