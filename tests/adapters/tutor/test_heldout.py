"""What the search is worth on questions by somebody who had not seen the lessons.

Measured 2026-11-23, of 58: 20 first and 35 among three; with `asked`, 35 and 48; after work on conversation, 37 and 49.
"""

import pytest

from bot.adapters.library import Library
from bot.adapters.tutor.search import Search
from tests.adapters.tutor.heldout import outside, questions, recall, tiers


@pytest.fixture(scope="module")
def search(library: Library) -> Search:
    return Search(library.curriculum.lessons)


def test_every_acceptable_passage_is_in_the_course(library: Library) -> None:
    lessons = library.curriculum.lessons
    known = {f"{lesson.slug}/{passage.id}" for lesson in lessons for passage in (*lesson.passages(), *lesson.since)}
    assert set().union(*(question.gold for question in questions())) <= known


def test_recall_on_heldout_questions_does_not_fall(search: Search) -> None:
    found = recall(search, questions(), at_home=True)
    assert found.asked >= 45
    assert found.first / found.asked >= 0.58
    assert found.three / found.asked >= 0.80


def test_a_question_from_outside_is_never_answered_as_if_the_course_had_it(search: Search) -> None:
    assert tiers(search, outside())["answered"] == 0


def test_most_questions_within_the_course_are_not_sent_away(search: Search) -> None:
    found = tiers(search, questions())
    assert found["declined"] / found.total() <= 0.05
