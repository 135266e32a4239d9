"""Calendars: when a cohort's digests are due. Every change counts the version up and takes back what was planned."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select, update

from bot.core.ports import Rule, Schedule
from bot.store.records.ledger import Ledger
from bot.store.tables import absences, cohorts, schedules


class Calendars(Ledger):
    def schedule(self, cohort: int) -> Schedule | None:
        row = self._connection.execute(select(schedules).where(schedules.c.cohort == cohort)).one_or_none()
        return _schedule(row) if row else None

    def set_schedule(self, cohort: int, rule: Rule, cursor: datetime, next_due: datetime | None, now: datetime) -> None:
        insert = self._insert(schedules).values(
            cohort=cohort, version=1, paused=False, cursor=cursor, next_due=next_due, changed_at=now, **_columns(rule)
        )
        anew = ("paused", "cursor", "next_due", "changed_at", *_columns(rule))
        change: dict[str, Any] = {name: insert.excluded[name] for name in anew} | {"version": schedules.c.version + 1}
        self._connection.execute(insert.on_conflict_do_update(index_elements=[schedules.c.cohort], set_=change))
        self._take_back(cohort, now)

    def pause(self, cohort: int, *, paused: bool, cursor: datetime, next_due: datetime | None, now: datetime) -> bool:
        changed = self._changed(
            update(schedules)
            .where(schedules.c.cohort == cohort, schedules.c.paused.is_not(paused))
            .values(paused=paused, version=schedules.c.version + 1, cursor=cursor, next_due=next_due, changed_at=now)
        )
        if changed:
            self._take_back(cohort, now)
        return changed

    def due_schedules(self, now: datetime) -> list[Schedule]:
        query = select(schedules).where(schedules.c.next_due <= now, *_running()).order_by(schedules.c.cohort)
        if not self._reading:
            query = query.with_for_update(skip_locked=True)  # several planners share what is due
        return [_schedule(row) for row in self._connection.execute(query)]

    def next_due(self) -> datetime | None:
        due: datetime | None = self._connection.execute(select(func.min(schedules.c.next_due)).where(*_running())).scalar_one()
        return due

    def advance(self, schedule: Schedule, cursor: datetime, next_due: datetime | None) -> bool:
        # the cursor too: another planner moves it without a new version, and it must never go back
        as_read = (
            schedules.c.cohort == schedule.cohort,
            schedules.c.version == schedule.version,
            schedules.c.cursor == schedule.cursor,
        )
        return self._changed(update(schedules).where(*as_read).values(cursor=cursor, next_due=next_due))


def _running() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Neither paused by a lead nor waiting for us to be let into the workspace again."""
    away = select(cohorts.c.id).join(
        absences, (absences.c.platform == cohorts.c.platform) & (absences.c.workspace == cohorts.c.workspace)
    )
    return schedules.c.paused.is_(False), schedules.c.cohort.not_in(away)


def _columns(rule: Rule) -> dict[str, Any]:
    return {
        "days": list(rule.days),
        "wall_clock": rule.at.isoformat(),
        "zone": rule.zone,
        "start": rule.start.isoformat() if rule.start else None,
    }


def _rule(row: Row[Any]) -> Rule:
    start = date.fromisoformat(row.start) if row.start else None
    return Rule(tuple(row.days), time.fromisoformat(row.wall_clock), row.zone, start)


def _schedule(row: Row[Any]) -> Schedule:
    return Schedule(row.cohort, _rule(row), row.paused, row.version, row.cursor, row.next_due)
