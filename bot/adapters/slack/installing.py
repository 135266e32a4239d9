"""Installing Lectern in a workspace, over HTTP: off to Slack's permission page, and back with a code that becomes a token."""

import hashlib
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from bot.adapters.slack import pages
from bot.adapters.slack.faults import NETWORK, discreet_logger, log_withheld
from bot.adapters.slack.installations import Installations, WholeOrganisation
from bot.adapters.slack.manifest import INSTALL_PATH, REDIRECT_PATH, SCOPES
from bot.adapters.slack.wire import Wire
from bot.core.ports import Clock, Store

STATE_SECONDS = 600


@dataclass(frozen=True, slots=True)
class OAuthApp:
    """What lets the app be installed in more than one workspace. `keys` seal the tokens, the newest first."""

    client_id: str
    client_secret: str = field(repr=False)
    public_url: str
    keys: Sequence[str] = field(repr=False)

    @property
    def install_url(self) -> str:
        return f"{self.public_url.rstrip('/')}{INSTALL_PATH}"

    @property
    def redirect_url(self) -> str:
        return f"{self.public_url.rstrip('/')}{REDIRECT_PATH}"


class States(AsyncOAuthStateStore):
    """The `state` that goes to Slack and comes back: good once, for ten minutes. Only its digest is kept."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    async def async_issue(self, *_: object, **__: object) -> str:
        state, now = secrets.token_urlsafe(24), self._clock.now()
        until = now + timedelta(seconds=STATE_SECONDS)
        await self._store.write(lambda records: records.keep_ticket(_digest(state), now, until))
        return state

    async def async_consume(self, state: str) -> bool:
        now = self._clock.now()
        return await self._store.write(lambda records: records.use_ticket(_digest(state), now))


def _digest(state: str) -> str:
    return f"slack-state:{hashlib.sha256(state.encode()).hexdigest()}"


class Installing:
    """Two addresses on our own web server. Bolt's flow checks the state and the browser, and exchanges the code."""

    def __init__(self, wire: Wire, app: OAuthApp, installations: Installations, store: Store, clock: Clock) -> None:
        self._wire, self._app, self._installations = wire, app, installations
        self._states = States(store, clock)

    @property
    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(INSTALL_PATH, self._install, allow_head=False),
            web.get(REDIRECT_PATH, self._redirected, allow_head=False),
        ]

    async def _install(self, request: web.Request) -> web.StreamResponse:
        return await self._answered(request, self._flow().handle_installation)

    async def _redirected(self, request: web.Request) -> web.StreamResponse:
        return await self._answered(request, self._flow().handle_callback)

    async def _answered(
        self, request: web.Request, handle: Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]
    ) -> web.StreamResponse:
        headers: dict[str, str | Sequence[str]] = dict(request.headers)
        try:
            answer = await handle(AsyncBoltRequest(body="", query=request.query_string, headers=headers))
        except NETWORK as error:
            log_withheld("Slack could not be reached for an installation", error)
            answer = self._page(502, pages.unreachable(self._app.install_url))
        return await to_aiohttp_response(answer)

    def _flow(self) -> AsyncOAuthFlow:
        """With everything said: what is left out, Bolt takes from the environment or keeps in files of its own."""
        logger = discreet_logger("bot.adapters.slack.oauth")
        settings = AsyncOAuthSettings(
            client_id=self._app.client_id,
            client_secret=self._app.client_secret,
            scopes=list(SCOPES),
            user_scopes=[],
            redirect_uri=self._app.redirect_url,
            install_path=INSTALL_PATH,
            install_page_rendering_enabled=False,
            redirect_uri_path=REDIRECT_PATH,
            callback_options=AsyncCallbackOptions(success=self._installed, failure=self._failed),
            authorization_url=self._wire.api_url.removesuffix("/api/") + "/oauth/v2/authorize",
            installation_store=self._installations,
            state_store=self._states,
            state_expiration_seconds=STATE_SECONDS,
            logger=logger,
        )
        return AsyncOAuthFlow(client=self._wire.client(), logger=logger, settings=settings)

    async def _installed(self, args: AsyncSuccessArgs) -> BoltResponse:
        there = args.installation
        return self._page(200, pages.installed(str(there.team_name or there.team_id), str(there.app_id), str(there.team_id)))

    async def _failed(self, args: AsyncFailureArgs) -> BoltResponse:
        reason = "organisation" if isinstance(args.error, WholeOrganisation) else args.reason
        return self._page(args.suggested_status_code, pages.failed(reason, self._app.install_url))

    def _page(self, status: int, html: str) -> BoltResponse:
        headers: dict[str, str | Sequence[str]] = {
            "Content-Type": "text/html; charset=utf-8",
            "Content-Security-Policy": pages.CONTENT_POLICY,
        }
        return BoltResponse(status=status, body=html, headers=headers)
