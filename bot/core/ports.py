"""The outside world as the core sees it: the chat, the tutor, the calendar, pictures, the clock and what the store remembers."""

from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Literal, Protocol, TypeVar

from bot.core.chat import Part, Person, Place, Post, Speaker
from bot.core.curriculum import Lesson, Persona

T = TypeVar("T")

Mentions = Callable[[str, Sequence[str]], bool]
"""Whether a learner's words contain one of some wordings, each being words that must all occur, in any form."""


class Clock(Protocol):
    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


# ---------------------------------------------------------------- the chat


class NotSent(Exception):
    """The platform certainly did not take the post. Safe to repeat after `retry_after` seconds."""

    def __init__(self, why: str, retry_after: float | None = None) -> None:
        super().__init__(why)
        self.why, self.retry_after = why, retry_after


class Unclear(Exception):
    """The post may or may not have arrived: look for its key before another try."""


class Undeliverable(Exception):
    """The platform will never take this post as it stands. `why` is a sentence for the lead, with what to do."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Chat(Protocol):
    """Unprompted speech on one platform. Every method may raise NotSent, Unclear or Undeliverable."""

    @property
    def settle(self) -> float:
        """Seconds after which `find` surely sees a post that was accepted."""
        ...

    async def post(self, place: Place, post: Post, key: str) -> str:
        """Post once under `key`; gives the platform's reference to the message."""
        ...

    async def find(self, place: Place, key: str) -> str | None:
        """The reference of the message posted under `key`, read back from the platform."""
        ...

    async def edit(self, place: Place, ref: str, post: Post) -> None:
        """Replace a message whole. Safe to repeat."""
        ...

    async def show(self, place: Place, ref: str, post: Post) -> None:
        """Show a message as far as it has come, while it is still being written. May be dropped; `edit` follows."""
        ...

    async def busy(self, place: Place, speaker: Speaker) -> None:
        """Say that an answer is on its way, until the next post in that place. May be dropped."""
        ...

    async def open_thread(self, place: Place, ref: str, title: str, person: Person) -> Place:
        """The thread under a message, made if it is not there yet, with `person` invited. Safe to repeat."""
        ...

    async def direct(self, person: Person) -> Place:
        """The direct message with a person. Safe to repeat."""
        ...


# ---------------------------------------------------------------- the tutor


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


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing said in a lab. `who` is None for the persona."""

    seq: int
    who: int | None
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LabTurn:
    """What a tutor is asked: the lab's lesson and persona, where it stands, what was said before, and `said` now."""

    lesson: Lesson
    persona: Persona
    progress: LabProgress
    turns: tuple[Turn, ...]
    said: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A tutor's reply as far as it has come, always whole from its beginning. The last one is `done`.

    `question` names the authored question the reply ends with, by index, or None where it ends with none;
    `attempt` says that the learner's words were an attempt at the present one.
    """

    parts: tuple[Part, ...]
    done: bool
    attempt: bool = False
    question: int | None = None


class Tutor(Protocol):
    @property
    def banner(self) -> str:
        """What a learner is told at a lab's opening about who answers, and where their words go."""
        ...

    def answer(self, turn: LabTurn) -> AsyncGenerator[Draft]:
        """The reply, in one or more drafts. Reads nothing and writes nothing but what it is given."""
        ...


# ---------------------------------------------------------------- the calendar


@dataclass(frozen=True, slots=True)
class Rule:
    """Days (0 is Monday) and a wall-clock time in a zone, from a date on."""

    days: tuple[int, ...]
    at: time
    zone: str
    start: date | None = None


class Recurrence(Protocol):
    def after(self, rule: Rule, wall: datetime) -> datetime:
        """The first wall-clock time (naive, in the rule's zone) of the rule strictly after `wall`."""
        ...


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


class Pictures(Protocol):
    async def progress(self, lessons: Sequence[Lesson], standing: Sequence[LessonStanding]) -> bytes:
        """A PNG of how far one person has come, drawn off the event loop."""
        ...


# ---------------------------------------------------------------- what is remembered


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


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of a cohort's members stand where with one lesson."""

    members: int
    read: int
    passed: int
    finished: int


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
    """A lab thread, pinned to persona and prompt version when opened. `thread` is None until the platform has made it."""

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


@dataclass(frozen=True, slots=True)
class Work:
    """One thing to be done once: `key` is unique for ever, `lane` keeps order, `ref` is the platform's receipt."""

    id: int
    key: str
    kind: str
    lane: str
    payload: dict[str, Any] = field(default_factory=dict)
    attempts: int = 0
    intent_at: datetime | None = None
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A lane leased to us, with the work at its head. `fence` proves that the lease is still ours."""

    work: Work
    fence: int
    until: datetime


class Lost(Exception):
    """The lease has gone to another process: stop, it will do the work."""


class PeopleRecords(Protocol):
    def know(self, person: Person, now: datetime) -> int:
        """The person's number, made at first sight; the latest name is kept."""
        ...

    def person(self, who: int) -> Person: ...


class CohortRecords(Protocol):
    def create_cohort(self, place: Place, name: str, now: datetime) -> Cohort | None:
        """None if the channel is already a cohort's home."""
        ...

    def cohort(self, cohort: int) -> Cohort | None: ...

    def cohort_at(self, place: Place) -> Cohort | None:
        """The cohort whose home is the channel of that place."""
        ...

    def cohorts_of(self, who: int) -> list[Cohort]:
        """The cohorts a person is in, the one joined last first."""
        ...

    def any_cohort(self, platform: str) -> bool: ...

    def join(self, cohort: int, who: int, now: datetime) -> bool:
        """True if they were not in it."""
        ...

    def leave(self, cohort: int, who: int, now: datetime) -> bool: ...

    def role(self, cohort: int, who: int) -> Literal["lead", "member"] | None: ...

    def lead(self, cohort: int, who: int, now: datetime) -> bool:
        """Make them a lead, and a member if need be. True if they were no lead before."""
        ...

    def leads(self, cohort: int) -> list[int]: ...

    def member_named(self, cohort: int, name: str) -> int | None:
        """The one member of that name or platform id, letter case apart; None where there is none or more than one."""
        ...

    def schedule(self, cohort: int) -> Schedule | None: ...

    def set_schedule(self, cohort: int, rule: Rule, cursor: datetime, next_due: datetime | None, now: datetime) -> None:
        """Start the calendar or replace it: version + 1, not paused; planned digests not yet sent are taken back."""
        ...

    def pause(self, cohort: int, *, paused: bool, cursor: datetime, next_due: datetime | None, now: datetime) -> bool:
        """True if that changed anything; version + 1, planned digests not yet sent are taken back."""
        ...


class DigestRecords(Protocol):
    def due_schedules(self, now: datetime) -> list[Schedule]: ...

    def next_due(self) -> datetime | None:
        """The earliest instant at which any calendar is due."""
        ...

    def advance(self, schedule: Schedule, cursor: datetime, next_due: datetime | None) -> bool:
        """Move the calendar on; False if it was changed meanwhile."""
        ...

    def plan_digest(
        self, cohort: Cohort, occurrence: str, lesson: str, *, late: bool, version: int | None, now: datetime
    ) -> bool:
        """Claim lesson and occurrence for this cohort and put the digest on the ledger. False: already claimed.

        `version` is that of the calendar it came from; None for a digest asked for by a lead.
        """
        ...

    def note_occasion(self, cohort: int, occurrence: str, state: Literal["missed", "skipped"], now: datetime) -> bool: ...

    def lessons_sent(self, cohort: int) -> set[str]:
        """Lessons planned, posted or failed: those that no later occurrence brings."""
        ...

    def occasions(self, cohort: int) -> list[Occasion]:
        """Everything dealt with, latest first."""
        ...

    def occasion(self, occasion: int) -> Occasion | None: ...

    def retry_digest(self, occasion: int, now: datetime) -> bool:
        """Put a failed digest back on the ledger, due now. False unless it had failed."""
        ...

    def settle_digest(
        self, occasion: int, state: Literal["posted", "failed"], ref: str | None, error: str, now: datetime
    ) -> None: ...

    def counts(self, cohort: int, lesson: str) -> Counts: ...


class ReadingRecords(Protocol):
    def read_section(self, who: int, lesson: str, section: int, *, last: bool, now: datetime) -> bool:
        """Keep the place in the lesson. True the first time the last section is reached."""
        ...

    def section(self, who: int, lesson: str) -> int | None:
        """The section last looked at."""
        ...


class QuizRecords(Protocol):
    def open_attempt(self, who: int, lesson: str) -> Attempt | None: ...

    def start_attempt(
        self, who: int, lesson: str, questions: Sequence[str], seed: int, redo_of: int | None, now: datetime
    ) -> Attempt:
        """Begin, or give the one already open: there is never more than one for a person and lesson."""
        ...

    def attempt(self, attempt: int) -> Attempt | None: ...

    def given(self, attempt: int) -> list[Given]:
        """The answers of one attempt, in the order given."""
        ...

    def give(self, attempt: Attempt, question: str, answer: str, right: bool | None, misconception: str, now: datetime) -> bool:
        """Keep an answer. False if this question was answered before in this attempt. Marks itself as the first ever or later."""
        ...

    def mark(self, attempt: int, question: str, *, right: bool) -> bool:
        """Mark a written answer, once. False if it was marked already."""
        ...

    def finish_attempt(self, attempt: int, now: datetime) -> bool: ...

    def drop_attempt(self, attempt: int) -> None:
        """Forget an attempt whose questions are no longer in the course."""
        ...

    def seen_questions(self, who: int, lesson: str) -> set[str]: ...

    def pass_quiz(self, who: int, lesson: str, now: datetime) -> bool:
        """True the first time."""
        ...


class LabRecords(Protocol):
    def open_lab(self, event: str, who: int, lesson: str, persona: str, version: str, place: Place, now: datetime) -> Lab | None:
        """Keep a new lab and put its opening on the ledger. None if this gesture opened one already."""
        ...

    def lab(self, lab: int) -> Lab | None: ...

    def lab_in(self, thread: Place) -> Lab | None: ...

    def unfinished_lab(self, who: int, lesson: str) -> Lab | None:
        """The person's latest lab of that lesson that is not closed."""
        ...

    def lab_opened(self, lab: int, thread: Place, root: str) -> None: ...

    def hear_turn(self, lab: Lab, event: str, who: int, text: str, now: datetime) -> bool:
        """Keep what a learner said and put the reply on the ledger. False if this message was kept before."""
        ...

    def turns(self, lab: int, last: int) -> list[Turn]:
        """The latest turns, oldest first."""
        ...

    def turn(self, lab: int, seq: int) -> Turn | None: ...

    def say_turn(self, lab: int, text: str, now: datetime) -> None:
        """Keep what the persona said."""
        ...

    def move_lab(self, lab: int, stage: LabStage, progress: LabProgress, now: datetime) -> None: ...

    def answer_exit(self, lab: Lab, who: int, text: str, now: datetime) -> bool:
        """Keep the answer to the exit question and close the lab. False if it was answered."""
        ...


class ProgressRecords(Protocol):
    def standing(self, who: int, lessons: Sequence[str]) -> list[LessonStanding]:
        """One entry a lesson, in the order given."""
        ...

    def complete(self, who: int, lesson: str, now: datetime) -> bool:
        """True the first time."""
        ...


class LedgerRecords(Protocol):
    """Durable work: enqueue, claim a lane, say what you are about to do, do it, say that it is done."""

    def enqueue(self, key: str, kind: str, lane: str, payload: dict[str, Any], now: datetime) -> bool:
        """False if that key was ever enqueued before."""
        ...

    def claim(self, owner: str, now: datetime, slots: int, lease: float) -> list[Claim]:
        """Lease up to `slots` due lanes for `lease` seconds, each with the work at its head."""
        ...

    def renew(self, claim: Claim, now: datetime, lease: float) -> Claim:
        """Raises Lost."""
        ...

    def intend(self, claim: Claim, now: datetime) -> Claim | None:
        """Say that the post is about to be made. None: the calendar it came from has changed, it is cancelled. Raises Lost."""
        ...

    def finish(self, claim: Claim, state: Literal["done", "dead"], ref: str | None, error: str, now: datetime) -> None:
        """Raises Lost."""
        ...

    def release(self, claim: Claim, due: datetime, error: str, *, sent: bool) -> None:
        """Try again later. `sent`: it may have been sent, so look first. Raises Lost."""
        ...

    def record(self, claim: Claim, ref: str) -> Claim:
        """Keep the platform's receipt. Raises Lost."""
        ...

    def heal(self, now: datetime, *, alone: bool) -> int:
        """Wake lanes that wait though they have work; with `alone`, also end leases left by an earlier process. How many."""
        ...

    def next_work(self) -> datetime | None:
        """When the next lane is due."""
        ...

    def hear_once(self, event: str, now: datetime) -> bool:
        """Keep that this gesture was heard. False if it was heard before."""
        ...


class Records(
    PeopleRecords,
    CohortRecords,
    DigestRecords,
    ReadingRecords,
    QuizRecords,
    LabRecords,
    ProgressRecords,
    LedgerRecords,
    Protocol,
):
    """Everything remembered, inside one transaction."""


class Store(Protocol):
    """Where a transaction begins and ends. A unit is a short synchronous function: no network call fits into it."""

    async def read(self, unit: Callable[[Records], T]) -> T: ...

    async def write(self, unit: Callable[[Records], T]) -> T:
        """The unit's result, after its commit. If the unit raises, nothing of it is kept."""
        ...
