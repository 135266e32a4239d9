"""Lectern in simcord, a second simulation of Discord that is not ours: it stands in for discord.py's own HTTP client and gateway.

It judges commands, quizzes, permissions and restarts. Personas it cannot judge: it passes over a webhook's thread, and refuses
components from the app's own webhook.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from simcord import ChannelHandle, Env, GuildHandle, InteractionResult, MemberActor, interactions

from bot.adapters.clock import Recurrences, SystemClock
from bot.adapters.discord.connection import Discord
from bot.adapters.library import Library
from bot.app import App
from bot.settings import Settings
from bot.store.database import Database
from bot.store.migrate import upgrade
from tests.doubles.discord.reading import Part, parts
from tests.doubles.discord.specs import Json
from tests.doubles.discord.things import texts
from tests.fakes import FakePictures


class Simulated:
    """One server with a channel. Lectern's client is attached instead of connected; all else of it runs."""

    env: Env
    guild: GuildHandle
    channel: ChannelHandle

    def __init__(self, folder: Path, library: Library) -> None:
        self._url = f"sqlite:///{folder / 'simcord.db'}"
        self._library = library
        upgrade(self._url)
        self.app = self._made()

    def _made(self) -> App:
        settings = Settings(database_url=self._url, port=0, _env_file=None, discord_token="x" * 60)
        self._database = Database(self._url)
        return App(settings, self._library, self._database, SystemClock(), Recurrences(), FakePictures(), seed=lambda: 3)

    @property
    def platform(self) -> Discord:
        assert self.app.discord is not None
        return self.app.discord

    @property
    def client(self) -> Any:
        return self.platform._client

    async def begin(self, env: Env) -> None:
        self.env = env
        self.guild = env.create_guild("Course")
        self.channel = self.guild.create_text_channel("course")
        await self._listen()

    async def _listen(self) -> None:
        """What `Discord.start` does around its connection, which simcord has made already."""
        await self.platform._prepare()
        self.platform._listening = self.platform._sits = True

    async def restart(self) -> None:
        """Another process on the same database."""
        await self.leave()
        self.app = self._made()
        await self.env.restart_bot(self.client)
        await self._listen()

    async def leave(self) -> None:
        await self.platform.stop()
        await self._database.close()

    def member(self, name: str) -> MemberActor:
        return self.guild.add_member(self.env.create_user(name))


class Screen:
    """What an interaction brought, as its components tell."""

    def __init__(self, done: InteractionResult) -> None:
        assert done.response is not None
        self.message, self.private = done.response, done.response.ephemeral

    @property
    def components(self) -> list[Json]:
        return self.message.components

    @property
    def words(self) -> str:
        return "\n".join(texts(self.components))

    def part(self, label: str) -> Part:
        return next(one for one in parts(self.components) if one.label == label)


@pytest.fixture(autouse=True)
def _owned(monkeypatch: pytest.MonkeyPatch) -> None:
    """simcord leaves out who installed the app, which Discord always says."""
    made = interactions.base_payload

    def owned(*given: Any, guild_id: int | None, **more: Any) -> tuple[Any, Json]:
        record, payload = made(*given, guild_id=guild_id, **more)
        payload["authorizing_integration_owners"] = {"0": str(guild_id or 0)}
        return record, payload

    monkeypatch.setattr(interactions, "base_payload", owned)


@pytest.fixture
async def course(tmp_path: Path, library: Library) -> AsyncIterator[Simulated]:
    simulated = Simulated(tmp_path, library)
    env = Env(simulated.client)
    await env.start()
    try:
        await simulated.begin(env)
        yield simulated
        await simulated.leave()
        env.raise_errors()
    finally:
        await env.shutdown()
