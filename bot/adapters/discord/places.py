"""Places: threads, private corners of a channel, and direct messages, made if they are not there yet."""

import hashlib
import logging
from typing import Any

import discord

from bot.adapters.discord.calls import Calls
from bot.adapters.discord.faults import THREAD_ARCHIVED, THREAD_THERE, TROUBLE, Refused
from bot.adapters.discord.limits import THREAD_NAME, shorten
from bot.adapters.discord.permissions import PRIVATE_THREAD, THREAD, explained, lacks, private_threads
from bot.core.chat import Person, Place

WEEK = 10_080
"""Minutes after which Discord puts a silent thread away; a message brings it back."""
PRIVATE = 12
HERE = "@me"
"""The workspace of whoever writes directly and was never met in a server."""

log = logging.getLogger(__name__)


class Places:
    def __init__(self, client: discord.Client, calls: Calls) -> None:
        self._client, self._calls = client, calls

    async def open_thread(self, place: Place, ref: str, title: str, person: Person) -> Place:
        """The thread under a message, with the person in it. In a direct message there is none: it is the thread itself."""
        if place.direct:
            return await self._furnish(place, ref, title, person) if ":" in ref else place
        thread = Place(place.platform, place.workspace, place.channel, ref)
        body = {"name": shorten(title, THREAD_NAME), "auto_archive_duration": WEEK}
        try:
            ids = {"channel_id": place.channel, "message_id": ref}
            await self._calls.bot("POST", "/channels/{channel_id}/messages/{message_id}/threads", ids, body)
        except Refused as refused:
            if refused.code != THREAD_THERE:
                raise explained(self._client, refused, place.channel, THREAD) from None
        await self._invite(thread, person)
        return thread

    def lacks(self, place: Place) -> str:
        """Which permissions the course needs there and we have not, as far as we know the channel."""
        return "" if place.direct else lacks(self._client, place.channel)

    async def _invite(self, thread: Place, person: Person) -> None:
        """So that it stands in their list. Whoever is not in a public thread can read it all the same."""
        try:
            await self._let_in(thread, person)
        except TROUBLE as trouble:
            log.info("Somebody could not be added to a thread", extra={"kind": type(trouble).__name__})

    async def _let_in(self, thread: Place, person: Person) -> None:
        """Discord puts silent threads away, and lets nobody into one before it is taken out again."""
        where = {"channel_id": thread.thread}
        join = "/channels/{channel_id}/thread-members/{user_id}"
        try:
            await self._calls.bot("PUT", join, {**where, "user_id": person.id})
        except Refused as refused:
            if refused.code != THREAD_ARCHIVED:
                raise
            await self._calls.bot("PATCH", "/channels/{channel_id}", where, {"archived": False})
            await self._calls.bot("PUT", join, {**where, "user_id": person.id})

    # ------------------------------------------------------------ private corners

    def is_corner(self, place: Place) -> bool:
        """Whether it is a server's channel as one person alone sees it: a private thread there that is yet to be made."""
        return place.direct and place.thread is None and place.channel.startswith(CORNER)

    def inside(self, place: Place, ref: str) -> tuple[Place, str]:
        """Where a message really is: what was said in a corner stands in its thread."""
        if not self.is_corner(place):
            return place, ref
        thread, _, message = ref.partition(":")
        return Place(place.platform, place.workspace, place.channel.removeprefix(CORNER), thread, True), message

    def corner_of(self, place: Place) -> Place | None:
        if place.direct or not private_threads(self._client, place.channel):
            return None
        return Place(place.platform, place.workspace, f"{CORNER}{place.channel}", None, True)

    async def corner(self, place: Place, key: str) -> Place:
        """The private thread for a key, made if it is not there."""
        if there := await self.corner_there(place, key):
            return there
        channel = place.channel.removeprefix(CORNER)
        body = {"name": _provisional(key), "type": PRIVATE, "auto_archive_duration": WEEK, "invitable": False}
        try:
            made = await self._calls.bot("POST", "/channels/{channel_id}/threads", {"channel_id": channel}, body)
        except Refused as refused:
            raise explained(self._client, refused, channel, PRIVATE_THREAD) from None
        return Place(place.platform, place.workspace, channel, str(made["id"]), True)

    async def corner_there(self, place: Place, key: str) -> Place | None:
        """It bears a provisional name until its owner is let in."""
        channel = place.channel.removeprefix(CORNER)
        found: dict[str, Any] = await self._calls.bot("GET", "/guilds/{guild_id}/threads/active", {"guild_id": place.workspace})
        for thread in found.get("threads") or ():
            if str(thread.get("parent_id")) == channel and thread.get("name") == _provisional(key):
                return Place(place.platform, place.workspace, channel, str(thread["id"]), True)
        return None

    async def _furnish(self, place: Place, ref: str, title: str, person: Person) -> Place:
        thread, _ = self.inside(place, ref)
        try:
            await self._let_in(thread, person)
            named = {"name": shorten(title, THREAD_NAME)}
            await self._calls.bot("PATCH", "/channels/{channel_id}", {"channel_id": thread.thread}, named)
        except Refused as refused:
            raise explained(self._client, refused, thread.channel, PRIVATE_THREAD) from None
        return thread

    # ------------------------------------------------------------ direct messages

    async def direct(self, person: Person) -> Place:
        made = await self._calls.bot("POST", "/users/@me/channels", {}, {"recipient_id": person.id})
        return Place("discord", person.workspace, str(made["id"]), None, True)


CORNER = "private:"


def _provisional(key: str) -> str:
    return f"lab-{hashlib.sha256(key.encode()).hexdigest()[:12]}"
