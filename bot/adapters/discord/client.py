"""discord.py as we use it: the least intents, nothing remembered, one connection that resumes after an outage."""

import asyncio
import threading
from collections.abc import Awaitable, Callable

import discord
import yarl
from discord.gateway import DiscordWebSocket, KeepAliveHandler
from discord.http import Route

from bot.adapters.discord.calls import watch_wire

DISCORD = "https://discord.com/api/v10"


class Ears:
    """What the client hears, given on. Each may take its time: the client runs them side by side."""

    def __init__(
        self,
        interaction: Callable[[discord.Interaction], Awaitable[None]],
        message: Callable[[discord.Message], Awaitable[None]],
        joined: Callable[[discord.Guild], Awaitable[None]],
        connected: Callable[[], Awaitable[None]],
    ) -> None:
        self.interaction, self.message, self.joined, self.connected = interaction, message, joined, connected


class Client(discord.Client):
    """`ears` are set before it connects. One connection without shards: after an outage it resumes, where the sharded client
    begins anew and loses what was said meanwhile. Discord asks for shards at 2,500 servers."""

    ears: Ears

    def __init__(self, *, message_content: bool) -> None:
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # nobody speaks here, so nothing is missing for it
        super().__init__(
            intents=intents(message_content=message_content),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=30.0,
            http_trace=watch_wire(),
        )
        self.identify_pause = 5.0
        self.inside = asyncio.Event()
        """Set while there is a session that Discord tells everything to."""

    async def listen(self) -> None:
        """Stay connected until cancelled or put out; then hang up. What is sent is not touched by it. May be called again."""
        try:
            await self.connect()
        finally:
            self.inside.clear()
            if self.ws is not None and self.ws.open:  # None before the first connection
                await self.ws.close(code=1000)
            still_heartbeats(self.loop)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        if not initial:
            await asyncio.sleep(self.identify_pause)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        await self.ears.interaction(interaction)

    async def on_message(self, message: discord.Message) -> None:
        await self.ears.message(message)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        await self.ears.joined(guild)

    async def on_connect(self) -> None:
        """A new session: what was said before it is not told."""
        self.inside.set()
        await self.ears.connected()

    async def on_resumed(self) -> None:
        self.inside.set()

    async def on_disconnect(self) -> None:
        self.inside.clear()


def still_heartbeats(loop: asyncio.AbstractEventLoop) -> None:
    """The library's heartbeats are threads: one of a connection that was cancelled while it began would outlive its loop."""
    for thread in threading.enumerate():
        if isinstance(thread, KeepAliveHandler) and thread.ws.loop is loop:
            thread.stop()


def intents(*, message_content: bool) -> discord.Intents:
    """Servers and their channels, messages there and in direct conversations; what they say only where that was granted."""
    wanted = discord.Intents.none()
    wanted.guilds = wanted.guild_messages = wanted.dm_messages = True
    wanted.message_content = message_content
    return wanted


def point_at(api_url: str) -> None:
    """Where the library finds Discord. Its addresses are its own global ones: set before anything is asked."""
    base = api_url.rstrip("/")
    Route.BASE = base
    if base == DISCORD:
        discord.asset.Asset.BASE = "https://cdn.discordapp.com"
    else:
        discord.asset.Asset.BASE = f"{yarl.URL(base).origin()}/cdn"


def dial(gateway: str) -> None:
    """Where the library opens its connection: the address that Discord has just told us."""
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)
