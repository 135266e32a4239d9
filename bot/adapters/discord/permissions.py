"""Which permission is missing where, as far as we can tell: Discord only says that something is."""

import discord

from bot.adapters.discord.faults import MISSING_ACCESS, MISSING_PERMISSIONS, Refused
from bot.adapters.discord.manifest import PERMISSIONS, missing, missing_sentence

POST = ("view_channel", "send_messages")
PERSONA = ("view_channel", "manage_webhooks")
THREAD = ("view_channel", "create_public_threads", "send_messages_in_threads")
PRIVATE_THREAD = ("view_channel", "create_private_threads", "send_messages_in_threads")
IN_THREAD = ("view_channel", "send_messages_in_threads")
READ = ("view_channel", "read_message_history")

NOT_HERE = "I am not a member of this server yet. Ask somebody who manages it to invite me, then try again."


HIDDEN = "___hidden___"
"""How Discord calls a channel that we may not see: nobody but Discord knows it by that name."""


def explained(client: discord.Client, refused: Refused, channel: str, needed: tuple[str, ...]) -> Refused:
    """The same refusal, naming what is missing, where Discord has only said that something is."""
    if refused.code not in (MISSING_ACCESS, MISSING_PERMISSIONS):
        return refused
    short = missing(_granted(client, channel) or 0, needed) or [one for one in PERMISSIONS if one.name in needed]
    return Refused(refused.code, missing_sentence(short, _there(client, channel)))


def lacks(client: discord.Client, channel: str) -> str:
    """Which of all permissions the code uses are missing there for sure, as `explained` says it; empty where none is."""
    granted = _granted(client, channel)
    short = missing(granted, tuple(one.name for one in PERMISSIONS)) if granted is not None else []
    return missing_sentence(short, _there(client, channel)) if short else ""


def lacking(client: discord.Client, channel: str, needed: tuple[str, ...]) -> bool:
    """Whether something is missing there for sure."""
    granted = _granted(client, channel)
    return granted is not None and bool(missing(granted, needed))


def private_threads(client: discord.Client, channel: str) -> bool:
    """Whether private threads can be made there, as far as we know: text channels have them, and nothing else."""
    known = _channel(client, channel)
    wrong_kind = known is not None and not (isinstance(known, discord.TextChannel) and not known.is_news())
    return not wrong_kind and not lacking(client, channel, PRIVATE_THREAD)


def _there(client: discord.Client, channel: str) -> str:
    known = _channel(client, channel)
    return f"In #{known.name}" if known and known.name != HIDDEN else "In that channel"


def _granted(client: discord.Client, channel: str) -> int | None:
    """As far as we remember the channel; None where we do not."""
    known = _channel(client, channel)
    return known.permissions_for(known.guild.me).value if known and known.guild.me else None


def _channel(client: discord.Client, channel: str) -> discord.abc.GuildChannel | None:
    known = client.get_channel(int(channel)) if channel.isdecimal() else None
    return known if isinstance(known, discord.abc.GuildChannel) else None
