"""An orderly end: nothing new is begun, what is in hand ends or is handed over, and the next start goes on with it."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.adapters.clock import Recurrences
from bot.adapters.library import Library
from bot.adapters.room.render import load
from bot.app import App
from bot.core import deliveries
from bot.core.beginnings import HOME
from bot.core.chat import Command, Person, Place, Said, para
from bot.core.plain import plain
from bot.core.ports import Draft, LabTurn, Tutor
from bot.settings import Settings
from bot.store.database import Database
from bot.store.migrate import upgrade
from tests.conftest import text
from tests.fakes import FakeClock, FakePictures, ScriptedTutor

ROOT = Path(__file__).parents[1]
ADA = Person("room", "local", "ada", "Ada")
ANSWER = "A score predicts which answer a rater would pick, and nothing else."


class Slow(ScriptedTutor):
    """Begins to speak, and never comes to an end."""

    def __init__(self) -> None:
        super().__init__()
        self.speaking = asyncio.Event()

    async def answer(self, turn: LabTurn) -> AsyncGenerator[Draft]:
        yield Draft((para(ANSWER[:50]),), done=False)
        self.speaking.set()
        await asyncio.Event().wait()


async def started(url: str, library: Library, tutor: Tutor) -> App:
    settings = Settings(database_url=url, port=0, _env_file=None)
    app = App(settings, library, Database(url), FakeClock(), Recurrences(), FakePictures(), tutor=tutor)
    await app.start()
    return app


async def opened(app: App) -> Place:
    await app.hear(Command(ADA, HOME, "e1", "lab", "rlhf"))
    await app.deliveries.settle()
    lab = await app._database.read(lambda records: records.lab(1))
    assert lab
    assert lab.thread
    return lab.thread


async def said_in(app: App, thread: Place) -> list[str]:
    number = int(thread.thread or 0)
    messages = await app._database.read(lambda records: records.room_page("nobody", thread.channel, number, None, 50))
    return [plain(load(message.post), controls=False) for message in messages]


@pytest.fixture
def url(tmp_path: Path) -> str:
    made = f"sqlite:///{tmp_path / 'lectern.db'}"
    upgrade(made)
    return made


async def test_an_answer_cut_off_by_the_end_is_given_by_the_next_start_in_the_same_message(
    url: str, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "PATIENCE", 0)
    slow = Slow()
    app = await started(url, library, slow)
    thread = await opened(app)
    await app.hear(Said(ADA, thread, "m1", "What is a score?"))
    await slow.speaking.wait()
    stopping = asyncio.create_task(app.stop())
    await asyncio.sleep(0)
    assert "nothing of that was kept" in text(await app.hear(Said(ADA, thread, "m2", "Are you there?")))
    await stopping

    app = await started(url, library, ScriptedTutor(ANSWER))
    await app.deliveries.settle()
    there = await said_in(app, thread)
    assert len([one for one in there if ANSWER[:50] in one]) == 1
    assert len([one for one in there if ANSWER in one]) == 1
    assert not any("Are you there?" in one for one in there)
    assert await app._database.read(lambda records: records.broken(FakeClock().now())) == []
    await app.stop()


async def test_a_program_asked_to_end_ends_with_nothing_to_complain_of(url: str) -> None:
    environment = {**os.environ, "DATABASE_URL": url, "PORT": "0"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", cwd=ROOT, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    assert process.stdout
    assert b"is ready" in await process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    _, complaints = await process.communicate()
    assert process.returncode == 0
    assert b"Traceback" not in complaints
