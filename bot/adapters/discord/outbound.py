"""Discord speaks: core.ports.Chat over discord.py. A post is found again by the mark its first component bears."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import suppress

from bot.adapters.discord.calls import Calls
from bot.adapters.discord.faces import Faces
from bot.adapters.discord.faults import TROUBLE, Refused, Rejected, log_withheld
from bot.adapters.discord.messages import Gone, Messages, conversation, mark_of
from bot.adapters.discord.places import Places
from bot.adapters.discord.render import Message, versions
from bot.adapters.discord.replying import with_reply
from bot.adapters.discord.webhooks import Hook, Webhooks
from bot.core.chat import Person, Place, Post, Speaker
from bot.core.ports import NotSent, Unclear, Undeliverable

SHOWN_EVERY = 1.2
"""Seconds between two drafts of one message; several that grow in one channel share a webhook, and its rate."""
WRITTEN_AT_ONCE = 3
"""Replies that grow at the same time in one channel. Its webhook may send some thirty messages and edits a minute."""
WRITTEN_WITHIN = 120.0
"""Seconds after which a reply that never came to its end is not counted any more."""
REMEMBERED = 1_000
ON_ITS_WAY = "The rest of a long message may still be on its way."
NO_FORM = "Discord refuses this post in every form I know. Tell whoever runs this bot."

log = logging.getLogger(__name__)


class DiscordChat:
    """Implements core.ports.Chat. References are message ids.

    A post that takes several messages has the first one's reference; the others' marks are made from it, so that an edit
    finds them also after a restart.
    """

    settle = 20.0
    """Twice what a call may take: Discord's history shows a message as soon as it is there."""

    def __init__(
        self, calls: Calls, said: Messages, places: Places, webhooks: Webhooks, faces: Faces, *, replies: bool = False
    ) -> None:
        """`replies`: labs are answered by a button, since what is said in their threads is withheld from us."""
        self._calls, self._said, self._places = calls, said, places
        self._webhooks, self._faces, self._replies = webhooks, faces, replies
        self._drafts: dict[str, asyncio.Task[None]] = {}
        self._drawn: OrderedDict[str, float] = OrderedDict()
        self.opened: OrderedDict[str, Place] = OrderedDict()
        """Per person, the thread opened last: whoever asked to be taken there is shown the way."""
        self._begun: dict[str, tuple[str, float]] = {}
        self._busy: set[asyncio.Task[None]] = set()
        self._more: OrderedDict[str, dict[int, str]] = OrderedDict()

    # ------------------------------------------------------------ posts

    async def post(self, place: Place, post: Post, key: str) -> str:
        if self._places.is_corner(place):
            return await self._post_in_a_corner(place, post, key)
        hook = await self._webhooks.voice(place, post.speaker)
        for some in self._rendered(place, post, hook):
            try:
                ref = await self._said.send(place, some[0], post.speaker, hook, key)
            except Rejected as refused:
                log.warning("Discord refused a rendering; sending a plainer one", extra={"code": refused.code})
                continue
            self._keep_more(ref, {})
            await self._finish(place, ref, post, hook, some[1:])
            return ref
        raise Undeliverable(NO_FORM)

    async def begin(self, place: Place, post: Post, key: str) -> str | None:
        """Where several are being written in one channel, the next comes whole: they share a webhook, and its rate."""
        now = asyncio.get_running_loop().time()
        self._begun = {ref: (channel, at) for ref, (channel, at) in self._begun.items() if now - at < WRITTEN_WITHIN}
        if sum(channel == place.channel for channel, _ in self._begun.values()) >= WRITTEN_AT_ONCE:
            return None
        ref = await self.post(place, post, key)
        self._begun[ref] = (place.channel, now)
        return ref

    async def _post_in_a_corner(self, place: Place, post: Post, key: str) -> str:
        """A private thread's root stands in the thread: whoever is not in it must not see it."""
        thread = await self._places.corner(place, key)
        return f"{thread.thread}:{await self.post(thread, post, key)}"

    def _rendered(self, place: Place, post: Post, hook: Hook | None) -> Iterator[list[Message]]:
        """The post as Discord should take it, then plainer, for when it does not."""
        shown = with_reply(post) if self._replies and place.thread and post.speaker else post
        return versions(shown, header=hook is None, face=self.face(post))

    def face(self, post: Post) -> str:
        """Its speaker's picture within a text, for where no webhook shows it."""
        return self._faces.inline(post.speaker.face) if post.speaker else ""

    async def _finish(self, place: Place, ref: str, post: Post, hook: Hook | None, rest: Sequence[Message]) -> None:
        """The rest of a long post. What fails is Unclear: whoever looks for the key finds the first, and goes on from it."""
        try:
            await self._send_rest(place, ref, post.speaker, hook, rest)
        except TROUBLE:
            raise Unclear("Discord took only the beginning of a long message.") from None

    async def _send_rest(
        self,
        place: Place,
        ref: str,
        speaker: Speaker | None,
        hook: Hook | None,
        rest: Sequence[Message],
        *,
        missing: bool = False,
    ) -> None:
        """`missing`: what is there is left as it is."""
        for n, message in enumerate(rest, 1):
            known = await self._known_more(place, ref, len(rest))
            if n in known:
                if not missing:
                    await self._said.edit(place, known[n], message, hook, f"{ref}:{n}")
                continue
            try:
                known[n] = await self._said.send(place, message, speaker, hook, f"{ref}:{n}")
            except Unclear:
                self._more.pop(ref, None)  # it may be there: read it back before another try
                raise

    async def find(self, place: Place, key: str, post: Post | None = None, *, settled: bool = True) -> str | None:
        if self._places.is_corner(place):
            thread = await self._places.corner_there(place, key)
            ref = await self.find(thread, key, post, settled=settled) if thread else None
            return f"{thread.thread}:{ref}" if thread and ref else None
        ref = (await self._marks(place)).get(mark_of(key))
        if ref and post:
            await self._complete(place, ref, post, settled=settled)
        return ref

    async def _complete(self, place: Place, ref: str, post: Post, *, settled: bool) -> None:
        """What is missing after the first message of a long post: whoever sent that may have been ended then."""
        hook, sure = await self._webhooks.voice(place, post.speaker), settled or ref in self._more
        for some in self._rendered(place, post, hook):
            rest = some[1:]
            if not rest:
                return
            if not sure and len(await self._known_more(place, ref, len(rest))) < len(rest):
                del self._more[ref]  # to be read back once more
                raise NotSent(ON_ITS_WAY, self.settle)
            with suppress(Rejected):
                await self._send_rest(place, ref, post.speaker, hook, rest, missing=True)
                return
        raise Undeliverable(NO_FORM)

    async def _marks(self, place: Place) -> dict[int, str]:
        try:
            return await self._said.marks(place)
        except Rejected as refused:
            raise Unclear("Discord's history cannot be read.") from refused

    # ------------------------------------------------------------ edits

    async def edit(self, place: Place, ref: str, post: Post) -> None:
        place, ref = self._places.inside(place, ref)
        self._begun.pop(ref, None)
        if draft := self._drafts.get(ref):
            await asyncio.gather(draft, return_exceptions=True)  # a draft on its way must not come after the final text
        hook = await self._webhooks.voice(place, post.speaker)
        for voice in dict.fromkeys((hook, None)):  # it may have been said before there was a webhook, or when none was to be had
            try:
                await self._edit(place, ref, post, voice)
            except Gone:
                continue
            return
        await self._say_again(place, ref, post)

    async def _edit(self, place: Place, ref: str, post: Post, hook: Hook | None) -> None:
        for some in self._rendered(place, post, hook):
            if not some[0].v2:
                break  # what was once shown with components cannot be shown without
            try:
                await self._said.edit(place, ref, some[0], hook)
                await self._send_rest(place, ref, post.speaker, hook, some[1:])
            except Rejected as refused:
                log.warning("Discord refused a rendering; sending a plainer one", extra={"code": refused.code})
                continue
            return
        raise Undeliverable(NO_FORM)

    async def _say_again(self, place: Place, ref: str, post: Post) -> None:
        """The message is deleted, or its webhook is: what it was to say is said anew, once."""
        again = f"{ref}:again"
        if (await self._marks(place)).get(mark_of(again)) is None:
            await self.post(place, post, again)

    async def _known_more(self, place: Place, ref: str, count: int) -> dict[int, str]:
        if ref not in self._more:
            marks = await self._marks(place)
            numbers = {n: marks.get(mark_of(f"{ref}:{n}")) for n in range(1, count + 1)}
            self._keep_more(ref, {n: found for n, found in numbers.items() if found})
        return self._more[ref]

    def _keep_more(self, ref: str, parts: dict[int, str]) -> None:
        self._more[ref] = parts
        while len(self._more) > REMEMBERED:
            self._more.popitem(last=False)

    # ------------------------------------------------------------ drafts and signs

    async def show(self, place: Place, ref: str, post: Post) -> None:
        """Returns at once. A draft is left out while an earlier one of that channel is on its way, or was just shown."""
        now = asyncio.get_running_loop().time()
        if ref in self._drafts or now - self._drawn.get(ref, -SHOWN_EVERY) < SHOWN_EVERY * (1 + len(self._drafts)):
            return
        self._drawn[ref] = now
        while len(self._drawn) > REMEMBERED:
            self._drawn.popitem(last=False)
        task = asyncio.get_running_loop().create_task(self._draw(place, ref, post))
        self._drafts[ref] = task
        task.add_done_callback(lambda _: self._drafts.pop(ref, None))

    async def _draw(self, place: Place, ref: str, post: Post) -> None:
        try:
            hook = await self._webhooks.voice(place, post.speaker)
            await self._said.edit(place, ref, next(self._rendered(place, post, hook))[0], hook)
        except (*TROUBLE, Gone):
            return
        except Exception as error:  # noqa: BLE001 - a draft may be dropped, whatever became of it
            log_withheld(log, "A draft could not be shown in Discord", error)

    async def busy(self, place: Place, speaker: Speaker) -> None:
        """Discord shows it under the bot's own name, for ten seconds or until the next message."""
        task = asyncio.get_running_loop().create_task(self._type(place))
        self._busy.add(task)
        task.add_done_callback(self._busy.discard)

    async def _type(self, place: Place) -> None:
        try:
            await self._calls.bot("POST", "/channels/{channel_id}/typing", {"channel_id": conversation(place)})
        except TROUBLE:
            return

    # ------------------------------------------------------------ places

    async def open_thread(self, place: Place, ref: str, title: str, person: Person) -> Place:
        try:
            thread = await self._places.open_thread(place, ref, title, person)
            self.opened[person.id] = thread
            while len(self.opened) > REMEMBERED:
                self.opened.popitem(last=False)
            return thread
        except Rejected as refused:
            raise Refused(refused.code, "Discord opens no thread there. Tell whoever runs this bot.") from None

    async def aside(self, place: Place, person: Person) -> Place:
        """A private thread; where we may make none, or there is no channel, the direct message."""
        return self._places.corner_of(place) or await self.direct(person)

    async def lacks(self, place: Place) -> str:
        return self._places.lacks(place)

    async def direct(self, person: Person) -> Place:
        try:
            return await self._places.direct(person)
        except Rejected as refused:
            raise Refused(refused.code, "Discord opens no conversation with that person.") from None

    async def stop(self) -> None:
        """Let drafts and signs on their way end."""
        await asyncio.gather(*self._drafts.values(), *self._busy, return_exceptions=True)
