"""What Lectern asks of Slack, and the manifest that says so. The constants here are those the code goes by."""

from typing import Any

Json = dict[str, Any]

SCOPES = (
    "app_mentions:read",
    "assistant:write",
    "channels:history",
    "channels:read",
    "chat:write",
    "chat:write.customize",
    "commands",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:write",
    "mpim:history",
    "users:read",
)
"""Bot scopes, all of them used."""

GRACEFUL = frozenset({"assistant:write", "chat:write.customize", "files:write"})
"""Scopes without which something is plainer: no suggested prompts, no personas' names, no pictures. The others must be there."""

EVENTS = (
    "agent_session_stopped",
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "channel_id_changed",
    "member_joined_channel",
    "message.channels",
    "message.groups",
    "message.im",
    "message.mpim",
    "tokens_revoked",
)

COMMANDS = {
    "/lesson": ("Read a lesson, section by section", "[topic]"),
    "/lab": ("Talk a lesson through with its persona, in a thread", "[topic] [private]"),
    "/quiz": ("Five questions, each answer explained", "[topic]"),
    "/progress": ("Where you stand, and the next step", ""),
    "/cohort": ("Join, create or steer a cohort", "status | join | create NAME | schedule"),
    "/lectern": ("Help, and what is kept about you", "help | privacy | export | forget"),
}

ASK_LAB = "ask_lab"
"""The message shortcut's callback id."""

EVENTS_PATH = "/slack/events"
"""Where Slack calls us over HTTP: events, commands and interactivity alike."""

INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"
"""Where the app is installed in a workspace, and where Slack's permission page leads back to."""

PROMPTS = (
    ("Read a lesson", "lesson"),
    ("Open a lab", "lab"),
    ("Take a quiz", "quiz"),
    ("Where do I stand?", "progress"),
)
"""Suggested in the conversation with the app: what is shown, and what it says for the learner."""


def manifest(address: str = "", *, socket: bool = False, rotation: bool = False) -> Json:
    """For Socket Mode; with the public https address of the server, for HTTP, and for installing it in several workspaces.

    `socket`: events through a socket though there is an address. `rotation`: tokens end after twelve hours and are renewed,
    which Slack lets nobody turn off again, and which a token in the settings cannot do.
    """
    url = f"{address.rstrip('/')}{EVENTS_PATH}" if address and not socket else ""
    redirects = {"redirect_urls": [f"{address.rstrip('/')}{REDIRECT_PATH}"]} if address else {}
    calls = {"request_url": url} if url else {}
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Lectern",
            "description": "A course inside your workspace: digests, labs with personas, quizzes that explain.",
            "background_color": "#1f3a5f",
        },
        "features": {
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False},
            "agent_view": {
                "agent_description": "Teaches the course: lessons, labs, quizzes and where you stand.",
                "suggested_prompts": [{"title": title, "message": message} for title, message in PROMPTS],
            },
            "bot_user": {"display_name": "Lectern", "always_online": True},
            "shortcuts": [
                {
                    "name": "Ask this lab",
                    "type": "message",
                    "callback_id": ASK_LAB,
                    "description": "Asks the lab's persona what this message says",
                }
            ],
            "slash_commands": [
                {"command": name, "description": what, "should_escape": True}
                | ({"usage_hint": hint} if hint else {})
                | ({"url": url} if url else {})
                for name, (what, hint) in COMMANDS.items()
            ],
        },
        "oauth_config": {**redirects, "scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {**calls, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **calls},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not url,
            "token_rotation_enabled": rotation,
        },
    }
