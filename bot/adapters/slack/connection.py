"""The connection to Slack: checked at the start, through a socket or over HTTP, and quiet at the end."""

import asyncio
import logging
import re
from collections.abc import Sequence
from typing import Any

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.adapters.slack.chats import SlackChats
from bot.adapters.slack.entry import introduce, ticket, unreachable
from bot.adapters.slack.errors import SlackRefused
from bot.adapters.slack.faults import discreet_logger, log_withheld
from bot.adapters.slack.inbound import Busy, Hear, Inbound, Json
from bot.adapters.slack.manifest import ASK_LAB, EVENTS_PATH
from bot.adapters.slack.outages import Outages
from bot.adapters.slack.tokens import FixedToken
from bot.adapters.slack.wire import Wire
from bot.adapters.slack.workspaces import Workspace, Workspaces
from bot.core.ports import Clock, Store

START_SECONDS = 15.0
"""What Slack may take to let us in. Its own library would try for ever, without a word."""
DRAIN_SECONDS = 10.0
WATCHED_EVERY = 5.0
STALE_SECONDS = 20.0
"""After so long without a connection a new address is asked for: the library may be trying one that works only once."""
BODY_BYTES = 1_000_000
ANY = re.compile(".*")
WORKSPACE = "workspace"
"""Where Bolt's context keeps which of our workspaces a gesture came from."""

log = logging.getLogger(__name__)


class Slack:
    """`start` raises SlackRefused with a sentence for the operator. `stop` hears nothing more and lets what was heard end;
    `close` comes after the last delivery. With an `app_token` Slack is listened to through a socket, without one over `routes`.
    """

    def __init__(
        self,
        *,
        bot_token: str,
        app_token: str,
        signing_secret: str,
        api_url: str,
        hear: Hear,
        store: Store,
        clock: Clock,
        ping_seconds: float = 5.0,
    ) -> None:
        self._app_token, self._signing_secret = app_token, signing_secret
        self._bot_token, self._ping_seconds = bot_token, ping_seconds
        self._wire = Wire(api_url)
        self._workspaces = Workspaces(self._wire, hear, store, clock)
        self.chat = SlackChats(self._workspaces)
        self.outages = Outages(self._workspaces, store, clock)
        self._listening: set[asyncio.Task[Any]] = set()
        self._app: AsyncApp | None = None
        self._socket: AsyncSocketModeHandler | None = None
        self._watches: list[asyncio.Task[None]] = []
        self._hears = self._revoked = False
        self.workspace = ""

    @property
    def routes(self) -> Sequence[web.RouteDef]:
        """What our web server must answer for Slack: nothing where it is listened to through a socket."""
        return [] if self._app_token else [web.post(EVENTS_PATH, self._serve)]

    @property
    def ready(self) -> bool:
        """Whether Slack can reach us, as far as we know."""
        return self._hears and not self._revoked and (not self._app_token or self._connected())

    # ------------------------------------------------------------ start and stop

    async def start(self) -> None:
        self._wire.open()
        try:
            async with asyncio.timeout(START_SECONDS):
                me, self.workspace = await introduce(self._wire, self._bot_token)
                self._workspaces.enter(me, FixedToken(self._bot_token, self._lost_access))
                self._app = self._bolt()
                self._hears = True
                if self._app_token:
                    await self._connect(await ticket(self._wire, self._app_token))
        except BaseException as error:
            await self._abandon()
            if isinstance(error, TimeoutError):
                raise SlackRefused(unreachable(self._wire.api_url)) from None
            raise
        self._watches = [asyncio.create_task(self.outages.watch(lambda: self.ready))]
        if self._app_token:
            self._watches.append(asyncio.create_task(self._keep_watch()))

    async def stop(self) -> None:
        """Safe to call twice, and before `start`."""
        self._hears = False  # what comes from now on is not acknowledged: Slack brings it again, to whoever is there then
        for watch in self._watches:
            watch.cancel()
        await asyncio.gather(*self._watches, return_exceptions=True)
        if self._listening:
            await asyncio.wait(self._listening, timeout=DRAIN_SECONDS)
        await self._workspaces.drain(DRAIN_SECONDS)
        await self._hang_up()

    async def settle(self) -> None:
        """Wait until everything heard is answered. For tests and for an orderly end."""
        while self._listening or self._workspaces.busy:
            await asyncio.gather(*self._listening, return_exceptions=True)
            await self._workspaces.drain(DRAIN_SECONDS)

    async def close(self) -> None:
        await self._workspaces.close()
        await self._wire.close()

    async def _abandon(self) -> None:
        self._hears = False
        await self._hang_up()
        await self._wire.close()

    async def _hang_up(self) -> None:
        socket, self._socket = self._socket, None
        if socket is None:
            return
        await socket.close_async()  # type: ignore[no-untyped-call]
        left = [socket.client.message_processor, socket.client.message_receiver, socket.client.current_session_monitor]
        tasks = [task for task in left if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # ------------------------------------------------------------ the app

    def _bolt(self) -> AsyncApp:
        """Bolt with everything said: nothing in the environment can change who it is. It answers Slack when a listener is done,
        since an event must be committed before it is acknowledged."""

        # no method: Bolt would look for an argument `self`
        async def authorize(context: AsyncBoltContext, team_id: str | None) -> AuthorizeResult | None:
            found = await self._workspaces.find(team_id)
            if found is None:
                return None
            context[WORKSPACE], me = found, found.me
            return AuthorizeResult(enterprise_id=me.enterprise, team_id=me.team, bot_user_id=me.user, bot_id=me.bot)

        app = AsyncApp(
            name="lectern",
            logger=discreet_logger("bot.adapters.slack.bolt"),
            client=self._wire.client(),
            authorize=authorize,  # type: ignore[arg-type] # None is understood: not installed there
            signing_secret=self._signing_secret,
            process_before_response=True,
            ssl_check_enabled=False,
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
        )
        self._listen(app)
        return app

    def _listen(self, app: AsyncApp) -> None:
        async def command(context: AsyncBoltContext, body: Json, ack: Any) -> None:
            await self._tracked(_inbound(context).command(body, ack))

        async def press(context: AsyncBoltContext, body: Json, ack: Any) -> None:
            await self._tracked(_inbound(context).press(body, ack))

        async def submit(context: AsyncBoltContext, body: Json, ack: Any) -> None:
            await self._tracked(_inbound(context).submit(body, ack))

        async def shortcut(context: AsyncBoltContext, body: Json, ack: Any) -> None:
            await self._tracked(_inbound(context).shortcut(body, ack))

        async def event(context: AsyncBoltContext, body: Json) -> None:
            await self._tracked(self._event(context, body["event"]))

        async def other(ack: Any) -> None:
            await ack()

        app.command(ANY)(command)
        app.action(ANY)(press)
        app.view_submission(ANY)(submit)
        app.message_shortcut(ASK_LAB)(shortcut)
        app.event(ANY)(event)
        app.shortcut(ANY)(other)
        app.view_closed(ANY)(other)

    async def _tracked(self, work: Any) -> None:
        """What runs is waited for at the end. What fails is not acknowledged, and is logged here without anybody's words."""
        task = asyncio.current_task()
        if not self._hears or task is None:
            work.close()
            raise Busy
        self._listening.add(task)
        task.add_done_callback(self._listening.discard)
        try:
            await work
        except Exception as error:  # noqa: BLE001 - the last line before Bolt's own log, which would repeat the payload
            log_withheld("Something from Slack could not be kept; it is not acknowledged", error)
            raise Busy from None

    async def _event(self, context: AsyncBoltContext, event: Json) -> None:
        match event.get("type"):
            case "app_uninstalled" as code:
                await self._lost_access(code)
            case "tokens_revoked" as code:
                there = await self._workspaces.find(context.team_id)
                if there and there.me.user in (event.get("tokens") or {}).get("bot", ()):
                    await self._lost_access(code)
            case _:
                workspace: Workspace = context[WORKSPACE]
                await workspace.event(event)

    async def _lost_access(self, code: str) -> None:
        self._revoked = True
        log.error("Slack has taken our token away: reinstall the app, set SLACK_BOT_TOKEN anew, restart", extra={"code": code})

    # ------------------------------------------------------------ through a socket

    async def _connect(self, address: str) -> None:
        assert self._app is not None  # noqa: S101 - made just before
        socket = AsyncSocketModeHandler(
            self._app,
            self._app_token,
            logger=discreet_logger("bot.adapters.slack.socket"),
            web_client=self._wire.client(),
            ping_interval=self._ping_seconds,
        )
        self._socket = socket
        socket.client.proxy = None  # it reads HTTPS_PROXY if it is given none
        socket.client.wss_uri = address
        await socket.connect_async()  # type: ignore[no-untyped-call]

    def _connected(self) -> bool:
        socket = self._socket
        session = socket.client.current_session if socket else None
        return session is not None and not session.closed and not (socket and socket.client.stale)

    async def _keep_watch(self) -> None:
        """Say when the connection goes and comes; after a while without one, see to it that a new address is asked for."""
        away = 0.0
        while True:
            await asyncio.sleep(WATCHED_EVERY)
            if self._connected():
                if away:
                    log.info("Slack is connected again")
                away = 0.0
                continue
            if not away:
                log.warning("Slack is not connected; trying again")
            away += WATCHED_EVERY
            if away >= STALE_SECONDS and self._socket:
                self._socket.client.wss_uri = None

    # ------------------------------------------------------------ over HTTP

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        """One signed request. Bolt checks the signature and its age before anything else."""
        if self._app is None or not self._hears:
            return web.Response(status=503, text="not ready")
        body = b""
        async for chunk in request.content.iter_any():
            body += chunk
            if len(body) > BODY_BYTES:
                return web.Response(status=413, text="too large")
        headers: dict[str, str | Sequence[str]] = dict(request.headers)
        asked = AsyncBoltRequest(body=body.decode("utf-8", "replace"), query=request.query_string, headers=headers)
        answer = await asyncio.create_task(self._app.async_dispatch(asked))
        return await to_aiohttp_response(answer)


def _inbound(context: AsyncBoltContext) -> Inbound:
    workspace: Workspace = context[WORKSPACE]
    return workspace.inbound
