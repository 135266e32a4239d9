"""What exists in Slack: people, channels, messages, installations, and the time."""

import itertools
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.doubles.slack import reading
from tests.doubles.slack.scopes import SCOPES
from tests.doubles.slack.specs import Json

Kind = Literal["public", "private", "im", "mpim"]
LETTER = {"public": "C", "private": "C", "im": "D", "mpim": "G"}


@dataclass(slots=True, eq=False)
class User:
    id: str
    name: str
    real_name: str
    team: str
    tz: str = "Europe/London"
    bot_id: str = ""
    deleted: bool = False


@dataclass(slots=True, eq=False)
class Stream:
    """A message still being written. `first` is what everybody but the recipient sees of it in a channel."""

    started: float
    recipient: str
    first: str = ""
    stopped: Literal["", "finished", "by_user"] = ""
    chunks: list[Json] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Message:
    channel: "Channel"
    ts: str
    author: User
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str = ""
    username: str = ""
    icon_emoji: str = ""
    icon_url: str = ""
    metadata: Json = field(default_factory=dict)
    attachments: list[Json] = field(default_factory=list)
    only_for: str = ""
    """The id of the one who sees it, if it is ephemeral."""
    shown: bool = True
    broadcast: bool = False
    files: list[Json] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    edited: str = ""
    deleted: bool = False
    stream: Stream | None = None
    client_msg_id: str = ""
    """What a person's own program called it before Slack gave it a timestamp."""
    method: str = ""
    """How it came: a Web API method, `ack`, `response_url`, or nothing for a person's words."""
    choices: dict[str, dict[str, Json]] = field(default_factory=dict)
    """Per person and `block/action`: what they have chosen in it and not sent."""
    revisions: list[tuple[str, list[Json]]] = field(default_factory=list)
    """Text and blocks as they were before each edit: somebody may still have them on the screen."""

    @property
    def words(self) -> str:
        """What a reader sees: the blocks, or the text where there are none."""
        return reading.words(self.blocks) or self.text

    @property
    def name(self) -> str:
        return self.username or self.author.real_name

    @property
    def is_reply(self) -> bool:
        return bool(self.thread_ts) and self.thread_ts != self.ts

    def __repr__(self) -> str:
        return f"<{self.name} in {self.channel.name} at {self.ts}: {self.words[:80]!r}>"


@dataclass(slots=True, eq=False)
class Channel:
    id: str
    name: str
    kind: Kind
    team: str
    members: list[str]
    archived: bool = False
    shared: set[str] = field(default_factory=set)
    """Other workspaces it is shared with through Slack Connect."""
    refuses: str = ""
    """An error every post gets, such as `restricted_action_read_only_channel`."""
    messages: dict[str, Message] = field(default_factory=dict)
    ephemerals: list[Message] = field(default_factory=list)
    created: int = 0

    @property
    def type(self) -> str:
        """The `channel_type` of events."""
        return {"public": "channel", "private": "group"}.get(self.kind, self.kind)

    def replies(self, root_ts: str) -> list[Message]:
        return [message for message in self.messages.values() if message.thread_ts == root_ts and message.is_reply]

    def roots(self) -> list[Message]:
        return [message for message in self.messages.values() if not message.is_reply or message.broadcast]


@dataclass(slots=True, eq=False)
class Workspace:
    id: str
    name: str
    domain: str
    enterprise: str = ""


@dataclass(slots=True, eq=False)
class Installation:
    """The app in a workspace, or with one token in several workspaces of an organisation."""

    token: str
    teams: list[str]
    bot: User
    scopes: set[str] = field(default_factory=lambda: set(SCOPES))
    enterprise: str = ""
    state: Literal["", "token_revoked", "account_inactive", "token_expired", "invalid_auth"] = ""
    refresh_token: str = ""
    expires: float = 0.0

    @property
    def organisation_wide(self) -> bool:
        return bool(self.enterprise)


class Clock:
    """The real time, which a test may push forward instead of sleeping."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> float:
        return time.time() + self._ahead

    def advance(self, seconds: float) -> None:
        self._ahead += seconds


class World:
    def __init__(self, clock: Clock, changed: Callable[[], None]) -> None:
        self.clock = clock
        self.changed = changed
        self.app_id = "A0LECTERN1"
        self.users: dict[str, User] = {}
        self.namesakes: dict[tuple[str, str], User] = {}
        """People whose id is also somebody else's: an id is Slack's own only together with its workspace."""
        self.channels: dict[str, Channel] = {}
        self.workspaces: dict[str, Workspace] = {}
        self.installations: list[Installation] = []
        self.listeners: list[Callable[[str, Message, Any], None]] = []
        """Told of what happened to a message: `posted`, `edited`, `deleted`."""
        self._numbers = itertools.count(1)
        self._last_ts = 0

    def number(self, prefix: str) -> str:
        return f"{prefix}0{next(self._numbers):08X}"

    def tick(self) -> str:
        """A timestamp later than every other: Slack's id of a message within its channel."""
        self._last_ts = max(self._last_ts + 1, int(self.clock.now() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def workspace(self, name: str, enterprise: str = "") -> Workspace:
        found = Workspace(self.number("T"), name, name.lower(), enterprise)
        self.workspaces[found.id] = found
        return found

    def person(self, name: str, team: str, tz: str = "Europe/London", *, prefix: str = "U") -> User:
        user = User(self.number(prefix), name, name.capitalize(), team, tz)
        self.users[user.id] = user
        return user

    def namesake(self, name: str, team: str, of: User) -> User:
        """Somebody in another workspace under the same id."""
        assert team != of.team, "within a workspace ids are unique"
        user = self.namesakes[team, of.id] = User(of.id, name, name.capitalize(), team)
        return user

    def user(self, wanted: str, teams: Iterable[str]) -> User | None:
        """The person of that id, as an app in these workspaces knows them."""
        return next((user for team in teams if (user := self.namesakes.get((team, wanted)))), self.users.get(wanted))

    def bot(self, name: str, team: str) -> User:
        user = self.person(name, team)
        user.bot_id = self.number("B")
        return user

    def install(self, teams: list[str], token: str, *, enterprise: str = "", bot: User | None = None) -> Installation:
        found = Installation(token, teams, bot or self.bot("lectern", teams[0]), enterprise=enterprise)
        self.installations.append(found)
        return found

    def channel(self, name: str, kind: Kind, team: str, members: Iterable[str]) -> Channel:
        found = Channel(self.number(LETTER[kind]), name, kind, team, list(members), created=int(self.clock.now()))
        self.channels[found.id] = found
        return found

    def im(self, user: User, bot: User) -> Channel:
        """The direct conversation of the two, opened if need be."""
        pair = {user.id, bot.id}
        found = next(
            (channel for channel in self.channels.values() if channel.kind == "im" and set(channel.members) == pair), None
        )
        return found or self.channel("", "im", bot.team, [user.id, bot.id])

    def installation(self, team: str) -> Installation | None:
        """The live installation that serves a workspace."""
        live = [found for found in self.installations if team in found.teams and found.state in ("", "token_expired")]
        return live[-1] if live else None

    def post(self, channel: Channel, author: User, text: str, **more: Any) -> Message:
        message = Message(channel, self.tick(), author, text, **more)
        if not author.bot_id:
            message.client_msg_id = str(uuid.uuid4())
        named(message.blocks, self)
        if message.only_for:
            channel.ephemerals.append(message)
        else:
            channel.messages[message.ts] = message
            self.tell("posted", message)
        self.changed()
        return message

    def edit(self, message: Message, text: str, blocks: list[Json] | None = None) -> None:
        before = (message.text, message.blocks)
        message.revisions.append(before)
        message.text, message.blocks, message.edited = text, message.blocks if blocks is None else blocks, self.tick()
        named(message.blocks, self)
        self.tell("edited", message, before)
        self.changed()

    def delete(self, message: Message) -> None:
        """A root with replies stays as a tombstone, as in Slack."""
        if message.only_for:
            message.channel.ephemerals.remove(message)
        elif message.channel.replies(message.ts):
            message.deleted = True
        else:
            del message.channel.messages[message.ts]
        if not message.only_for:
            self.tell("deleted", message)
        self.changed()

    def tell(self, what: str, message: Message, before: Any = None) -> None:
        for listener in self.listeners:
            listener(what, message, before)


def named(blocks: list[Json], world: World) -> None:
    """Slack gives a `block_id` to every block without one, and an `action_id` to what can be pressed."""
    for block in blocks:
        block.setdefault("block_id", world.number("b"))
        for element in [*(block.get("elements") or []), block.get("accessory"), block.get("element")]:
            if isinstance(element, dict) and element.get("type") == "button":
                element.setdefault("action_id", world.number("a"))
        named([child for child in block.get("child_blocks") or [] if isinstance(child, dict)], world)
