"""Digests: what became of every entry of a cohort's calendar."""

from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Any, Literal

from sqlalchemy import Row, func, select, update

from bot.core.ports import Cohort, Counts, Occasion
from bot.store.records.cohorts import Cohorts
from bot.store.records.ledger import Ledger
from bot.store.tables import completions, digests, members, passes, readings, schedules, work


class Digests(Cohorts, Ledger):
    def plan_digest(
        self, cohort: Cohort, occurrence: str, lesson: str, *, late: bool, version: int | None, now: datetime
    ) -> bool:
        if version is not None and not self._is_current(cohort.id, version):
            return False
        key = f"digest:{cohort.id}:{occurrence}"
        digest = self._note(cohort.id, occurrence, "planned", now, lesson=lesson, late=late, work_key=key)
        if digest is None:
            return False
        schedule = cohort.id if version is not None else None
        if not self._enqueue(key, "digest", cohort.place.lane, {"digest": digest}, now, schedule, version):
            raise RuntimeError(f"the work {key} outlived its digest")
        return True

    def note_occasion(self, cohort: int, occurrence: str, state: Literal["missed", "skipped"], now: datetime) -> bool:
        return self._note(cohort, occurrence, state, now) is not None

    def lessons_sent(self, cohort: int) -> set[str]:
        sent = (digests.c.cohort == cohort, digests.c.lesson.is_not(None), digests.c.state.in_(("planned", "posted", "failed")))
        return set(self._connection.execute(select(digests.c.lesson).where(*sent)).scalars())

    def occasions(self, cohort: int) -> list[Occasion]:
        theirs = select(digests, work.c.choice).outerjoin(work, work.c.key == digests.c.work_key)
        query = theirs.where(digests.c.cohort == cohort).order_by(digests.c.occurrence.desc(), digests.c.id.desc())
        return [replace(_occasion(row), choice=row.choice or "") for row in self._connection.execute(query)]

    def occasion(self, occasion: int) -> Occasion | None:
        row = self._connection.execute(select(digests).where(digests.c.id == occasion)).one_or_none()
        return _occasion(row) if row else None

    def retry_digest(self, occasion: int, now: datetime) -> bool:
        failed = update(digests).where(digests.c.id == occasion, digests.c.state == "failed")
        row = self._connection.execute(failed.values(state="planned", error="").returning(digests)).one_or_none()
        if row is None:
            return False
        cohort = self.cohort(row.cohort)
        if cohort is None:
            raise LookupError(f"digest {occasion} has no cohort")
        base = f"digest:{row.cohort}:{row.occurrence}"
        # a key given back by a changed calendar also ends in a number, so the next free one is looked for
        keys = (f"{base}#{n}" for n in count(2))
        key = next(key for key in keys if self._enqueue(key, "digest", cohort.place.lane, {"digest": occasion}, now))
        self._connection.execute(update(digests).where(digests.c.id == occasion).values(work_key=key))
        return True

    def settle_digest(
        self, occasion: int, state: Literal["posted", "failed"], ref: str | None, error: str, now: datetime
    ) -> None:
        posted_at = now if state == "posted" else None
        change = {"state": state, "ref": ref, "error": error, "posted_at": posted_at}
        self._connection.execute(update(digests).where(digests.c.id == occasion).values(**change))

    def counts(self, cohort: int, lesson: str) -> Counts:
        def those(table: Any) -> Any:
            return (table.c.person == members.c.person) & (table.c.lesson == lesson)

        query = (
            select(
                func.count(members.c.person),
                func.count(readings.c.read_at),
                func.count(passes.c.passed_at),
                func.count(completions.c.completed_at),
            )
            .select_from(members)
            .outerjoin(readings, those(readings))
            .outerjoin(passes, those(passes))
            .outerjoin(completions, those(completions))
            .where(members.c.cohort == cohort, members.c.left_at.is_(None))
        )
        return Counts(*self._connection.execute(query).one())

    # ------------------------------------------------------------ parts

    def _is_current(self, cohort: int, version: int) -> bool:
        """True if the calendar is still that version and not paused; locks it, so that it stays so until the commit."""
        calendar = select(schedules.c.cohort).where(
            schedules.c.cohort == cohort, schedules.c.version == version, schedules.c.paused.is_(False)
        )
        return self._connection.execute(calendar.with_for_update(key_share=True)).first() is not None

    def _note(
        self,
        cohort: int,
        occurrence: str,
        state: str,
        now: datetime,
        *,
        lesson: str | None = None,
        late: bool = False,
        work_key: str | None = None,
    ) -> int | None:
        row = self._kept(
            digests,
            cohort=cohort,
            occurrence=occurrence,
            lesson=lesson,
            state=state,
            late=late,
            error="",
            work_key=work_key,
            noted_at=now,
        )
        return row.id if row else None


def _occasion(row: Row[Any]) -> Occasion:
    return Occasion(row.id, row.cohort, row.occurrence, row.lesson, row.state, row.error, row.ref, row.late, row.posted_at)
