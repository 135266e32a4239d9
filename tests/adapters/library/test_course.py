"""The course that ships with Lectern."""

from collections import Counter

import pytest

from bot.adapters.library import Library, read
from tests.adapters.library.course import ROOT

SEVEN = {"single", "multi", "truefalse", "ordering", "matching", "numeric", "short"}


@pytest.fixture(scope="module")
def library() -> Library:
    return read(ROOT / "lessons", ROOT / "personas")


def test_the_shipped_course_has_no_problems(library: Library) -> None:
    assert [lesson.slug for lesson in library.curriculum.lessons] == ["fine-tuning", "prompting", "rlhf", "decision"]


def test_every_quiz_has_all_seven_types(library: Library) -> None:
    for lesson in library.curriculum.lessons:
        assert {question.type for question in lesson.questions} == SEVEN, lesson.slug


def test_there_are_48_questions_or_more_and_12_a_lesson(library: Library) -> None:
    counts = Counter({lesson.slug: len(lesson.questions) for lesson in library.curriculum.lessons})
    assert counts.total() >= 48
    assert min(counts.values()) >= 12


def test_every_lab_has_a_persona_with_a_face(library: Library) -> None:
    for lesson in library.curriculum.lessons:
        assert library.curriculum.persona_of(lesson).speaker.face in library.faces


def test_no_digest_is_longer_than_the_reading_time_we_promise(library: Library) -> None:
    for lesson in library.curriculum.lessons:
        assert 120 <= lesson.digest.words <= 180, lesson.slug
