"""Previews: an author sees every post of a lesson, though nobody is there and nothing is kept."""

import pytest

from bot.core.chat import Choose
from bot.core.curriculum import Curriculum
from bot.core.plain import plain
from bot.core.preview import previews

SLUGS = ("fine-tuning", "prompting", "rlhf", "decision")


@pytest.mark.parametrize("slug", SLUGS)
def test_every_post_of_a_lesson_is_shown_in_the_order_learners_meet_it(course: Curriculum, slug: str) -> None:
    lesson = course.find(slug)
    titles = [title for title, _ in previews(course, lesson, "A banner.")]
    assert titles == [
        "Digest",
        *(f"Lesson, section {n}: {section.title}" for n, section in enumerate(lesson.sections, 1)),
        "Since then",
        "Lab, in the channel",
        "Lab, its opening",
        *(f"Lab, question {n}" for n in range(1, len(lesson.lab.questions) + 1)),
        "Lab, its end",
        *(f"Quiz {question.id}, {question.type}" for question in lesson.questions),
    ]


@pytest.mark.parametrize("slug", SLUGS)
def test_the_digest_is_within_what_a_channel_reads(course: Curriculum, slug: str) -> None:
    _, digest = next(iter(previews(course, course.find(slug), "A banner.")))
    assert len(plain(digest)) < 2000


@pytest.mark.parametrize("slug", SLUGS)
def test_the_lab_is_shown_under_its_persona_with_the_banner(course: Curriculum, slug: str) -> None:
    lesson = course.find(slug)
    posts = dict(previews(course, lesson, "A banner that says who answers."))
    opening = posts["Lab, its opening"]
    assert opening.speaker == course.persona_of(lesson).speaker
    assert "A banner that says who answers." in plain(opening)
    assert posts["Digest"].speaker is None


@pytest.mark.parametrize("slug", SLUGS)
def test_every_question_is_shown_with_its_options_and_without_its_answer(course: Curriculum, slug: str) -> None:
    lesson = course.find(slug)
    posts = dict(previews(course, lesson, "A banner."))
    for question in lesson.questions:
        post = posts[f"Quiz {question.id}, {question.type}"]
        assert question.stem in plain(post)
        assert question.why not in plain(post)
        if question.type in ("single", "multi", "truefalse"):
            assert any(isinstance(part, Choose) for part in post.parts)
