"""Calls to Slack's Web API: through one session, in their turn, and with failures sorted. No call is ever repeated by itself."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession, ClientTimeout
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack.buckets import Buckets
from bot.adapters.slack.faults import NAMELESS, NETWORK, Refused, discreet_logger, log_withheld, sorted_out
from bot.core.ports import NotSent

Json = dict[str, Any]

SECONDS = 10.0
"""What one call may take: less than a delivery's margin, and than the 30 s after which Slack surely shows what it took."""
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
    """Open it inside the running loop, and close it. `me` is known after Slack has been asked."""

    def __init__(self, token: str, api_url: str) -> None:
        self._token, self._api_url = token, api_url
        self._personas = True
        self.buckets = Buckets()
        self.me = Identity()
        self.session: ClientSession
        self.client: AsyncWebClient

    def open(self) -> None:
        self.session = ClientSession(timeout=ClientTimeout(total=SECONDS), trust_env=False)
        self.client = self.client_for(self._token)

    async def close(self) -> None:
        await self.session.close()

    def client_for(self, token: str | None) -> AsyncWebClient:
        """A client with nothing from the environment: neither a proxy nor a token, and no repeats of its own."""
        client = AsyncWebClient(
            token=token,
            base_url=self._api_url,
            session=self.session,
            timeout=int(SECONDS),
            retry_handlers=[],
            trust_env_in_session=False,
            logger=discreet_logger("bot.adapters.slack.web"),
        )
        client.proxy = None  # the client reads HTTPS_PROXY if it is given none
        return client

    async def call(self, method: str, **arguments: Any) -> Json:
        """One call, in its turn. Raises NotSent, Unclear, Refused (an Undeliverable) or Rejected."""
        await self.buckets.turn(method, str(arguments.get("channel", "")))
        return await self.now(method, **arguments)

    async def now(self, method: str, **arguments: Any) -> Json:
        """The call without waiting for its turn: for what must be there within three seconds, or was counted already."""
        try:
            answer = await getattr(self.client, method.replace(".", "_"))(**arguments)
        except NETWORK as error:
            found = sorted_out(error)
            if isinstance(found, NotSent) and found.retry_after is not None:
                self.buckets.slow_down(method, found.retry_after)
            raise found from None  # its own text may hold what was to be sent
        data: Json = answer.data
        return data

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
        asked = await self.call("files.getUploadURLExternal", filename="picture.png", length=len(png), alt_txt=alt[:1000])
        try:
            async with self.session.post(asked["upload_url"], data=png) as response:
                response.raise_for_status()
        except NETWORK as error:
            log_withheld("A picture could not be uploaded", error)
            raise sorted_out(error) from None
        await self.call("files.completeUploadExternal", files=[{"id": asked["file_id"], "title": "Picture"}])
        return str(asked["file_id"])
