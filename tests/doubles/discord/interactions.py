"""What a person starts and the app must answer: commands, presses, choices, forms, and suggestions while one types."""

from dataclasses import dataclass, field
from typing import Any

from tests.doubles.discord import permissions, shapes
from tests.doubles.discord.gateway import Gateway
from tests.doubles.discord.specs import Json
from tests.doubles.discord.things import Channel, Message, User
from tests.doubles.discord.world import World
from tests.doubles.pulse import Pulse

COMMAND, COMPONENT, AUTOCOMPLETE, SUBMISSION = 2, 3, 4, 5
LIFETIME = 900.0
"""Seconds for which an interaction's token works."""
UPLOAD = 10 * 2**20
FAILED = {
    COMMAND: "The application did not respond",
    COMPONENT: "This interaction failed",
    AUTOCOMPLETE: "Loading options failed",
    SUBMISSION: "Something went wrong. Try again.",
}


@dataclass(slots=True, eq=False)
class Interaction:
    """One of them, and what became of it."""

    id: str
    token: str
    kind: int
    name: str
    """The command or the custom_id."""
    user: User
    channel: Channel
    data: Json
    at: float
    message: Message | None = None
    """Whose component was used."""
    cause: "Interaction | None" = None
    """For a form: what opened it."""
    payload: Json = field(default_factory=dict)
    answer: int = 0
    """The type of the app's answer; 0 while there is none."""
    acked_at: float = 0.0
    original: Message | None = None
    followups: list[Message] = field(default_factory=list)
    modal: Json | None = None
    choices: list[Json] = field(default_factory=list)
    error: str = ""
    """What the person reads when the app did not answer in time."""

    @property
    def acked(self) -> bool:
        return self.answer != 0

    @property
    def latency(self) -> float:
        """Seconds until the answer."""
        return self.acked_at - self.at

    @property
    def owners(self) -> Json:
        guild = self.channel.guild
        if guild is None:
            return {"0": "0"}
        return {"0": guild.id} if guild.bot_inside else {"1": self.user.id}

    def metadata(self) -> Json:
        """As messages carry it."""
        shown: Json = {
            "id": self.id,
            "type": self.kind,
            "user": shapes.user(self.user),
            "authorizing_integration_owners": self.owners,
        }
        if self.kind == COMPONENT and self.message is not None:
            shown["interacted_message_id"] = self.message.id
        if self.kind == SUBMISSION and self.cause is not None:
            shown["triggering_interaction_metadata"] = self.cause.metadata()
        if self.data.get("type") == 3 and self.kind == COMMAND:
            shown["target_message_id"] = self.data["target_id"]
        return shown


class Courier:
    """Brings interactions to the app, once each, and waits for the answer as long as a person would."""

    def __init__(self, world: World, gateway: Gateway, pulse: Pulse, ack_seconds: float) -> None:
        self.ack_seconds = ack_seconds
        self.sent: list[Interaction] = []
        self._world = world
        self._gateway = gateway
        self._pulse = pulse

    async def bring(self, interaction: Interaction) -> Interaction:
        """Returns when it was acknowledged, or when the person has read that it failed."""
        self.send(interaction)
        deadline = interaction.at + self.ack_seconds
        await self._pulse.until(lambda: interaction.acked or self._world.clock.now() > deadline, self.ack_seconds + 60)
        if not interaction.acked:
            interaction.error = FAILED[interaction.kind]
        self._pulse.changed()
        return interaction

    def send(self, interaction: Interaction) -> None:
        self.sent.append(interaction)
        self._world.interactions[interaction.id] = interaction
        interaction.payload = self._payload(interaction)
        guild = interaction.channel.guild
        self._gateway.dispatch("INTERACTION_CREATE", guild.id if guild else None, data=interaction.payload)

    def make(self, kind: int, name: str, user: User, channel: Channel, data: Json, **more: Any) -> Interaction:
        clock = self._world.clock
        return Interaction(
            clock.snowflake(), self._world.token("interaction"), kind, name, user, channel, data, clock.now(), **more
        )

    def _payload(self, one: Interaction) -> Json:
        world, channel, guild = self._world, one.channel, one.channel.guild
        shown: Json = {
            "id": one.id,
            "application_id": world.app_id,
            "type": one.kind,
            "token": one.token,
            "version": 1,
            "data": one.data,
            "channel": shapes.channel(channel, viewer=one.user.id),
            "channel_id": channel.id,
            "locale": one.user.locale,
            "entitlements": [],
            "authorizing_integration_owners": one.owners,
            "context": 0 if guild else 1,
            "attachment_size_limit": UPLOAD,
        }
        if guild is not None:
            member = shapes.member(guild.members[one.user.id])
            member["permissions"] = str(permissions.in_channel(channel, one.user.id))
            inside = {"id": guild.id, "locale": "en-US", "features": []}
            own = permissions.in_channel(channel, world.bot.id) if guild.bot_inside else permissions.IN_DMS
            shown |= {
                "guild_id": guild.id,
                "guild": inside,
                "guild_locale": "en-US",
                "member": member,
                "app_permissions": str(own),
            }
        else:
            shown |= {"user": shapes.user(one.user), "app_permissions": str(permissions.IN_DMS)}
        if one.message is not None:
            shown["message"] = self._message(one.message)
        return shown

    def _message(self, message: Message) -> Json:
        if message.webhook is None:
            return shapes.message(message, self._world)
        return shapes.seen_by_app(message, self._world, intent=self._world.message_content)
