"""The lines through which Slack reaches us: two of them, begun apart, so that one is there while Slack renews the other.

What Slack sends while a single line is renewed comes again if it is an event, and is lost if it is a command or a click.
"""

import asyncio
import logging

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp

from bot.adapters.slack.entry import ticket
from bot.adapters.slack.errors import SlackRefused
from bot.adapters.slack.faults import discreet_logger
from bot.adapters.slack.wire import Wire

LINES = 2
APART = 65.0
"""Seconds between the beginnings of two lines: Slack gives one address a minute, and would renew at once what began at once."""
OPENING_SECONDS = 15.0
WATCHED_EVERY = 5.0
STALE_SECONDS = 20.0
"""After so long without a connection a new address is asked for: the library may be trying one that works only once."""

log = logging.getLogger(__name__)


class Line:
    """One socket. Slack's library renews it by itself, for ever."""

    def __init__(self, app: AsyncApp, wire: Wire, app_token: str, ping_seconds: float) -> None:
        self._handler = AsyncSocketModeHandler(
            app,
            app_token,
            logger=discreet_logger("bot.adapters.slack.socket"),
            web_client=wire.client(),
            ping_interval=ping_seconds,
        )
        self._handler.client.proxy = None  # it reads HTTPS_PROXY if it is given none
        self._away = 0.0

    @property
    def alive(self) -> bool:
        session = self._handler.client.current_session
        return session is not None and not session.closed and not self._handler.client.stale

    async def connect(self, address: str) -> None:
        self._handler.client.wss_uri = address
        await self._handler.connect_async()  # type: ignore[no-untyped-call]

    def look(self, seconds: float) -> None:
        """That much time has passed since the last look."""
        self._away = 0.0 if self.alive else self._away + seconds
        if self._away >= STALE_SECONDS:
            self._handler.client.wss_uri = None

    async def hang_up(self) -> None:
        client = self._handler.client
        await self._handler.close_async()  # type: ignore[no-untyped-call]
        tasks = [client.message_processor, client.message_receiver, client.current_session_monitor]
        left = [task for task in tasks if task is not None]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)


class Sockets:
    def __init__(self, wire: Wire, app_token: str, ping_seconds: float) -> None:
        self._wire, self._app_token, self._ping_seconds = wire, app_token, ping_seconds
        self._lines: list[Line] = []

    @property
    def connected(self) -> bool:
        return any(line.alive for line in self._lines)

    async def open(self, app: AsyncApp) -> None:
        """One more line. Raises SlackRefused; where the server is silent it waits for ever."""
        address = await ticket(self._wire, self._app_token)
        line = Line(app, self._wire, self._app_token, self._ping_seconds)
        self._lines.append(line)  # before it is connected: whoever gives up waiting can hang it up
        await line.connect(address)

    async def watch(self, app: AsyncApp) -> None:
        """Say when the connection goes and comes, and open the lines that are missing. Runs until it is cancelled."""
        away, since = False, 0.0
        while True:
            await asyncio.sleep(WATCHED_EVERY)
            since += WATCHED_EVERY
            for line in self._lines:
                line.look(WATCHED_EVERY)
            if away is self.connected:
                away = not away
                log.log(*((logging.WARNING, "Slack is not connected; trying again") if away else (logging.INFO, "Slack is back")))
            if since >= APART and len(self._lines) < LINES and not away:
                since = 0.0
                await self._another(app)

    async def _another(self, app: AsyncApp) -> None:
        before = len(self._lines)
        try:
            async with asyncio.timeout(OPENING_SECONDS):
                await self.open(app)
        except (SlackRefused, TimeoutError):
            log.info("Slack gives no further connection just now; trying again")
            for line in self._lines[before:]:
                await line.hang_up()
            del self._lines[before:]

    async def hang_up(self) -> None:
        lines, self._lines = self._lines, []
        for line in lines:
            await line.hang_up()
