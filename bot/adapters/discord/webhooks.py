"""Webhooks: the one through which all personas of a channel speak. Kept under a seal, made once, made anew once if deleted."""

import asyncio
import json
import logging
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakValueDictionary

import discord

from bot.adapters.discord.calls import Calls
from bot.adapters.discord.faults import MISSING_ACCESS, MISSING_PERMISSIONS, TOO_MANY_HOOKS, Refused
from bot.adapters.discord.permissions import PERSONA, explained
from bot.adapters.discord.seal import Seal
from bot.core.chat import Place, Post, Speaker, bold, note, para
from bot.core.notices import tell
from bot.core.ports import Clock, Cohort, Records, Store

NAME = "Lectern"
"""Every message bears its persona's name instead. Discord refuses names that hold its own."""
DENIED = frozenset({MISSING_ACCESS, MISSING_PERMISSIONS}) | TOO_MANY_HOOKS
DENIED_SECONDS = 300.0
"""For so long a channel that gives us no webhook is not asked again: Discord counts what it refuses."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Hook:
    id: str
    token: str = field(repr=False)


class Webhooks:
    """Safe to use from several processes: the channel's list of webhooks is looked at before one is made."""

    def __init__(self, client: discord.Client, calls: Calls, store: Store, clock: Clock, seal: Seal) -> None:
        self._client, self._calls, self._store, self._clock, self._seal = client, calls, store, clock, seal
        self._known: dict[str, Hook] = {}
        self._denied: dict[str, float] = {}
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def voice(self, place: Place, speaker: Speaker | None) -> Hook | None:
        """What a speaker speaks through there. None where the bot speaks itself, and names the persona in the message: in direct
        messages, which have no webhooks, and in channels that give us none."""
        if speaker is None or (place.direct and place.thread is None):
            return None
        now = asyncio.get_running_loop().time()
        if self._denied.get(place.channel, 0.0) > now:
            return None
        try:
            return await self.of(place.channel)
        except Refused as refused:
            if refused.code not in DENIED:
                raise
            told = explained(self._client, refused, place.channel, PERSONA)
            log.warning("Personas speak under the bot's own name in a channel: %s", told.why, extra={"channel": place.channel})
            self._denied[place.channel] = now + DENIED_SECONDS
            await self._tell_leads(Place("discord", place.workspace, place.channel), told.why)
            return None

    async def _tell_leads(self, channel: Place, why: str) -> None:
        """Directly, and once for a channel."""

        def unit(records: Records) -> None:
            if cohort := records.cohort_at(channel):
                for lead in records.leads(cohort.id):
                    tell(records, lead, f"webhook:{channel.channel}", _nameless(cohort, why), self._clock.now())

        await self._store.write(unit)

    async def of(self, channel: str) -> Hook:
        if hook := self._known.get(channel):
            return hook
        lock = self._locks.setdefault(channel, asyncio.Lock())
        async with lock:
            if channel not in self._known:
                self._known[channel] = await self._kept(channel) or await self._found_or_made(channel)
            return self._known[channel]

    async def _kept(self, channel: str) -> Hook | None:
        """None where there is none, or it was sealed under another token of ours."""
        kept = await self._store.read(lambda records: records.keepsake("discord", _name(channel)))
        return self._opened(kept) if kept else None

    def _opened(self, sealed: str) -> Hook | None:
        plain = self._seal.opened(sealed)
        return Hook(*json.loads(plain)) if plain else None

    async def _found_or_made(self, channel: str) -> Hook:
        where = {"channel_id": channel}
        listed: list[dict[str, Any]] = await self._calls.bot("GET", "/channels/{channel_id}/webhooks", where)
        ours = next((one for one in listed if self._ours(one)), None)
        if ours is None:
            ours = await self._calls.bot("POST", "/channels/{channel_id}/webhooks", where, {"name": NAME})
        hook = Hook(str(ours["id"]), str(ours["token"]))
        value, now = self._seal.put(json.dumps([hook.id, hook.token])), self._clock.now()
        await self._store.write(lambda records: records.keep_keepsake("discord", _name(channel), value, now))
        return hook

    def _ours(self, webhook: dict[str, Any]) -> bool:
        by_us = str(webhook.get("application_id")) == str(self._calls.application)
        return by_us and webhook.get("type") == 1 and bool(webhook.get("token"))

    async def forget(self, channel: str, hook: Hook) -> None:
        """It is no longer there: the next who speaks makes another."""
        if self._known.get(channel) == hook:
            del self._known[channel]
        kept = await self._store.read(lambda records: records.keepsake("discord", _name(channel)))
        if kept and self._opened(kept) == hook:
            await self._store.write(lambda records: records.drop_keepsake("discord", _name(channel), kept))


def _nameless(cohort: Cohort, why: str) -> Post:
    """For each of the leads: what is amiss, and what to do."""
    return Post(
        (
            para(bold("Personas speak under my name. "), f"They cannot have their own in the channel of “{cohort.name}”."),
            para(why),
            note("Labs go on meanwhile. I tell you once."),
        )
    )


def _name(channel: str) -> str:
    return f"webhook:{channel}"
