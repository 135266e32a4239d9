"""The one way out to Slack's servers: a session that all workspaces share, and clients that take nothing from the environment."""

from aiohttp import ClientSession, ClientTimeout
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack.faults import discreet_logger

SECONDS = 10.0
"""What one call may take: less than a delivery's margin, and than the 30 s after which Slack surely shows what it took."""


class Wire:
    """Open it inside the running loop, and close it. `faces` is where Slack finds the personas' pictures, if it can."""

    def __init__(self, api_url: str, faces: str = "") -> None:
        self.api_url, self.faces = api_url, faces
        self.session: ClientSession

    def open(self) -> None:
        self.session = ClientSession(timeout=ClientTimeout(total=SECONDS), trust_env=False)

    async def close(self) -> None:
        await self.session.close()

    def client(self, token: str | None = None) -> AsyncWebClient:
        """A client with nothing from the environment: neither a proxy nor a token, and no repeats of its own."""
        client = AsyncWebClient(
            token=token,
            base_url=self.api_url,
            session=self.session,
            timeout=int(SECONDS),
            retry_handlers=[],
            trust_env_in_session=False,
            logger=discreet_logger("bot.adapters.slack.web"),
        )
        client.proxy = None  # the client reads HTTPS_PROXY if it is given none
        return client
