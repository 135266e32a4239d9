"""What can go wrong between us and Discord, sorted by what it means for the message, and how it is logged."""

import logging

import discord
from aiohttp import ClientConnectorError, ClientError, ConnectionTimeoutError

from bot.core.ports import NotSent, Unclear, Undeliverable

NETWORK = (discord.DiscordException, ClientError, OSError, TimeoutError)
"""What a call to Discord may raise that is Discord's or the network's doing."""

TOO_MANY_HOOKS = frozenset({30007, 30058})
UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, UNKNOWN_WEBHOOK, UNKNOWN_INTERACTION = 10003, 10008, 10015, 10062
BAD_WEBHOOK_TOKEN = 50027
ACKNOWLEDGED = 40060
MISSING_ACCESS, MISSING_PERMISSIONS = 50001, 50013
NO_DIRECT_MESSAGES = 50007
NOT_OURS = 50005
THREAD_THERE, THREAD_LOCKED, TOO_MANY_THREADS = 160004, 160005, 160006
THREAD_ARCHIVED = 50083
RENDERING = frozenset({50006, 50035, 50109})
"""The message as it was rendered is refused; plainer it may be taken."""
LATER = frozenset({30046, 20016, 20022, 20028, 20029, 110000, 130000})
"""Not now: Discord counts slow mode, writes and edits of old messages by themselves, or is overloaded."""
SORRY_GONE = frozenset({UNKNOWN_WEBHOOK, BAD_WEBHOOK_TOKEN})

LOCKED = (
    "That thread is locked, so nothing can be said in it. Whoever may manage threads can unlock it: open it, its menu ⋯, "
    "Unlock Thread. Or open a new lab."
)
FULL_OF_THREADS = (
    "This server has as many open threads as Discord allows. Whoever may manage threads can make room: under Threads, above a "
    "channel, open those that nobody uses any more, their menu ⋯, Close Thread. Then try again."
)
WRONG_KIND = "I cannot post in that kind of channel: digests and labs need a text channel. Choose one, and do it there."
_SENTENCES = {
    UNKNOWN_CHANNEL: "That channel or thread is not in Discord any more. Create the cohort anew in another channel.",
    UNKNOWN_MESSAGE: "The message is not in Discord any more: somebody has deleted it.",
    10004: "I am no longer in that server. Invite me again, then try once more.",
    THREAD_LOCKED: LOCKED,
    THREAD_ARCHIVED: "That thread is archived. Ask a moderator to open it again, or open a new lab.",
    TOO_MANY_THREADS: FULL_OF_THREADS,
    **dict.fromkeys(TOO_MANY_HOOKS, "That channel has as many webhooks as Discord allows. Delete one that nobody uses."),
    NO_DIRECT_MESSAGES: "That person does not take direct messages from this server.",
    50024: WRONG_KIND,
    50008: WRONG_KIND,
    40001: "Discord no longer accepts my token. Set DISCORD_TOKEN anew and restart me.",
    0: "Discord no longer accepts my token. Set DISCORD_TOKEN anew and restart me.",
}


class Rejected(Exception):
    """Discord does not take the message as it is rendered. `code` is Discord's number for it."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


class Refused(Undeliverable):
    """Discord has said no. `code` is its number for it; `why` what a lead should do."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(why)
        self.code = code


TROUBLE = (NotSent, Unclear, Undeliverable, Rejected)


def sorted_out(error: BaseException) -> Exception:
    """NotSent, Unclear, Refused or Rejected. Sources: Discord, topics/opcodes-and-status-codes and rate-limits."""
    match error:
        case NotSent() | Unclear() | Undeliverable() | Rejected():
            return error
        case discord.RateLimited():
            return NotSent("Discord asks to go slower.", error.retry_after)
        case discord.HTTPException():
            return _answered(error)
        case ClientConnectorError() | ConnectionTimeoutError():
            return NotSent("Discord cannot be reached from here just now.")
        case _:
            return Unclear("Discord did not answer in time, or the connection broke.")


def _answered(error: discord.HTTPException) -> Exception:
    if error.status == 429:
        return NotSent("Discord asks to go slower.", _seconds(error))
    if error.status >= 500:
        return Unclear("Discord had trouble of its own.")
    if error.code in RENDERING:
        return Rejected(error.code)
    if error.code in LATER:
        return NotSent("Discord asks to come again later.", 30.0)
    if error.code == 0 and error.status != 401:
        return Refused(0, f"Discord refused it (HTTP {error.status}). Tell whoever runs this bot.")
    unknown = f"Discord refused it and says “{error.code}”. Tell whoever runs this bot."
    return Refused(error.code, _SENTENCES.get(error.code, unknown))


def _seconds(error: discord.HTTPException) -> float:
    given = error.response.headers.get("Retry-After", "")
    try:
        return min(float(given), 3_600.0)
    except ValueError:
        return 30.0


# ---------------------------------------------------------------- what is logged


class Withheld(Exception):
    """Stands in a log for an exception whose own text may hold a token or what somebody wrote."""


def log_withheld(log: logging.Logger, message: str, error: BaseException, **details: object) -> None:
    """Log where an exception came from and of what kind it was, without its text."""
    log.error(message, exc_info=(Withheld, Withheld(type(error).__name__), error.__traceback__), extra=details)


LIBRARY = (
    "client",
    "gateway",
    "http",
    "state",
    "webhook.async_",
    "ext.tasks",
    "shard",
    "ui.view",
    "ui.modal",
    "app_commands.tree",
)


class Discreet(logging.Filter):
    """For discord.py's loggers: what they report without the addresses, tokens and payloads they put in."""

    def filter(self, record: logging.LogRecord) -> bool:
        kind = record.exc_info[0] if isinstance(record.exc_info, tuple) else None
        record.msg = str(record.msg).partition("%")[0].partition("(")[0].strip(" .:") or "Discord's library reports trouble"
        record.args = None
        if kind is not None:
            record.msg += f" ({kind.__name__})"
        record.exc_info = record.exc_text = None
        return True


def hush_library() -> None:
    """Warnings and worse only, and discreet ones. Safe to call twice."""
    logging.getLogger("discord").setLevel(logging.WARNING)
    for name in LIBRARY:
        logger = logging.getLogger(f"discord.{name}")
        if not any(isinstance(one, Discreet) for one in logger.filters):
            logger.addFilter(Discreet())
