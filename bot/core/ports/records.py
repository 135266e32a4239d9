"""Records, as the core sees them: every question and every change, by what it is about."""

from datetime import datetime
from typing import Any, Literal, Protocol

from bot.core.chat import Person, Place, Post
from bot.core.ports.budgets import BudgetRecords
from bot.core.ports.learning import LabRecords, ProgressRecords, QuizRecords, ReadingRecords
from bot.core.ports.ledger import LedgerRecords, SeatRecords
from bot.core.ports.remembered import Cohort, Counts, Misunderstood, Occasion, Rule, Schedule
from bot.core.ports.workspaces import WorkspaceRecords


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

    def forget(self, who: int, now: datetime, instead: Post) -> None:
        """Erase a person: name, id, answers, what they wrote and what was replied to it. Their open labs are closed.

        What others were told that names them, where it is us who keep it, becomes `instead`.
        """
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
