"""All there is in one Discord, found by its id, made and told of."""

import itertools
from collections.abc import Callable
from typing import Any

from tests.doubles.discord.clock import Clock
from tests.doubles.discord.permissions import EVERYDAY, LEAST
from tests.doubles.discord.specs import Json
from tests.doubles.discord.things import (
    DM,
    TEXT,
    Attachment,
    Channel,
    Command,
    Guild,
    Member,
    Role,
    User,
    Webhook,
)


class World:
    def __init__(self, clock: Clock, changed: Callable[[], None]) -> None:
        self.clock = clock
        self.changed = changed
        self.users: dict[str, User] = {}
        self.guilds: dict[str, Guild] = {}
        self.channels: dict[str, Channel] = {}
        self.webhooks: dict[str, Webhook] = {}
        self.commands: dict[tuple[str | None, int, str], Command] = {}
        self.created: dict[str | None, list[float]] = {}
        """When commands were newly made, by scope."""
        self.emojis: dict[str, Json] = {}
        self.files: dict[str, Attachment] = {}
        self.interactions: dict[str, Any] = {}
        self.modals: dict[str, list[Any]] = {}
        """The interactions whose forms are on a screen, by user."""
        self.listeners: list[Callable[..., None]] = []
        """Told of what happened, by the name of the gateway's event."""
        self.typing: dict[str, float] = {}
        """When the app last showed that it is writing, by channel."""
        self.message_content = True
        """The switch in the developer portal."""
        self.members_intent = False
        self.bot = self.user("Lectern", bot=True)
        self.app_id = self.bot.id
        self.base = ""
        self._numbers = itertools.count(1)

    # making

    def user(self, name: str, *, bot: bool = False) -> User:
        found = User(self.clock.snowflake(), name.lower().replace(" ", "_"), name, bot)
        self.users[found.id] = found
        return found

    def guild(self, name: str, owner: User, *, bot: bool = True, permissions: int = LEAST) -> Guild:
        """A guild with the app in it, whose own role allows the invite address's permissions."""
        made = Guild(self.clock.snowflake(), name, owner.id, joined_at=self.clock.stamp(), bot_inside=bot)
        made.roles[made.id] = Role(made.id, "@everyone", EVERYDAY, 0)
        self.guilds[made.id] = made
        self.enter(made, owner)
        if bot:
            self.enter(made, self.bot)
            role = self.role(made, "Lectern", permissions)
            made.members[self.bot.id].roles.append(role.id)
        return made

    def role(self, guild: Guild, name: str, permissions: int = 0) -> Role:
        made = Role(self.clock.snowflake(), name, permissions, len(guild.roles))
        guild.roles[made.id] = made
        return made

    def enter(self, guild: Guild, user: User) -> Member:
        return guild.members.setdefault(user.id, Member(user, self.clock.stamp()))

    def channel(self, guild: Guild, name: str, kind: int = TEXT) -> Channel:
        made = Channel(self.clock.snowflake(), kind, name, guild)
        guild.channels[made.id] = self.channels[made.id] = made
        return made

    def dm(self, user: User) -> Channel:
        if user.dm is None:
            user.dm = Channel(self.clock.snowflake(), DM, recipients=[user])
            self.channels[user.dm.id] = user.dm
        return user.dm

    def token(self, prefix: str) -> str:
        return f"{prefix}-{next(self._numbers)}-{'x' * 40}"

    # telling

    def tell(self, name: str, about: Any, *more: Any) -> None:
        for listener in self.listeners:
            listener(name, about, *more)
        self.changed()

    def forget(self, channel: Channel) -> None:
        """The channel with its threads and webhooks is gone."""
        for thread in list(channel.threads):
            self.forget(thread)
        channel.deleted = True
        self.channels.pop(channel.id, None)
        if channel.guild:
            channel.guild.channels.pop(channel.id, None)
        for webhook in channel.webhooks.values():
            self.webhooks.pop(webhook.id, None)
