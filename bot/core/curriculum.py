"""The course as the core sees it: lessons, their sections and questions, labs and personas. Read-only after the start."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from bot.core.chat import Part, Speaker
from bot.core.errors import NoSuchTopic


@dataclass(frozen=True, slots=True)
class Passage:
    """The smallest piece that makes sense alone: what a question rests on and the study guide quotes.

    `mark` is its citation, lesson and section number, such as L3.5. `sources` are readable references, in order of mention.
    """

    id: str
    section: str
    heading: str
    parts: tuple[Part, ...]
    sources: tuple[str, ...]
    mark: str


@dataclass(frozen=True, slots=True)
class Section:
    id: str
    title: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """The post that brings a lesson to the channel."""

    parts: tuple[Part, ...]
    question: str
    sources: tuple[str, ...]
    words: int
    characters: int


@dataclass(frozen=True, slots=True)
class Misconception:
    id: str
    says: str
    truth: str


# ---------------------------------------------------------------- quiz


@dataclass(frozen=True, slots=True)
class Choice:
    """An option of a question. A wrong one has its remark, and the misconception it stands for where there is one."""

    text: str
    right: bool
    remark: str = ""
    misconception: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """Single (exactly one right), multiple (all or nothing) and true/false."""

    options: tuple[Choice, ...]
    many: bool
    shuffle: bool


@dataclass(frozen=True, slots=True)
class Ordering:
    """`items` in their right order."""

    items: tuple[str, ...]
    remark: str
    misconception: str = ""


@dataclass(frozen=True, slots=True)
class Matching:
    """`pairs` of left and right; `extra` is a right-hand item that fits nothing."""

    pairs: tuple[tuple[str, str], ...]
    remark: str
    extra: Choice | None = None


@dataclass(frozen=True, slots=True)
class Trap:
    """A wrong result worth recognising: any number from `low` to `high`."""

    low: float
    high: float
    remark: str
    misconception: str = ""


@dataclass(frozen=True, slots=True)
class Numeric:
    answer: float
    low: float
    high: float
    remark: str
    unit: str = ""
    traps: tuple[Trap, ...] = ()


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a rubric. `wordings`: each is words that, all together in any form, suggest the point was made."""

    point: str
    wordings: tuple[str, ...]
    missing: str


@dataclass(frozen=True, slots=True)
class Short:
    """A written answer. Learners mark the points themselves beside the model answer: matching words is only a hint."""

    rubric: tuple[Point, ...]
    needed: int
    answer: str


Task: TypeAlias = Choices | Ordering | Matching | Numeric | Short


@dataclass(frozen=True, slots=True)
class Question:
    """`type` is the author's word: single, multi, truefalse, ordering, matching, numeric or short."""

    id: str
    type: str
    level: str
    objective: int
    stem: str
    task: Task
    why: str
    passage: str


# ---------------------------------------------------------------- lab


@dataclass(frozen=True, slots=True)
class Idea:
    name: str
    wordings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Counter:
    """What to ask back when a misconception shows in the learner's words."""

    misconception: str
    wordings: tuple[str, ...]
    ask: str


@dataclass(frozen=True, slots=True)
class LabQuestion:
    """One step of a lab's path. `hints` are a ladder of exactly three; `answer` is shown only after an attempt."""

    section: str
    passage: str
    ask: str
    ideas: tuple[Idea, ...]
    counters: tuple[Counter, ...]
    hints: tuple[str, ...]
    answer: str


@dataclass(frozen=True, slots=True)
class ExitQuestion:
    ask: str
    ideas: tuple[Idea, ...]
    answer: str


@dataclass(frozen=True, slots=True)
class LabPlan:
    """`asked`: for a passage's id, how learners ask for what it says, in their words and not the lesson's.

    `calculators`: the names of those a learner may use in the lab.
    """

    persona: str
    goal: str
    opening: str
    starters: tuple[str, ...]
    questions: tuple[LabQuestion, ...]
    exit: ExitQuestion
    takeaway: str
    asked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    calculators: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Persona:
    """Who speaks in a lab. `version` is a short hash of all of it: a thread stays with the one it was opened with."""

    id: str
    speaker: Speaker
    role: str
    prompt: str
    version: str


# ---------------------------------------------------------------- the whole


@dataclass(frozen=True, slots=True)
class Lesson:
    slug: str
    number: int
    title: str
    summary: str
    minutes: int
    aliases: tuple[str, ...]
    objectives: tuple[str, ...]
    misconceptions: Mapping[str, Misconception]
    digest: Digest
    sections: tuple[Section, ...]
    since: tuple[Passage, ...]
    questions: tuple[Question, ...]
    lab: LabPlan

    def passages(self) -> Iterator[Passage]:
        """Every passage in reading order, without the dated notes."""
        for section in self.sections:
            yield from section.passages

    def passage(self, passage_id: str) -> Passage | None:
        """The passage or dated note of that id, or None where the course has changed since it was named."""
        return next((p for p in (*self.passages(), *self.since) if p.id == passage_id), None)

    def question(self, question_id: str) -> Question | None:
        return next((q for q in self.questions if q.id == question_id), None)


@dataclass(frozen=True, slots=True)
class Curriculum:
    title: str
    checked: date
    lessons: tuple[Lesson, ...]
    personas: Mapping[str, Persona]

    def find(self, topic: str) -> Lesson:
        """The lesson of that slug or alias, in any case, with spaces or underscores for hyphens.

        Raises NoSuchTopic with the topics there are and the nearest to what was asked.
        """
        asked = "-".join(topic.casefold().replace("_", " ").split())
        words = {word: lesson for lesson in self.lessons for word in (lesson.slug, *lesson.aliases)}
        if found := words.get(asked) or words.get(asked.replace("-", "")):
            return found
        near = difflib.get_close_matches(asked, words, n=1, cutoff=0.5)
        raise NoSuchTopic(topic, tuple(lesson.slug for lesson in self.lessons), words[near[0]].slug if near else "")

    def get(self, slug: str) -> Lesson | None:
        """The lesson of exactly that slug, or None where the course no longer has it."""
        return next((lesson for lesson in self.lessons if lesson.slug == slug), None)

    def after(self, done: frozenset[str] | set[str]) -> Lesson | None:
        """The first lesson in order that is not among `done`."""
        return next((lesson for lesson in self.lessons if lesson.slug not in done), None)

    def persona_of(self, lesson: Lesson) -> Persona:
        return self.personas[lesson.lab.persona]
