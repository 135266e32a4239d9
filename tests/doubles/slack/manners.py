"""House rules: what Slack would accept and Lectern must never send."""

import re
from collections.abc import Iterator
from typing import Any

from tests.doubles.slack.lengths import nodes
from tests.doubles.slack.specs import Json

LIVE = re.compile(r"<(!here|!channel|!everyone|!subteam|@[UWB])[^>]*>?")
"""Tokens that notify people: literal in rich text, but elsewhere a lesson, a model or a name could ring a whole channel."""
TEXTS = ("text", "markdown_text", "initial_comment")
BLOCKS = ("chat.postMessage", "chat.postEphemeral", "chat.update", "chat.scheduleMessage", "response_url", "ack")
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg")


def complaints(method: str, arguments: Json) -> Iterator[str]:
    yield from _pings(arguments)
    if method in BLOCKS and arguments.get("blocks") and not str(arguments.get("text") or "").strip():
        yield "text: blocks without a text for notifications and screen readers"
    for argument in ("parse", "link_names"):
        if arguments.get(argument):
            yield f"{argument}: leave it unset, it turns plain words into mentions"
    yield from _unfurls(method, arguments)
    yield from _metadata(method, arguments.get("metadata"))
    picture = str(arguments.get("filename", "")).lower().endswith(PICTURES)
    if method == "files.getUploadURLExternal" and picture and not arguments.get("alt_txt"):
        yield "alt_txt: a picture without words for those who cannot see it"
    icon = arguments.get("icon_url")
    if icon and not str(icon).startswith("https://"):
        yield "icon_url: Slack's servers fetch it, so it must be public https"


def _pings(arguments: Json) -> Iterator[str]:
    for argument in TEXTS:
        if found := LIVE.search(str(arguments.get(argument) or "")):
            yield f"{argument}: {found[0]} would notify people"
    for argument in ("blocks", "chunks", "attachments", "view"):
        for path, node in nodes(arguments.get(argument) or [], argument):
            yield from _ping(path, node)


def _ping(path: str, node: Json) -> Iterator[str]:
    kind = node.get("type")
    text: Any = node.get("text")
    if kind in ("broadcast", "usergroup"):
        yield f"{path}: a {kind} element notifies a whole group"
    if kind in ("mrkdwn", "markdown", "markdown_text") and isinstance(text, str) and (found := LIVE.search(text)):
        yield f"{path}.text: {found[0]} would notify people"


def _metadata(method: str, metadata: object) -> Iterator[str]:
    if not metadata:
        return
    if not isinstance(metadata, dict) or not metadata.get("event_type") or not isinstance(metadata.get("event_payload"), dict):
        yield "metadata: needs event_type and event_payload"
    if method == "chat.postEphemeral":
        yield "metadata: Slack ignores it on an ephemeral message"


def _unfurls(method: str, arguments: Json) -> Iterator[str]:
    """A digest is a channel's message of its own that carries our delivery id: its links must not unfold into ten previews."""
    digest = method == "chat.postMessage" and arguments.get("metadata") and not arguments.get("thread_ts")
    if digest and str(arguments.get("channel", ""))[:1] in "CG":
        for argument in ("unfurl_links", "unfurl_media"):
            if arguments.get(argument) is not False:
                yield f"{argument}: must be false on a digest"
