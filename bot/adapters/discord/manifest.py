"""What Lectern asks of a Discord server, and the address that invites it. The names here are those the code goes by."""

import base64
import binascii
from dataclasses import dataclass

INVITE = "https://discord.com/oauth2/authorize"
SCOPES = ("bot", "applications.commands")


@dataclass(frozen=True, slots=True)
class Permission:
    """`name` is discord.py's, `label` the one in Discord's settings, `why` ends the sentence “I need this to …”."""

    name: str
    bit: int
    label: str
    why: str


PERMISSIONS = (
    Permission("view_channel", 10, "View Channels", "see the cohort's channel"),
    Permission("send_messages", 11, "Send Messages", "post digests and open labs"),
    Permission("embed_links", 14, "Embed Links", "show cards and pictures"),
    Permission("attach_files", 15, "Attach Files", "show progress pictures"),
    Permission("read_message_history", 16, "Read Message History", "find what was posted or said while I was away"),
    Permission("manage_webhooks", 29, "Manage Webhooks", "give each persona its own name and face"),
    Permission("create_public_threads", 35, "Create Public Threads", "open a lab"),
    Permission("create_private_threads", 36, "Create Private Threads", "open a private lab"),
    Permission("send_messages_in_threads", 38, "Send Messages in Threads", "talk in labs"),
)
"""Every permission the code uses. None of them lets the bot moderate, manage the server or see who is in it."""

DIGESTS = ("view_channel", "send_messages", "read_message_history")
"""Without one of these no digest can be posted."""
LABS = ("view_channel", "send_messages", "create_public_threads", "send_messages_in_threads", "read_message_history")
"""Without one of these no lab can be opened."""


def permissions() -> int:
    return sum(1 << one.bit for one in PERMISSIONS)


def missing(granted: int, needed: tuple[str, ...]) -> list[Permission]:
    """Those of `needed` that a bit field does not hold: `app_permissions` of an interaction. An administrator lacks none."""
    if granted >> 3 & 1:
        return []
    return [one for one in PERMISSIONS if one.name in needed and not granted >> one.bit & 1]


def missing_sentence(lacking: list[Permission], where: str = "In this channel") -> str:
    """What a lead is told: which permission, what for, and where it is given."""
    *others, last = (f"“{one.label}” to {one.why}" for one in lacking)
    told = f"{', '.join(others)} and {last}" if others else last
    return (
        f"{where} I need {told}. Somebody who manages the server can give it: right-click the channel, "
        "Edit Channel, Permissions, add my role, tick it. Then try again."
    )


def invite(application: str) -> str:
    """The address that adds the bot to a server, asking for exactly these permissions."""
    return f"{INVITE}?client_id={application}&scope={'+'.join(SCOPES)}&permissions={permissions()}"


def application_of(token: str) -> str:
    """The application's id, which is the first part of its bot's token. Empty where it cannot be read."""
    first = token.strip().removeprefix("Bot ").partition(".")[0]
    try:
        found = base64.b64decode(first + "=" * (-len(first) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return ""
    return found if is_application(found) else ""


def is_application(text: str) -> bool:
    """Whether it can be an application's id."""
    return text.isascii() and text.isdecimal() and 15 <= len(text) <= 20


def manifest(application: str) -> str:
    """For a person who sets it up: the invite address, and what each permission is for."""
    lines = [f"- {one.label}: to {one.why}" for one in PERMISSIONS]
    return "\n".join(["Open this address to add Lectern to a server:", "", invite(application), "", "It asks for:", *lines])
