"""Previews: a lesson as learners will see it, with nobody there and nothing kept."""

from collections.abc import Iterator

from bot.core.chat import Place, Post
from bot.core.curriculum import Curriculum, Lesson
from bot.core.digests import digest_post
from bot.core.lab_posts import exit_post, opening_post, persona_post, question_parts, root_post
from bot.core.lessons import section_post, since_post
from bot.core.ports import Attempt, Cohort, Counts, Lab, LabProgress, Occasion
from bot.core.quiz_posts import question_post

NOWHERE = Place("preview", "", "")


def previews(course: Curriculum, lesson: Lesson, banner: str) -> Iterator[tuple[str, Post]]:
    """Every post of a lesson with a title, in the order a learner meets them."""
    cohort, occasion = Cohort(0, "Preview", NOWHERE), Occasion(0, 0, "", lesson.slug, "posted", "", None, False, None)
    yield "Digest", digest_post(course, lesson, cohort, Counts(0, 0, 0, 0), occasion, "UTC")
    for number, section in enumerate(lesson.sections):
        yield f"Lesson, section {number + 1}: {section.title}", section_post(lesson, number, len(course.lessons))
    if lesson.since:
        yield "Since then", since_post(lesson)
    yield from _lab(course, lesson, banner)
    attempt = Attempt(0, 0, lesson.slug, tuple(question.id for question in lesson.questions), 0, None, None)
    for question in lesson.questions:
        yield f"Quiz {question.id}, {question.type}", question_post(lesson, attempt, question)


def _lab(course: Curriculum, lesson: Lesson, banner: str) -> Iterator[tuple[str, Post]]:
    persona = course.persona_of(lesson)
    lab = Lab(0, lesson.slug, persona.id, persona.version, NOWHERE, NOWHERE, "", 0, "open", LabProgress(), 0)
    yield "Lab, in the channel", root_post(lesson, persona, "You")
    yield "Lab, its opening", opening_post(lesson, persona, lab, banner)
    for number, question in enumerate(lesson.lab.questions):
        progress = LabProgress(number)
        yield f"Lab, question {number + 1}", persona_post(persona, question_parts(question), lab, progress)
    yield "Lab, its end", exit_post(lesson, persona, lab)
