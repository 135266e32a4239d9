"""How Discord writes things down, in answers and in the gateway's events."""

from tests.doubles.discord import permissions
from tests.doubles.discord.clock import age, stamp
from tests.doubles.discord.specs import Json
from tests.doubles.discord.things import DM, Attachment, Channel, Command, Member, Message, Role, User, Webhook
from tests.doubles.discord.world import World

STRIPPED: Json = {"content": "", "embeds": [], "attachments": [], "components": []}
"""What is left of a message's words without the message content intent; a poll is left out."""


def user(one: User) -> Json:
    return {
        "id": one.id,
        "username": one.name,
        "discriminator": "0",
        "global_name": None if one.bot else one.display,
        "avatar": None,
        "public_flags": 0,
        "flags": 0,
        "primary_guild": None,
        **({"bot": True} if one.bot else {}),
    }


def me(world: World) -> Json:
    return user(world.bot) | {"mfa_enabled": True, "locale": "en-US", "verified": True, "email": None}


def member(one: Member, *, inside: bool = True) -> Json:
    """`inside` with the user; in message events it stands outside."""
    return {
        "roles": list(one.roles),
        "nick": one.nick or None,
        "avatar": None,
        "banner": None,
        "communication_disabled_until": None,
        "flags": 0,
        "joined_at": one.joined_at,
        "pending": False,
        "premium_since": None,
        "mute": False,
        "deaf": False,
        **({"user": user(one.user)} if inside else {}),
    }


def role(one: Role) -> Json:
    return {
        "id": one.id,
        "name": one.name,
        "permissions": str(one.permissions),
        "position": one.position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": False,
        "mentionable": False,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }


def channel(one: Channel, viewer: str = "") -> Json:
    """With a viewer, as an interaction shows it: what that person may do there."""
    shown: Json = {"id": one.id, "type": one.type, "flags": 0, "last_message_id": next(reversed(one.messages), None)}
    if one.type == DM:
        return shown | {"recipients": [user(recipient) for recipient in one.recipients]}
    assert one.guild is not None
    shown |= {"guild_id": one.guild.id, "name": one.name, "rate_limit_per_user": one.slowmode}
    shown["parent_id"] = one.parent.id if one.parent else None
    if viewer:
        shown["permissions"] = str(permissions.in_channel(one, viewer))
    if one.is_thread:
        return shown | _thread(one)
    overwrites = [{"id": o.id, "type": o.type, "allow": str(o.allow), "deny": str(o.deny)} for o in one.overwrites.values()]
    position = list(one.guild.channels).index(one.id) if one.id in one.guild.channels else 0
    return shown | {"position": position, "permission_overwrites": overwrites, "nsfw": False, "topic": one.topic or None}


def _thread(one: Channel) -> Json:
    metadata = {
        "archived": one.archived,
        "archive_timestamp": one.archived_at or stamp(age(one.id)),
        "auto_archive_duration": one.auto_archive,
        "locked": one.locked,
        "create_timestamp": stamp(age(one.id)),
        **({"invitable": one.invitable} if one.type == 12 else {}),
    }
    return {
        "owner_id": one.owner_id,
        "thread_metadata": metadata,
        "message_count": one.sent,
        "member_count": min(len(one.members), 50),
        "total_message_sent": one.sent,
    }


def thread_member(one: Channel, user_id: str) -> Json:
    return {"id": one.id, "user_id": user_id, "join_timestamp": one.members[user_id], "flags": 1}


def thread_for(one: Channel, user_id: str) -> Json:
    """A thread with the membership of who asks."""
    return channel(one) | ({"member": thread_member(one, user_id)} if user_id in one.members else {})


def webhook(one: Webhook, *, named: bool = True) -> Json:
    shown: Json = {
        "id": one.id,
        "type": 1,
        "name": one.name,
        "avatar": one.avatar,
        "channel_id": one.channel.id,
        "guild_id": one.channel.guild.id if one.channel.guild else None,
        "application_id": one.application_id,
        "token": one.token,
        "url": f"https://discord.com/api/webhooks/{one.id}/{one.token}",
    }
    return shown | ({"user": user(one.user)} if named else {})


def attachment(one: Attachment, world: World) -> Json:
    address = f"{world.base}/cdn/attachments/{one.id}/{one.filename}?ex=1&is=1&hm=1"
    shown: Json = {
        "id": one.id,
        "filename": one.filename,
        "size": len(one.content),
        "url": address,
        "proxy_url": address,
        "content_type": one.content_type,
    }
    return shown | ({"description": one.description} if one.description else {})


def author(one: Message) -> Json:
    if one.webhook is None:
        return user(one.author)
    shown: Json = {"id": one.webhook.id, "username": one.name, "avatar": None, "discriminator": "0000", "bot": True}
    return shown | {"public_flags": 0, "flags": 0, "global_name": None, "primary_guild": None}


def message(one: Message, world: World) -> Json:
    """In full. What the intent takes away is taken away by `seen_by_app`."""
    shown: Json = {
        "id": one.id,
        "type": one.type,
        "channel_id": one.channel.id,
        "content": one.content,
        "embeds": one.embeds,
        "components": one.components,
        "attachments": [attachment(entry, world) for entry in one.attachments],
        "mentions": [user(entry) for entry in one.mentions],
        "mention_roles": [],
        "mention_everyone": "everyone" in one.pings,
        "timestamp": stamp(age(one.id)),
        "edited_timestamp": one.edited_at,
        "flags": one.flags | (32 if one.thread else 0),
        "author": author(one),
        "pinned": one.pinned,
        "tts": False,
    }
    if one.nonce is not None:
        shown["nonce"] = one.nonce
    if one.webhook is not None:
        shown["webhook_id"] = one.webhook.id
        if one.webhook.application_id:
            shown["application_id"] = one.webhook.application_id
    if one.interaction is not None:
        shown |= {"application_id": world.app_id, "webhook_id": world.app_id, "interaction_metadata": one.interaction.metadata()}
    if one.reference is not None:
        shown["message_reference"] = {"type": 0, "channel_id": one.reference.channel.id, "message_id": one.reference.id}
        shown["referenced_message"] = None if one.reference.deleted else _referenced(one.reference, world)
    if one.thread is not None:
        shown["thread"] = channel(one.thread)
    if one.poll is not None:
        shown["poll"] = one.poll
    if one.reactions:
        shown["reactions"] = [_reaction(name, users, world) for name, users in one.reactions.items()]
    return shown


def seen_by_app(one: Message, world: World, *, intent: bool) -> Json:
    """The message as the app may see it over its own login.

    Without the intent the words are missing, except of its own messages, in direct messages and where the app is mentioned.
    What its own webhooks said counts as foreign: discord-api-docs issue 5411.
    """
    shown = message(one, world)
    own = one.webhook is None and one.author is world.bot
    if intent or own or one.channel.guild is None or world.bot in one.mentions:
        return shown
    shown = {name: value for name, value in shown.items() if name != "poll"} | STRIPPED
    if one.reference is not None and shown.get("referenced_message") and one.reference.author is not world.bot:
        shown["referenced_message"] = shown["referenced_message"] | STRIPPED
    return shown


def _referenced(one: Message, world: World) -> Json:
    shown = message(one, world)
    return {name: value for name, value in shown.items() if name not in ("referenced_message", "reactions")}


def _reaction(name: str, users: list[str], world: World) -> Json:
    return {
        "emoji": {"id": None, "name": name},
        "count": len(users),
        "count_details": {"normal": len(users), "burst": 0},
        "burst_colors": [],
        "me": world.bot.id in users,
        "me_burst": False,
    }


def command(one: Command, world: World) -> Json:
    body = {name: value for name, value in one.body.items() if value is not None and name not in ("id", "options")}
    wanted = body.pop("default_member_permissions", None)
    shown: Json = {
        "id": one.id,
        "application_id": world.app_id,
        "version": one.version,
        "type": 1,
        "description": "",
        "nsfw": False,
        "integration_types": [0],
        **body,
        "default_member_permissions": None if wanted is None else str(wanted),
    }
    if one.body.get("options"):
        shown["options"] = [_option(entry) for entry in one.body["options"]]
    return shown | ({"guild_id": one.guild_id} if one.guild_id else {})


def _option(one: Json) -> Json:
    shown = {name: value for name, value in one.items() if value is not None}
    if "options" in shown:
        shown["options"] = [_option(entry) for entry in shown["options"]]
    return shown
