"""What comes from Slack, in the core's words: text decoded, places found, gestures named. Pure; nothing here calls anybody."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.core.chat import Place

Json = Mapping[str, Any]

SPOKEN = frozenset({None, "thread_broadcast", "file_share", "me_message"})
"""The message subtypes that are somebody saying something; all others tell of edits, deletions, joins and other robots."""

_TOKEN = re.compile(r"<([^<>]*)>")
_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a gesture came from and what may be answered with. `source` is the message that bore the control.

    `whisper`: that message is seen by one person only, and only `response_url` can change it. `home`: it was the Home tab.
    """

    place: Place
    user: str
    name: str = ""
    trigger: str = ""
    response_url: str = ""
    source: str = ""
    whisper: bool = False
    home: bool = False


def mentioned(text: str) -> list[str]:
    """The ids of the people named in a text, each once."""
    return list(dict.fromkeys(_PERSON.findall(text)))


def decoded(text: str, names: Mapping[str, str]) -> str:
    """The text as it was typed: mentions by the names given (else by id), links as their words, entities as characters."""
    plain = _TOKEN.sub(lambda found: _said(found[1], names), text)
    for entity, character in _ENTITIES:
        plain = plain.replace(entity, character)
    return plain


def _said(token: str, names: Mapping[str, str]) -> str:
    target, _, label = token.partition("|")
    match target[:1]:
        case "@":
            return f"@{names.get(target[1:], target[1:])}"
        case "#":
            return f"#{label or target[1:]}"
        case "!":
            return label or f"@{target[1:].partition('^')[0]}"
        case _:
            return _link(target, label)


def _link(url: str, label: str) -> str:
    address = url.removeprefix("mailto:").removeprefix("tel:")
    bare = re.sub(r"^https?://", "", address)
    return address if not label or label in (address, url) else label if label == bare else f"{label} ({address})"


# ---------------------------------------------------------------- where


def place_of(team: str, channel: str, thread: str | None = None) -> Place:
    """A conversation's id begins with D where it is direct."""
    return Place("slack", team, channel, thread or None, channel.startswith("D"))


def command_spot(team: str, body: Json) -> Spot:
    return Spot(
        place_of(team, str(body["channel_id"])),
        str(body["user_id"]),
        str(body.get("user_name") or ""),
        str(body.get("trigger_id") or ""),
        str(body.get("response_url") or ""),
    )


def message_spot(team: str, event: Json) -> Spot:
    """A message's place: its thread if it stands in one, also as the root of it."""
    return Spot(place_of(team, str(event["channel"]), event.get("thread_ts")), str(event["user"]))


def press_spot(team: str, body: Json, direct: str = "") -> Spot:
    """A press's place: the message's thread, its channel, or for the Home tab the person's direct conversation."""
    container = body.get("container") or {}
    channel = str((body.get("channel") or {}).get("id") or container.get("channel_id") or "")
    message: Json = body.get("message") or {}
    thread = container.get("thread_ts") or message.get("thread_ts")
    root = thread if thread != container.get("message_ts") else None  # a root is pressed in the channel
    return Spot(
        place_of(team, channel or direct, root),
        str(body["user"]["id"]),
        _name(body),
        str(body.get("trigger_id") or ""),
        str(body.get("response_url") or ""),
        str(container.get("message_ts") or ""),
        bool(container.get("is_ephemeral")),
        not channel,
    )


def shortcut_spot(team: str, body: Json) -> Spot:
    """The thread of the message it was used on, which may be the thread's root."""
    message = body["message"]
    channel = str(body["channel"]["id"])
    thread = str(message.get("thread_ts") or body.get("message_ts") or message["ts"])
    return Spot(place_of(team, channel, thread), str(body["user"]["id"]), _name(body), "", str(body.get("response_url") or ""))


def _name(body: Json) -> str:
    user = body["user"]
    return str(user.get("username") or user.get("name") or "")


# ---------------------------------------------------------------- which gesture


def event_of_message(team: str, event: Json) -> str:
    """One gesture may arrive as `message` and as `app_mention`, and twice under two timestamps with one client_msg_id.

    What is read back from history has the same: but for a message with files, whose event alone comes without that id.
    """
    theirs = None if event.get("files") else event.get("client_msg_id")
    return f"m:{team}:{event['channel']}:{theirs or event['ts']}"


def event_of_command(team: str, body: Json) -> str:
    return f"c:{team}:{body['user_id']}:{body['trigger_id']}"


def event_of_press(team: str, body: Json) -> str:
    container, done = body.get("container") or {}, body["actions"][0]
    where = container.get("message_ts") or container.get("view_id") or ""
    return f"p:{team}:{body['user']['id']}:{where}:{done.get('action_ts', '')}:{done.get('action_id', '')}"


def event_of_submission(team: str, body: Json) -> str:
    """A form sent once more with other words is another gesture."""
    view = body["view"]
    values = json.dumps((view.get("state") or {}).get("values") or {}, sort_keys=True)
    return f"s:{team}:{view['id']}:{hashlib.sha256(values.encode()).hexdigest()[:24]}"


def event_of_shortcut(team: str, body: Json) -> str:
    return f"k:{team}:{body['channel']['id']}:{body.get('message_ts')}:{body['user']['id']}:{body.get('action_ts')}"


# ---------------------------------------------------------------- what a form carries


def metadata_of(spot: Spot, memory: str) -> str:
    """What a modal carries to its submission: where it was opened, on which message, and what we remember it by."""
    place = spot.place
    kept = {"c": place.channel, "t": place.thread, "s": spot.source, "w": spot.whisper, "h": spot.home, "m": memory}
    return json.dumps({name: value for name, value in kept.items() if value}, separators=(",", ":"))


def submission_spot(team: str, body: Json, response_urls: Mapping[str, str]) -> Spot:
    """Where the form was opened. A response URL we no longer remember is none."""
    kept = json.loads(body["view"].get("private_metadata") or "{}")
    return Spot(
        place_of(team, str(kept.get("c", "")), kept.get("t")),
        str(body["user"]["id"]),
        _name(body),
        str(body.get("trigger_id") or ""),
        response_urls.get(str(kept.get("m", "")), ""),
        str(kept.get("s", "")),
        bool(kept.get("w")),
        bool(kept.get("h")),
    )
