"""Quizzes: one question at a time, privately, with the reason for every wrong answer. First answers are what is measured."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.core.chat import Action, Answer, Choose, Form, Heading, Option, Person, Post, Reply, Shown, para, whole
from bot.core.curriculum import Curriculum, Lesson, Question, Short
from bot.core.errors import BadInput, CannotNow, NotYours, StaleChoice, shorten
from bot.core.ports import Attempt, Clock, Given, Mentions, Records, Store
from bot.core.progress import check_completion
from bot.core.quiz_posts import feedback_post, marked_post, marking_post, question_form, question_post, result_post, spoken
from bot.core.quiz_tasks import PASS_MARK, draw, judge, read_fields, read_values


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an attempt has come. `right` of `total` counts what was right before a redo; `before`: passed in an earlier one."""

    lesson: Lesson
    attempt: Attempt
    given: list[Given]
    right: int
    total: int
    before: bool

    @property
    def over(self) -> bool:
        """Every question is answered, and every written answer marked."""
        return len(self.given) == len(self.attempt.questions) and all(entry.right is not None for entry in self.given)

    @property
    def passed(self) -> bool:
        return self.right >= PASS_MARK * self.total


class Quizzes:
    def __init__(self, store: Store, clock: Clock, curriculum: Curriculum, mentions: Mentions, seed: Callable[[], int]) -> None:
        self._store, self._clock, self._curriculum, self._mentions, self._seed = store, clock, curriculum, mentions, seed

    # ------------------------------------------------------------ asking

    async def open(self, person: Person, topic: str, shown: Shown = Shown.PRIVATELY) -> Answer:
        """Go on with the open quiz of that lesson, or draw a new one. One that was answered to its end shows how it went."""
        if not topic.strip():
            return self._pick()
        lesson = self._curriculum.find(topic)
        seed = self._seed()

        def unit(records: Records) -> Standing:
            now = self._clock.now()
            who = records.know(person, now)
            attempt = records.open_attempt(who, lesson.slug)
            if attempt and any(lesson.question(question) is None for question in attempt.questions):
                records.drop_attempt(attempt.id)  # the course has changed under it
                attempt = None
            if attempt is None:
                questions = draw(lesson, records.seen_questions(who, lesson.slug), seed)
                attempt = records.start_attempt(who, lesson.slug, questions, seed, None, now)
            return self._stand(records, lesson, attempt)

        return Reply(self._present(await self._store.write(unit)), shown)

    def _pick(self) -> Answer:
        options = tuple(
            Option(lesson.slug, f"{lesson.number}. {shorten(lesson.title, 70)}") for lesson in self._curriculum.lessons
        )
        note = para("Five questions, one at a time. Only you see them, and every answer is explained.")
        return Reply(Post((Heading("Which quiz?"), note, Choose("", Action("quiz.open"), options))))

    def _present(self, standing: Standing) -> Post:
        """The first question without an answer, or the written one that waits for its marking; after the last, how it went."""
        lesson, attempt = standing.lesson, standing.attempt
        answered = {entry.question: entry for entry in standing.given}
        for question_id in attempt.questions:
            entry = answered.get(question_id)
            if entry is None:
                return question_post(lesson, attempt, self._question(lesson, question_id))
            if entry.right is None:
                return marking_post(lesson, attempt, self._question(lesson, question_id), spoken(entry.answer), self._mentions)
        return result_post(lesson, attempt, standing.given, right=standing.right, total=standing.total, before=standing.before)

    async def next(self, person: Person, attempt_id: str) -> Answer:
        """The next question, or after the last one how it went."""
        standing = await self._store.write(lambda records: self._stand(records, *self._mine(records, person, attempt_id)))
        return Reply(self._present(standing), Shown.INSTEAD)

    def _stand(self, records: Records, lesson: Lesson, attempt: Attempt) -> Standing:
        """Where the attempt stands; one that is over is finished by this."""
        given = records.given(attempt.id)
        right, total = self._score(records, attempt, given)
        passed_at = records.standing(attempt.who, [lesson.slug])[0].passed_at
        standing = Standing(lesson, attempt, given, right, total, before=passed_at is not None)
        if standing.over:
            self._finish(records, standing)
        return standing

    def _score(self, records: Records, attempt: Attempt, given: list[Given]) -> tuple[int, int]:
        """Right answers of the whole quiz, what was right before a redo included, and its number of questions."""
        right = sum(entry.right is True for entry in given)
        first = records.attempt(attempt.redo_of) if attempt.redo_of else None
        if first is None:
            return right, len(attempt.questions)
        return len(first.questions) - len(attempt.questions) + right, len(first.questions)

    def _finish(self, records: Records, standing: Standing) -> None:
        now, attempt = self._clock.now(), standing.attempt
        if not records.finish_attempt(attempt.id, now):
            return
        if standing.passed and records.pass_quiz(attempt.who, attempt.lesson, now):
            check_completion(records, attempt.who, attempt.lesson, now)

    async def redo(self, person: Person, attempt_id: str) -> Answer:
        """Ask again only what was missed."""
        seed = self._seed()

        def unit(records: Records) -> Standing:
            lesson, attempt = self._mine(records, person, attempt_id)
            missed = [
                entry.question for entry in records.given(attempt.id) if not entry.right and lesson.question(entry.question)
            ]
            if attempt.finished_at is None or not missed:
                raise CannotNow(f"There is nothing to redo in this quiz. For other questions, type /quiz {lesson.slug}.")
            redo = records.start_attempt(attempt.who, lesson.slug, missed, seed, attempt.redo_of or attempt.id, self._clock.now())
            return self._stand(records, lesson, redo)

        return Reply(self._present(await self._store.write(unit)), Shown.INSTEAD)

    # ------------------------------------------------------------ answering

    async def press(self, person: Person, attempt_id: str, question_id: str, values: tuple[str, ...]) -> Answer:
        """An option chosen."""
        return await self._answer(person, attempt_id, question_id, lambda question, seed: read_values(question, values, seed))

    async def form(self, person: Person, attempt_id: str, question_id: str) -> Form:
        def unit(records: Records) -> tuple[Attempt, Question]:
            lesson, attempt, question = self._asked(records, person, attempt_id, question_id)
            if question.id in {entry.question for entry in records.given(attempt.id)}:
                raise StaleChoice(f"You have answered this one, and your first answer counts. Go on with /quiz {lesson.slug}.")
            return attempt, question

        return question_form(*await self._store.write(unit))

    async def sent(self, person: Person, attempt_id: str, question_id: str, fields: dict[str, tuple[str, ...]]) -> Answer:
        """A form sent back."""
        return await self._answer(person, attempt_id, question_id, lambda question, seed: read_fields(question, fields, seed))

    async def _answer(self, person: Person, attempt_id: str, question_id: str, read: Callable[[Question, int], str]) -> Answer:
        def unit(records: Records) -> tuple[Lesson, Attempt, Question, Given, bool, bool]:
            lesson, attempt, question = self._asked(records, person, attempt_id, question_id)
            answer = read(question, attempt.seed)
            verdict = judge(question, answer)
            fresh = records.give(attempt, question.id, answer, verdict.right, verdict.misconception, self._clock.now())
            given = records.given(attempt.id)
            kept = next(entry for entry in given if entry.question == question.id)
            return lesson, attempt, question, kept, not fresh, len(given) == len(attempt.questions)

        lesson, attempt, question, kept, again, last = await self._store.write(unit)
        if isinstance(question.task, Short):
            if kept.right is not None:
                raise StaleChoice(f"You have answered and marked this one. Go on with /quiz {lesson.slug}.")
            return Reply(marking_post(lesson, attempt, question, spoken(kept.answer), self._mentions), Shown.INSTEAD)
        verdict = judge(question, kept.answer)
        return Reply(feedback_post(lesson, attempt, question, verdict, last=last, again=again), Shown.INSTEAD)

    async def mark(self, person: Person, attempt_id: str, question_id: str, values: tuple[str, ...]) -> Answer:
        """The points a learner finds in their own answer."""
        if not values:
            raise BadInput("Tick the points that your answer makes first, or press None of them.")
        return await self._mark(person, attempt_id, question_id, {whole(value) for value in values})

    async def mark_none(self, person: Person, attempt_id: str, question_id: str) -> Answer:
        """The learner finds no point in it."""
        return await self._mark(person, attempt_id, question_id, set())

    async def _mark(self, person: Person, attempt_id: str, question_id: str, ticked: set[int | None]) -> Answer:

        def unit(records: Records) -> tuple[Lesson, Attempt, Question, str, bool, bool]:
            lesson, attempt, question = self._asked(records, person, attempt_id, question_id)
            given = records.given(attempt.id)
            kept = next((entry for entry in given if entry.question == question.id), None)
            if not isinstance(question.task, Short) or kept is None:
                raise StaleChoice
            if not ticked <= set(range(len(question.task.rubric))):
                raise StaleChoice
            right = len(ticked) >= question.task.needed
            if not records.mark(attempt.id, question.id, right=right):
                raise StaleChoice(f"You have marked this answer already. Go on with /quiz {lesson.slug}.")
            return lesson, attempt, question, spoken(kept.answer), right, len(given) == len(attempt.questions)

        lesson, attempt, question, text, right, last = await self._store.write(unit)
        return Reply(marked_post(lesson, attempt, question, text, len(ticked), right=right, last=last), Shown.INSTEAD)

    # ------------------------------------------------------------ who may

    def _mine(self, records: Records, person: Person, attempt_id: str) -> tuple[Lesson, Attempt]:
        number = whole(attempt_id)
        attempt = records.attempt(number) if number is not None else None
        lesson = self._curriculum.get(attempt.lesson) if attempt else None
        if attempt is None or lesson is None:
            raise StaleChoice("That quiz no longer exists. Start a new one with /quiz.")
        if attempt.who != records.know(person, self._clock.now()):
            raise NotYours(f"That is somebody else's quiz. Start your own with /quiz {lesson.slug}.")
        return lesson, attempt

    def _asked(self, records: Records, person: Person, attempt_id: str, question_id: str) -> tuple[Lesson, Attempt, Question]:
        lesson, attempt = self._mine(records, person, attempt_id)
        if question_id not in attempt.questions:
            raise StaleChoice
        return lesson, attempt, self._question(lesson, question_id)

    @staticmethod
    def _question(lesson: Lesson, question_id: str) -> Question:
        question = lesson.question(question_id)
        if question is None:
            raise StaleChoice(f"That question is no longer in the course. Start a new quiz with /quiz {lesson.slug}.")
        return question
