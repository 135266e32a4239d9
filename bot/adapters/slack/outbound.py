"""Slack speaks: core.ports.Chat over the Web API. A post carries its key as metadata, and is found again by it."""

import logging
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from bot.adapters.slack.calls import Calls
from bot.adapters.slack.drafts import Drafts
from bot.adapters.slack.faults import Refused, Rejected
from bot.adapters.slack.marks import Mark, mark_of
from bot.adapters.slack.render import Message, messages, plainly
from bot.adapters.slack.streams import Streams
from bot.core.chat import Person, Place, Post, Speaker
from bot.core.ports import NotSent, Unclear, Undeliverable

Json = Mapping[str, Any]
TROUBLE = (NotSent, Unclear, Undeliverable, Rejected)

LOOKED_AT = 200
"""The latest messages of a channel or thread among which a key is looked for. A lab's thread has at most some forty."""
PAGE = 100
PAGES = 6
REMEMBERED = 1_000
ON_ITS_WAY = "The rest of a long message may still be on its way."
NO_FORM = "Slack refuses this post in every form I know. Tell whoever runs this bot."

log = logging.getLogger(__name__)


def versions(post: Post, key: str) -> Iterator[list[Message]]:
    """The post as Slack should take it, then ever plainer, for when it does not."""
    yield [message.without_pictures() for message in messages(post, key=key)]
    yield [message.without_pictures() for message in messages(post, key=key, tables=False)]
    yield [Message([], text) for text in plainly(post)]


class SlackChat:
    """Implements core.ports.Chat. References are timestamps.

    A post that takes several messages has the first one's reference; the others name it in their metadata, so that an edit
    finds them also after a restart.
    """

    settle = 30.0

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._streams = Streams(calls)
        self._drafts = Drafts(calls, self._streams)
        self._more: OrderedDict[str, dict[int, str]] = OrderedDict()
        self.opened: OrderedDict[str, tuple[Place, str]] = OrderedDict()
        """Per person, the thread opened last: whoever asked for it is shown the way by `inbound`."""

    # ------------------------------------------------------------ posts

    async def post(self, place: Place, post: Post, key: str) -> str:
        for some in versions(post, "0"):
            try:
                ref = await self._send(place, some[0], post.speaker, Mark(key=key))
            except Rejected as refused:
                log.warning("Slack refused a rendering; sending a plainer one", extra={"code": refused.code})
                continue
            self._keep_more(ref, {})
            await self._finish(place, ref, post, some[1:])
            return ref
        raise Undeliverable(NO_FORM)

    async def begin(self, place: Place, post: Post, key: str) -> str | None:
        """As a stream of Slack's where only its reader sees it anyway; in a channel others would see nothing of that."""
        if self._drafts.crowded:
            return None
        streamed = place.direct and place.thread is not None and self._streams.able
        if not streamed and not self._calls.buckets.spare("chat.update"):  # its final edit is counted before it is begun
            return None
        ref = await self._streams.begin(place, post, key) if streamed else None
        if ref is None and (not streamed or not self._streams.able):
            ref = await self.post(place, post, key)
        if ref is not None:
            self._keep_more(ref, {})
            self._drafts.begun(ref)
        return ref

    async def _finish(self, place: Place, ref: str, post: Post, rest: Sequence[Message]) -> None:
        """The rest of a long post. What fails is Unclear: whoever looks for the key finds the first, and goes on from it."""
        try:
            await self._send_rest(place, ref, post.speaker, rest)
        except TROUBLE:
            raise Unclear("Slack took only the beginning of a long message.") from None

    async def _send_rest(
        self, place: Place, ref: str, speaker: Speaker | None, rest: Sequence[Message], *, missing: bool = False
    ) -> None:
        """`missing`: what is there is left as it is."""
        for n, message in enumerate(rest, 1):
            known = await self._known_more(place, ref)
            if n in known:
                if not missing:
                    await self._update(place, known[n], message)
                continue
            try:
                known[n] = await self._send(place, message, speaker, Mark(of=ref, part=n))
            except Unclear:
                self._more.pop(ref, None)  # it may be there: read it back before another try
                raise
        if place.direct:  # a stream may have gone on in more messages than it takes in the end
            known = await self._known_more(place, ref)
            for n in [n for n in known if n > len(rest)]:
                await self._calls.call("chat.delete", channel=place.channel, ts=known[n])
                del known[n]

    async def _send(self, place: Place, message: Message, speaker: Speaker | None, mark: Mark) -> str:
        where: Json = {"channel": place.channel, **({"thread_ts": place.thread} if place.thread else {})}
        content: Json = {"text": message.text, **({"blocks": message.blocks} if message.blocks else {})}
        answer = await self._calls.speak(
            "chat.postMessage",
            self._calls.face(speaker, "chat.postMessage"),
            **where,
            **content,
            metadata=mark.metadata,
            unfurl_links=False,
            unfurl_media=False,
        )
        return str(answer["ts"])

    async def find(self, place: Place, key: str, post: Post | None = None, *, settled: bool = True) -> str | None:
        async for ts, mark in self._ours(place, place.thread):
            if mark.key == key:
                if post:
                    await self._complete(place, ts, post, settled=settled)
                return ts
        return None

    async def _complete(self, place: Place, ref: str, post: Post, *, settled: bool) -> None:
        """What is missing after the first message of a long post: whoever sent that may have been ended then."""
        sure = settled or ref in self._more
        for some in versions(post, "0"):
            rest = some[1:]
            if not rest:
                return
            if not sure and len(await self._known_more(place, ref)) < len(rest):
                del self._more[ref]  # to be read back once more
                raise NotSent(ON_ITS_WAY, self.settle)
            with suppress(Rejected):
                await self._send_rest(place, ref, post.speaker, rest, missing=True)
                return
        raise Undeliverable(NO_FORM)

    async def _ours(self, place: Place, thread: str | None) -> AsyncIterator[tuple[str, Mark]]:
        """Timestamp and mark of what we posted there of late."""
        cursor, looked = "", 0
        method = "conversations.replies" if thread else "conversations.history"
        where = {"channel": place.channel, **({"ts": thread} if thread else {})}
        for _ in range(PAGES):
            more = {"cursor": cursor} if cursor else {}
            try:
                page = await self._calls.call(method, **where, limit=PAGE, include_all_metadata=True, **more)
            except Rejected as refused:
                raise Unclear("Slack's history cannot be read.") from refused
            for message in page.get("messages") or ():
                if message.get("bot_id") == self._calls.me.bot and (mark := mark_of(message)):
                    yield str(message["ts"]), mark
            looked += len(page.get("messages") or ())
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor or (not thread and looked >= LOOKED_AT):
                return

    # ------------------------------------------------------------ edits

    async def edit(self, place: Place, ref: str, post: Post) -> None:
        await self._drafts.arrived(ref)
        if ref in self._streams:
            self._keep_more(ref, await self._streams.end(ref))
        for some in versions(post, "final"):
            try:
                await self._update(place, ref, some[0])
                await self._send_rest(place, ref, post.speaker, some[1:])
            except Rejected as refused:
                log.warning("Slack refused a rendering; sending a plainer one", extra={"code": refused.code})
                continue
            self._drafts.ended(ref)
            return
        raise Undeliverable(NO_FORM)

    async def _update(self, place: Place, ts: str, message: Message) -> None:
        content: Json = {"channel": place.channel, "ts": ts, "text": message.text, "blocks": message.blocks}
        try:
            await self._calls.call("chat.update", **content)
        except Refused as refused:
            if refused.code != "streaming_state_conflict":
                raise
            await self._streams.close(place, ts)  # an earlier process was writing it
            await self._calls.call("chat.update", **content)

    async def _known_more(self, place: Place, ref: str) -> dict[int, str]:
        if ref not in self._more:
            found = {mark.part: ts async for ts, mark in self._ours(place, place.thread) if mark.of == ref}
            self._keep_more(ref, found)
        return self._more[ref]

    def _keep_more(self, ref: str, parts: dict[int, str]) -> None:
        self._more[ref] = parts
        while len(self._more) > REMEMBERED:
            self._more.popitem(last=False)

    # ------------------------------------------------------------ drafts and signs

    async def show(self, place: Place, ref: str, post: Post) -> None:
        await self._drafts.show(place, ref, post)

    async def busy(self, place: Place, speaker: Speaker) -> None:
        if place.thread is None:
            return
        try:
            face = self._calls.face(speaker, "assistant.threads.setStatus")
            if self._calls.buckets.spare("assistant.threads.setStatus"):
                where = {"channel_id": place.channel, "thread_ts": place.thread}
                await self._calls.speak("assistant.threads.setStatus", face, counted=True, status="is writing…", **where)
        except TROUBLE:
            return

    # ------------------------------------------------------------ places

    async def open_thread(self, place: Place, ref: str, title: str, person: Person) -> Place:
        """A thread needs no opening in Slack, and everybody of the channel is in it."""
        self.opened[person.id] = (place, ref)
        while len(self.opened) > REMEMBERED:
            self.opened.popitem(last=False)
        return Place(place.platform, place.workspace, place.channel, ref, place.direct)

    async def aside(self, place: Place, person: Person) -> Place:
        return await self.direct(person)

    async def lacks(self, place: Place) -> str:
        return ""  # Slack tells of a channel only to whoever is in it, and then nothing is missing

    async def direct(self, person: Person) -> Place:
        try:
            answer = await self._calls.call("conversations.open", users=person.id)
        except Rejected as refused:
            raise Refused(refused.code, "Slack opens no conversation with that person.") from None
        return Place("slack", self._calls.me.team, str(answer["channel"]["id"]), None, True)

    async def stopped(self, event: Json) -> None:
        """Somebody has pressed Slack's own stop button: nothing more is sent there, and the line below it goes."""
        for ts in event.get("streaming_message_ts") or ():
            self._streams.stopped(str(ts))
        where = {"channel_id": str(event["channel"]), "thread_ts": str(event["thread_ts"])}
        with suppress(*TROUBLE):
            await self._calls.call("agents.sessions.setStatus", **where, status="active")

    async def stop(self) -> None:
        """Let drafts on their way end."""
        await self._drafts.stop()
