"""The whole program, in this process or as an operator starts it."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot.adapters.clock import Recurrences
from bot.adapters.library import Library
from bot.adapters.room.render import load
from bot.app import App
from bot.core.beginnings import HOME
from bot.core.chat import Command, Reply
from bot.core.plain import plain
from bot.core.ports import Clock
from bot.settings import Settings
from bot.store.database import Database
from bot.store.migrate import upgrade
from tests.conftest import ADA, GRACE
from tests.fakes import FakeClock, FakePictures

ROOT = Path(__file__).parents[1]
HEAVY = ("discord", "matplotlib", "numpy", "openai", "psycopg", "slack_bolt", "slack_sdk")


class Running:
    """Apps over one database file, started and stopped one after the other."""

    def __init__(self, folder: Path, library: Library) -> None:
        self.url, self._library = f"sqlite:///{folder / 'app.db'}", library
        self.app: App

    async def start(self, clock: Clock | None = None) -> App:
        upgrade(self.url)
        settings = Settings(database_url=self.url, port=0, _env_file=None)
        self.database = Database(self.url)
        self.app = App(settings, self._library, self.database, clock or FakeClock(), Recurrences(), FakePictures())
        await self.app.start()
        return self.app

    async def settled(self) -> list[str]:
        """What stands in the first channel once there is nothing left to do."""
        await self.app.deliveries.settle()
        messages = await self.database.read(lambda records: records.room_page("nobody", HOME.channel, None, None, 50))
        return [plain(load(message.post)) for message in messages]


@pytest.fixture
def running(tmp_path: Path, library: Library) -> Running:
    return Running(tmp_path, library)


async def test_a_first_start_posts_the_first_digest_and_a_second_one_does_not(running: Running) -> None:
    app = await running.start()
    first = await running.settled()
    assert len(first) == 1
    assert "What fine-tuning changes" in first[0]
    await app.stop()
    app = await running.start()
    assert await running.settled() == first
    await app.stop()


async def test_whoever_comes_first_leads_the_demo_cohort(running: Running) -> None:
    app = await running.start()
    for person in (ADA, GRACE):
        await app.beginnings.welcome(person)
    roles = await running.database.write(lambda r: [r.role(1, r.know(person, FakeClock().now())) for person in (ADA, GRACE)])
    assert roles == ["lead", None]
    await app.stop()


async def test_it_is_alive_and_ready_only_while_it_serves(running: Running) -> None:
    app = await running.start()
    async with ClientSession() as session:
        for path in ("healthz", "readyz"):
            async with session.get(f"{app.room.address}/{path}") as response:
                assert response.status == 200
    await app.stop()


def program(**environment: str) -> "subprocess.CompletedProcess[str]":
    """`python -m bot` until it ends by itself."""
    return subprocess.run(
        [sys.executable, "-m", "bot"], cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, timeout=60
    )


def test_it_refuses_to_open_the_room_to_others_without_a_password(tmp_path: Path) -> None:
    ended = program(HOST="0.0.0.0", DATABASE_URL=f"sqlite:///{tmp_path / 'x.db'}")  # noqa: S104 - the very thing refused
    assert ended.returncode == 1
    assert "set ROOM_PASSWORD" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_wrong_content_stops_the_start_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "order.yaml").write_text("title: X\nlessons: [nowhere]\n")
    ended = program(LESSONS_DIR=str(tmp_path), DATABASE_URL=f"sqlite:///{tmp_path / 'x.db'}")
    assert ended.returncode == 1
    assert f"{tmp_path / 'order.yaml'}:2:" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("platform", ["slack", "discord"])
async def test_an_author_sees_the_course_as_the_platforms_show_it(running: Running, platform: str) -> None:
    app = await running.start()
    async with ClientSession(app.room.address) as session, session.get(f"/preview/{platform}?lesson=rlhf") as answer:
        assert "RLHF: learning from comparisons" in await answer.text()
    await app.stop()


async def test_a_second_program_on_the_same_file_is_refused_with_a_sentence(running: Running) -> None:
    app = await running.start()
    ended = await asyncio.to_thread(program, DATABASE_URL=running.url)
    await app.stop()
    assert ended.returncode == 1
    assert "Another Lectern is running" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_heavy_libraries_are_not_imported_before_they_are_needed() -> None:
    asked = f"import sys, bot.app; print([name for name in {HEAVY} if name in sys.modules])"
    said = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


async def test_with_a_model_configured_learners_are_told_where_their_words_go(tmp_path: Path, library: Library) -> None:
    url = f"sqlite:///{tmp_path / 'app.db'}"
    upgrade(url)
    settings = Settings(database_url=url, port=0, openai_base_url="http://127.0.0.1:9/v1", openai_model="m", _env_file=None)
    app = App(settings, library, Database(url), FakeClock(), Recurrences(), FakePictures())
    await app.start()
    answer = await app.hear(Command(ADA, HOME, "e", "lectern", "privacy"))
    await app.stop()
    assert isinstance(answer, Reply)
    assert app.model
    assert app.model.banner in plain(answer.post)
    assert "this server" in app.model.banner


def test_a_model_server_without_a_model_is_half_configured(tmp_path: Path) -> None:
    ended = program(OPENAI_API_KEY="made-up", DATABASE_URL=f"sqlite:///{tmp_path / 'x.db'}")
    assert ended.returncode == 1
    assert "set OPENAI_MODEL" in ended.stderr
    assert "made-up" not in ended.stderr
