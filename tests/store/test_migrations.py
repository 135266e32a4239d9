"""One migration chain, whole or not at all, the same on both databases."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import alembic
import pytest
from alembic import command
from sqlalchemy import inspect, text

from bot.store.database import Database
from bot.store.engines import address, migrating
from bot.store.errors import AlreadyRunning, CannotOpen
from bot.store.migrate import config, is_current, upgrade
from bot.store.tables import metadata


@pytest.fixture
def empty_url(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'new' / 'lectern.db'}"
        return
    server: str = request.getfixturevalue("postgres_server")
    _administer(server, "CREATE DATABASE empty")
    yield server.replace("/postgres?", "/empty?")
    _administer(server, "DROP DATABASE empty WITH (FORCE)")


def _administer(url: str, statement: str) -> None:
    engine = migrating(address(url)).execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def _tables(url: str) -> set[str]:
    engine = migrating(address(url))
    names = set(inspect(engine).get_table_names())
    engine.dispose()
    return names


def test_an_empty_database_becomes_current_and_a_second_upgrade_is_harmless(empty_url: str) -> None:
    assert not is_current(empty_url)
    upgrade(empty_url)
    assert is_current(empty_url)
    upgrade(empty_url)
    assert _tables(empty_url) == set(metadata.tables) | {"alembic_version"}


def test_the_migrations_and_the_tables_agree(empty_url: str) -> None:
    upgrade(empty_url)
    command.check(config(address(empty_url)))


def test_the_chain_goes_down_and_up_again(empty_url: str) -> None:
    upgrade(empty_url)
    command.downgrade(config(address(empty_url)), "base")
    assert not is_current(empty_url)
    assert _tables(empty_url) == {"alembic_version"}
    upgrade(empty_url)
    assert is_current(empty_url)


def test_an_upgrade_says_nothing_on_the_terminal(empty_url: str, capfd: pytest.CaptureFixture[str]) -> None:
    upgrade(empty_url)
    assert capfd.readouterr() == ("", "")


def test_a_migration_that_fails_leaves_nothing(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise ValueError("in the middle")

    with monkeypatch.context() as patch:
        patch.setattr("alembic.op.execute", breaks)  # the view comes last
        with pytest.raises(ValueError, match="in the middle"):
            upgrade(empty_url)
    assert _tables(empty_url) == set()
    upgrade(empty_url)


def test_several_processes_may_migrate_one_server_at_once(postgres_server: str) -> None:
    _administer(postgres_server, "CREATE DATABASE shared")
    url = postgres_server.replace("/postgres?", "/shared?")
    code = f"from bot.store.migrate import upgrade\nupgrade({url!r})"
    started = [subprocess.Popen([sys.executable, "-W", "error", "-c", code]) for _ in range(3)]
    assert [process.wait(60) for process in started] == [0, 0, 0]
    assert is_current(url)
    _administer(postgres_server, "DROP DATABASE shared WITH (FORCE)")


async def test_a_file_that_is_in_use_is_not_migrated(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with pytest.raises(AlreadyRunning):
        upgrade(sqlite_url)
    assert is_current(sqlite_url)
    await database.close()


def test_our_folder_of_migrations_does_not_hide_the_library() -> None:
    root = Path(__file__).parents[2]
    assert not (root / "alembic" / "__init__.py").exists()
    assert root / "alembic" not in Path(alembic.__file__).parents
    shown = subprocess.run(
        [sys.executable, "-c", "import alembic.command; print(alembic.__file__)"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(shown.stdout.strip()) == Path(alembic.__file__)


def test_an_upgrade_works_in_a_thread_beside_an_event_loop(tmp_path: Path) -> None:
    thread = threading.Thread(target=upgrade, args=(f"sqlite:///{tmp_path / 'a.db'}",))
    thread.start()
    thread.join()
    assert is_current(f"sqlite:///{tmp_path / 'a.db'}")


def test_what_is_no_database_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_bytes(b"no database at all, but long enough to look at " * 40)
    with pytest.raises(CannotOpen, match="Look at DATABASE_URL"):
        upgrade(f"sqlite:///{tmp_path / 'notes.txt'}")


def test_a_server_that_does_not_run_is_told_in_a_sentence() -> None:
    with pytest.raises(CannotOpen, match="Look at DATABASE_URL"):
        upgrade("postgresql://lectern:secret@127.0.0.1:1/lectern")


@pytest.mark.parametrize("change", ["UPDATE alembic_version SET version_num = 'of tomorrow'", "DROP TABLE alembic_version"])
async def test_a_program_that_runs_sees_that_the_tables_are_no_longer_its_own(empty_url: str, change: str) -> None:
    upgrade(empty_url)
    database = Database(empty_url)
    before = await database.current()
    engine = migrating(address(empty_url))
    with engine.begin() as connection:
        connection.execute(text(change))
    engine.dispose()
    after = await database.current()
    await database.close()
    assert (before, after) == (True, False)
