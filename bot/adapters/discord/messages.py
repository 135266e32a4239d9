"""Messages: how one is sent, marked so that it is found again, read back, and edited, by a webhook or by the bot itself.

A message's first component bears a number made from its key. Discord keeps it, nobody sees it, and it can be read back also
where a webhook spoke, which takes no nonce, and where others' words are withheld from us.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

import discord

from bot.adapters.discord.calls import QUIET, V2, Calls, Json
from bot.adapters.discord.faces import Faces
from bot.adapters.discord.faults import NOT_OURS, SORRY_GONE, UNKNOWN_MESSAGE, Refused
from bot.adapters.discord.limits import NONCE
from bot.adapters.discord.permissions import IN_THREAD, POST, READ, explained
from bot.adapters.discord.personas import persona
from bot.adapters.discord.render import Message
from bot.adapters.discord.webhooks import Hook, Webhooks
from bot.core.chat import Place, Speaker

LOOKED_AT = 100
"""The latest messages among which one is looked for: one page. A lab has some forty; a channel, its latest days."""
ASKED_AGAIN = 10
"""Messages of our webhook whose content is withheld, that are asked for through the webhook itself."""
CHANNEL_MESSAGES = "/channels/{channel_id}/messages"
ONE_MESSAGE = "/channels/{channel_id}/messages/{message_id}"
EXECUTE = "/webhooks/{webhook_id}/{webhook_token}"
HOOKED = "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}"


class Gone(Exception):
    """The message cannot be edited that way: it is deleted, or somebody else's, or the webhook that spoke is deleted."""


def conversation(place: Place) -> str:
    return place.thread or place.channel


def mark_of(key: str) -> int:
    """Between 2^30 and 2^31: Discord numbers the components it is given none for from 1."""
    return (1 << 30) | (int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") >> 2)


def nonce_of(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:NONCE]


def content(message: Message, mark: int = 0) -> Json:
    """What is sent, with nothing in it that could ping anybody."""
    components = [*message.components]
    if mark and components:
        components[0] = {**components[0], "id": mark}
    said = {"flags": V2} if message.v2 else {"content": message.content, "flags": 0}
    files = [{"id": n, "filename": one.name, "description": one.alt} for n, one in enumerate(message.files)]
    return {"components": components, **said, "allowed_mentions": QUIET, "attachments": files}


def new(body: Json) -> Json:
    """A new message has no list of attachments where there are none; in an edit the empty list removes those there were."""
    return body if body["attachments"] else {name: value for name, value in body.items() if name != "attachments"}


class Messages:
    def __init__(self, client: discord.Client, calls: Calls, webhooks: Webhooks, faces: Faces) -> None:
        self._client, self._calls, self._webhooks, self._faces = client, calls, webhooks, faces

    async def send(self, place: Place, message: Message, speaker: Speaker | None, hook: Hook | None, key: str) -> str:
        """A new message; gives its id. Whether one is there already is the caller's to find out."""
        body = new(content(message, mark_of(key)))
        try:
            if hook and speaker:
                return await self._speak(place, message, speaker, hook, body)
            body |= {"nonce": nonce_of(key), "enforce_nonce": True}
            there = {"channel_id": conversation(place)}
            return str((await self._calls.bot("POST", CHANNEL_MESSAGES, there, body, message.files))["id"])
        except Refused as refused:
            raise self._explained(refused, place) from None

    async def _speak(self, place: Place, message: Message, speaker: Speaker, hook: Hook, body: Json) -> str:
        """Through the webhook; once more through a new one if it has been deleted."""
        body |= persona(speaker, self._faces.address(speaker.face))
        try:
            return await self._execute(place, message, hook, body)
        except Refused as refused:
            if refused.code not in SORRY_GONE:
                raise
        await self._webhooks.forget(place.channel, hook)
        return await self._execute(place, message, await self._webhooks.of(place.channel), body)

    async def _execute(self, place: Place, message: Message, hook: Hook, body: Json) -> str:
        query = {"wait": "true", "with_components": "true", **_thread(place)}
        return str((await self._calls.token("POST", EXECUTE, _ids(hook), body, message.files, query, once=True))["id"])

    async def edit(self, place: Place, ref: str, message: Message, hook: Hook | None, key: str = "") -> None:
        """Replace a message whole. Raises Gone if it is out of reach. Without its `key` it is not found again by it."""
        body = content(message, mark_of(key) if key else 0)
        try:
            if hook:
                query = {"with_components": "true", **_thread(place)}
                await self._calls.token("PATCH", HOOKED, {**_ids(hook), "message_id": ref}, body, message.files, query)
            else:
                there = {"channel_id": conversation(place), "message_id": ref}
                await self._calls.bot("PATCH", ONE_MESSAGE, there, body, message.files)
        except Refused as refused:
            if refused.code in SORRY_GONE and hook:
                await self._webhooks.forget(place.channel, hook)
            if refused.code in SORRY_GONE or refused.code in (UNKNOWN_MESSAGE, NOT_OURS):
                raise Gone from None
            raise self._explained(refused, place) from None

    # ------------------------------------------------------------ read back

    async def marks(self, place: Place) -> dict[int, str]:
        """What we have said there of late: the marks, and the messages that bear them. Raises as a call does."""
        found: dict[int, str] = {}
        withheld: list[str] = []
        for one in await self._latest(place):
            if not self._ours(one):
                continue
            if one.get("components"):
                found.setdefault(_mark(one), str(one["id"]))
            elif one.get("webhook_id"):
                withheld.append(str(one["id"]))
        for ref in withheld[:ASKED_AGAIN]:
            found.setdefault(_mark(await self._through_the_hook(place, ref)), ref)
        found.pop(0, None)
        return found

    async def _latest(self, place: Place) -> list[Json]:
        there = {"channel_id": conversation(place)}
        try:
            page: list[Json] = await self._calls.bot("GET", CHANNEL_MESSAGES, there, query={"limit": LOOKED_AT})
        except Refused as refused:
            raise explained(self._client, refused, place.channel, READ) from None
        return page

    def _ours(self, message: Mapping[str, Any]) -> bool:
        by_us = str((message.get("author") or {}).get("id")) == str(self._calls.me)
        return by_us or (bool(message.get("webhook_id")) and str(message.get("application_id")) == str(self._calls.application))

    async def _through_the_hook(self, place: Place, ref: str) -> Json:
        hook = await self._webhooks.of(place.channel)
        try:
            answer: Json = await self._calls.token("GET", HOOKED, {**_ids(hook), "message_id": ref}, query=_thread(place))
        except Refused:
            return {}  # an earlier webhook's, or deleted since
        return answer

    def _explained(self, refused: Refused, place: Place) -> Refused:
        return explained(self._client, refused, place.channel, IN_THREAD if place.thread else POST)


def _mark(message: Mapping[str, Any]) -> int:
    components = message.get("components") or [{}]
    return int(components[0].get("id") or 0)


def _ids(hook: Hook) -> Json:
    return {"webhook_id": hook.id, "webhook_token": hook.token}


def _thread(place: Place) -> Json:
    return {"thread_id": place.thread} if place.thread else {}
