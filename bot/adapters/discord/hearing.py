"""What comes from Discord, in the core's words: text decoded, places found, gestures named. Pure; nothing here calls anybody."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

import discord

from bot.adapters.discord.permissions import HIDDEN
from bot.adapters.discord.places import HERE
from bot.core.chat import Person, Place

Json = Mapping[str, Any]

SPOKEN = frozenset({discord.MessageType.default, discord.MessageType.reply})
"""The messages that are somebody saying something; all others tell of joins, pins, renamed threads."""

_NAMED = re.compile(r"<(?:@[!&]?|#)(\d+)>|<a?:(\w+):\d+>|</([^:<>]+):\d+>")


class Kind(Enum):
    COMMAND = "command"
    PRESS = "press"
    FORM = "form"


@dataclass(frozen=True, slots=True)
class Ticket:
    """What an interaction is answered with, within three seconds the first time, and for a quarter of an hour after that.

    `source` is the message that bore the control, or had the form opened; `whisper`: only the person sees it.
    """

    id: str
    token: str
    kind: Kind
    source: str = ""
    whisper: bool = False


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a gesture came from. Without a `ticket` it was a message, whose id is `said`."""

    place: Place
    person: Person
    ticket: Ticket | None = None
    said: str = ""


# ---------------------------------------------------------------- interactions


def workspace_of(interaction: discord.Interaction, at_home: str | None) -> str:
    """`at_home` is where a person who writes directly belongs."""
    return str(interaction.guild_id) if interaction.guild_id else at_home or HERE


def place_of(interaction: discord.Interaction, workspace: str) -> Place:
    channel = interaction.channel
    here = str(interaction.channel_id or "")
    if isinstance(channel, discord.Thread):
        return Place("discord", workspace, str(channel.parent_id), here)
    return Place("discord", workspace, here, None, not interaction.guild_id)


def person_of(user: discord.User | discord.Member | discord.abc.User, workspace: str) -> Person:
    return Person("discord", workspace, str(user.id), user.display_name)


def ticket_of(interaction: discord.Interaction, kind: Kind) -> Ticket:
    message = interaction.message
    whisper = bool(message and message.flags.ephemeral)
    return Ticket(str(interaction.id), interaction.token, kind, str(message.id) if message else "", whisper)


def event_of_interaction(interaction: discord.Interaction) -> str:
    return f"discord:i:{interaction.id}"


def payload_of(interaction: discord.Interaction) -> Json:
    """The interaction's data, and the message it happened on as far as its controls are concerned."""
    message = interaction.message
    components = [one.to_dict() for one in message.components] if message else []
    return {"data": interaction.data or {}, "message": {"components": components}}


# ---------------------------------------------------------------- messages


def event_of_message(message: discord.Message) -> str:
    return f"discord:m:{message.id}"


def spoken(message: discord.Message, me: int) -> bool:
    """Whether a person said it."""
    author = message.author
    return message.type in SPOKEN and not author.bot and message.webhook_id is None and author.id != me


def server_of(message: discord.Message) -> str:
    """Empty for a direct conversation. A server that is not in our memory is known by its number all the same."""
    guild = message.guild.id if message.guild else getattr(message.channel, "guild_id", None)
    return str(guild) if guild else ""


def calls_us(message: discord.Message, me: int) -> bool:
    """By name, not merely by answering one of our messages."""
    return any(user.id == me for user in message.mentions) and f"{me}>" in message.content


def decoded(message: discord.Message, me: int) -> str:
    """The text as it was typed: people and channels by name, without the mention that only calls us."""
    names = {str(user.id): f"@{user.display_name}" for user in message.mentions}
    names |= {str(role.id): f"@{role.name}" for role in message.role_mentions}
    names |= {str(channel.id): _channel_name(channel) for channel in message.channel_mentions}
    names[str(me)] = "@lectern"
    text = decode(message.content, names)
    return re.sub(r"^\s*@lectern\b[\s,:]*", "", text) if text.strip() != "@lectern" else ""


def _channel_name(channel: object) -> str:
    name = getattr(channel, "name", HIDDEN)
    return "#another channel" if name == HIDDEN else f"#{name}"


def decode(text: str, names: Mapping[str, str]) -> str:
    def said(found: re.Match[str]) -> str:
        number, emoji, command = found.groups()
        if emoji:
            return f":{emoji}:"
        return f"/{command}" if command else names.get(number, f"@{number}")

    return _NAMED.sub(said, text)
