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


def explained(client: discord.Client, refused: Refused, channel: str, needed: tuple[str, ...]) -> Refused:
    """The same refusal, naming what is missing, where Discord has only said that something is."""
    if refused.code not in (MISSING_ACCESS, MISSING_PERMISSIONS):
        return refused
    lacking = missing(_granted(client, channel), needed) or [one for one in PERMISSIONS if one.name in needed]
    return Refused(refused.code, missing_sentence(lacking).replace("In this channel", f"In <#{channel}>", 1))


def lacking(client: discord.Client, channel: str, needed: tuple[str, ...]) -> bool:
    """Whether something is missing there for sure."""
    granted = _granted(client, channel)
    return bool(granted) and bool(missing(granted, needed))


def _granted(client: discord.Client, channel: str) -> int:
    """As far as we remember the channel; nothing where we do not."""
    known = client.get_channel(int(channel)) if channel.isdecimal() else None
    if not isinstance(known, discord.abc.GuildChannel) or known.guild.me is None:
        return 0
    return known.permissions_for(known.guild.me).value
