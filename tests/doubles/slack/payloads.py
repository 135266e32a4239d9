"""What Slack sends: events, interactions, and how messages look inside them. `shapes.py` holds them against recordings."""

import re
from typing import Any

from tests.doubles.slack.specs import Json
from tests.doubles.slack.world import Channel, Installation, Message, User, World

VERIFICATION = "verification-token"


def message(found: Message, *, metadata: bool = False) -> Json:
    """A message as history, API answers and interactions show it."""
    if found.deleted:
        return {
            "type": "message", "subtype": "tombstone", "text": "This message was deleted.", "user": "USLACKBOT",
            "hidden": True, "ts": found.ts, "thread_ts": found.ts, **_thread(found),
        }  # fmt: skip
    shown: Json = {"type": "message", "text": found.text, "ts": found.ts, "team": found.author.team}
    if found.blocks:
        shown["blocks"] = found.blocks
    if found.client_msg_id:
        shown["client_msg_id"] = found.client_msg_id
    shown |= _author(found) | _thread(found)
    if found.edited:
        shown["edited"] = {"user": found.author.id, "ts": found.edited}
    if found.metadata and metadata:
        shown["metadata"] = found.metadata
    if found.files:
        shown["files"] = found.files
    if found.attachments:
        shown["attachments"] = found.attachments
    if found.reactions:
        shown["reactions"] = [
            {"name": name, "users": users, "count": len(users)} for name, users in found.reactions.items()
        ]  # fmt: skip
    return shown


def _author(found: Message) -> Json:
    if not found.author.bot_id:
        return {"user": found.author.id}
    if not found.username:
        return {"user": found.author.id, "bot_id": found.author.bot_id}
    icons = {"emoji": found.icon_emoji} if found.icon_emoji else {"image_48": found.icon_url} if found.icon_url else {}
    return {
        "subtype": "bot_message",
        "bot_id": found.author.bot_id,
        "username": found.username,
        **({"icons": icons} if icons else {}),
    }


def _thread(found: Message) -> Json:
    if found.is_reply:
        root = found.channel.messages.get(found.thread_ts)
        return {"thread_ts": found.thread_ts, **({"parent_user_id": root.author.id} if root else {})}
    replies = found.channel.replies(found.ts)
    if not replies:
        return {}
    writers = list(dict.fromkeys(reply.author.id for reply in replies))
    return {
        "thread_ts": found.ts, "reply_count": len(replies), "reply_users": writers, "reply_users_count": len(writers),
        "latest_reply": replies[-1].ts,
    }  # fmt: skip


def user(found: User, *, mail: bool = False) -> Json:
    return {
        "id": found.id,
        "team_id": found.team,
        "name": found.name,
        "deleted": found.deleted,
        "real_name": found.real_name,
        "tz": found.tz,
        "is_bot": bool(found.bot_id),
        "is_app_user": False,
        "is_restricted": False,
        "profile": {
            "real_name": found.real_name, "display_name": found.real_name, "team": found.team,
            **({"email": f"{found.name}@example.com"} if mail else {}),
        },
    }  # fmt: skip


def channel(found: Channel, bot: User) -> Json:
    shared = bool(found.shared)
    if found.kind == "im":
        other = next(member for member in found.members if member != bot.id)
        return {"id": found.id, "created": found.created, "is_im": True, "user": other, "is_archived": found.archived}
    return {
        "id": found.id,
        "name": found.name,
        "name_normalized": found.name,
        "created": found.created,
        "is_channel": found.kind == "public",
        "is_group": found.kind == "private",
        "is_im": False,
        "is_mpim": found.kind == "mpim",
        "is_private": found.kind != "public",
        "is_archived": found.archived,
        "is_general": False,
        "is_shared": shared,
        "is_ext_shared": shared,
        "is_org_shared": False,
        "is_member": bot.id in found.members,
        "context_team_id": found.team,
    }


def event(world: World, installation: Installation, team: str, inner: Json, found: Channel | None = None) -> Json:
    """The envelope of the Events API around an event."""
    workspace = world.workspaces[team]
    return {
        "token": VERIFICATION,
        "team_id": team,
        "enterprise_id": workspace.enterprise or None,
        "api_app_id": world.app_id,
        "event": inner,
        "type": "event_callback",
        "event_id": world.number("Ev"),
        "event_time": int(world.clock.now()),
        "authorizations": [
            {
                "enterprise_id": installation.enterprise or None,
                "team_id": None if installation.organisation_wide else team,
                "user_id": installation.bot.id,
                "is_bot": True,
                "is_enterprise_install": installation.organisation_wide,
            }
        ],
        "is_ext_shared_channel": bool(found and found.shared),
        "event_context": world.number("EC"),
    }


def posted(found: Message) -> Json:
    """A `message` event: persons' words, our own without a persona, and `bot_message` with one."""
    shown = _seen(found) | {"channel": found.channel.id, "channel_type": found.channel.type, "event_ts": found.ts}
    if found.broadcast:
        root = found.channel.messages.get(found.thread_ts)
        drop = ("team", "parent_user_id")
        shown = {key: value for key, value in shown.items() if key not in drop} | {"subtype": "thread_broadcast"}
        inside = {key: value for key, value in _seen(root).items() if key != "client_msg_id"} if root else {}
        return shown | ({"root": inside} if inside else {})
    if found.files:
        ours = ("team", "bot_id", "username", "icons", "client_msg_id")
        return {key: value for key, value in shown.items() if key not in ours} | {
            "subtype": "file_share",
            "user": found.author.id,
        }
    if found.username:
        return {key: value for key, value in shown.items() if key not in ("team", "parent_user_id")}
    return shown


def _seen(found: Message) -> Json:
    kept = (
        "type",
        "subtype",
        "client_msg_id",
        "text",
        "ts",
        "team",
        "user",
        "bot_id",
        "username",
        "icons",
        "blocks",
        "thread_ts",
        "parent_user_id",
        "files",
    )
    return {key: value for key, value in message(found).items() if key in kept}


def mentioned(found: Message) -> Json:
    kept = ("type", "client_msg_id", "text", "ts", "team", "user", "bot_id", "blocks", "thread_ts")
    shown = {key: value for key, value in message(found).items() if key in kept}
    return shown | {"type": "app_mention", "channel": found.channel.id, "event_ts": found.ts}


def edited(world: World, found: Message, before: tuple[str, list[Json]]) -> Json:
    kept = ("username", "icons", "files", "reply_users", "reactions", "metadata")
    now = {key: value for key, value in message(found).items() if key not in kept}
    was = {**now, "text": before[0], **({"blocks": before[1]} if before[1] else {})}
    was.pop("edited", None)
    ts = world.tick()
    return {
        "type": "message", "subtype": "message_changed", "hidden": True, "message": now, "previous_message": was,
        "channel": found.channel.id, "channel_type": found.channel.type, "ts": ts, "event_ts": ts,
    }  # fmt: skip


def deleted(world: World, found: Message) -> Json:
    ts = world.tick()
    was = {"type": "message", "user": found.author.id, "text": found.text, "ts": found.ts}
    if found.thread_ts:
        was["thread_ts"] = found.thread_ts
    return {
        "type": "message", "subtype": "message_deleted", "hidden": True, "deleted_ts": found.ts, "previous_message": was,
        "channel": found.channel.id, "channel_type": found.channel.type, "ts": ts, "event_ts": ts,
    }  # fmt: skip


def interaction(world: World, installation: Installation, who: User, kind: str, **more: Any) -> Json:
    """What block actions, submissions, closings and shortcuts share."""
    workspace = world.workspaces[installation.teams[0] if who.team not in installation.teams else who.team]
    enterprise = {"id": workspace.enterprise, "name": "Organisation"} if workspace.enterprise else None
    names = {} if kind == "message_action" else {"username": who.name}
    shared = {} if kind == "message_action" else {"api_app_id": world.app_id}
    return {
        "type": kind,
        "team": {"id": workspace.id, "domain": workspace.domain},
        "user": {"id": who.id, "name": who.name, "team_id": who.team, **names},
        "token": VERIFICATION,
        "enterprise": enterprise,
        "is_enterprise_install": installation.organisation_wide,
        **shared,
        **more,
    }


def encoded(text: str) -> str:
    """Typed characters as Slack delivers them: entities for the three it reserves, its own mention tokens untouched."""
    parts = re.split(r"(<@[UW][A-Z0-9]+>)", text)
    return "".join(part if index % 2 else _escaped(part) for index, part in enumerate(parts))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
