"""At the door: who we are to Slack, what we may, and whether we are let in. What keeps us out is said in a sentence."""

import logging
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.adapters.slack.calls import Identity
from bot.adapters.slack.errors import SlackRefused
from bot.adapters.slack.faults import NETWORK, TOKEN_GONE, sorted_out
from bot.adapters.slack.manifest import GRACEFUL, SCOPES
from bot.adapters.slack.wire import Wire
from bot.core.ports import NotSent

NOT_TAKEN = TOKEN_GONE | {"missing_scope", "no_permission", "not_allowed_token_type"}
GUIDE = "docs/platforms/slack.md says where it is."

log = logging.getLogger(__name__)


async def introduce(wire: Wire, token: str) -> tuple[Identity, str]:
    """Who we are, and the workspace's name. Raises SlackRefused."""
    try:
        answer = await wire.client(token).auth_test()
    except NETWORK as error:
        where = "It begins with xoxb- and stands under OAuth & Permissions."
        raise _refused(error, "SLACK_BOT_TOKEN", where, wire.api_url) from None
    data: Any = answer.data
    headers = {name.lower(): value for name, value in answer.headers.items()}
    _check_scopes(headers.get("x-oauth-scopes", ""))
    return Identity(data["team_id"], data["user_id"], data["bot_id"], data.get("enterprise_id")), str(data.get("team") or "")


async def check_client(wire: Wire, client_id: str, client_secret: str) -> None:
    """Whether Slack knows the app by that secret. A code nobody was given is refused only after both. Raises SlackRefused."""
    try:
        await wire.client().oauth_v2_access(client_id=client_id, client_secret=client_secret, code="is-the-secret-right")
    except SlackApiError as error:
        setting = {"invalid_client_id": "SLACK_CLIENT_ID", "bad_client_secret": "SLACK_CLIENT_SECRET"}.get(_code(error))
        if setting:
            raise SlackRefused(
                f"Slack does not know the app by its {setting}: it says “{_code(error)}”. "
                f"Both stand under Basic Information. {GUIDE}"
            ) from None
        if not _code(error):
            raise SlackRefused(unreachable(wire.api_url)) from None
    except NETWORK:
        raise SlackRefused(unreachable(wire.api_url)) from None


async def ticket(wire: Wire, app_token: str) -> str:
    """The address of a socket, which works once. Raises SlackRefused."""
    try:
        return str((await wire.client().apps_connections_open(app_token=app_token))["url"])
    except NETWORK as error:
        where = "It begins with xapp-, stands under Basic Information, and needs the scope connections:write."
        raise _refused(error, "SLACK_APP_TOKEN", where, wire.api_url) from None


def unreachable(api_url: str) -> str:
    return (
        f"Slack cannot be reached at {api_url}, or does not answer as Slack does. "
        "Check the network, and SLACK_API_URL if it is set."
    )


def _check_scopes(granted: str) -> None:
    missing = [scope for scope in SCOPES if scope not in granted.replace(" ", "").split(",")]
    needed = [scope for scope in missing if scope not in GRACEFUL]
    if needed:
        raise SlackRefused(
            f"The Slack app lacks {'a permission' if len(needed) == 1 else 'permissions'}: {', '.join(needed)}. Give it the "
            "manifest that `python -m bot manifest slack` prints, and reinstall it in the workspace."
        )
    if missing:
        log.warning("The Slack app lacks permissions; some things are plainer without them", extra={"scopes": missing})


def _refused(error: Exception, setting: str, where: str, api_url: str) -> SlackRefused:
    found = sorted_out(error)
    if isinstance(found, NotSent) and found.retry_after is not None:
        return SlackRefused(f"Slack asks to wait {found.retry_after:.0f} seconds before we connect again. Start me then.")
    code = _code(error) if isinstance(error, SlackApiError) else ""
    if code in NOT_TAKEN:
        return SlackRefused(f"Slack does not accept {setting}: it says “{code}”. {where} {GUIDE}")
    return SlackRefused(unreachable(api_url))


def _code(error: SlackApiError) -> str:
    data = getattr(error.response, "data", None)
    return str(data.get("error", "")) if isinstance(data, dict) else ""
