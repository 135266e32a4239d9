"""The real Slack client: an `AsyncApp` behind Socket Mode, as Lectern's adapter would build it, with its fingers in every pie."""

from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientSession, ClientTimeout
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.slack import SlackDouble


@asynccontextmanager
async def client(double: SlackDouble, token: str = "", seconds: float = 30) -> AsyncIterator[AsyncWebClient]:
    """A web client with one shared session, whose timeout alone counts then, and no retries of its own."""
    async with ClientSession(timeout=ClientTimeout(total=seconds)) as session:
        yield AsyncWebClient(token=token or double.bot_token, base_url=double.base_url, session=session, retry_handlers=[])


@asynccontextmanager
async def bolt(double: SlackDouble) -> AsyncIterator[AsyncApp]:
    """An app to which a test adds listeners before `connected`."""
    async with client(double) as web:
        yield AsyncApp(client=web, signing_secret=double.signing_secret)


@asynccontextmanager
async def connected(double: SlackDouble, app: AsyncApp, ping_interval: float = 1) -> AsyncIterator[AsyncSocketModeHandler]:
    """The app listening through a socket."""
    handler = AsyncSocketModeHandler(app, double.app_token, ping_interval=ping_interval)
    before = len(double.sockets.all)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    await double.until(lambda: len(double.sockets.all) > before, what="the app did not connect")
    try:
        yield handler
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


async def refused(asking: Awaitable[object]) -> str:
    """The error code a call is answered with."""
    with pytest.raises(SlackApiError) as caught:
        await asking
    return str(caught.value.response["error"])
