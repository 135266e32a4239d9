"""Progress: where somebody stands, as a picture or in words, and the next sensible step; and the whole course without a model."""

import logging
from datetime import UTC, datetime

import pytest

from bot.core.chat import Action, Answer, Items, Picture, Reply, Shown
from bot.core.curriculum import Curriculum
from bot.core.plain import plain_line
from bot.core.ports import LessonStanding
from bot.core.progress import next_step, progress_post
from tests.conftest import ADA, GRACE, Build, Stage, button, parts, text
from tests.core.learners import open_lab, reduced, take
from tests.fakes import FakePictures

WHEN = datetime(2026, 11, 23, tzinfo=UTC)
FIVE = ("Q3-01", "Q3-02", "Q3-03", "Q3-06", "Q3-07")


def picture(answer: Answer) -> Picture:
    return next(part for part in parts(answer) if isinstance(part, Picture))


async def read_whole(stage: Stage, slug: str, sections: int) -> None:
    await stage.types(ADA, f"/lesson {slug}")
    for number in range(1, sections):
        await stage.presses(ADA, Action("lesson.turn", (slug, str(number))))


async def finish_lab(stage: Stage, slug: str, number: int) -> None:
    thread = await open_lab(stage, slug)
    code = (str(number),)
    await stage.presses(ADA, Action("lab.next", code), place=thread)
    await stage.says(ADA, "Here is my honest attempt at an answer to your question.", thread)
    await stage.presses(ADA, Action("lab.finish", code), place=thread)
    await stage.says(ADA, "And this is my own answer to the last one.", thread)


async def test_the_whole_course_is_completed_without_a_model(stage: Stage, course: Curriculum) -> None:
    for number, lesson in enumerate(course.lessons, 1):
        await read_whole(stage, lesson.slug, len(lesson.sections))
        said = text(await stage.types(ADA, "/progress"))
        assert f"{number - 1} of 4 lessons complete." in said
        assert "take the quiz on" in said
        assert "5 of 5 right" in text(await take(stage, course, lesson.slug))
        assert f"open the lab on “{lesson.title}”" in text(await stage.types(ADA, "/progress"))
        await finish_lab(stage, lesson.slug, number)
        said = text(await stage.types(ADA, "/progress"))
        assert f"{number} of 4 lessons complete." in said
        row = f"{number}. {lesson.title} · complete. Read; quiz passed (5 of 5 right at the first try); lab finished."
        assert row in said
    assert "You have completed the course; well done." in said


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)])
async def test_a_lesson_is_complete_after_its_three_parts_in_any_order(
    build: Build, course: Curriculum, order: tuple[int, ...]
) -> None:
    stage = build(course=reduced(course, "rlhf", *FIVE))
    steps = (
        lambda: read_whole(stage, "rlhf", 8),
        lambda: take(stage, course, "rlhf"),
        lambda: finish_lab(stage, "rlhf", 1),
    )
    for count, step in enumerate(order, 1):
        await steps[step]()
        complete = f"{int(count == 3)} of 4 lessons complete."
        assert complete in text(await stage.types(ADA, "/progress"))


async def test_a_newcomer_has_not_begun_and_is_shown_where_to(stage: Stage, course: Curriculum) -> None:
    answer = await stage.types(ADA, "/progress")
    assert isinstance(answer, Reply)
    assert answer.shown is Shown.PRIVATELY
    assert "0 of 4 lessons complete." in text(answer)
    assert text(answer).count("not begun. Not read; quiz not taken; lab not begun.") == 4
    assert button(answer, "Read the lesson") == Action("lesson.open", (course.lessons[0].slug,))


async def test_halfway_is_told_as_it_is(build: Build, course: Curriculum) -> None:
    stage = build(course=reduced(course, "rlhf", *FIVE))
    await stage.types(ADA, "/lesson rlhf")
    await stage.presses(ADA, Action("lesson.turn", ("rlhf", "2")))
    await take(stage, course, "rlhf", True, True, False, False, False)
    await open_lab(stage)
    row = "under way. Read up to section 3 of 8; quiz not passed yet (2 of 5 right at the first try); lab open."
    assert row in text(await stage.types(ADA, "/progress"))


async def test_the_picture_says_in_words_what_it_shows(stage: Stage, course: Curriculum) -> None:
    shown = picture(await stage.types(ADA, "/progress"))
    assert shown.png.startswith(b"\x89PNG")
    assert [row.split(" · ")[0] for row in shown.alt.split("\n")] == _numbered(course)


async def test_a_picture_that_cannot_be_drawn_leaves_its_words(
    build: Build, course: Curriculum, caplog: pytest.LogCaptureFixture
) -> None:
    stage = build(pictures=FakePictures(RuntimeError("no fonts")))
    with caplog.at_level(logging.ERROR):
        answer = await stage.types(ADA, "/progress")
    rows = next(part for part in parts(answer) if isinstance(part, Items))
    assert [plain_line(row).split(" · ")[0] for row in rows.lines] == _numbered(course)
    assert not [part for part in parts(answer) if isinstance(part, Picture)]
    assert "no fonts" not in text(answer)
    assert [record.getMessage() for record in caplog.records] == ["The progress picture could not be drawn"]


async def test_nobody_sees_somebody_elses_progress(build: Build, course: Curriculum) -> None:
    stage = build(course=reduced(course, "rlhf", *FIVE))
    await take(stage, course, "rlhf")
    assert text(await stage.types(GRACE, "/progress")).count("not begun. Not read") == 4


def _numbered(course: Curriculum) -> list[str]:
    return [f"{lesson.number}. {lesson.title}" for lesson in course.lessons]


@pytest.mark.parametrize(
    ("state", "sentence", "label"),
    [
        (LessonStanding("fine-tuning"), "read “", "Read the lesson"),
        (LessonStanding("fine-tuning", section=2), "read “", "Read on"),
        (LessonStanding("fine-tuning", 7, WHEN), "take the quiz on “", "Take the quiz"),
        (LessonStanding("fine-tuning", 7, WHEN, 2, 5), "take the quiz on “", "Take the quiz"),
        (LessonStanding("fine-tuning", 7, WHEN, 4, 5, WHEN), "open the lab on “", "Open the lab"),
        (LessonStanding("fine-tuning", 7, WHEN, 4, 5, WHEN, lab_open=True), "go on with the lab on “", "Open the lab"),
    ],
)
def test_the_next_step_is_the_first_thing_still_open(
    course: Curriculum, state: LessonStanding, sentence: str, label: str
) -> None:
    rest = [LessonStanding(lesson.slug) for lesson in course.lessons[1:]]
    said, next_button = next_step(course, [state, *rest])
    assert said.startswith(sentence)
    assert next_button
    assert next_button.label == label
    assert next_button.action.args == ("fine-tuning",)


def test_a_complete_lesson_is_passed_over(course: Curriculum) -> None:
    done = LessonStanding("fine-tuning", completed_at=WHEN)
    _, next_button = next_step(course, [done, *(LessonStanding(lesson.slug) for lesson in course.lessons[1:])])
    assert next_button
    assert next_button.action == Action("lesson.open", ("prompting",))


def test_after_the_last_lesson_there_is_no_button(course: Curriculum) -> None:
    done = [LessonStanding(lesson.slug, completed_at=WHEN) for lesson in course.lessons]
    assert next_step(course, done)[1] is None
    assert not [part for part in progress_post(course, done, None).parts if part.kind == "buttons"]
