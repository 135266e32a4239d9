"""The course as the core sees it: how a topic is found, and what is said when it is not."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.curriculum import Curriculum
from bot.core.errors import NoSuchTopic

TOPICS = "The topics are: fine-tuning, prompting, rlhf, decision."


def test_every_word_of_the_shipped_course_finds_its_lesson(course: Curriculum) -> None:
    for lesson in course.lessons:
        for word in (lesson.slug, *lesson.aliases):
            spellings = (word, word.upper(), word.title(), f"  {word}  ", word.replace("-", " "), word.replace("-", "_"))
            assert {course.find(spelling).slug for spelling in spellings} == {lesson.slug}, word


@pytest.mark.parametrize(
    ("asked", "slug"),
    [
        ("fine tuning", "fine-tuning"),
        ("Fine_Tuning", "fine-tuning"),
        ("fine  -  tuning", "fine-tuning"),
        ("FINETUNING", "fine-tuning"),
        ("r l h f", "rlhf"),
        ("RLHF", "rlhf"),
        ("\trlhf\n", "rlhf"),
        ("lab 4", "decision"),
    ],
)
def test_a_topic_is_found_as_people_write_it(course: Curriculum, asked: str, slug: str) -> None:
    assert course.find(asked).slug == slug


@pytest.mark.parametrize(
    ("asked", "nearest"),
    [("rlfh", "rlhf"), ("promting", "prompting"), ("finetunig", "fine-tuning"), ("decisions", "decision"), ("Rewards", "rlhf")],
)
def test_a_misspelt_topic_is_answered_with_the_nearest(course: Curriculum, asked: str, nearest: str) -> None:
    with pytest.raises(NoSuchTopic) as refused:
        course.find(asked)
    assert refused.value.nearest == nearest
    assert refused.value.sentence == f"There is no lesson called “{asked}”. Did you mean {nearest}? {TOPICS}"


@pytest.mark.parametrize("asked", ["weather", "مرحبا", "<script>", "🦜🦜🦜", "'; drop table lessons; --"])
def test_a_topic_like_none_is_answered_with_the_list(course: Curriculum, asked: str) -> None:
    with pytest.raises(NoSuchTopic) as refused:
        course.find(asked)
    assert refused.value.sentence == f"There is no lesson called “{asked}”. {TOPICS}"


def test_a_very_long_topic_is_repeated_in_short(course: Curriculum) -> None:
    with pytest.raises(NoSuchTopic) as refused:
        course.find("x" * 2000)
    assert len(refused.value.sentence) < 200


@given(topic=st.text(max_size=60))
def test_no_topic_breaks_the_search(course: Curriculum, topic: str) -> None:
    with suppress(NoSuchTopic):
        assert course.find(topic) in course.lessons


def test_a_slug_is_got_exactly_or_not_at_all(course: Curriculum) -> None:
    rlhf = course.get("rlhf")
    assert rlhf is not None
    assert rlhf.slug == "rlhf"
    assert course.get("RLHF") is None
    assert course.get("reward") is None


def test_the_course_goes_on_after_what_is_done(course: Curriculum) -> None:
    first, second = course.lessons[:2]
    assert course.after(set()) is first
    assert course.after({first.slug}) is second
    assert course.after({second.slug}) is first
    assert course.after({lesson.slug for lesson in course.lessons}) is None


def test_passages_and_questions_are_found_by_id_and_missing_ones_are_none(course: Curriculum) -> None:
    for lesson in course.lessons:
        for question in lesson.questions:
            assert lesson.question(question.id) is question
            assert lesson.passage(question.passage) is not None
        for dated in lesson.since:
            assert lesson.passage(dated.id) is dated
            assert dated not in list(lesson.passages())
        assert lesson.passage("nowhere") is None
        assert lesson.question("Q9-99") is None


def test_every_lab_has_its_persona(course: Curriculum) -> None:
    assert len({course.persona_of(lesson).id for lesson in course.lessons}) == 4
