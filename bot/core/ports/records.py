"""The store, as the core sees it: every question and every change, by what it is about."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Literal, Protocol, TypeVar

from bot.core.chat import Person, Place
from bot.core.curriculum import Persona
from bot.core.ports.budgets import BudgetRecords
from bot.core.ports.ledger import LedgerRecords, SeatRecords
from bot.core.ports.remembered import (
    Attempt,
    Cohort,
    Counts,
    Given,
    Lab,
    LabStage,
    LessonStanding,
    Misunderstood,
    Occasion,
    OpenLab,
    Rule,
    Schedule,
)
from bot.core.ports.tutor import LabProgress, Shape, Turn, TurnKind
from bot.core.ports.workspaces import WorkspaceRecords

T = TypeVar("T")


class PeopleRecords(Protocol):
    def know(self, person: Person, now: datetime) -> int:
        """The person's number, made at first sight; the latest name is kept."""
        ...

    def person(self, who: int) -> Person: ...

    def workspace_of(self, platform: str, account: str) -> str | None:
        """Where an account was met that is the same in all workspaces: there where it joined a cohort last, else was met last."""
        ...


class CohortRecords(Protocol):
    def create_cohort(self, place: Place, name: str, now: datetime) -> Cohort | None:
        """None if the channel is already a cohort's home."""
        ...

    def cohort(self, cohort: int) -> Cohort | None: ...

    def cohort_at(self, place: Place) -> Cohort | None:
        """The cohort whose home is the channel of that place."""
        ...

    def move_channel(self, place: Place, channel: str) -> bool:
        """The platform calls that channel by another id from now on: its labs and its cohort go with it.

        True if a cohort did. It stays where it is if another has its home there already.
        """
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

    def members(self, cohort: int) -> list[int]:
        """Those who are in it now."""
        ...

    def misunderstood(self, cohort: int) -> list[Misunderstood]:
        """By lesson and misconception, from the members' first answers; each member counts once for each."""
        ...


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
        """Keep a new lab and put its opening on the ledger. None if this gesture opened one already. Raises Full."""
        ...

    def keep_persona(self, persona: Persona) -> None:
        """Keep a persona as it is now, for the labs opened with it."""
        ...

    def kept_persona(self, persona: str, version: str) -> Persona | None:
        """The persona as it was in that version."""
        ...

    def lab(self, lab: int) -> Lab | None: ...

    def lab_in(self, thread: Place) -> Lab | None: ...

    def lab_at(self, platform: str, conversation: str) -> Lab | None:
        """The latest lab held in a conversation that a platform names without its channel: a thread, or a direct message."""
        ...

    def unfinished_lab(self, who: int, lesson: str) -> Lab | None:
        """The person's latest lab of that lesson that is not closed."""
        ...

    def labs_of(self, who: int) -> list[Lab]:
        """The person's labs that have a thread and are not closed, the latest used first."""
        ...

    def open_labs(self, platform: str, since: datetime, most: int) -> list[OpenLab]:
        """Labs with a thread, not closed, in which something happened since then; the latest first, at most so many."""
        ...

    def lab_opened(self, lab: int, thread: Place, root: str) -> None: ...

    def hear_turn(self, lab: Lab, event: str, who: int, text: str, now: datetime) -> bool:
        """Keep what a learner said and put the reply on the ledger. False if this message was kept before. Raises Full."""
        ...

    def turns(self, lab: int, last: int) -> list[Turn]:
        """The latest turns, oldest first."""
        ...

    def turn(self, lab: int, seq: int) -> Turn | None: ...

    def say_turn(
        self, lab: int, text: str, now: datetime, *, reply: str = "", kind: TurnKind = "said", shape: Shape | None = None
    ) -> int:
        """Keep what the persona said, as the end of that reply, and what it was made of. Gives the turn's number."""
        ...

    def say_step(self, lab: Lab, text: str, post: str, now: datetime, *, kind: TurnKind = "said") -> None:
        """Keep a step of the authored path, and put its post (JSON) on the ledger: shown at once, it could be lost."""
        ...

    def begin_reply(self, lab: int, reply: str) -> None:
        """Keep that the persona is writing that reply."""
        ...

    def end_reply(self, lab: int) -> None:
        """Keep that nothing is being written any more."""
        ...

    def stop_reply(self, lab: int, reply: str) -> bool:
        """Keep that it shall be stopped. False if it is not the one being written."""
        ...

    def replied(self, lab: int, reply: str) -> Turn | None:
        """What became of that reply."""
        ...

    def shape(self, lab: int, reply: str) -> Shape | None:
        """What that reply was made of."""
        ...

    def go_on_from(self, lab: int, reply: str) -> None:
        """Make a reply that was cut off part of the conversation."""
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


class ListeningRecords(Protocol):
    def heard_until(self, platform: str) -> datetime | None:
        """Everything said on that platform until then was heard. None before it was ever listened to."""
        ...

    def keep_heard_until(self, platform: str, until: datetime) -> None:
        """Never goes back."""
        ...


class KeepsakeRecords(Protocol):
    """What an adapter must find again after a restart and cannot ask its platform for. Nothing a learner wrote."""

    def keepsake(self, platform: str, name: str) -> str | None: ...

    def keep_keepsake(self, platform: str, name: str, value: str, now: datetime) -> None:
        """Keep it, instead of an earlier one of that name."""
        ...

    def drop_keepsake(self, platform: str, name: str, value: str) -> bool:
        """Drop it if it still has that value."""
        ...


class PrivacyRecords(Protocol):
    def known(self, person: Person) -> int | None:
        """The person's number, if we have ever met."""
        ...

    def everything_about(self, who: int) -> dict[str, Any]:
        """All that is kept about a person, as JSON can hold it."""
        ...

    def forget(self, who: int, now: datetime) -> None:
        """Erase a person: name, id, answers, what they wrote and what was replied to it. Their open labs are closed."""
        ...

    def fade(self, before: datetime, untouched: datetime, now: datetime) -> int:
        """Erase the words of labs closed before; labs nobody has touched since `untouched` are closed. How many labs."""
        ...


class Records(
    PeopleRecords,
    CohortRecords,
    DigestRecords,
    ReadingRecords,
    QuizRecords,
    LabRecords,
    BudgetRecords,
    ProgressRecords,
    LedgerRecords,
    ListeningRecords,
    KeepsakeRecords,
    SeatRecords,
    WorkspaceRecords,
    PrivacyRecords,
    Protocol,
):
    """Everything remembered, inside one transaction."""


Trouble = Literal["away", "busy", "full", "readonly"]


class Unavailable(Exception):
    """The store cannot be used just now, through no fault of the unit's: nothing of it is kept. It may work in a minute."""

    def __init__(self, why: Trouble) -> None:
        super().__init__(why)
        self.why: Trouble = why


class Store(Protocol):
    """Where a transaction begins and ends. A unit is a short synchronous function: no network call fits into it.

    Both raise Unavailable.
    """

    async def read(self, unit: Callable[[Records], T]) -> T: ...

    async def write(self, unit: Callable[[Records], T]) -> T:
        """The unit's result, after its commit. If the unit raises, nothing of it is kept."""
        ...
