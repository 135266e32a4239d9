"""A second opinion: the adapter against simcord, an independent imitation of Discord inside discord.py.

For commands, quizzes, permissions, forms and restarts: what a webhook says in a thread it keeps in the channel instead, and it
refuses components of webhooks, so that labs are not tried there.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import discord
import pytest

from bot.adapters.clock import Recurrences, SystemClock
from bot.adapters.discord.sync import sync
from bot.adapters.library import Library
from bot.app import App
from bot.settings import Settings
from bot.store.database import Database
from bot.store.migrate import upgrade
from tests.fakes import FakePictures

simcord = pytest.importorskip("simcord")
NO_THREADS = discord.PermissionOverwrite(create_public_threads=False)


class Stage:
    """Lectern inside simcord, with a server, a channel, and whoever is asked for."""

    def __init__(self, folder: Path, library: Library) -> None:
        self.url = f"sqlite:///{folder / 'simcord.db'}"
        self._library = library
        self.app: App
        self.env: Any
        self.guild: Any
        self.channel: Any

    def begin(self) -> discord.Client:
        """Lectern as it stands once it is connected, but for the connection, which simcord is."""
        settings = Settings(database_url=self.url, port=0, discord_token="MTA.simcord.token", _env_file=None)
        self.app = App(settings, self._library, Database(self.url), SystemClock(), Recurrences(), FakePictures(), seed=lambda: 3)
        bot = self.app.discord
        assert bot
        bot._listening = True
        bot._outages._whole.set()
        return bot._client

    async def register(self) -> None:
        bot = self.app.discord
        assert bot
        await sync(bot._calls, self.app._database, self.app._clock)

    async def restart(self) -> None:
        before = self.app._database
        await before.close()
        await self.env.restart_bot(self.begin())

    def person(self, name: str) -> Any:
        return self.guild.add_member(self.env.create_user(name))


@asynccontextmanager
async def staged(folder: Path, library: Library) -> AsyncIterator[Stage]:
    """No fixture: simcord wants to be entered and left in one context."""
    stage = Stage(folder, library)
    upgrade(stage.url)
    async with simcord.run(stage.begin()) as stage.env:
        stage.guild = stage.env.create_guild()
        stage.channel = stage.guild.create_text_channel("general")
        await stage.register()
        yield stage
    await stage.app._database.close()


Staged = Callable[[], AbstractAsyncContextManager[Stage]]


@pytest.fixture
def staging(tmp_path: Path, library: Library) -> Staged:
    return lambda: staged(tmp_path, library)


def words(message: Any) -> str:
    return "\n".join(_texts(message.components))


def _texts(components: list[dict[str, Any]]) -> list[str]:
    found: list[str] = []
    for one in components:
        found += [one["content"]] if one.get("content") else []
        found += _texts(one.get("components") or [])
    return found


async def test_a_command_is_answered_privately(staging: Staged) -> None:
    async with staging() as stage:
        ada = stage.person("ada")
        done = await ada.slash(stage.channel, "lesson", topic="rlhf")
        assert done.ephemeral
        assert "section 1 of 8" in words(done.response)


async def test_a_cohort_is_founded_for_all_to_see(staging: Staged) -> None:
    async with staging() as stage:
        ada = stage.person("ada")
        done = await ada.slash(stage.channel, "cohort create", name="Winter")
        assert not done.ephemeral
        assert "Winter" in words(done.response)


async def test_pages_turn_in_place_before_and_after_a_restart(staging: Staged) -> None:
    async with staging() as stage:
        ada = stage.person("ada")
        page = (await ada.slash(stage.channel, "lesson", topic="rlhf")).response
        await ada.click(page, label="Next")
        assert "section 2 of 8" in words(page)
        await stage.restart()
        await ada.click(page, label="Next")
        assert "section 3 of 8" in words(page)


async def test_a_quiz_answers_in_place_and_survives_a_restart(staging: Staged) -> None:
    async with staging() as stage:
        ada = stage.person("ada")
        question = (await ada.slash(stage.channel, "quiz", topic="rlhf")).response
        assert "question 1 of 5" in words(question)
        await stage.restart()
        option = next(code for code in _codes(question.components) if code.startswith("1o"))
        await ada.click(question, custom_id=option)
        assert "Right." in words(question) or "Not quite." in words(question)


def _codes(components: list[dict[str, Any]]) -> list[str]:
    found: list[str] = []
    for one in components:
        found += [one["custom_id"]] if one.get("custom_id") else []
        found += _codes(one.get("components") or [])
        found += _codes([one["accessory"]] if one.get("accessory") else [])
    return found


async def test_a_missing_permission_is_told_by_its_name(staging: Staged) -> None:
    async with staging() as stage:
        ada, me = stage.person("ada"), stage.guild.me
        closed = stage.guild.create_text_channel("closed", overwrites={me: NO_THREADS})
        done = await ada.slash(closed, "lab", topic="rlhf")
        assert done.ephemeral
        assert "Create Public Threads" in words(done.response)


async def test_the_calendar_is_asked_in_a_form(staging: Staged) -> None:
    async with staging() as stage:
        ada = stage.person("ada")
        await ada.slash(stage.channel, "cohort create", name="Winter")
        shown = await ada.slash(stage.channel, "cohort schedule")
        assert shown.modal
        done = await ada.submit_modal(shown, {"days": ["tue", "thu"], "time": "09:30", "zone": "Europe/Berlin", "from": ""})
        assert "Is this right?" in words(done.response)


async def test_suggestions_name_the_lessons(staging: Staged) -> None:
    async with staging() as stage:
        ada = stage.person("ada")
        done = await ada.autocomplete(stage.channel, "lesson", "topic", "rl")
        assert "RLHF" in str(done)
