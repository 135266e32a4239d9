"""What the description does not say: the limits of Discord's documentation, and what we ask of ourselves.

Platform note, sections 1 and 3.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.doubles.discord.rules import bodies, modals, slash, writing
from tests.doubles.discord.rules.bodies import Files
from tests.doubles.discord.things import walk

__all__ = ["Files", "house", "platform"]

CALLBACK = "post /interactions/{interaction_id}/{interaction_token}/callback"
WEBHOOK = "post /webhooks/{webhook_id}/{webhook_token}"
CREATE = "post /channels/{channel_id}/messages"
CREATES = (CREATE, WEBHOOK)
EDITS = (
    "patch /channels/{channel_id}/messages/{message_id}",
    "patch /webhooks/{webhook_id}/{webhook_token}/messages/@original",
    "patch /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}",
)
THREAD = "post /channels/{channel_id}/threads"


def platform(route: str, body: Any, files: Files) -> Iterator[str]:
    """What Discord answers with an error."""
    if route in CREATES:
        yield from bodies.complaints(body or {}, files, new=True)
        if route == WEBHOOK:
            yield from bodies.persona(body or {})
    elif route in EDITS:
        yield from bodies.complaints(body or {}, files, new=False)
    elif route == CALLBACK and isinstance(body, dict):
        yield from _callback(body, files)
    elif route.startswith("put /applications/") and route.endswith("/commands"):
        yield from slash.complaints(body or [], everywhere="guild_id" not in route)
    elif route == "post /channels/{channel_id}/webhooks":
        yield from bodies.named("body.name", str((body or {}).get("name", "")))


def house(route: str, query: Mapping[str, str], body: Any) -> Iterator[str]:
    """What Discord would do, to somebody's annoyance."""
    said = body if isinstance(body, dict) else {}
    if route == CALLBACK and said.get("type") in (4, 7):
        yield from bodies.quiet(said.get("data") or {})
        yield from writing.complaints(said.get("data") or {})
    elif route in CREATES or route in EDITS:
        yield from bodies.quiet(said)
        yield from writing.complaints(said)
    if route == CREATE and not (said.get("nonce") and said.get("enforce_nonce")):
        yield "nonce: missing with enforce_nonce, so that a repeated request would say everything twice"
    if route == WEBHOOK and said.get("username"):
        if "thread_id" not in query and any(one.get("type") == 2 for one in walk(said.get("components") or [])):
            yield "query.thread_id: missing, so that a persona would be answered in the channel instead of its lab"
        if query.get("wait", "").lower() not in ("1", "true"):
            yield "query.wait: missing, so that nobody learns whether the persona was heard"
    if route == THREAD and not said.get("type"):
        yield "type: missing, which makes a private thread"


def _callback(body: dict[str, Any], files: Files) -> Iterator[str]:
    data = body.get("data") or {}
    match body.get("type"):
        case 4:
            yield from bodies.complaints(data, files, new=True, path="body.data")
        case 5:
            if data.keys() - {"flags", "tts", "allowed_mentions"} or (data.get("flags") or 0) & ~64:
                yield f"body.data: a deferred answer takes the ephemeral flag only, not {sorted(data)}"
        case 6:
            if data:
                yield "body.data: a deferred update takes nothing"
        case 7:
            yield from bodies.complaints(data, files, new=False, path="body.data")
        case 8:
            yield from slash.choices(data.get("choices") or [])
        case 9:
            yield from modals.complaints(data)
        case kind:
            yield f"body.type: {kind} is no answer to anything the app can be asked here"
