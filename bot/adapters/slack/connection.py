"""The connection to Slack: checked at the start, through a socket or over HTTP, and quiet at the end."""

import asyncio
import logging
from collections.abc import Sequence

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.adapters.slack.chats import SlackChats
from bot.adapters.slack.entry import check_client, introduce, unreachable
from bot.adapters.slack.errors import SlackRefused
from bot.adapters.slack.faces import Faces
from bot.adapters.slack.inbound import Hear
from bot.adapters.slack.installations import Installations
from bot.adapters.slack.installing import Installing, OAuthApp
from bot.adapters.slack.listeners import Listeners
from bot.adapters.slack.manifest import EVENTS_PATH
from bot.adapters.slack.outages import Outages
from bot.adapters.slack.sockets import Sockets
from bot.adapters.slack.tokens import FixedToken
from bot.adapters.slack.vault import Vault
from bot.adapters.slack.wire import Wire
from bot.adapters.slack.workspaces import Workspaces
from bot.core.ports import Clock, Store

START_SECONDS = 15.0
"""What Slack may take to let us in. Its own library would try for ever, without a word."""
DRAIN_SECONDS = 10.0
BODY_BYTES = 1_000_000

log = logging.getLogger(__name__)


class Slack:
    """`start` raises SlackRefused with a sentence for the operator. `stop` hears nothing more and lets what was heard end;
    `close` comes after the last delivery. With an `app_token` Slack is listened to through a socket, without one over `routes`.
    It is in one workspace by its `bot_token`, or with `oauth` in every one where it is installed through `routes`.
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
        oauth: OAuthApp | None = None,
        faces: Faces | None = None,
        ping_seconds: float = 5.0,
    ) -> None:
        self._bot_token, self._app_token = bot_token, app_token
        self._store, self._clock, self._oauth = store, clock, oauth
        self._faces = faces or Faces({}, "")
        self._wire = Wire(api_url, self._faces.address)
        self._installations = _installations(oauth, self._wire, store, clock) if oauth else None
        self._workspaces = Workspaces(self._wire, hear, store, clock, self._installations)
        self.chat = SlackChats(self._workspaces)
        self.outages = Outages(self._workspaces, store, clock)
        self._ears = Listeners(self._wire, self._workspaces, signing_secret)
        self._app: AsyncApp | None = None
        self.sockets = Sockets(self._wire, app_token, ping_seconds)
        self._watches: list[asyncio.Task[None]] = []
        self._revoked = False
        self.workspace = ""

    @property
    def routes(self) -> Sequence[web.RouteDef]:
        """What our web server must answer: for Slack where it is not listened to through a socket, for those who install it."""
        events = [*self._faces.routes, *([] if self._app_token else [web.post(EVENTS_PATH, self._serve)])]
        if self._oauth is None or self._installations is None:
            return events
        return [*events, *Installing(self._wire, self._oauth, self._installations, self._store, self._clock).routes]

    @property
    def ready(self) -> bool:
        """Whether Slack can reach us, as far as we know."""
        return self._ears.hears and not self._revoked and (not self._app_token or self.sockets.connected)

    # ------------------------------------------------------------ start and stop

    async def start(self) -> None:
        self._wire.open()
        try:
            async with asyncio.timeout(START_SECONDS):
                self.workspace = await (self._enter_all() if self._oauth else self._enter_one())
                self._app = self._ears.app()
                self._ears.hears = True
                if self._app_token:
                    await self.sockets.open(self._app)
        except BaseException as error:
            await self._abandon()
            if isinstance(error, TimeoutError):
                raise SlackRefused(unreachable(self._wire.api_url)) from None
            raise
        self._watches = [asyncio.create_task(self.outages.watch(lambda: self.ready))]
        if self._app_token:
            self._watches.append(asyncio.create_task(self.sockets.watch(self._app)))

    async def _enter_one(self) -> str:
        """By the token from the settings; gives the workspace's name."""
        me, name = await introduce(self._wire, self._bot_token)

        async def lost(code: str) -> None:
            self._revoked = True
            advice, now = FixedToken.advice, self._clock.now()
            if await self._store.write(lambda records: records.lose_workspace("slack", me.team, advice, now)):
                log.error("Slack has taken our token away: reinstall the app, set SLACK_BOT_TOKEN, restart", extra={"code": code})

        self._workspaces.enter(me, FixedToken(self._bot_token, lost))
        await self._store.write(lambda records: records.regain_workspace("slack", me.team))
        return name

    async def _enter_all(self) -> str:
        """Every workspace is entered when it is first heard from or spoken to; here it is seen to that this will work."""
        assert self._oauth is not None  # noqa: S101 - asked just before
        assert self._installations is not None  # noqa: S101 - made from it
        await check_client(self._wire, self._oauth.client_id, self._oauth.client_secret)
        await self._installations.rekey()
        names = [installation.name for installation in await self._installations.all()]
        many = f"{len(names)} workspaces" if len(names) != 1 else names[0]
        return f"{many}; install it in another at {self._oauth.install_url}"

    async def stop(self) -> None:
        """Safe to call twice, and before `start`."""
        self._ears.hears = False
        for watch in self._watches:
            watch.cancel()
        await asyncio.gather(*self._watches, return_exceptions=True)
        await self._ears.drain(DRAIN_SECONDS)
        await self._workspaces.drain(DRAIN_SECONDS)
        await self.sockets.hang_up()

    async def settle(self) -> None:
        """Wait until everything heard is answered. For tests and for an orderly end."""
        while self._ears.busy or self._workspaces.busy:
            await self._ears.drain(DRAIN_SECONDS)
            await self._workspaces.drain(DRAIN_SECONDS)

    async def close(self) -> None:
        await self._workspaces.close()
        await self._wire.close()

    async def _abandon(self) -> None:
        self._ears.hears = False
        await self.sockets.hang_up()
        await self._wire.close()

    # ------------------------------------------------------------ over HTTP

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        """One signed request. Bolt checks the signature and its age before anything else."""
        if self._app is None or not self._ears.hears:
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


def _installations(oauth: OAuthApp, wire: Wire, store: Store, clock: Clock) -> Installations:
    return Installations(wire, Vault(oauth.keys), store, clock, oauth.client_id, oauth.client_secret, oauth.install_url)
