"""One request to the API, as the double's routes see it, and the ways to refuse it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.doubles.discord import permissions
from tests.doubles.discord.oracle import Matched
from tests.doubles.discord.rules import Files
from tests.doubles.discord.specs import Json
from tests.doubles.discord.things import Channel, Guild, Message, Webhook
from tests.doubles.discord.world import World

CODES: dict[int, tuple[int, str]] = {
    0: (401, "401: Unauthorized"),
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10007: (404, "Unknown Member"),
    10008: (404, "Unknown Message"),
    10013: (404, "Unknown User"),
    10014: (404, "Unknown Emoji"),
    10015: (404, "Unknown Webhook"),
    10062: (404, "Unknown interaction"),
    10063: (404, "Unknown application command"),
    20001: (403, "Bots cannot use this endpoint"),
    20016: (429, "This action cannot be performed due to slowmode rate limit"),
    20028: (429, "The write action you are performing on the channel has hit the write rate limit"),
    30003: (400, "Maximum number of pins reached for the channel"),
    30007: (400, "Maximum number of webhooks reached (15)"),
    30013: (400, "Maximum number of guild channels reached (500)"),
    30033: (400, "Maximum number of thread participants has been reached (1000)"),
    30034: (400, "Maximum number of daily application command creates has been reached (200)"),
    30046: (400, "Maximum number of edits to messages older than 1 hour reached"),
    30058: (400, "Maximum number of webhooks per guild reached (1000)"),
    40005: (413, "Request entity too large"),
    40060: (400, "Interaction has already been acknowledged"),
    40094: (400, "This interaction has reached the maximum number of follow-up messages"),
    50001: (403, "Missing Access"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50008: (400, "Cannot send messages in a non-text channel"),
    50013: (403, "Missing Permissions"),
    50024: (400, "Cannot execute action on this channel type"),
    50027: (401, "Invalid Webhook Token"),
    50035: (400, "Invalid Form Body"),
    50083: (400, "Thread is archived"),
    50109: (400, "The request body contains invalid JSON"),
    160002: (400, "Cannot reply without permission to read message history"),
    160004: (400, "A thread has already been created for this message"),
    160005: (400, "Thread is locked"),
    160006: (400, "Maximum number of active threads reached"),
}
"""Codes of topics/opcodes-and-status-codes that the double can answer with."""


class Trouble(Exception):
    """An answer that refuses, by its documented code."""

    def __init__(self, code: int, errors: Json | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.status, self.words = CODES[code]
        self.errors = errors

    def body(self) -> Json:
        return {"message": self.words, "code": self.code} | ({"errors": self.errors} if self.errors else {})


def invalid(where: str, why: str, code: str = "BASE_TYPE_BAD") -> Trouble:
    """50035 with the place of the mistake."""
    inner: Json = {"_errors": [{"code": code, "message": why}]}
    for part in reversed(where.replace("[", ".").replace("]", "").split(".")):
        inner = {part or "body": inner}
    return Trouble(50035, inner)


@dataclass(slots=True, eq=False)
class Call:
    """A request as it arrived, and how it was answered."""

    route: str
    """The method in small letters and the template of the path: `post /channels/{channel_id}/messages`."""
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Any
    files: Files
    at: float
    world: World
    authorised: bool = False
    matched: Matched | None = None
    status: int = 0
    code: int = 0
    """Of the refusal, if it was one; `-1` for a fault that was played."""
    answer: Any = None
    violations: list[str] = field(default_factory=list)

    def get(self, name: str, default: Any = None) -> Any:
        found = self.body.get(name) if isinstance(self.body, dict) else None
        return default if found is None else found

    @property
    def me(self) -> str:
        return self.world.bot.id

    def guild(self) -> Guild:
        found = self.world.guilds.get(self.path["guild_id"])
        if found is None:
            raise Trouble(10004)
        if not found.bot_inside:
            raise Trouble(50001)
        return found

    def channel(self, *needs: str, unlocked: bool = False) -> Channel:
        """The channel of the path, which the app must see and in which it must have these permissions."""
        return self.place(self.path["channel_id"], *needs)

    def place(self, channel_id: str, *needs: str) -> Channel:
        found = self.world.channels.get(channel_id)
        if found is None:
            raise Trouble(10003)
        if found.guild is not None and not found.guild.bot_inside:
            raise Trouble(50001)
        if not permissions.sees(found, self.world.bot):
            raise Trouble(50001)
        if not permissions.may(found, self.me, *needs):
            raise Trouble(50013)
        return found

    def message(self, channel: Channel, name: str = "message_id") -> Message:
        found = channel.messages.get(self.path[name])
        if found is None or found.deleted or found.only_for:
            raise Trouble(10008)
        return found

    def webhook(self) -> Webhook:
        """By id and token, or by id with the right to manage them."""
        found = self.world.webhooks.get(self.path["webhook_id"])
        if found is None:
            raise Trouble(10015)
        if "webhook_token" in self.path:
            if self.path["webhook_token"] != found.token:
                raise Trouble(50027)
        elif not permissions.may(found.channel, self.me, "MANAGE_WEBHOOKS"):
            raise Trouble(50013)
        return found
