"""What the double sends, held against payloads recorded from Slack: no key that Slack does not send."""

from collections.abc import Iterator
from typing import Any

from tests.doubles.slack.specs import Json, Specs

EVENTS = {
    "app_home_opened": "AppHomeOpenedPayload",
    "app_mention": "AppMentionPayload",
    "app_uninstalled": "AppUninstalledPayload",
    "channel_archive": "ChannelArchivePayload",
    "channel_id_changed": "ChannelIdChangedPayload",
    "channel_rename": "ChannelRenamePayload",
    "member_joined_channel": "MemberJoinedChannelPayload",
    "tokens_revoked": "TokensRevokedPayload",
}
MESSAGES = {
    "": "MessagePayload",
    "bot_message": "MessageBotPayload",
    "file_share": "MessageFileSharePayload",
    "message_changed": "MessageChangedPayload",
    "message_deleted": "MessageDeletedPayload",
    "thread_broadcast": "MessageThreadBroadcastPayload",
}
INTERACTIONS = {
    "block_actions": "BlockActionPayload",
    "message_action": "MessageShortcutPayload",
    "view_closed": "ViewClosedPayload",
    "view_submission": "ViewSubmissionPayload",
}
NEWER: dict[str, frozenset[str]] = {
    "agent_session_stopped": frozenset({"type", "channel", "user", "thread_ts", "streaming_message_ts", "event_ts"}),
    "agent_session_title_changed": frozenset({"type", "channel", "user", "thread_ts", "title", "event_ts"}),
    "app_context_changed": frozenset({"type", "user", "context", "event_ts"}),
}
"""Events the recorded shapes do not have; their keys as the platform note gives them."""
FREE = frozenset({"blocks", "attachments", "files", "state", "metadata"})
"""Copies of what the app itself sent, and maps with keys of its own: not compared inside."""
KNOWN = frozenset(
    {
        "actions.selected_channels",
        "actions.selected_conversations",
        "actions.selected_date_time",
        "actions.selected_option.description",
        "actions.selected_options",
        "actions.selected_users",
        "event.root.blocks",
        "event.view.blocks",
        "view.blocks",
    }
)
"""Keys Slack documents (interaction payloads: `view`, `actions`) that the recordings lost, because their values vary in type."""


class Shapes:
    def __init__(self, specs: Specs) -> None:
        self._shapes: dict[str, Json] = specs.shapes

    def complaints(self, payload: Json) -> Iterator[str]:
        name = self.name(payload)
        if name in NEWER:
            yield from self._newer(name, payload)
        elif name not in self._shapes:
            yield f"no recorded payload to compare with: {name or payload.get('type')}"
        else:
            yield from (f"{name} has no {path}" for path in _foreign(payload, self._shapes[name], ""))

    def name(self, payload: Json) -> str:
        if "command" in payload:
            return "SlashCommandPayload"
        event = payload.get("event", {})
        kind = str(event.get("type", ""))
        if kind == "message":
            return MESSAGES.get(str(event.get("subtype", "")), "")
        if event:
            return kind if kind in NEWER else EVENTS.get(kind, "")
        return INTERACTIONS.get(str(payload.get("type")), "")

    def _newer(self, name: str, payload: Json) -> Iterator[str]:
        outer = {**payload, "event": {"type": ""}}
        yield from (f"{name} has no {path}" for path in _foreign(outer, self._shapes["AppUninstalledPayload"], ""))
        yield from (f"{name} has no event.{key}" for key in payload["event"].keys() - NEWER[name])


def _foreign(thing: Any, shape: Any, path: str) -> Iterator[str]:
    if isinstance(thing, list):
        for item in thing:
            yield from _foreign(item, shape[0] if isinstance(shape, list) and shape else shape, path)
    if not isinstance(thing, dict) or not isinstance(shape, dict):
        return
    for key, value in thing.items():
        where = f"{path}.{key}" if path else key
        if key not in shape:
            if where not in KNOWN:
                yield where
        elif key not in FREE:
            yield from _foreign(value, shape[key], where)
