"""One request to the Web API, as the double's methods see it, and the ways to refuse it."""

from dataclasses import dataclass, field
from typing import Any

from tests.doubles.slack.scopes import PERSONA
from tests.doubles.slack.specs import Json
from tests.doubles.slack.world import Channel, Installation, Message, User, World

MEASURED = {
    ("chat.appendStream", "msg_too_long"),  # limits.json: stream.total_text, measured by third parties
    ("chat.stopStream", "msg_too_long"),
    ("chat.startStream", "msg_too_long"),
    ("chat.postMessage", "msg_too_long"),  # named in the issue; the reference has it on postEphemeral and update only
    ("chat.postMessage", "reserved_username"),  # platform note, section 3: Slack refuses some names
    ("chat.postEphemeral", "reserved_username"),
    ("chat.startStream", "reserved_username"),
    ("*", "internal_error"),  # durability.md, section 4
}
"""Errors seen on live workspaces which the reference does not list for the method."""


RESERVED = ("slackbot", "slack", "channel", "here", "everyone")


class Refusal(Exception):
    """An answer with `ok: false`."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.error = error
        self.more = more


@dataclass(slots=True, eq=False)
class Call:
    """A request as it arrived, and how it was answered."""

    method: str
    arguments: Json
    token: str
    content_type: str
    at: float
    world: World
    installation: Installation | None = None
    error: str = ""
    answer: Json = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)

    def get(self, name: str, default: Any = "") -> Any:
        found = self.arguments.get(name)
        return default if found is None else found

    @property
    def app(self) -> Installation:
        assert self.installation is not None, f"{self.method} was routed without an installation"
        return self.installation

    @property
    def bot(self) -> User:
        return self.app.bot

    @property
    def team(self) -> str:
        """The workspace meant: an organisation's token must say which one."""
        if not self.app.organisation_wide:
            return self.app.teams[0]
        team = str(self.get("team_id"))
        if team not in self.app.teams:
            self.violations.append(f"team_id: an organisation's token needs one of {', '.join(self.app.teams)}, not {team!r}")
            return self.app.teams[0]
        return team

    def seen(self, name: str = "channel") -> Channel:
        """The channel of that argument, if the bot may know of it."""
        found = self.world.channels.get(str(self.get(name)))
        if found is None or not (set(self.app.teams) & {found.team, *found.shared}):
            raise Refusal("channel_not_found")
        if found.kind != "public" and self.bot.id not in found.members:
            raise Refusal("channel_not_found")
        return found

    def joined(self, name: str = "channel") -> Channel:
        found = self.seen(name)
        if self.bot.id not in found.members:
            raise Refusal("not_in_channel")
        return found

    def writable(self, name: str = "channel") -> Channel:
        """A channel the bot may write in: archived, locked and foreign ones refuse."""
        wanted = self.world.user(str(self.get(name)), self.app.teams)
        if wanted is not None:  # a person's id stands for the direct conversation
            return self.world.im(wanted, self.bot)
        found = self.seen(name)
        public = found.kind == "public" and "chat:write.public" in self.app.scopes
        if self.bot.id not in found.members and not public:
            raise Refusal("not_in_channel")
        if found.archived:
            raise Refusal("is_archived")
        if found.refuses:
            raise Refusal(found.refuses)
        return found

    def message(self, channel: Channel, name: str = "ts") -> Message:
        found = channel.messages.get(str(self.get(name)))
        if found is None or found.deleted:
            raise Refusal("message_not_found")
        return found

    def own(self, channel: Channel, error: str) -> Message:
        found = self.message(channel)
        if found.author.id != self.bot.id:
            raise Refusal(error)
        return found

    def user(self, name: str = "user") -> User:
        found = self.world.user(str(self.get(name)), self.app.teams)
        if found is None:
            raise Refusal("user_not_found")
        return found

    def persona(self) -> dict[str, str]:
        """Name and face, if the token may choose them and Slack allows the name."""
        found = {name: str(self.get(name)) for name in PERSONA if self.get(name)}
        if found:
            self.needs("chat:write.customize")
        if found.get("username", "").strip().lower() in RESERVED:
            raise Refusal("reserved_username")
        return found

    def root(self, channel: Channel, error: str) -> str:
        """The thread of the `thread_ts` argument, which must be a root's."""
        ts = str(self.get("thread_ts"))
        if not ts:
            return ""
        found = channel.messages.get(ts)
        if found is None:
            raise Refusal(error)
        if found.is_reply:
            self.violations.append(f"thread_ts: {ts} is a reply, use its root {found.thread_ts}")
            return found.thread_ts
        return ts

    def needs(self, *scopes: str) -> None:
        """Refuse with what is missing, as Slack does, if the token has none of the scopes."""
        if scopes and not self.app.scopes.intersection(scopes):
            raise Refusal("missing_scope", needed=scopes[0], provided=",".join(sorted(self.app.scopes)))
