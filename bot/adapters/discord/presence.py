"""Lectern's presence in Discord beside what it is asked: a welcome in a server it has just come to."""

import logging

import discord

from bot.adapters.discord.faults import TROUBLE
from bot.adapters.discord.manifest import DIGESTS, missing
from bot.adapters.discord.outbound import DiscordChat
from bot.core.chat import Place
from bot.core.greetings import welcome_post
from bot.core.ports import Clock, Records, Store

log = logging.getLogger(__name__)


class Presence:
    def __init__(self, client: discord.Client, chat: DiscordChat, store: Store, clock: Clock) -> None:
        self._client, self._chat, self._store, self._clock = client, chat, store, clock

    async def joined(self, guild: discord.Guild) -> None:
        """Said once for each time we come, where newcomers are greeted or in the first channel we may post in."""
        channel = welcoming(guild)
        if channel is None:
            log.info("There is no channel to say hello in")
            return
        place = Place("discord", str(guild.id), str(channel.id))
        since = guild.me.joined_at if guild.me else None
        key = f"discord:hello:{guild.id}:{since.timestamp() if since else 0:.0f}"

        def unit(records: Records) -> bool:
            return records.hear_once(key, self._clock.now())

        if not await self._store.write(unit):
            return
        cohort = await self._store.read(lambda records: records.cohort_at(place))
        try:
            await self._chat.post(place, welcome_post(cohort), key)
        except TROUBLE as trouble:
            log.warning("Hello could not be said in Discord", extra={"kind": type(trouble).__name__})


def welcoming(guild: discord.Guild) -> discord.TextChannel | None:
    first = [guild.system_channel] if guild.system_channel else []
    for channel in [*first, *sorted(guild.text_channels, key=lambda one: (one.position, one.id))]:
        if guild.me and not missing(channel.permissions_for(guild.me).value, DIGESTS[:2]):
            return channel
    return None
