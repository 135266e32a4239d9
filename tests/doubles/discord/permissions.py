"""Who may do what where: roles, then the channel's overwrites, then what threads ask for.

Sources: the developer documentation, topics/permissions ("Permission Hierarchy", "Permission Overwrites") and topics/threads.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.doubles.discord.things import Channel, Guild, User

BITS = {
    "ADMINISTRATOR": 3,
    "MANAGE_CHANNELS": 4,
    "MANAGE_GUILD": 5,
    "ADD_REACTIONS": 6,
    "VIEW_CHANNEL": 10,
    "SEND_MESSAGES": 11,
    "MANAGE_MESSAGES": 13,
    "EMBED_LINKS": 14,
    "ATTACH_FILES": 15,
    "READ_MESSAGE_HISTORY": 16,
    "MENTION_EVERYONE": 17,
    "USE_EXTERNAL_EMOJIS": 18,
    "MANAGE_ROLES": 28,
    "MANAGE_WEBHOOKS": 29,
    "USE_APPLICATION_COMMANDS": 31,
    "MANAGE_THREADS": 34,
    "CREATE_PUBLIC_THREADS": 35,
    "CREATE_PRIVATE_THREADS": 36,
    "SEND_MESSAGES_IN_THREADS": 38,
    "SEND_POLLS": 49,
    "PIN_MESSAGES": 51,
}
ALL = (1 << 53) - 1


def bits(*names: str) -> int:
    """The number of permissions by name."""
    return sum(1 << BITS[name] for name in set(names))


LEAST = 378494110720
"""What the invite address asks for: the platform note, section 1.11."""
EVERYDAY = bits(
    "VIEW_CHANNEL", "SEND_MESSAGES", "READ_MESSAGE_HISTORY", "ADD_REACTIONS", "USE_APPLICATION_COMMANDS", "EMBED_LINKS",
    "ATTACH_FILES", "SEND_MESSAGES_IN_THREADS", "CREATE_PUBLIC_THREADS", "SEND_POLLS",
)  # fmt: skip
"""What everybody may do in a fresh guild. The app has it too, through the role everyone has."""
IN_DMS = bits(
    "VIEW_CHANNEL", "SEND_MESSAGES", "READ_MESSAGE_HISTORY", "ADD_REACTIONS", "EMBED_LINKS", "ATTACH_FILES", "SEND_POLLS",
    "USE_EXTERNAL_EMOJIS", "PIN_MESSAGES", "SEND_MESSAGES_IN_THREADS", "USE_APPLICATION_COMMANDS",
)  # fmt: skip


def in_guild(guild: "Guild", user_id: str) -> int:
    if user_id == guild.owner_id:
        return ALL
    member = guild.members.get(user_id)
    if member is None:
        return 0
    found = guild.roles[guild.id].permissions
    for role in member.roles:
        found |= guild.roles[role].permissions
    return ALL if found & bits("ADMINISTRATOR") else found


def in_channel(channel: "Channel", user_id: str) -> int:
    """What the user may do there; in a thread, what its parent's overwrites say."""
    guild = channel.guild
    if guild is None:
        inside = user_id in [user.id for user in channel.recipients]
        return IN_DMS if inside or any(user.dm is channel for user in channel.recipients) else 0
    found = in_guild(guild, user_id)
    if found == ALL or user_id not in guild.members:
        return found
    overwrites = (channel.parent if channel.is_thread and channel.parent else channel).overwrites
    if everyone := overwrites.get(guild.id):
        found = found & ~everyone.deny | everyone.allow
    mine = [overwrites[role] for role in guild.members[user_id].roles if role in overwrites]
    found = found & ~_union(one.deny for one in mine) | _union(one.allow for one in mine)
    if own := overwrites.get(user_id):
        found = found & ~own.deny | own.allow
    return found if found & bits("VIEW_CHANNEL") else 0


def may(channel: "Channel", user_id: str, *names: str) -> bool:
    wanted = bits(*names)
    return in_channel(channel, user_id) & wanted == wanted


def sees(channel: "Channel", user: "User") -> bool:
    """A private thread is there for its members and for who may manage threads."""
    if not may(channel, user.id, "VIEW_CHANNEL"):
        return False
    return channel.type != 12 or user.id in channel.members or may(channel, user.id, "MANAGE_THREADS")


def names(number: int) -> list[str]:
    return [name for name, bit in BITS.items() if number >> bit & 1]


def _union(numbers: Iterable[int]) -> int:
    found = 0
    for number in numbers:
        found |= number
    return found
