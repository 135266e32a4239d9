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
    data = getattr(error.response, "data", None) if isinstance(error, SlackApiError) else None
    code = str(data.get("error", "")) if isinstance(data, dict) else ""
    if code in NOT_TAKEN:
        return SlackRefused(f"Slack does not accept {setting}: it says “{code}”. {where} {GUIDE}")
    return SlackRefused(unreachable(api_url))
