"""A lesson's lab is closed to whoever is in the middle of its quiz, and to nobody else."""

import pytest

from bot.core.chat import Action, Reply, Shown
from bot.core.curriculum import Curriculum
from bot.core.labs.access import check_quiz
from tests.conftest import ADA, GRACE, Stage, button, text
from tests.core.learners import answer_all, open_lab

CLOSED = "You are in the middle of the quiz on “"


@pytest.mark.parametrize("typed", ["What is a reward model?", "hint", "next", "explain"])
async def test_words_in_a_lab_are_not_answered_during_its_quiz(stage: Stage, typed: str) -> None:
    thread = await open_lab(stage)
    await stage.types(ADA, "/quiz rlhf")
    answer = await stage.says(ADA, typed, thread)
    assert isinstance(answer, Reply)
    assert answer.shown is Shown.PRIVATELY
    assert CLOSED in text(answer)
    assert len(stage.chat.said(thread)) == 1
    lab = await stage.database.read(lambda records: records.lab(1))
    assert lab
    assert lab.turns == 0


@pytest.mark.parametrize("verb", ["lab.hint", "lab.ask", "lab.continue"])
async def test_no_button_of_a_lab_helps_during_its_quiz(stage: Stage, verb: str) -> None:
    thread = await open_lab(stage)
    await stage.types(ADA, "/quiz rlhf")
    assert CLOSED in text(await stage.presses(ADA, Action(verb, ("1", "0")), place=thread))


async def test_no_lab_of_a_lesson_opens_during_its_quiz_and_the_way_back_is_a_button(stage: Stage) -> None:
    quiz = await stage.types(ADA, "/quiz rlhf")
    answer = await stage.types(ADA, "/lab rlhf")
    assert CLOSED in text(answer)
    assert stage.chat.said() == []
    assert text(await stage.presses(ADA, button(answer, "Back to the quiz"))) == text(quiz)


async def test_other_lessons_and_other_people_are_not_kept_out(stage: Stage) -> None:
    await stage.types(ADA, "/quiz rlhf")
    await open_lab(stage, "prompting")
    await open_lab(stage, "rlhf", GRACE)


async def test_after_the_quiz_the_lab_goes_on(stage: Stage, course: Curriculum) -> None:
    thread = await open_lab(stage)
    await answer_all(stage, course, await stage.types(ADA, "/quiz rlhf"))
    assert await stage.says(ADA, "What is a reward model?", thread) is None
    assert len(stage.chat.said(thread)) == 2


async def test_a_lab_at_its_end_may_end_during_the_quiz(stage: Stage, course: Curriculum) -> None:
    thread = await open_lab(stage)
    for _ in range(3):
        await stage.says(ADA, "What is a reward model?", thread)
    await stage.presses(ADA, Action("lab.finish", ("1",)), place=thread)
    await stage.types(ADA, "/quiz rlhf")
    assert await stage.says(ADA, "It learns what raters prefer.", thread) is None
    assert "This lab is closed" in stage.chat.said(thread)[-1]
    lesson = course.get("prompting")
    assert lesson
    await stage.database.read(lambda records: check_quiz(records, 1, lesson))
