"""Budgets: what a language model may cost is reserved before a call and settled after it, once."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, update

from bot.core.ports import Allowance, Cost, Grant, Purpose, Spent
from bot.store.records.shelf import Shelf
from bot.store.tables import budgets, members, reservations, usage


class Budgets(Shelf):
    def reserve(self, purpose: Purpose, tokens: int, allowance: Allowance, now: datetime) -> Grant:
        person, workspace = f"person:{purpose.who}", f"workspace:{purpose.platform}:{purpose.workspace}"
        day, month = f"{now:%Y-%m-%d}", f"{now:%Y-%m}"
        known = self._connection.execute(select(reservations.c.key).where(reservations.c.key == purpose.key)).first()
        if known is None:
            # person before workspace, here and in `settle`: the other way round two would wait for each other
            if not self._take(person, day, tokens, allowance.tokens, allowance.answers):
                return Grant("person")
            if not self._take(workspace, month, tokens, allowance.month, None):
                self._give(person, day, tokens, 0, answers=-1)
                return Grant("workspace")
            self._keep(
                reservations,
                key=purpose.key,
                person=purpose.who,
                workspace=workspace,
                lesson=purpose.lesson,
                day=day,
                month=month,
                tokens=tokens,
            )
        return Grant(left=self._left(person, day, tokens, allowance))

    def settle(self, key: str, spent: Spent | None, now: datetime, failed: Sequence[str] = ()) -> None:
        taken = delete(reservations).where(reservations.c.key == key).returning(*reservations.c)
        row = self._connection.execute(taken).one_or_none()
        if row is None:
            return
        took = Spent(row.tokens) if spent is None else spent
        self._give(f"person:{row.person}", row.day, row.tokens, took.tokens, answers=0 if took.tokens else -1)
        self._give(row.workspace, row.month, row.tokens, took.tokens, answers=0 if took.tokens else -1)
        if took.tokens:
            about = {name: row._mapping[name] for name in ("key", "person", "workspace", "lesson", "day", "month")}
            used = {"prompt": took.prompt, "completion": took.completion, "counted": took.counted}
            self._keep(usage, **about, **used, failed=" ".join(failed), at=now)

    def checked(self, since: datetime) -> tuple[int, dict[str, int]]:
        query = select(usage.c.failed, func.count()).where(usage.c.at >= since).group_by(usage.c.failed)
        answers, found = 0, Counter[str]()
        for failed, count in self._connection.execute(query):
            answers += count
            found.update(dict.fromkeys(failed.split(), count))
        return answers, dict(found.most_common())

    def costs(self, cohort: int | None, since: datetime) -> list[Cost]:
        query = (
            select(
                usage.c.lesson,
                func.count().label("answers"),
                func.sum(usage.c.prompt).label("prompt"),
                func.sum(usage.c.completion).label("completion"),
            )
            .where(usage.c.at >= since)
            .group_by(usage.c.lesson)
            .order_by(usage.c.lesson)
        )
        if cohort is not None:
            query = query.where(usage.c.person.in_(select(members.c.person).where(members.c.cohort == cohort)))
        return [Cost(row.lesson, row.answers, int(row.prompt), int(row.completion)) for row in self._connection.execute(query)]

    # ------------------------------------------------------------ one budget

    def _take(self, scope: str, period: str, tokens: int, most: int, answers: int | None) -> bool:
        self._keep(budgets, scope=scope, period=period, reserved=0, spent=0, answers=0)
        fits = [budgets.c.reserved + budgets.c.spent + tokens <= most]
        if answers is not None:
            fits.append(budgets.c.answers < answers)
        more = {"reserved": budgets.c.reserved + tokens, "answers": budgets.c.answers + 1}
        return self._changed(update(budgets).where(*_of(scope, period), *fits).values(**more))

    def _give(self, scope: str, period: str, reserved: int, spent: int, *, answers: int) -> None:
        change = {
            "reserved": budgets.c.reserved - reserved,
            "spent": budgets.c.spent + spent,
            "answers": budgets.c.answers + answers,
        }
        self._connection.execute(update(budgets).where(*_of(scope, period)).values(**change))

    def _left(self, scope: str, period: str, tokens: int, allowance: Allowance) -> int:
        """How many more answers as large as this one the day holds."""
        row = self._connection.execute(select(budgets).where(*_of(scope, period))).one_or_none()
        if row is None:
            return 0
        room = (allowance.tokens - row.reserved - row.spent) // max(tokens, 1)
        return int(max(min(allowance.answers - row.answers, room), 0))


def _of(scope: str, period: str) -> tuple[ColumnElement[Any], ...]:
    return budgets.c.scope == scope, budgets.c.period == period
