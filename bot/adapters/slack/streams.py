"""Replies written live in direct conversations, by Slack's own streams: begun, gone on with, ended to be edited whole.

A stream only grows, so what is sent is held back until it surely stays: up to the last blank, and nothing more once an earlier
word has changed. A stream carries no metadata before its end; its key is the id of its first block.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.adapters.slack.calls import Calls
from bot.adapters.slack.faults import Refused, Rejected
from bot.adapters.slack.markdown import markdown
from bot.adapters.slack.marks import Mark, stream_block
from bot.core.chat import Note, Place, Post, Speaker
from bot.core.plain import plain_part
from bot.core.ports import NotSent, Unclear, Undeliverable

Json = dict[str, Any]

LONGEST = 10_000
"""Characters of one streamed message; Slack refuses more than 12,000 (limits.json, stream.total_text)."""
OLDEST = 240.0
"""Seconds one is written; Slack closes it after some 300 (limits.json, stream.lifetime_seconds)."""
REMEMBERED = 1_000
UNABLE = frozenset(
    {
        "channel_type_not_supported",
        "feature_disabled",
        "messages_tab_disabled",
        "method_not_supported_for_channel_type",
        "not_authorized",
        "not_subscribed_to_message_stream_stopped",
        "unknown_method",
    }
)
"""This app or workspace has no streams: replies are posted and edited there, as in channels."""
ENDED = frozenset({"message_not_in_streaming_state", "stopped_by_user"})
FAILED = (NotSent, Unclear, Undeliverable, Rejected)

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Stream:
    """`told` is everything sent so far, over all its messages; `size` what the present one, `ts`, holds of it."""

    place: Place
    speaker: Speaker | None
    ref: str
    begun: float
    ts: str = ""
    told: str = ""
    size: int = 0
    more: list[str] = field(default_factory=list)
    over: bool = False


class Streams:
    def __init__(self, calls: Calls, now: Callable[[], float] | None = None) -> None:
        self._calls, self._now = calls, now or (lambda: asyncio.get_running_loop().time())
        self._open: OrderedDict[str, _Stream] = OrderedDict()
        self.able = True

    def __contains__(self, ref: str) -> bool:
        return ref in self._open

    async def begin(self, place: Place, post: Post, key: str) -> str | None:
        """The reference of a new stream; None where there is no room for one, or Slack has none here. Raises as `calls` does."""
        buckets = self._calls.buckets
        if not buckets.spare("chat.startStream"):
            return None
        said = _settled(markdown(post.parts))
        try:
            ts = await self._start(place, post.speaker, stream_block(Mark(key=key), _small_print(post)), said)
        except Refused as refused:
            if refused.code not in UNABLE:
                raise
            self.able = False
            log.warning("Slack streams nothing here; replies are posted and edited", extra={"code": refused.code})
            return None
        self._open[ts] = _Stream(place, post.speaker, ts, self._now(), ts, said, len(said))
        while len(self._open) > REMEMBERED:
            self._open.popitem(last=False)
        return ts

    async def go_on(self, ref: str, post: Post) -> None:
        """Send what has come since. May send nothing; never raises what Slack says."""
        stream = self._open.get(ref)
        said = _settled(markdown(post.parts))
        if stream is None or stream.over or not said.startswith(stream.told) or said == stream.told:
            return
        try:
            await self._grow(stream, said[len(stream.told) :])
        except Refused as refused:
            stream.over = True
            if refused.code not in ENDED:
                log.warning("A stream has broken off; the reply will be whole", extra={"code": refused.code})
        except FAILED:
            stream.over = True  # it may have arrived: sent once more it would stand there twice

    def stopped(self, ts: str) -> None:
        """Slack has ended it, since somebody asked for that."""
        for stream in self._open.values():
            stream.over = stream.over or stream.ts == ts

    async def end(self, ref: str) -> dict[int, str]:
        """End it, so that it can be edited; gives the messages it went on in. Raises NotSent or Unclear."""
        stream = self._open.get(ref)
        if stream is None:
            return {}
        await self.close(stream.place, stream.ts, Mark(of=stream.ref, part=len(stream.more)) if stream.more else None)
        self._open.pop(ref, None)
        return dict(enumerate(stream.more, 1))

    async def close(self, place: Place, ts: str, mark: Mark | None = None) -> None:
        """End a stream, perhaps of an earlier process, perhaps ended already."""
        known = {"metadata": mark.metadata} if mark else {}
        try:
            await self._calls.call("chat.stopStream", channel=place.channel, ts=ts, **known)
        except Refused as refused:
            if refused.code not in ENDED:
                log.warning("A stream could not be ended", extra={"code": refused.code})
        except Rejected as refused:
            log.warning("A stream could not be ended", extra={"code": refused.code})

    # ------------------------------------------------------------ growing

    async def _start(self, place: Place, speaker: Speaker | None, block: Json, said: str) -> str:
        chunks: list[Json] = [{"type": "blocks", "blocks": [block]}]
        chunks += [{"type": "markdown_text", "text": said}] if said else []
        face = self._calls.face(speaker, "chat.startStream")
        where = {"channel": place.channel, "thread_ts": place.thread}
        answer = await self._calls.speak("chat.startStream", face, counted=True, **where, chunks=chunks)
        return str(answer["ts"])

    async def _grow(self, stream: _Stream, new: str) -> None:
        """The new text in the present message and, where that is full or old, in another one after it."""
        old = self._now() - stream.begun > OLDEST
        here = "" if old else _fitting(new, LONGEST - stream.size)
        if here:
            await self._calls.now("chat.appendStream", channel=stream.place.channel, ts=stream.ts, markdown_text=here)
            stream.told, stream.size = stream.told + here, stream.size + len(here)
        if rest := new[len(here) :]:
            await self._roll(stream, rest)

    async def _roll(self, stream: _Stream, rest: str) -> None:
        if not self._calls.buckets.spare("chat.startStream"):
            stream.over = True
            return
        part = len(stream.more)
        await self.close(stream.place, stream.ts, Mark(of=stream.ref, part=part) if part else None)
        here = _fitting(rest, LONGEST)
        block = stream_block(Mark(of=stream.ref, part=part + 1))
        stream.ts = await self._start(stream.place, stream.speaker, block, here.lstrip("\n"))
        stream.more.append(stream.ts)
        stream.told, stream.size, stream.begun = stream.told + here, len(here), self._now()


def _small_print(post: Post) -> str:
    return " · ".join(plain_part(part) for part in post.parts if isinstance(part, Note))


def _settled(said: str) -> str:
    """Up to the last blank: the word after it may still become another one."""
    return said[: max(said.rfind(" "), said.rfind("\n")) + 1]


def _fitting(text: str, room: int) -> str:
    """As much as there is room for, ending at a paragraph, else a line, else a word."""
    if len(text) <= room:
        return text
    for boundary in ("\n\n", "\n", " "):
        if (end := text.rfind(boundary, 0, max(room, 0))) > 0:
            return text[: end + len(boundary)]
    return ""
