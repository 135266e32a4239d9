"""The real Discord client, redirected to the double, as Lectern's adapter would build it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any

import discord
import pytest
import yarl
from discord import app_commands

from bot.adapters.discord.client import still_heartbeats
from tests.doubles.discord import DiscordDouble

Answer = Callable[["discord.Interaction[Bot]"], Awaitable[Any]]


async def _nothing(interaction: "discord.Interaction[Bot]") -> None:
    """Leaves the person waiting."""


@contextmanager
def pointed(double: DiscordDouble) -> Iterator[None]:
    """discord.py keeps its addresses in class attributes; they are put back afterwards."""
    socket, route, asset = discord.gateway.DiscordWebSocket, discord.http.Route, discord.asset.Asset
    before = route.BASE, socket.DEFAULT_GATEWAY, asset.BASE
    route.BASE, socket.DEFAULT_GATEWAY, asset.BASE = double.api_url, yarl.URL(double.gateway_url), f"{double.base}/cdn"
    try:
        yield
    finally:
        route.BASE, socket.DEFAULT_GATEWAY, asset.BASE = before


class Bot(discord.Client):
    """`heard` holds what came in, in order."""

    def __init__(self, intents: int = 37377, heartbeat_timeout: float = 60.0) -> None:
        super().__init__(
            intents=discord.Intents._from_value(intents),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            guild_ready_timeout=0.05,
            heartbeat_timeout=heartbeat_timeout,
        )
        self.tree = app_commands.CommandTree(self)
        self.heard: list[discord.Message] = []
        self.events: list[str] = []
        self.joined: list[str] = []
        self.pressed: list[discord.Interaction[Bot]] = []
        self.finished: list[BaseException | None] = []
        """What became of each interaction that was answered by `answers` or `on_press`."""
        self.on_press: Answer | None = None
        self.answer: Answer = _nothing

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """A second IDENTIFY would sleep five seconds."""

    async def on_message(self, message: discord.Message) -> None:
        if message.author != self.user:
            self.heard.append(message)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        self.joined.append(guild.name)

    async def on_socket_event_type(self, name: str) -> None:
        self.events.append(name)

    async def on_interaction(self, interaction: "discord.Interaction[Bot]") -> None:
        self.pressed.append(interaction)
        if interaction.type in (discord.InteractionType.component, discord.InteractionType.modal_submit) and self.on_press:
            await self._finish(self.on_press, interaction)

    async def answers(self, interaction: "discord.Interaction[Bot]") -> None:
        """What a test wants done with `/lab`."""
        await self._finish(self.answer, interaction)

    async def _finish(self, answer: "Answer", interaction: "discord.Interaction[Bot]") -> None:
        try:
            await answer(interaction)
        except (discord.HTTPException, AssertionError) as error:
            self.finished.append(error)
        else:
            self.finished.append(None)


@asynccontextmanager
async def connected(double: DiscordDouble, bot: Bot) -> AsyncIterator[Bot]:
    """The bot logged in and ready."""
    with pointed(double):
        running = asyncio.create_task(bot.start(double.token))
        ready = asyncio.create_task(bot.wait_until_ready())
        try:
            await double.until(lambda: bot.is_ready() or running.done(), what="the bot did not become ready")
            if running.done():
                running.result()
            yield bot
        finally:
            ready.cancel()
            await bot.close()
            with suppress(asyncio.CancelledError):
                await running
            still_heartbeats(bot.loop)


async def refused(asking: Awaitable[object]) -> int:
    """The code a call is refused with."""
    with pytest.raises(discord.HTTPException) as caught:
        await asking
    return caught.value.code
