"""Calls to one workspace: with its token, in their turn, and with failures sorted. Only what surely was not done is repeated."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession

from bot.adapters.slack.buckets import Buckets
from bot.adapters.slack.faults import NAMELESS, NETWORK, TOKEN_GONE, Refused, log_withheld, sorted_out
from bot.adapters.slack.personas import persona
from bot.adapters.slack.tokens import Tokens
from bot.adapters.slack.wire import Wire
from bot.core.chat import Speaker
from bot.core.ports import NotSent

Json = dict[str, Any]

PERSONA = ("username", "icon_emoji", "icon_url")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who we are, by auth.test."""

    team: str = ""
    user: str = ""
    bot: str = ""
    enterprise: str | None = None


class Calls:
    """Slack counts its rates for each workspace, and so do the buckets."""

    def __init__(self, wire: Wire, tokens: Tokens, me: Identity) -> None:
        self._wire, self._tokens = wire, tokens
        self._personas = True
        self.buckets = Buckets()
        self.me = me
        self._client = wire.client()

    @property
    def session(self) -> ClientSession:
        return self._wire.session

    async def call(self, method: str, **arguments: Any) -> Json:
        """One call, in its turn. Raises NotSent, Unclear, Refused (an Undeliverable) or Rejected."""
        message = arguments.get("thread_ts") or arguments.get("ts") or ""
        await self.buckets.turn(method, str(arguments.get("channel", "")), str(message))
        return await self.now(method, **arguments)

    async def now(self, method: str, **arguments: Any) -> Json:
        """The call without waiting for its turn: for what must be there within three seconds, or was counted already."""
        token = await self._tokens.token()
        try:
            return await self._asked(method, token, arguments)
        except Refused as refused:
            if refused.code not in TOKEN_GONE:
                raise
            if await self._tokens.refused(token, refused.code):
                return await self._asked(method, await self._tokens.token(), arguments)
            raise Refused(refused.code, self._tokens.advice) from None

    async def _asked(self, method: str, token: str, arguments: Json) -> Json:
        try:
            answer = await getattr(self._client, method.replace(".", "_"))(token=token, **arguments)
        except NETWORK as error:
            found = sorted_out(error)
            if isinstance(found, NotSent) and found.retry_after is not None:
                self.buckets.slow_down(method, found.retry_after, str(arguments.get("channel", "")))
            raise found from None  # its own text may hold what was to be sent
        data: Json = answer.data
        return data

    def face(self, speaker: Speaker | None, method: str) -> dict[str, str]:
        """The arguments that show a post under its speaker, for the methods that take them."""
        return persona(speaker, method=method, faces=self._wire.faces)

    async def speak(self, method: str, persona: Mapping[str, str], *, counted: bool = False, **arguments: Any) -> Json:
        """A call under a persona; once more under the bot's own name where Slack refuses only the persona."""
        ask = self.now if counted else self.call
        face = dict(persona) if self._personas else {}
        try:
            return await ask(method, **face, **arguments)
        except Refused as refused:
            lacks = refused.code == "missing_scope" and refused.needed == "chat:write.customize"
            if not face or not (lacks or refused.code in NAMELESS):
                raise
            if lacks:
                self._personas = False
                log.warning("The Slack app lacks chat:write.customize: personas speak under the bot's own name")
            return await ask(method, **arguments)

    async def upload(self, png: bytes, alt: str) -> str:
        """A picture with its words, for nobody yet; gives the file's id. Raises as `call` does."""
        return await self._uploaded("picture.png", png, "Picture", {"alt_txt": alt[:1000]}, {})

    async def send_file(self, channel: str, name: str, content: bytes, title: str) -> str:
        """A file to be seen in one conversation; gives its id. Raises as `call` does."""
        return await self._uploaded(name, content, title, {}, {"channel_id": channel})

    async def _uploaded(self, name: str, content: bytes, title: str, about: Json, where: Json) -> str:
        asked = await self.call("files.getUploadURLExternal", filename=name, length=len(content), **about)
        try:
            async with self.session.post(asked["upload_url"], data=content) as response:
                response.raise_for_status()
        except NETWORK as error:
            log_withheld("A file could not be uploaded", error)
            raise sorted_out(error) from None
        await self.call("files.completeUploadExternal", files=[{"id": asked["file_id"], "title": title}], **where)
        return str(asked["file_id"])
