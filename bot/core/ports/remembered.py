"""What the store remembers: the values, without the ways to ask for them."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal

from bot.core.chat import Person, Place
from bot.core.ports.tutor import LabProgress


@dataclass(frozen=True, slots=True)
class Rule:
    """Days (0 is Monday) and a wall-clock time in a zone, from a date on."""

    days: tuple[int, ...]
    at: time
    zone: str
    start: date | None = None


@dataclass(frozen=True, slots=True)
class Cohort:
    id: int
    name: str
    place: Place


@dataclass(frozen=True, slots=True)
class Schedule:
    """A cohort's calendar. `cursor` is the last wall time dealt with, `next_due` the instant of the next one (None: none)."""

    cohort: int
    rule: Rule
    paused: bool
    version: int
    cursor: datetime
    next_due: datetime | None


@dataclass(frozen=True, slots=True)
class Occasion:
    """One entry of a cohort's calendar that has been dealt with.

    `occurrence` is its wall time, ISO with minutes. `state`: planned (on its way), posted, failed, missed or skipped.
    `choice` says what was done where the platform could not tell whether an earlier try had arrived.
    """

    id: int
    cohort: int
    occurrence: str
    lesson: str | None
    state: str
    error: str
    ref: str | None
    late: bool
    posted_at: datetime | None
    choice: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of a cohort's members stand where with one lesson."""

    members: int
    read: int
    passed: int
    finished: int


@dataclass(frozen=True, slots=True)
class Misunderstood:
    """How many of a cohort's members gave a wrong answer of that kind at their first attempt, of how many it was asked of."""

    lesson: str
    misconception: str
    people: int
    asked: int


@dataclass(frozen=True, slots=True)
class LessonStanding:
    """One person's way through one lesson, as far as the store knows it. Times are None while a thing is not done."""

    lesson: str
    section: int = -1
    read_at: datetime | None = None
    first_right: int = 0
    first_given: int = 0
    passed_at: datetime | None = None
    lab_open: bool = False
    exit_at: datetime | None = None
    completed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One run through some of a lesson's questions. `redo_of` names the attempt whose misses it repeats."""

    id: int
    who: int
    lesson: str
    questions: tuple[str, ...]
    seed: int
    redo_of: int | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as given. `answer` is JSON in the quiz's own form; `right` is None until a written answer is marked."""

    question: str
    answer: str
    right: bool | None
    first: bool
    misconception: str


LabStage = Literal["opening", "open", "exit", "closed"]


@dataclass(frozen=True, slots=True)
class Lab:
    """A lab thread, pinned to persona and prompt version when opened. `thread` is None until the platform has made it.

    `replying` names the reply the persona is writing, `stopped` the latest one its learner has stopped.
    """

    id: int
    lesson: str
    persona: str
    version: str
    place: Place
    thread: Place | None
    root: str | None
    owner: int
    stage: LabStage
    progress: LabProgress
    turns: int
    replying: str = ""
    stopped: str = ""


@dataclass(frozen=True, slots=True)
class OpenLab:
    """A lab that has its thread and is not closed, and whose it is."""

    lab: Lab
    owner: Person
