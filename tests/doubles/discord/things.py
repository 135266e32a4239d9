"""What there is in Discord: people, guilds, channels, threads, messages, webhooks, commands, and what can be read in them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.doubles.discord.specs import Json

TEXT, DM, ANNOUNCEMENT, PUBLIC_THREAD, PRIVATE_THREAD, FORUM = 0, 1, 5, 11, 12, 15
THREADS = (10, PUBLIC_THREAD, PRIVATE_THREAD)
EPHEMERAL, LOADING, COMPONENTS_V2 = 1 << 6, 1 << 7, 1 << 15
ADDED, RENAMED, PINNED, THREAD_CREATED, STARTER = 1, 4, 6, 18, 21
SYSTEM = (ADDED, RENAMED, PINNED, THREAD_CREATED, STARTER)
"""Types of messages that Discord writes in somebody's name: a bot that takes them for words answers a rename."""
SUPPRESS_EMBEDS, HAS_THREAD, SUPPRESS_NOTIFICATIONS = 1 << 2, 1 << 5, 1 << 12


@dataclass(slots=True, eq=False)
class User:
    id: str
    name: str
    display: str
    bot: bool = False
    locale: str = "en-US"
    dm: "Channel | None" = None
    """The conversation with the app."""
    accepts_dms: bool = True


@dataclass(slots=True, eq=False)
class Role:
    id: str
    name: str
    permissions: int
    position: int


@dataclass(slots=True, eq=False)
class Overwrite:
    """Of a role (type 0) or a member (type 1)."""

    id: str
    type: int
    allow: int = 0
    deny: int = 0


@dataclass(slots=True, eq=False)
class Member:
    user: User
    joined_at: str
    roles: list[str] = field(default_factory=list)
    nick: str = ""


@dataclass(slots=True, eq=False)
class Guild:
    id: str
    name: str
    owner_id: str
    roles: dict[str, Role] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    channels: dict[str, "Channel"] = field(default_factory=dict)
    joined_at: str = ""
    available: bool = True
    bot_inside: bool = True
    """Without the bot, only user-installed commands work here."""
    thread_cap: int = 1000


@dataclass(slots=True, eq=False)
class Attachment:
    id: str
    filename: str
    content_type: str
    content: bytes
    description: str = ""


@dataclass(slots=True, eq=False)
class Webhook:
    id: str
    token: str
    channel: "Channel"
    name: str
    user: User
    application_id: str | None = None
    avatar: str | None = None


@dataclass(slots=True, eq=False)
class Channel:
    id: str
    type: int
    name: str = ""
    guild: Guild | None = None
    parent: "Channel | None" = None
    topic: str = ""
    overwrites: dict[str, Overwrite] = field(default_factory=dict)
    messages: dict[str, "Message"] = field(default_factory=dict)
    recipients: list[User] = field(default_factory=list)
    webhooks: dict[str, Webhook] = field(default_factory=dict)
    slowmode: int = 0
    deleted: bool = False
    # of threads
    owner_id: str = ""
    members: dict[str, str] = field(default_factory=dict)
    """Who joined when."""
    archived: bool = False
    archived_at: str = ""
    locked: bool = False
    invitable: bool = True
    auto_archive: int = 4320
    sent: int = 0

    @property
    def is_thread(self) -> bool:
        return self.type in THREADS

    @property
    def threads(self) -> list["Channel"]:
        return [one for one in self.guild.channels.values() if one.parent is self and one.is_thread] if self.guild else []

    @property
    def mention(self) -> str:
        return f"<#{self.id}>"

    def __repr__(self) -> str:
        return f"<{self.name or 'dm'} {self.id}>"


@dataclass(slots=True, eq=False)
class Message:
    id: str
    channel: Channel
    author: User
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    """As Discord keeps and sends them, with an id for each."""
    attachments: list[Attachment] = field(default_factory=list)
    poll: Json | None = None
    flags: int = 0
    type: int = 0
    nonce: str | int | None = None
    reference: "Message | None" = None
    webhook: Webhook | None = None
    username: str = ""
    """The name and face a webhook gave this message."""
    avatar_url: str = ""
    only_for: str = ""
    """The user who alone sees an ephemeral message."""
    interaction: Any = None
    """The interaction it answers."""
    mentions: list[User] = field(default_factory=list)
    pings: list[str] = field(default_factory=list)
    """Whom it woke: users' and roles' ids, `everyone`."""
    thread: Channel | None = None
    edited_at: str | None = None
    edits: int = 0
    pinned: bool = False
    deleted: bool = False
    reactions: dict[str, list[str]] = field(default_factory=dict)
    by_app: bool = False
    """Sent by the app in any way, so that its components lead back to it."""

    @property
    def ephemeral(self) -> bool:
        return bool(self.flags & EPHEMERAL)

    @property
    def loading(self) -> bool:
        """The "thinking" line of a deferred answer."""
        return bool(self.flags & LOADING)

    @property
    def name(self) -> str:
        """The author as shown beside it."""
        if self.webhook is not None:
            return self.username or self.webhook.name
        member = self.channel.guild.members.get(self.author.id) if self.channel.guild else None
        return (member.nick if member and member.nick else "") or self.author.display

    @property
    def words(self) -> str:
        """Everything there is to read in it: content, text displays, embeds. Nothing in what Discord itself wrote down."""
        if self.type in SYSTEM:
            return ""
        return "\n".join(part for part in (self.content, *texts(self.components), *map(_embedded, self.embeds)) if part)

    def __repr__(self) -> str:
        return f"<{self.name} {self.id}: {self.words[:200]!r}{' (thinking)' if self.loading else ''}>"


@dataclass(slots=True, eq=False)
class Command:
    id: str
    guild_id: str | None
    version: str
    body: Json

    @property
    def key(self) -> tuple[int, str]:
        return self.body.get("type") or 1, self.body["name"]


def walk(components: list[Json]) -> Iterator[Json]:
    """Every component, parents before children, in the order they are read."""
    for component in components:
        yield component
        yield from walk(component.get("components") or [])
        if inner := component.get("accessory") or component.get("component"):
            yield from walk([inner])


def texts(components: list[Json]) -> Iterator[str]:
    return (component["content"] for component in walk(components) if component["type"] == 10)


def _embedded(embed: Json) -> str:
    fields = [part for entry in embed.get("fields", ()) for part in (entry["name"], entry["value"])]
    around = [embed.get("author", {}).get("name"), embed.get("title"), embed.get("description"), *fields]
    return "\n".join(part for part in (*around, embed.get("footer", {}).get("text")) if part)
