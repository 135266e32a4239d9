"""What hears through Bolt: each gesture goes to the workspace it came from, and is waited for at the end."""

import asyncio
import re
from collections.abc import Callable, Coroutine
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext

from bot.adapters.slack.faults import discreet_logger, log_withheld
from bot.adapters.slack.inbound import Busy, Inbound, Json
from bot.adapters.slack.manifest import ASK_LAB
from bot.adapters.slack.wire import Wire
from bot.adapters.slack.workspaces import Workspace, Workspaces

ANY = re.compile(".*")
WORKSPACE = "workspace"
"""Where Bolt's context keeps which of our workspaces a gesture came from."""


class Listeners:
    """While `hears` is off, what comes is not acknowledged: Slack brings it again, to whoever is there then."""

    def __init__(self, wire: Wire, workspaces: Workspaces, signing_secret: str) -> None:
        self._wire, self._workspaces, self._signing_secret = wire, workspaces, signing_secret
        self._listening: set[asyncio.Task[Any]] = set()
        self.hears = False

    async def drain(self, seconds: float) -> None:
        """Let what is being heard be committed, as far as that takes no longer."""
        if self._listening:
            await asyncio.wait(self._listening, timeout=seconds)

    @property
    def busy(self) -> bool:
        return bool(self._listening)

    def app(self) -> AsyncApp:
        """Bolt with everything said: nothing in the environment can change who it is. It answers Slack when a listener is done,
        since an event must be committed before it is acknowledged."""

        # no method: Bolt would look for an argument `self`
        async def authorize(context: AsyncBoltContext, team_id: str | None) -> AuthorizeResult:
            context[WORKSPACE] = found = await self._workspaces.find(team_id)
            if found is None:  # Bolt would answer by itself, with words of its own
                return AuthorizeResult(enterprise_id=None, team_id=team_id)
            me = found.me
            return AuthorizeResult(enterprise_id=me.enterprise, team_id=me.team, bot_user_id=me.user, bot_id=me.bot)

        app = AsyncApp(
            name="lectern",
            logger=discreet_logger("bot.adapters.slack.bolt"),
            client=self._wire.client(),
            authorize=authorize,
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
            if context[WORKSPACE] is None:
                await ack(self._workspaces.nowhere)
            else:
                await self._tracked(_inbound(context).command(body, ack))

        async def press(context: AsyncBoltContext, body: Json, ack: Any) -> None:
            await self._gesture(context, ack, lambda inbound: inbound.press(body, ack))

        async def submit(context: AsyncBoltContext, body: Json, ack: Any) -> None:
            await self._gesture(context, ack, lambda inbound: inbound.submit(body, ack))

        async def shortcut(context: AsyncBoltContext, body: Json, ack: Any) -> None:
            await self._gesture(context, ack, lambda inbound: inbound.shortcut(body, ack))

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

    async def _gesture(self, context: AsyncBoltContext, ack: Any, hear: Callable[[Inbound], Coroutine[Any, Any, None]]) -> None:
        """A gesture from where we are not any more has nobody to answer it."""
        if context[WORKSPACE] is None:
            await ack()
        else:
            await self._tracked(hear(_inbound(context)))

    async def _tracked(self, work: Any) -> None:
        """What runs is waited for at the end. What fails is not acknowledged, and is logged here without anybody's words."""
        task = asyncio.current_task()
        if not self.hears or task is None:
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
            case "app_uninstalled" | "tokens_revoked":
                if there := await self._workspaces.find(context.team_id):
                    await there.check()
            case _:
                workspace: Workspace | None = context[WORKSPACE]
                if workspace:
                    await workspace.event(event)


def _inbound(context: AsyncBoltContext) -> Inbound:
    workspace: Workspace = context[WORKSPACE]
    return workspace.inbound
