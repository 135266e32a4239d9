"""What a lab sends by itself: its thread and opening, the persona's replies, the exit question and the close."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing, suppress
from dataclasses import replace
from datetime import datetime

from bot.core.chat import Part, Place, Post, Speaker, note
from bot.core.curriculum import Curriculum, Lesson, Persona
from bot.core.deliveries import Handler, Job
from bot.core.lab_posts import TURN_LIMIT, closing_post, exit_post, opening_post, persona_post, root_post
from bot.core.labs import end, persona_of, thread_title
from bot.core.plain import plain
from bot.core.ports import (
    Chat,
    Clock,
    Draft,
    Lab,
    LabProgress,
    LabTurn,
    Mentions,
    NotSent,
    Records,
    Store,
    Turn,
    Tutor,
    Unclear,
    Undeliverable,
    Work,
)

REMEMBERED = 12
"""Turns a tutor is given: six of each side."""
FIRST_SIGN = 0.5
"""Seconds after which a learner is told that an answer is being written."""
FIRST_SHOWN = 40
"""Characters of a reply before it is shown at all."""
NO_LESSON = "the lesson has left the course"
TROUBLE = (NotSent, Unclear, Undeliverable)
"""What a sign or a draft on its way may meet: it is dropped, the reply goes on."""


class LabWork:
    """The handlers of all kinds of work that belong to labs."""

    def __init__(self, store: Store, clock: Clock, curriculum: Curriculum, tutor: Tutor, mentions: Mentions) -> None:
        self._store, self._clock, self._curriculum = store, clock, curriculum
        self._tutor, self._mentions = tutor, mentions

    def handlers(self) -> Mapping[str, Handler]:
        return {
            "lab": _Kind(self._open),
            "lab-opening": _Kind(self._greet),
            "reply": _Kind(self._reply),
            "lab-exit": _Kind(self._ask_exit),
            "lab-closing": _Kind(self._close),
        }

    async def _gather(self, job: Job) -> tuple[Lab, Lesson, Persona, str] | None:
        def unit(records: Records) -> tuple[Lab | None, str]:
            lab = records.lab(int(job.work.payload["lab"]))
            return lab, records.person(lab.owner).name if lab else ""

        lab, owner = await self._store.read(unit)
        lesson = self._curriculum.get(lab.lesson) if lab else None
        if lab is None or lesson is None:
            return None  # the lesson has left the course since
        return lab, lesson, persona_of(self._curriculum, lab, lesson), owner

    # ------------------------------------------------------------ opening and closing

    async def _open(self, job: Job) -> None:
        """The root in the channel and the thread under it."""
        if (found := await self._gather(job)) is None:
            await job.done(why=NO_LESSON)
            return
        lab, lesson, persona, owner = found
        root = await job.once(lab.place, root_post(lesson, persona, owner, private=lab.place.direct))
        person = await self._store.read(lambda records: records.person(lab.owner))
        thread = await job.chat(lab.place).open_thread(lab.place, root, thread_title(lesson, owner), person)

        def settle(records: Records, now: datetime) -> None:
            records.lab_opened(lab.id, thread, root)
            records.move_lab(lab.id, "open", lab.progress, now)
            records.enqueue(f"lab:{lab.id}:opening", "lab-opening", thread.lane, {"lab": lab.id}, now)

        await job.done(settle)

    async def _greet(self, job: Job) -> None:
        if (found := await self._gather(job)) is None:
            await job.done(why=NO_LESSON)
            return
        lab, lesson, persona, _ = found
        post = opening_post(lesson, persona, lab, self._tutor.banner)
        await self._say(job, lab, post)

    async def _ask_exit(self, job: Job) -> None:
        if (found := await self._gather(job)) is None:
            await job.done(why=NO_LESSON)
            return
        lab, lesson, persona, _ = found
        await self._say(job, lab, exit_post(lesson, persona, lab))

    async def _close(self, job: Job) -> None:
        if (found := await self._gather(job)) is None:
            await job.done(why=NO_LESSON)
            return
        lab, lesson, persona, _ = found
        await self._say(job, lab, closing_post(lesson, persona, str(job.work.payload["text"]), self._mentions))

    async def _say(self, job: Job, lab: Lab, post: Post) -> None:
        await job.once(_thread(lab), post)
        text = plain(post, controls=False)
        await job.done(lambda records, now: records.say_turn(lab.id, text, now))

    # ------------------------------------------------------------ replying

    async def _reply(self, job: Job) -> None:
        if (found := await self._gather(job)) is None:
            await job.done(why=NO_LESSON)
            return
        if found[0].stage == "closed":
            await job.done(why="the lab was closed")
            return
        lab, lesson, persona, _ = found
        turn, turns = await self._store.read(lambda records: self._heard(records, lab, int(job.work.payload["turn"])))
        before: tuple[Part, ...] = (note(f"You asked: {turn.text}"),) if turn.text in lesson.lab.starters else ()
        drafts = self._tutor.answer(LabTurn(lesson, persona, lab.progress, turns, turn.text))
        last = await self._stream(job, lab, persona.speaker, before, drafts)
        post = persona_post(persona, (*before, *last.parts), lab, _moved(lab.progress, lab.progress.question, last))
        await job.whole(_thread(lab), post)
        await job.done(lambda records, now: self._settle(records, lab, last, now))

    def _heard(self, records: Records, lab: Lab, seq: int) -> tuple[Turn, tuple[Turn, ...]]:
        turn = records.turn(lab.id, seq)
        if turn is None:
            raise LookupError("a reply without the turn it answers")
        return turn, tuple(before for before in records.turns(lab.id, REMEMBERED) if before.seq < seq)

    async def _stream(
        self, job: Job, lab: Lab, speaker: Speaker, before: tuple[Part, ...], drafts: AsyncGenerator[Draft]
    ) -> Draft:
        """Show the reply as it comes; gives the last draft. What is shown on the way may be dropped, the last never is."""
        chat, place, room = job.chat(lab.place), _thread(lab), True
        async with aclosing(drafts):
            draft = await _first(drafts, chat, place, speaker)
            while not draft.done:
                post = Post((*before, *draft.parts), speaker)
                if job.work.ref:
                    with suppress(*TROUBLE):
                        await chat.show(place, job.work.ref, post)
                elif room and len(plain(post)) >= FIRST_SHOWN and not (room := await job.begin(place, post)):
                    with suppress(*TROUBLE):
                        await chat.busy(place, speaker)  # it comes as a whole: say at least that it does
                draft = await anext(drafts)
        return draft

    def _settle(self, records: Records, lab: Lab, last: Draft, now: datetime) -> None:
        records.say_turn(lab.id, plain(Post(last.parts), controls=False), now)
        present = records.lab(lab.id)
        if present is None or present.stage != "open":
            return
        progress = _moved(present.progress, lab.progress.question, last)  # a button may have moved it while the tutor spoke
        if present.turns >= TURN_LIMIT:
            end(records, present, progress, self._clock)
        else:
            records.move_lab(lab.id, "open", progress, now)


class _Kind:
    """One kind of lab work: how to do it; that it failed is on the ledger."""

    def __init__(self, do: Callable[[Job], Awaitable[None]]) -> None:
        self._do = do

    async def do(self, job: Job) -> None:
        await self._do(job)

    def give_up(self, records: Records, work: Work, why: str, now: datetime) -> None:
        return None


def _thread(lab: Lab) -> Place:
    return lab.thread or lab.place


def _moved(progress: LabProgress, asked: int, last: Draft) -> LabProgress:
    """Where the lab stands after a reply to words about the question `asked`: the attempt counted, another question begun."""
    attempt = last.attempt and asked >= 0
    answered = tuple(dict.fromkeys((*progress.answered, asked))) if attempt else progress.answered
    if progress.question != asked:
        return replace(progress, answered=answered)
    if last.question is not None and last.question != asked:
        return LabProgress(last.question, answered=answered)
    return replace(progress, attempts=progress.attempts + attempt, answered=answered)


async def _first(drafts: AsyncGenerator[Draft], chat: Chat, place: Place, speaker: Speaker) -> Draft:
    """The first draft; while it is awaited, a sign that somebody is writing."""
    coming = asyncio.ensure_future(anext(drafts))
    try:
        done, _ = await asyncio.wait({coming}, timeout=FIRST_SIGN)
        if not done:
            with suppress(*TROUBLE):
                await chat.busy(place, speaker)
        return await coming
    finally:
        coming.cancel()
        await asyncio.gather(coming, return_exceptions=True)  # a generator can be closed only when it stands still
