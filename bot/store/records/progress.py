"""Progress: where somebody stands, put together from what they read, answered and finished."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Table, case, func, select

from bot.core.ports import LessonStanding, Misunderstood
from bot.store.records.shelf import Shelf
from bot.store.tables import answers, completions, exit_answers, labs, members, passes, readings


class Progress(Shelf):
    def standing(self, who: int, lessons: Sequence[str]) -> list[LessonStanding]:
        found: dict[str, dict[str, Any]] = {lesson: {} for lesson in lessons}
        for query in _queries(who, found):
            for row in self._connection.execute(query).mappings():
                found[row["lesson"]].update(row)
        return [LessonStanding(**{"lesson": lesson, **found[lesson]}) for lesson in lessons]

    def members(self, cohort: int) -> list[int]:
        inside = (members.c.cohort == cohort, members.c.left_at.is_(None))
        return list(self._connection.execute(select(members.c.person).where(*inside).order_by(members.c.person)).scalars())

    def misunderstood(self, cohort: int) -> list[Misunderstood]:
        firsts = select(answers.c.lesson, answers.c.question, answers.c.person, answers.c.misconception).join(
            members, (members.c.person == answers.c.person) & (members.c.cohort == cohort) & members.c.left_at.is_(None)
        )
        asked: dict[tuple[str, str], set[int]] = {}
        held: dict[tuple[str, str], tuple[set[int], set[str]]] = {}
        for row in self._connection.execute(firsts.where(answers.c.first.is_(True))):
            asked.setdefault((row.lesson, row.question), set()).add(row.person)
            if row.misconception:
                people, where = held.setdefault((row.lesson, row.misconception), (set(), set()))
                people.add(row.person)
                where.add(row.question)
        return [
            Misunderstood(lesson, kind, len(people), len(set().union(*(asked[lesson, question] for question in where))))
            for (lesson, kind), (people, where) in sorted(held.items())
        ]

    def complete(self, who: int, lesson: str, now: datetime) -> bool:
        return self._keep(completions, person=who, lesson=lesson, completed_at=now)


def _queries(who: int, lessons: Iterable[str]) -> list[Select[Any]]:
    """One query for each place of record, whatever the number of lessons."""

    def of(table: Table, *columns: Any) -> Select[Any]:
        return select(table.c.lesson, *columns).where(table.c.person == who, table.c.lesson.in_(lessons))

    right = func.sum(case((answers.c.right.is_(True), 1), else_=0)).label("first_right")
    firsts = of(answers, right, func.count().label("first_given")).where(answers.c.first.is_(True))
    unfinished = select(labs.c.lesson, (func.count() > 0).label("lab_open")).where(
        labs.c.owner == who, labs.c.lesson.in_(lessons), labs.c.stage != "closed"
    )
    return [
        of(readings, readings.c.section, readings.c.read_at),
        firsts.group_by(answers.c.lesson),
        of(passes, passes.c.passed_at),
        unfinished.group_by(labs.c.lesson),
        of(exit_answers, func.min(exit_answers.c.answered_at).label("exit_at")).group_by(exit_answers.c.lesson),
        of(completions, completions.c.completed_at),
    ]
