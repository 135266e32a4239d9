"""Everything the shipped course makes the core show: previews, every answer to every question, standings, calendars, forms."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from bot.core import preview
from bot.core.chat import Action, Choose, Form, Heading, Option, Person, Place, Post, Reply, note, para
from bot.core.cohort_posts import created_post, preview_post, schedule_form, status_post
from bot.core.curriculum import Choices, Curriculum, Lesson, Matching, Numeric, Ordering, Question, Short
from bot.core.digests import sources_post
from bot.core.errors import BadInput, LeadsOnly, NoCohortHere, NoSuchCommand, Refusal, StaleChoice
from bot.core.help import help_post
from bot.core.lab_posts import closing_post, exit_form, persona_post, question_parts
from bot.core.lessons import passage_post, since_post
from bot.core.ports import Attempt, Cohort, Given, Lab, LabProgress, LessonStanding, Occasion, Rule, Schedule
from bot.core.privacy import forget_post, privacy_post
from bot.core.progress import progress_post
from bot.core.quiz_posts import feedback_post, marked_post, marking_post, question_form, result_post
from bot.core.quiz_tasks import judge

ADA = Person("slack", "T1", "U1", "Ada <!channel> & <@U2>")
PLACE = Place("slack", "T1", "C1")
COHORT = Cohort(7, "Autumn <!here> cohort", PLACE)
NOW = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
RULE = Rule((1, 3), time(9, 30), "Europe/Berlin")
HOSTILE = "I think <!channel> that <@U123> & <https://evil.example|Slack> say *so*.\n" * 20


def posts(course: Curriculum) -> Iterator[tuple[str, Post]]:
    for lesson in course.lessons:
        yield from preview.previews(course, lesson, "This is the offline study guide.")
        yield from _lesson(lesson)
        yield from _quiz(lesson)
        yield from _lab(course, lesson)
    yield from _standing(course)
    yield from _cohort(course)
    for answer in (help_post(course), Reply(privacy_post("Nowhere.", 30)), Reply(forget_post(["Team"]))):
        assert isinstance(answer, Reply)
        yield "help", answer.post
    for refusal in _refusals():
        yield "refusal", Post((para(refusal.sentence),))


def forms(course: Curriculum) -> Iterator[Form]:
    yield schedule_form(7, None, NOW.date())
    yield schedule_form(7, RULE, NOW.date())
    for lesson in course.lessons:
        yield exit_form(lesson, _open_lab(lesson))
        attempt = _attempt(lesson)
        for question in lesson.questions:
            if not isinstance(question.task, Choices):
                yield question_form(attempt, question)


def _refusals() -> Iterator[Refusal]:
    yield from (
        StaleChoice(),
        NoCohortHere(),
        BadInput("Like this: 09:30."),
        LeadsOnly([Person("slack", "T1", "U2", "Grace <!everyone>")]),
    )
    yield NoSuchCommand("<!channel>", "quiz")


def _lesson(lesson: Lesson) -> Iterator[tuple[str, Post]]:
    yield "sources", sources_post(lesson)
    yield "since", since_post(lesson)
    for passage in (*lesson.passages(), *lesson.since):
        yield "passage", passage_post(lesson, passage)
    options = tuple(Option(one.id, one.heading) for one in lesson.passages())
    yield "menu", Post((Heading("All of it"), Choose("Which passage?", Action("lesson.pick"), options, menu=True)))


def _quiz(lesson: Lesson) -> Iterator[tuple[str, Post]]:
    attempt = _attempt(lesson)
    given = []
    for question in lesson.questions:
        for answer in _answers(question):
            verdict = judge(question, answer)
            given.append(Given(question.id, answer, verdict.right, True, verdict.misconception))
            if isinstance(question.task, Short):
                yield "marking", marking_post(lesson, attempt, question, json.loads(answer), lambda text, words: "so" in text)
                yield "marked", marked_post(lesson, attempt, question, json.loads(answer), 1, right=False, last=True)
                continue
            yield "feedback", feedback_post(lesson, attempt, question, verdict, last=False, again=True)
    yield "result", result_post(lesson, attempt, given[:12], right=4, total=12, before=False)
    yield "result", result_post(lesson, attempt, [], right=12, total=12, before=True)


def _answers(question: Question) -> Iterator[str]:
    match question.task:
        case Choices(options):
            yield from (json.dumps([n]) for n in range(len(options)))
            yield json.dumps(list(range(len(options))))
        case Ordering(items):
            yield from (json.dumps(list(range(len(items)))), json.dumps(list(range(len(items)))[::-1]))
        case Matching(pairs):
            yield from (json.dumps(list(range(len(pairs)))), json.dumps(list(range(len(pairs)))[::-1]))
        case Numeric(answer):
            yield from (json.dumps(str(answer)), json.dumps("-12345"))
        case Short():
            yield from (json.dumps(HOSTILE), json.dumps("No."))


def _lab(course: Curriculum, lesson: Lesson) -> Iterator[tuple[str, Post]]:
    persona, lab = course.persona_of(lesson), _open_lab(lesson)
    for n, question in enumerate(lesson.lab.questions):
        progress = LabProgress(n, 3, 2, True, (0,))
        told = tuple(para(hint) for hint in (*question.hints, question.answer))
        yield "lab", persona_post(persona, (*told, *question_parts(question)), lab, progress)
    yield "lab", closing_post(lesson, persona, HOSTILE, lambda text, words: False)


def _standing(course: Curriculum) -> Iterator[tuple[str, Post]]:
    fresh = [LessonStanding(lesson.slug) for lesson in course.lessons]
    begun = [LessonStanding(lesson.slug, 2, NOW, 3, 5, NOW, True, None, None) for lesson in course.lessons]
    for standing in (fresh, begun):
        yield "progress", progress_post(course, standing, None)
        yield "progress", progress_post(course, standing, b"\x89PNG")


def _cohort(course: Curriculum) -> Iterator[tuple[str, Post]]:
    walls = [datetime(2026, 11, 24, 9, 30) + timedelta(days=n) for n in range(len(course.lessons))]  # noqa: DTZ001 - wall times
    schedule = Schedule(7, RULE, False, 1, walls[0], NOW)
    entries = [
        Occasion(n, 7, walls[0].isoformat(), course.lessons[0].slug, state, "is_archived <!here>", "1", True, NOW)
        for n, state in enumerate(("posted", "failed", "missed", "skipped", "planned"))
    ]
    yield "created", created_post(COHORT, course)
    yield "dates", preview_post(COHORT, RULE, course.lessons, walls, walls[0])
    for steering in (True, False):
        yield "status", status_post(COHORT, schedule, walls, course.lessons, entries, [ADA], course, steering=steering)
    yield "status", status_post(COHORT, None, [], [], [], [], course, steering=True)
    yield "note", Post((note("Only you see this."),))


def _attempt(lesson: Lesson) -> Attempt:
    return Attempt(3, 1, lesson.slug, tuple(question.id for question in lesson.questions), 5, None, None)


def _open_lab(lesson: Lesson) -> Lab:
    return Lab(9, lesson.slug, "vera", "v1", PLACE, PLACE, "1.2", 1, "open", LabProgress(0, 0, 0, False, (0, 1)), 14)
