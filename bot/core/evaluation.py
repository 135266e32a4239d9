"""Scripted learners: what they say in a lab, what a good reply holds, and how a tutor or a ready-made reply does against it."""

from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from bot.core.chat import Post
from bot.core.curriculum import Curriculum, Lesson
from bot.core.plain import plain
from bot.core.ports import LabProgress, LabTurn, Mentions, Turn, Tutor

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
"""When the turns of a scripted lab were said: no tutor may look at it."""

Faults = Callable[[str, LabTurn], Sequence[str]]
"""The names of what the checks of every reply find wrong with one."""


@dataclass(frozen=True, slots=True)
class Learner:
    """One scripted learner of a lesson's lab.

    `question` is the authored question that is open, by index, -1 for none. Of each group in `contains` a good reply has at
    least one wording, of `never` it has none. `good` and `bad` are ready-made replies to the last thing said.
    """

    lesson: str
    kind: str
    says: tuple[str, ...]
    question: int
    contains: tuple[tuple[str, ...], ...]
    never: tuple[str, ...]
    good: str
    bad: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a reply did: `missing` groups, wordings `said` that never should be, the checks it `failed`, and who gave it."""

    reply: str
    missing: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    by_model: bool = False

    @property
    def passed(self) -> bool:
        return not (self.missing or self.said or self.failed)


@dataclass(slots=True)
class Score:
    """Of `asked` replies, how many `passed`, and how many a model gave; for bad ones, how many were `caught` by the checks that
    every reply passes."""

    asked: int = 0
    passed: int = 0
    caught: int = 0
    by_model: int = 0
    misses: list[tuple[Learner, Verdict]] = field(default_factory=list)

    def add(self, learner: Learner, verdict: Verdict, *, passed: bool) -> None:
        self.asked += 1
        self.passed += passed
        self.caught += bool(verdict.failed)
        self.by_model += verdict.by_model
        if not passed:
            self.misses.append((learner, verdict))


class Evaluation:
    """Judges replies by what the author of a scripted learner wrote, and by the checks that every reply passes."""

    def __init__(self, curriculum: Curriculum, mentions: Mentions, faults: Faults) -> None:
        self._curriculum, self._mentions, self._faults = curriculum, mentions, faults

    async def ask(self, learner: Learner, tutor: Tutor) -> Verdict:
        """Let the learner talk with a tutor, and judge its last reply."""
        lesson = self._lesson(learner)
        turns: list[Turn] = []
        reply, by_model = "", False
        for said in learner.says:
            turn = self._turn(lesson, learner, tuple(turns), said)
            reply, by_model = await _reply(tutor, turn)
            turns += [Turn(len(turns), 1, said, LONG_AGO), Turn(len(turns) + 1, None, reply, LONG_AGO)]
        return replace(self._judge(learner, reply, ()), by_model=by_model)

    def read(self, learner: Learner, reply: str) -> Verdict:
        """Judge a ready-made reply to the last thing the learner said."""
        said = learner.says[-1]
        before = tuple(Turn(n, 1, text, LONG_AGO) for n, text in enumerate(learner.says[:-1]))
        turn = self._turn(self._lesson(learner), learner, before, said)
        return self._judge(learner, reply, tuple(self._faults(reply, turn)))

    def _lesson(self, learner: Learner) -> Lesson:
        return self._curriculum.find(learner.lesson)

    def _turn(self, lesson: Lesson, learner: Learner, turns: tuple[Turn, ...], said: str) -> LabTurn:
        return LabTurn(lesson, self._curriculum.persona_of(lesson), LabProgress(learner.question), turns, said)

    def _judge(self, learner: Learner, reply: str, failed: tuple[str, ...]) -> Verdict:
        missing = tuple(" / ".join(group) for group in learner.contains if not self._mentions(reply, group))
        low = reply.casefold()
        return Verdict(reply, missing, tuple(words for words in learner.never if words.casefold() in low), failed)


async def _reply(tutor: Tutor, turn: LabTurn) -> tuple[str, bool]:
    """The reply's words, and whether they are a model's."""
    async with aclosing(tutor.answer(turn)) as drafts:
        last = [draft async for draft in drafts][-1]
    return plain(Post(last.parts), controls=False), last.shape is not None and last.shape.by == "model"
