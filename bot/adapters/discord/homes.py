"""The cohorts' channels, looked at from outside: which permissions are missing there. Asked over HTTP, without coming in."""

from collections.abc import Sequence

import discord

from bot.adapters.discord.client import Client, point_at
from bot.adapters.discord.faults import MISSING_ACCESS, NETWORK, Refused, hush_library, sorted_out
from bot.adapters.discord.manifest import PERMISSIONS, missing, missing_sentence
from bot.core.chat import Place

ALL = tuple(one.name for one in PERMISSIONS)


async def lacking(token: str, api_url: str, homes: Sequence[Place]) -> list[str]:
    """A sentence for each channel in which something is missing, or that is gone. Raises what the library does."""
    hush_library()
    point_at(api_url)
    client = Client(message_content=False)
    try:
        await client.login(token)
        told = [await _lacking(client, home) for home in homes]
    finally:
        await client.close()
    return [one for one in told if one]


async def _lacking(client: Client, home: Place) -> str:
    where = f"In channel {home.channel}"
    try:
        guild = await client.fetch_guild(int(home.workspace), with_counts=False)
        channel = await guild.fetch_channel(int(home.channel))
        me = await guild.fetch_member(client.user.id if client.user else 0)
    except NETWORK as error:
        refused = sorted_out(error)
        if not isinstance(refused, Refused):
            raise
        if refused.code == MISSING_ACCESS:
            return missing_sentence([one for one in PERMISSIONS if one.name == "view_channel"], where)
        return f"{where} nothing can be posted. {refused.why}"
    if not isinstance(channel, discord.TextChannel):
        return ""
    short = missing(channel.permissions_for(me).value, ALL)
    return missing_sentence(short, where) if short else ""
