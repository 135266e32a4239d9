"""Shows a reply as it comes, until it ends or its learner stops it."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import aclosing, contextmanager, suppress
from dataclasses import dataclass, replace

from bot.core.chat import Part, Place, Post, Speaker
from bot.core.jobs import Job
from bot.core.lab_posts import stop_button, thinking_parts
from bot.core.plain import plain
from bot.core.ports import Draft, NotSent, Unclear, Undeliverable

FIRST_SIGN = 0.5
"""Seconds after which a learner is told that an answer is being written."""
THINKING = 2.5
"""Seconds after which that is a message, so that there is a button to stop it."""
FIRST_SHOWN = 40
"""Characters of a reply before it is shown at all."""
LOOK = 1.0
"""Seconds between two looks whether it was stopped through another process; in this one a stop is known at once."""
TROUBLE = (NotSent, Unclear, Undeliverable)
"""What a sign or a draft on its way may meet: it is dropped, the reply goes on."""


class Stops:
    """The replies this process is writing, and the wish to stop one. Two hands may be at the same reply, where the first has lost
    its lease and has not found out."""

    def __init__(self) -> None:
        self._writing: set[tuple[int, str, asyncio.Event]] = set()

    @contextmanager
    def watching(self, lab: int, reply: str) -> Iterator[asyncio.Event]:
        """Set as soon as somebody wants that reply to stop."""
        hand = (lab, reply, asyncio.Event())
        self._writing.add(hand)
        try:
            yield hand[2]
        finally:
            self._writing.remove(hand)

    def stop(self, lab: int, reply: str) -> None:
        for there, name, stopped in self._writing:
            if (there, name) == (lab, reply):
                stopped.set()


@dataclass(slots=True)
class Writing:
    """One reply on its way to `place`. `before` stands over it; `is_stopped` asks what is kept about it."""

    job: Job
    place: Place
    speaker: Speaker
    before: tuple[Part, ...]
    code: tuple[str, str]
    stopped: asyncio.Event
    is_stopped: Callable[[], Awaitable[bool]]
    room: bool = True
    waited: int = 0
    looked: float = 0.0

    async def run(self, drafts: AsyncGenerator[Draft]) -> Draft:
        """The last draft; one that was stopped is as far as it came. What is shown on the way may be dropped."""
        last = Draft((), done=False)
        async with aclosing(drafts):
            while not last.done:
                draft = await self._next(drafts)
                if draft is None:
                    return replace(last, done=True, cut=True)
                last = draft
                if not last.done:
                    await self._show(last)
        return last

    async def _next(self, drafts: AsyncGenerator[Draft]) -> Draft | None:
        """The next draft, or None where it was stopped; closing the drafts then ends the call behind them."""
        coming, stopping = asyncio.ensure_future(anext(drafts)), asyncio.ensure_future(self.stopped.wait())
        try:
            await self._look()
            while not (coming.done() or self.stopped.is_set()):
                await asyncio.wait({coming, stopping}, timeout=self._pause(), return_when=asyncio.FIRST_COMPLETED)
                if not (coming.done() or self.stopped.is_set()):
                    await self._wait()
            return None if self.stopped.is_set() else await coming
        finally:
            for task in (coming, stopping):
                task.cancel()
            await asyncio.gather(coming, stopping, return_exceptions=True)  # a generator is closed only when it stands still

    def _pause(self) -> float:
        return (FIRST_SIGN, THINKING - FIRST_SIGN)[self.waited] if self.waited < 2 else LOOK

    async def _wait(self) -> None:
        """Nothing has come for a while: say first that somebody is writing, then offer to stop it."""
        self.waited += 1
        if self.waited == 1:
            with suppress(*TROUBLE):
                await self.job.chat(self.place).busy(self.place, self.speaker)
        elif self.waited == 2 and not self.job.work.ref:
            await self._begin(self._post(thinking_parts()))
        else:
            await self._look()

    async def _look(self) -> None:
        now = asyncio.get_running_loop().time()
        if now - self.looked >= LOOK:
            self.looked = now
            if await self.is_stopped():
                self.stopped.set()

    async def _show(self, draft: Draft) -> None:
        self.waited = 2
        post = self._post(draft.parts)
        if self.job.work.ref:
            with suppress(*TROUBLE):
                await self.job.chat(self.place).show(self.place, self.job.work.ref, post)
        elif len(plain(Post((*self.before, *draft.parts)))) >= FIRST_SHOWN:
            await self._begin(post)

    async def _begin(self, post: Post) -> None:
        """Where too much is being written just now, the reply comes as a whole: say at least that it does, once."""
        if not self.room:
            return
        try:
            self.room = await self.job.begin(self.place, post)
        except NotSent:  # the tutor goes on: when the reply is whole, its turn may have come
            self.room = False
        if not self.room:
            with suppress(*TROUBLE):
                await self.job.chat(self.place).busy(self.place, self.speaker)

    def _post(self, parts: tuple[Part, ...]) -> Post:
        return Post((*self.before, *parts, stop_button(self.code)), self.speaker)
