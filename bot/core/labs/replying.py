"""The persona's replies: each message is answered once, in order, and what a reply changes is kept with it."""

from collections.abc import Set
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.chat import Line, Part, Post, line, note
from bot.core.curriculum import Curriculum, Lesson, Persona, Question
from bot.core.jobs import Job, Pace
from bot.core.lab_posts import CUT, STOPPED, TURN_LIMIT, guest_part, persona_post
from bot.core.labs.access import guests_of, owner_of, persona_of
from bot.core.labs.budgets import left_today, used_up
from bot.core.labs.retries import tell
from bot.core.labs.threads import NO_LESSON, end
from bot.core.labs.writing import Stops, Writing
from bot.core.plain import plain
from bot.core.ports import (
    Allowance,
    Attempt,
    Clock,
    Draft,
    Grant,
    Lab,
    LabProgress,
    LabTurn,
    Purpose,
    Records,
    Store,
    Turn,
    TurnKind,
    Tutor,
    Work,
)

RESULTS = 2
"""Calculations a tutor is given, the latest."""
REMEMBERED = 12
"""Turns a tutor is given: six of each side."""
MOST_WITHHELD = 3
"""Replies withheld in one lab after which no model answers that person there any more."""
UNFIT = "Three of the language model's answers in this lab were not fit to be shown, so here I'm answering from the lessons."


@dataclass(frozen=True, slots=True)
class Asked:
    """A message to be answered, with all that belongs to it. `begun` is what came of its reply so far, `withheld` how many
    replies to whoever wrote it were, `heading` what stands over the answer."""

    lab: Lab
    lesson: Lesson
    persona: Persona
    turn: Turn
    before: tuple[Turn, ...]
    begun: str
    reply: str
    guarded: tuple[Question, ...] = ()
    results: tuple[str, ...] = ()
    withheld: int = 0
    heading: tuple[Part, ...] = ()

    @property
    def more(self) -> bool:
        """Whether only the rest of a reply is wanted."""
        return "." in self.reply

    @property
    def who(self) -> int:
        return self.turn.who or self.lab.owner

    def for_tutor(self, instead: Line = ()) -> LabTurn:
        return LabTurn(
            self.lesson,
            self.persona,
            self.lab.progress,
            self.before,
            self.turn.text,
            self.begun,
            line(UNFIT) if self.withheld >= MOST_WITHHELD else instead,
            self.guarded,
            self.results,
            voice=self.turn.voice,
        )


class Replies:
    """The handler of the work that answers a learner."""

    pace = Pace(faults=3, talks=True)
    """Somebody is waiting: where the fault is ours, they are told after a few tries and may try again themselves."""

    def __init__(
        self, store: Store, clock: Clock, curriculum: Curriculum, tutor: Tutor, stops: Stops, allowance: Allowance
    ) -> None:
        self._store, self._clock, self._curriculum = store, clock, curriculum
        self._tutor, self._stops, self._allowance = tutor, stops, allowance

    async def do(self, job: Job) -> None:
        asked = await self._store.read(lambda records: self._asked(records, job.work))
        if isinstance(asked, str):
            await job.done(lambda records, now: records.settle(job.work.key, None, now), why=asked)
            return
        lab, reply = asked.lab, asked.reply
        cost = self._tutor.cost(asked.for_tutor())
        grant = await self._store.write(lambda records: self._begin(records, asked, job.work.key, cost))
        with self._stops.watching(lab.id, reply) as stopped:
            writing = Writing(
                job,
                lab.thread or lab.place,
                asked.persona.speaker,
                asked.heading,
                (str(lab.id), reply),
                stopped,
                lambda: self._store.read(lambda records: _is_stopped(records, lab.id, reply)),
            )
            last = await writing.run(self._tutor.answer(asked.for_tutor(used_up(grant, self._clock.now()))))
        ended = replace(last, parts=(*last.parts, note(STOPPED if stopped.is_set() else CUT))) if last.cut else last
        if asked.turn.voice:
            ended = replace(ended, attempt=False, question=None)  # whoever the tutor is, a guest moves nothing
        await self._post(job, asked, (*asked.heading, *ended.parts, *left_today(grant, ended.spent)), ended)

        def settle(records: Records, now: datetime) -> None:
            records.settle(job.work.key, ended.spent, now, ended.shape.failed if ended.shape else ())
            self._settle(records, asked, ended, now)

        await job.done(settle)

    def _begin(self, records: Records, asked: Asked, key: str, cost: int) -> Grant:
        lab = asked.lab
        records.begin_reply(lab.id, asked.reply)
        if not cost:
            return Grant()
        purpose = Purpose(key, asked.who, lab.place.platform, lab.place.workspace, lab.lesson)
        return records.reserve(purpose, cost, self._allowance, self._clock.now())

    def _asked(self, records: Records, work: Work) -> Asked | str:
        """What is to be answered, or why it no longer is."""
        lab = records.lab(int(work.payload["lab"]))
        lesson = self._curriculum.get(lab.lesson) if lab else None
        if lab is None or lesson is None:
            return NO_LESSON
        if lab.stage == "closed":
            return "the lab was closed"
        seq, more = int(work.payload["turn"]), int(work.payload.get("more", 0))
        turn = records.turn(lab.id, seq)
        if turn is None:
            raise LookupError("a reply without the turn it answers")
        guests = {guest: number for number, guest in enumerate(guests_of(records, lab), 1)}
        if turn.who in guests and lab.stage != "open":
            return "the lab has come to its exit question, which is asked without help"
        begun = [records.replied(lab.id, _name(seq, part)) for part in range(more)]
        past = [past for past in records.turns(lab.id, REMEMBERED) if past.seq < seq]
        before = (replace(turn, voice=guests.get(turn.who or 0, 0)) for turn in past if turn.kind == "said")
        results = [turn.text for turn in past if turn.kind == "calculated"]
        text = "\n\n".join(part.text for part in begun if part)
        return Asked(
            lab,
            lesson,
            persona_of(records, self._curriculum, lab, lesson),
            replace(turn, voice=guests.get(turn.who or 0, 0)),
            tuple(before),
            text,
            _name(seq, more),
            self._open_elsewhere(records, {lab.owner, turn.who or lab.owner}),
            tuple(results[-RESULTS:]),
            records.withheld(lab.id, turn.who or lab.owner),
            () if more else _heading(records, lab, lesson, turn),
        )

    def _open_elsewhere(self, records: Records, people: Set[int]) -> tuple[Question, ...]:
        """What they are being asked in quizzes and have not answered yet."""
        attempts = [(lesson, records.open_attempt(who, lesson.slug)) for who in people for lesson in self._curriculum.lessons]
        return tuple(question for lesson, attempt in attempts if attempt for question in _unanswered(records, lesson, attempt))

    async def _post(self, job: Job, asked: Asked, parts: tuple[Part, ...], last: Draft) -> None:
        lab = asked.lab
        progress = _moved(lab.progress, lab.progress.question, last)
        post = persona_post(
            asked.persona,
            parts,
            lab,
            progress,
            reply=asked.reply,
            cut=last.cut,
        )
        await job.whole(lab.thread or lab.place, post)

    def _settle(self, records: Records, asked: Asked, last: Draft, now: datetime) -> None:
        lab, said = asked.lab, last.parts[:-1] if last.cut else last.parts
        kind: TurnKind = "cut" if last.cut else "said"
        shape = replace(last.shape, spent=last.spent) if last.shape else None
        text = plain(Post(said), controls=False)
        records.say_turn(lab.id, text, now, reply=asked.reply, kind=kind, shape=shape)
        if asked.more:
            records.go_on_from(lab.id, _before(asked.reply))
        present = records.lab(lab.id)
        if present is None or present.stage != "open":
            return
        progress = _moved(present.progress, lab.progress.question, last)  # a button may have moved it while the tutor spoke
        if present.turns >= TURN_LIMIT:
            end(records, present, progress, self._clock)
        else:
            records.move_lab(lab.id, "open", progress, now)

    def give_up(self, records: Records, work: Work, why: str, now: datetime, *, refused: bool) -> None:
        records.end_reply(int(work.payload["lab"]))
        records.settle(work.key, None, now)
        tell(records, self._curriculum, work, why if refused else "", now)


def _heading(records: Records, lab: Lab, lesson: Lesson, turn: Turn) -> tuple[Part, ...]:
    """Over an answer: what was asked, where it was pressed and not typed; and whom it is for, where that is not the owner."""
    if turn.who not in (None, lab.owner):
        return (guest_part(records.person(turn.who).name, owner_of(records, lab)[0]),)
    return (note(f"You asked: {turn.text}"),) if turn.text in lesson.lab.starters else ()


def _unanswered(records: Records, lesson: Lesson, attempt: Attempt) -> list[Question]:
    given = {answer.question for answer in records.given(attempt.id)}
    return [question for question in lesson.questions if question.id in attempt.questions and question.id not in given]


def _is_stopped(records: Records, lab: int, reply: str) -> bool:
    present = records.lab(lab)
    return present is not None and present.stopped == reply


def _name(seq: int, part: int) -> str:
    return f"{seq}.{part}" if part else str(seq)


def _before(reply: str) -> str:
    """The name of the part that a continuation goes on from."""
    turn, _, part = reply.partition(".")
    return _name(int(turn), int(part) - 1)


def _moved(progress: LabProgress, asked: int, last: Draft) -> LabProgress:
    """Where the lab stands after a reply to words about the question `asked`: the attempt counted, another question begun."""
    attempt = last.attempt and asked >= 0
    answered = tuple(dict.fromkeys((*progress.answered, asked))) if attempt else progress.answered
    if progress.question != asked:
        return replace(progress, answered=answered)
    if last.question is not None and last.question != asked:
        return LabProgress(last.question, answered=answered)
    return replace(progress, attempts=progress.attempts + attempt, answered=answered)
