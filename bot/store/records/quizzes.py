"""Quizzes: attempts, and the answers given in them. A first answer stays the first for good."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, select, update
from sqlalchemy.sql.dml import ReturningInsert

from bot.core.ports import Attempt, Given
from bot.store.columns import NUMBER
from bot.store.records.shelf import Shelf, insert_into
from bot.store.tables import answers, attempts, passes


class Quizzes(Shelf):
    def open_attempt(self, who: int, lesson: str) -> Attempt | None:
        mine = (attempts.c.person == who, attempts.c.lesson == lesson, attempts.c.finished_at.is_(None))
        return self._one_attempt(select(attempts).where(*mine))

    def start_attempt(
        self, who: int, lesson: str, questions: Sequence[str], seed: int, redo_of: int | None, now: datetime
    ) -> Attempt:
        row = self._kept(
            attempts,
            person=who,
            lesson=lesson,
            questions=list(questions),
            seed=seed,
            redo_of=redo_of,
            started_at=now,
            dropped=False,
        )
        if row:
            return _attempt(row)
        # on PostgreSQL the one that was open may have been finished since: then there is room for a new one
        return self.open_attempt(who, lesson) or self.start_attempt(who, lesson, questions, seed, redo_of, now)

    def attempt(self, attempt: int) -> Attempt | None:
        return self._one_attempt(select(attempts).where(attempts.c.id == attempt))

    def finish_attempt(self, attempt: int, now: datetime) -> bool:
        return self._changed(update(attempts).where(_open(attempt)).values(finished_at=now))

    def drop_attempt(self, attempt: int) -> None:
        # its answers stay: what somebody answered first, before any remark, cannot be measured a second time
        self._connection.execute(update(attempts).where(attempts.c.id == attempt).values(dropped=True))

    def given(self, attempt: int) -> list[Given]:
        query = (
            select(answers.c.question, answers.c.answer, answers.c.right, answers.c.first, answers.c.misconception)
            .join(attempts, attempts.c.id == answers.c.attempt)
            .where(answers.c.attempt == attempt, attempts.c.dropped.is_(False))
            .order_by(answers.c.position, answers.c.answered_at)
        )
        return [Given(*row) for row in self._connection.execute(query)]

    def give(self, attempt: Attempt, question: str, answer: str, right: bool | None, misconception: str, now: datetime) -> bool:
        said = {
            "the_attempt": attempt.id,
            "attempt": attempt.id,
            "question": question,
            "person": attempt.who,
            "lesson": attempt.lesson,
            "answer": answer,
            "right": right,
            "misconception": misconception,
            "answered_at": now,
        }
        keep = _answering(self._postgres)
        run = self._connection.execute
        return bool(run(keep, {**said, "first": True}).first() or run(keep, {**said, "first": False}).first())

    def mark(self, attempt: int, question: str, *, right: bool) -> bool:
        unmarked = (answers.c.attempt == attempt, answers.c.question == question, answers.c.right.is_(None))
        return self._changed(update(answers).where(*unmarked).values(right=right))

    def seen_questions(self, who: int, lesson: str) -> set[str]:
        mine = (answers.c.person == who, answers.c.lesson == lesson)
        return set(self._connection.execute(select(answers.c.question).where(*mine)).scalars())

    def pass_quiz(self, who: int, lesson: str, now: datetime) -> bool:
        return self._keep(passes, person=who, lesson=lesson, passed_at=now)

    def _one_attempt(self, query: Select[Any]) -> Attempt | None:
        row = self._connection.execute(query.where(attempts.c.dropped.is_(False))).one_or_none()
        return _attempt(row) if row else None


@cache
def _answering(postgres: bool) -> ReturningInsert[Any]:
    """Keep an answer in its place, unless it is taken; nothing comes back then. Built once, since a class answers at one time."""
    before = select(func.count()).where(answers.c.attempt == bindparam("the_attempt", type_=NUMBER))
    insert = insert_into(answers, postgres).values(position=before.scalar_subquery())
    return insert.on_conflict_do_nothing().returning(answers.c.question)


def _open(attempt: int) -> Any:
    return (attempts.c.id == attempt) & attempts.c.finished_at.is_(None) & attempts.c.dropped.is_(False)


def _attempt(row: Row[Any]) -> Attempt:
    return Attempt(row.id, row.person, row.lesson, tuple(row.questions), row.seed, row.redo_of, row.finished_at)
