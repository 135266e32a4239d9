"""Cohorts: their channels and their members."""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, Select, exists, select, update

from bot.core.chat import Place
from bot.core.ports import Cohort
from bot.store.records.shelf import Shelf
from bot.store.tables import cohorts, members, persons


class Cohorts(Shelf):
    def create_cohort(self, place: Place, name: str, now: datetime) -> Cohort | None:
        home = place.parent
        row = self._kept(
            cohorts,
            name=name,
            platform=home.platform,
            workspace=home.workspace,
            channel=home.channel,
            direct=home.direct,
            created_at=now,
        )
        return _cohort(row) if row else None

    def cohort(self, cohort: int) -> Cohort | None:
        return self._one_cohort(select(cohorts).where(cohorts.c.id == cohort))

    def cohort_at(self, place: Place) -> Cohort | None:
        here = (
            cohorts.c.platform == place.platform,
            cohorts.c.workspace == place.workspace,
            cohorts.c.channel == place.channel,
        )
        return self._one_cohort(select(cohorts).where(*here))

    def cohorts_of(self, who: int) -> list[Cohort]:
        query = (
            select(cohorts)
            .join(members, members.c.cohort == cohorts.c.id)
            .where(members.c.person == who, members.c.left_at.is_(None))
            .order_by(members.c.joined_at.desc(), cohorts.c.id.desc())
        )
        return [_cohort(row) for row in self._connection.execute(query)]

    def any_cohort(self, platform: str) -> bool:
        return bool(self._connection.execute(select(exists().where(cohorts.c.platform == platform))).scalar_one())

    # ------------------------------------------------------------ members

    def join(self, cohort: int, who: int, now: datetime) -> bool:
        if self._keep(members, cohort=cohort, person=who, role="member", joined_at=now):
            return True
        away = _membership(cohort, who) & members.c.left_at.is_not(None)
        return self._changed(update(members).where(away).values(role="member", joined_at=now, left_at=None))

    def leave(self, cohort: int, who: int, now: datetime) -> bool:
        return self._changed(update(members).where(_active(cohort, who)).values(left_at=now))

    def role(self, cohort: int, who: int) -> Literal["lead", "member"] | None:
        role: Literal["lead", "member"] | None = self._connection.execute(
            select(members.c.role).where(_active(cohort, who))
        ).scalar_one_or_none()
        return role

    def lead(self, cohort: int, who: int, now: datetime) -> bool:
        self.join(cohort, who, now)
        return self._changed(update(members).where(_active(cohort, who), members.c.role == "member").values(role="lead"))

    def leads(self, cohort: int) -> list[int]:
        query = (
            select(members.c.person)
            .where(members.c.cohort == cohort, members.c.role == "lead", members.c.left_at.is_(None))
            .order_by(members.c.joined_at, members.c.person)
        )
        return list(self._connection.execute(query).scalars())

    def member_named(self, cohort: int, name: str) -> int | None:
        query = (
            select(persons.c.id, persons.c.name, persons.c.external_id)
            .join(members, members.c.person == persons.c.id)
            .where(members.c.cohort == cohort, members.c.left_at.is_(None))
        )
        # compared here: SQLite's lower() knows ASCII only
        wanted = name.casefold()
        found = [row.id for row in self._connection.execute(query) if wanted in (row.name.casefold(), row.external_id.casefold())]
        return found[0] if len(found) == 1 else None

    def _one_cohort(self, query: Select[Any]) -> Cohort | None:
        row = self._connection.execute(query).one_or_none()
        return _cohort(row) if row else None


def _membership(cohort: int, who: int) -> Any:
    return (members.c.cohort == cohort) & (members.c.person == who)


def _active(cohort: int, who: int) -> Any:
    return _membership(cohort, who) & members.c.left_at.is_(None)


def _cohort(row: Row[Any]) -> Cohort:
    return Cohort(row.id, row.name, Place(row.platform, row.workspace, row.channel, None, row.direct))
