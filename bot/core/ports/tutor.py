"""Who answers in a lab, as the core sees it."""

from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from pydantic import TypeAdapter

from bot.core.chat import Line, Part
from bot.core.curriculum import Lesson, Persona, Question
from bot.core.ports.budgets import Spent

Mentions = Callable[[str, Sequence[str]], bool]
"""Whether a learner's words contain one of some wordings, each being words that must all occur, in any form."""


@dataclass(frozen=True, slots=True)
class LabProgress:
    """Where a lab stands on its authored path.

    `question` indexes the plan's questions, -1 before the first; `hints` and `attempts` count for that question;
    `answered` are the questions attempted at least once; `explained` says that the model answer was shown.
    """

    question: int = -1
    hints: int = 0
    attempts: int = 0
    explained: bool = False
    answered: tuple[int, ...] = ()


TurnKind = Literal["said", "cut", "calculated"]
"""A reply that was cut off or stopped is no part of the conversation unless the learner goes on with it; what was calculated is
given to the tutor as data."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing said in a lab. `who` is None for the persona; `reply` names a reply of the tutor, empty for anything else.

    `voice` tells a tutor apart who spoke: 0 is the lab's owner, each guest has a number from 1 on.
    """

    seq: int
    who: int | None
    text: str
    at: datetime
    kind: TurnKind = "said"
    reply: str = ""
    voice: int = 0


@dataclass(frozen=True, slots=True)
class LabTurn:
    """What a tutor is asked: the lab's lesson and persona, where it stands, what was said before, and `said` now.

    `begun` is the beginning of the reply to it, where that was cut off and the learner wants the rest; `instead` says
    why no model may be asked, if so. `guarded` are the quiz questions this learner has still open, in any lesson: not for
    a prompt, only to keep a reply from answering them. `bare`: the same words to the model alone, without persona, lesson
    and history. `results` are the latest calculations in this lab. `voice` says who spoke now, as in `Turn`: the owner is taught,
    a guest's words are answered and move nothing.
    """

    lesson: Lesson
    persona: Persona
    progress: LabProgress
    turns: tuple[Turn, ...]
    said: str
    begun: str = ""
    instead: Line = ()
    guarded: tuple[Question, ...] = ()
    results: tuple[str, ...] = ()
    bare: bool = False
    voice: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """A passage an answer rests on, and why that one."""

    lesson: str
    passage: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """What an answer was made of: by a model or from the lessons, which passages, and what was sent along.

    `turns` is how many earlier turns the model was given, `limit` how many tokens its reply might have. `failed` names the
    checks that a model's reply did not pass: it was put right, or where the lessons answered, withheld.
    """

    by: Literal["model", "lessons"] = "lessons"
    model: str = ""
    host: str = ""
    sources: tuple[Source, ...] = ()
    turns: int = 0
    limit: int = 0
    spent: Spent | None = None
    failed: tuple[str, ...] = ()

    @property
    def withheld(self) -> bool:
        return self.by == "lessons" and bool(self.failed)


SHAPES: TypeAdapter[Shape] = TypeAdapter(Shape)
"""Both directions of the codec for a kept shape: `dump_python` and `validate_python` agree."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A tutor's reply as far as it has come, always whole from its beginning. The last one is `done`.

    `cut` says that it ended before its end and could go on; `spent` is what it took of a model so far, None without one,
    `shape` what it was made of, on the last draft.

    `question` names the authored question the reply ends with, by index, or None where it ends with none;
    `attempt` says that the learner's words were an attempt at the present one.
    """

    parts: tuple[Part, ...]
    done: bool
    attempt: bool = False
    question: int | None = None
    cut: bool = False
    spent: Spent | None = None
    shape: Shape | None = None


class Tutor(Protocol):
    @property
    def banner(self) -> str:
        """What a learner is told at a lab's opening about who answers, and where their words go."""
        ...

    def cost(self, turn: LabTurn) -> int:
        """Tokens of a model that an answer may take at the most; 0 where none would be asked."""
        ...

    def answer(self, turn: LabTurn) -> AsyncGenerator[Draft]:
        """The reply, in one or more drafts. Reads nothing and writes nothing but what it is given."""
        ...
