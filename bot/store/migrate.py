"""Migrations: bring a database to the schema this version of Lectern needs."""

import io
import logging
from contextlib import nullcontext
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError

from bot.store.engines import address, file_of, migrating
from bot.store.errors import CannotOpen
from bot.store.lock import FileLock

ROOT = Path(__file__).parents[2]


def upgrade(url: str) -> None:
    """Migrate to the newest schema, whole or not at all. Safe to call twice, and on PostgreSQL by several processes at once.

    Raises BadAddress, CannotOpen, and AlreadyRunning where a process has the SQLite file open: call it before `Database(url)`.
    """
    place = address(url)
    path = file_of(place)
    try:
        with FileLock(path) if path else nullcontext():
            command.upgrade(config(place), "head")
    except DBAPIError as error:
        raise CannotOpen(str(error.orig).strip().splitlines()[0]) from None


def is_current(url: str) -> bool:
    """True if the database has the newest schema. Changes nothing."""
    place = address(url)
    path = file_of(place)
    if path and not path.exists():
        return False
    engine = migrating(place)
    try:
        with engine.connect() as connection:
            here = MigrationContext.configure(connection).get_current_heads()
    finally:
        engine.dispose()
    return set(here) == {newest()}


@cache
def newest() -> str:
    """The migration this version's tables come from."""
    head = ScriptDirectory(str(ROOT / "alembic")).get_current_head()
    if head is None:
        raise RuntimeError("there are no migrations")
    return head


def config(url: URL) -> Config:
    """Alembic's configuration for one database; writes nothing to the terminal."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    settings = Config(ROOT / "alembic.ini", stdout=io.StringIO())
    settings.attributes["url"] = url  # not as an option of the file: it would read the % of a password as its own
    return settings
