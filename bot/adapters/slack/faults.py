"""What can go wrong between us and Slack, sorted by what it means for the message, and how it is logged."""

import logging
from collections.abc import Mapping
from typing import Any

from aiohttp import ClientConnectorError, ClientError, ConnectionTimeoutError
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.core.ports import NotSent, Unclear, Undeliverable

log = logging.getLogger(__name__)

INVITE = "I am not in that channel. Invite me there with /invite @Lectern, then try again."
_RULES = "The workspace's rules keep me from posting in that channel. Ask an admin to allow it, or choose another channel."
_ACCESS = "Slack no longer accepts my token. Tell whoever runs this bot."

NETWORK = (SlackClientError, ClientError, TimeoutError)
"""What a call to Slack may raise that is Slack's or the network's doing."""
UNSURE = frozenset({"fatal_error", "internal_error", "service_unavailable", "request_timeout", "team_added_to_org"})
"""Slack's own words for these: it is possible some aspect of the operation succeeded."""
OUTSIDE = frozenset({"channel_not_found", "not_in_channel", "user_not_in_channel"})
TOKEN_GONE = frozenset({"token_revoked", "account_inactive", "invalid_auth", "not_authed", "token_expired", "org_login_required"})
RENDERING = frozenset(
    {
        "block_mismatch",
        "invalid_arguments",
        "invalid_attachments",
        "invalid_blocks",
        "invalid_blocks_format",
        "markdown_text_conflict",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_text",
    }
)
"""The message as it was rendered is refused; plainer it may be taken."""
NAMELESS = frozenset({"reserved_username", "invalid_username", "invalid_icon_url", "invalid_icon_emoji"})
"""The persona is refused, not the message."""

_SENTENCES = {
    "is_archived": "That channel is archived. Unarchive it, or create the cohort anew in another channel.",
    "is_inactive": "That channel is archived. Unarchive it, or create the cohort anew in another channel.",
    "message_not_found": "The message is not in Slack any more: somebody has deleted it.",
    "cannot_reply_to_message": "The thread's first message has been deleted. Open a new one.",
    "thread_not_found": "The thread's first message has been deleted. Open a new one.",
    "user_disabled": "That person's account is no longer active in Slack.",
    "cannot_dm_bot": "That person cannot be written to directly.",
}


class Rejected(Exception):
    """Slack does not take the message as it is rendered. `code` is Slack's word for it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Refused(Undeliverable):
    """Slack has said no. `code` is its word for it; `why` what a lead should do; `needed` the scope, where one is missing."""

    def __init__(self, code: str, why: str, needed: str = "") -> None:
        super().__init__(why)
        self.code, self.needed = code, needed


def sorted_out(error: Exception) -> Exception:
    """NotSent, Unclear, Refused or Rejected. Sources: durability.md section 4; docs.slack.dev error lists."""
    match error:
        case SlackApiError():
            return _answered(error)
        case ClientConnectorError() | ConnectionTimeoutError():
            return NotSent("Slack cannot be reached from here just now.")
        case TimeoutError() | ClientError() | SlackClientError():
            return Unclear("Slack did not answer in time, or the connection broke.")
        case _:
            return error


def _answered(error: SlackApiError) -> Exception:
    status, headers, answer = _response(error)
    code = str(answer.get("error", ""))
    if status == 429 or code in ("ratelimited", "rate_limited"):
        return NotSent("Slack asks to go slower.", _seconds(headers))
    if status >= 500 or not code or code in UNSURE:
        return Unclear("Slack had trouble of its own.")
    return refusal(code, str(answer.get("needed", "")))


def refusal(code: str, needed: str = "") -> Exception:
    if code in RENDERING:
        return Rejected(code)
    if code in OUTSIDE:
        return Refused(code, INVITE)
    if code in TOKEN_GONE:
        return Refused(code, _ACCESS)
    if code == "missing_scope":
        return Refused(code, f"My Slack app lacks the permission “{needed}”. Add it to the app and reinstall it.", needed)
    if code.startswith("restricted_action") or code in (
        "ekm_access_denied",
        "team_access_not_granted",
        "posting_to_channel_denied",
    ):
        return Refused(code, _RULES)
    return Refused(code, _SENTENCES.get(code, f"Slack refused it and says “{code}”. Tell whoever runs this bot."))


def _response(error: SlackApiError) -> tuple[int, Mapping[str, str], Mapping[str, Any]]:
    """The answer's status, headers and JSON. An error page is no JSON, and comes as another kind of response."""
    response: Any = error.response
    status = getattr(response, "status_code", None) or getattr(response, "status", None) or 0
    answer = getattr(response, "data", None)
    return int(status), getattr(response, "headers", None) or {}, answer if isinstance(answer, Mapping) else {}


def _seconds(headers: Mapping[str, str]) -> float:
    given = headers.get("Retry-After") or headers.get("retry-after") or ""
    return float(given) if given.isdecimal() else 30.0


# ---------------------------------------------------------------- what is logged


class Withheld(Exception):
    """Stands in a log for an exception whose own text may hold a token or what somebody wrote."""


def log_withheld(message: str, error: BaseException, **details: object) -> None:
    """Log where an exception came from and of what kind it was, without its text."""
    log.error(message, exc_info=(Withheld, Withheld(type(error).__name__), error.__traceback__), extra=details)


class Discreet(logging.Filter):
    """For the libraries' loggers: what they report without the addresses, tickets and payloads they put in."""

    def filter(self, record: logging.LogRecord) -> bool:
        kind = record.exc_info[0] if isinstance(record.exc_info, tuple) else None
        record.msg = str(record.msg).partition("(")[0].partition(":")[0].strip() or "Slack's library reports trouble"
        record.args = None
        if kind is not None:
            record.msg += f" ({kind.__name__})"
        record.exc_info = record.exc_text = None
        return True


def discreet_logger(name: str) -> logging.Logger:
    """A logger for Slack's libraries: errors only, and discreet ones. Safe to call twice."""
    logger = logging.getLogger(name)
    logger.setLevel(logging.ERROR)
    if not any(isinstance(one, Discreet) for one in logger.filters):
        logger.addFilter(Discreet())
    return logger
