"""How our messages are known again in history: by metadata or, while a stream is written, by the id of its first block."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.adapters.slack.limits import RICH_TEXT, shorten

Json = dict[str, Any]

EVENT = "lesson_delivery"
BLOCK = "lectern"
STOPPABLE = "Being written. Slack's stop button ends it."
"""Stands in the block that marks a stream until it is whole, where there is no small print to stand there."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The work's `key` of a message, or `of` which message it is which `part`."""

    key: str = ""
    of: str = ""
    part: int = 0

    @property
    def metadata(self) -> Json:
        return {"event_type": EVENT, "event_payload": {"key": self.key} if self.key else {"of": self.of, "part": self.part}}

    @property
    def block_id(self) -> str:
        return f"{BLOCK}|key|{self.key}" if self.key else f"{BLOCK}|of|{self.of}|{self.part}"


def stream_block(mark: Mark, note: str = "") -> Json:
    """The first block of a stream, which bears its mark and shows its small print."""
    said = {"type": "plain_text", "text": shorten(note or STOPPABLE, RICH_TEXT), "emoji": False}
    return {"type": "context", "block_id": mark.block_id, "elements": [said]}


def mark_of(message: Mapping[str, Any]) -> Mark | None:
    """The mark of a message of ours; None for one without."""
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") == EVENT:
        payload = metadata.get("event_payload") or {}
        return Mark(str(payload.get("key", "")), str(payload.get("of", "")), int(payload.get("part", 0)))
    for block in message.get("blocks") or ():
        match str(block.get("block_id", "")).split("|"):
            case [mark, "key", *key] if mark == BLOCK:
                return Mark(key="|".join(key))
            case [mark, "of", of, part] if mark == BLOCK and part.isdecimal():
                return Mark(of=of, part=int(part))
    return None
