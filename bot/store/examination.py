"""The database as the doctor sees it: looked at from outside, also while Lectern runs on it. Nothing is changed."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DBAPIError

from bot.core.chat import Place
from bot.core.ports import Absence
from bot.store.engines import address, file_of, reading, server
from bot.store.errors import CannotOpen
from bot.store.invariants import Broken
from bot.store.migrate import is_current
from bot.store.records import Records
from bot.store.tables import cohorts, work

LATELY = timedelta(days=30)
"""How far back a language model's replies are counted."""


@dataclass(frozen=True, slots=True)
class Examined:
    """`server` and `space` are None where there is no server, or no file of ours. `choices` are posts nobody could tell of.

    `replies` are a language model's of late, `failed` how many of them did not pass which check, the most first.
    """

    where: str
    current: bool
    server: datetime | None = None
    space: int | None = None
    broken: tuple[Broken, ...] = ()
    pending: int = 0
    dead: int = 0
    choices: int = 0
    seats: tuple[tuple[str, str], ...] = ()
    absences: tuple[Absence, ...] = ()
    replies: int = 0
    failed: tuple[tuple[str, int], ...] = ()


def examine(url: str, now: datetime) -> Examined:
    """Raises BadAddress, and CannotOpen where it cannot be reached. A schema that is not ours is not looked into."""
    place = address(url)
    path = Path(place.database or "") if place.get_backend_name() == "sqlite" else None
    where = place.render_as_string(hide_password=True).replace("+psycopg", "").replace("+pysqlite", "")
    if path and not path.exists():
        return Examined(where, current=False, space=_space(path))
    try:
        if not is_current(url):
            return Examined(where, current=False, space=_space(path) if path else None)
        with _looking(url) as connection:
            return _examined(connection, where, path, now)
    except DBAPIError as error:
        raise CannotOpen(str(error.orig).strip().splitlines()[0]) from None


def homes(url: str, platform: str, most: int) -> list[Place]:
    """The channels of the latest cohorts there. Raises as `examine` does; none where the schema is not ours."""
    if (path := file_of(address(url))) and not Path(path).exists():
        return []
    try:
        if not is_current(url):
            return []
        query = select(cohorts.c.workspace, cohorts.c.channel).where(cohorts.c.platform == platform)
        with _looking(url) as connection:
            rows = connection.execute(query.order_by(cohorts.c.id.desc()).limit(most)).all()
    except DBAPIError as error:
        raise CannotOpen(str(error.orig).strip().splitlines()[0]) from None
    return [Place(platform, row.workspace, row.channel) for row in rows]


@contextmanager
def _looking(url: str) -> Iterator[Connection]:
    place = address(url)
    engine = reading(place, 1) if file_of(place) else server(place, 1)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _examined(connection: Connection, where: str, path: Path | None, now: datetime) -> Examined:
    records = Records(connection, reading=True)
    there = None if path else records.server_time()
    now = there or now
    of = {state: select(func.count()).where(work.c.state == state) for state in ("pending", "dead")}
    choices = select(func.count()).where(work.c.choice != "")
    replies, failed = records.checked(now - LATELY)
    return Examined(
        where,
        current=True,
        server=there,
        space=_space(path) if path else None,
        broken=tuple(records.broken(now)),
        pending=connection.execute(of["pending"]).scalar_one(),
        dead=connection.execute(of["dead"]).scalar_one(),
        choices=connection.execute(choices).scalar_one(),
        seats=tuple(records.seats_held(now).items()),
        absences=tuple(records.absences()),
        replies=replies,
        failed=tuple(failed.items()),
    )


def _space(path: Path) -> int | None:
    """Bytes left where the file is, or would be."""
    folder = next((folder for folder in path.absolute().parents if folder.exists()), None)
    return shutil.disk_usage(folder).free if folder else None
