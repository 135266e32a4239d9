"""Guilds and their channels as the gateway tells of them.

Since November 16, 2026, a channel the app cannot view is told of without its name: resources/channel, "Obfuscated Channels".
Over HTTP it is left out altogether.
"""

from tests.doubles.discord import permissions, shapes
from tests.doubles.discord.permissions import bits
from tests.doubles.discord.specs import Json
from tests.doubles.discord.things import Channel, Guild
from tests.doubles.discord.world import World

OBSCURED = 1 << 17
HIDDEN = "___hidden___"


def channel(one: Channel, world: World) -> Json:
    """In full, if the app sees it."""
    shown = shapes.channel(one)
    if one.guild is None or permissions.sees(one, world.bot):
        return shown
    closed = {"id": one.guild.id, "type": 0, "allow": "0", "deny": str(bits("VIEW_CHANNEL"))}
    nothing: Json = {"name": HIDDEN, "flags": OBSCURED, "topic": None, "last_message_id": None, "permission_overwrites": [closed]}
    return shown | nothing


def thread_list(one: Channel, world: World) -> Json:
    """What is told when the app gains access to a channel."""
    assert one.guild is not None
    threads = [entry for entry in one.threads if not entry.archived and permissions.sees(entry, world.bot)]
    mine = [shapes.thread_member(entry, world.bot.id) for entry in threads if world.bot.id in entry.members]
    shown = [shapes.channel(entry) for entry in threads]
    return {"guild_id": one.guild.id, "channel_ids": [one.id], "threads": shown, "members": mine}


def guild(one: Guild) -> Json:
    return {
        "id": one.id,
        "name": one.name,
        "icon": None,
        "description": None,
        "home_header": None,
        "splash": None,
        "discovery_splash": None,
        "features": [],
        "banner": None,
        "owner_id": one.owner_id,
        "application_id": None,
        "region": "deprecated",
        "afk_channel_id": None,
        "afk_timeout": 300,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "widget_enabled": False,
        "widget_channel_id": None,
        "verification_level": 0,
        "roles": [shapes.role(entry) for entry in one.roles.values()],
        "default_message_notifications": 0,
        "mfa_level": 0,
        "explicit_content_filter": 0,
        "max_presences": None,
        "max_members": 500000,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
        "vanity_url_code": None,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "preferred_locale": "en-US",
        "rules_channel_id": None,
        "safety_alerts_channel_id": None,
        "public_updates_channel_id": None,
        "premium_progress_bar_enabled": False,
        "nsfw": False,
        "nsfw_level": 0,
        "emojis": [],
        "stickers": [],
        "incidents_data": None,
    }


def guild_create(one: Guild, world: World) -> Json:
    """What the gateway sends: all channels, and of the threads those that are active and can be seen."""
    channels = [entry for entry in one.channels.values() if not entry.is_thread]
    threads = [entry for entry in one.channels.values() if entry.is_thread and not entry.archived]
    return guild(one) | {
        "joined_at": one.joined_at,
        "large": False,
        "unavailable": False,
        "member_count": len(one.members),
        "members": [
            shapes.member(entry) for entry in one.members.values() if entry.user is world.bot
        ],  # nobody else without their intent
        "channels": [channel(entry, world) for entry in channels],
        "threads": [shapes.thread_for(entry, world.bot.id) for entry in threads if permissions.sees(entry, world.bot)],
        "presences": [],
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }
