"""Somebody else in a lab's thread: told apart, answered, and taught nothing at the owner's cost."""

from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest

from bot.adapters.tutor.study_guide import StudyGuide
from bot.core.chat import Action, Answer, Place, Reply, Shown
from bot.core.curriculum import Curriculum
from bot.core.labs.access import GUEST_TURNS
from bot.core.ports import Allowance, Draft, LabTurn, Shape
from bot.core.privacy import FORGET
from tests.conftest import ADA, GRACE, Build, Stage, button, text
from tests.core.learners import open_lab
from tests.core.test_lab_budgets import Costly, figures
from tests.core.test_lab_stops import Breaking
from tests.core.test_lab_work import lab_of
from tests.fakes import ScriptedTutor

HEADING = "To Grace, who asks in Ada's lab:"
QUESTION = "How does a ranking of answers become a number?"
ATTEMPT = "I think raters prefer what sounds confident, so the score learns that."


def private(answer: Answer, *words: str) -> None:
    assert isinstance(answer, Reply)
    assert answer.shown is Shown.PRIVATELY
    assert all(word in text(answer) for word in words)


async def with_question(stage: Stage) -> Place:
    thread = await open_lab(stage)
    await stage.presses(ADA, Action("lab.next", ("1",)), place=thread)
    return thread


async def test_a_guest_is_answered_by_name_and_the_owners_lab_stays_where_it_was(build: Build) -> None:
    tutor = ScriptedTutor("That is in section two.")
    stage = build(tutor=tutor)
    thread = await with_question(stage)
    before = await lab_of(stage)
    assert await stage.says(GRACE, ATTEMPT, thread) is None
    assert stage.chat.said(thread)[-1].startswith(f"{HEADING}\n\nThat is in section two.")
    after = await lab_of(stage)
    assert (after.progress, after.turns) == (before.progress, 0)
    await stage.says(ADA, ATTEMPT, thread)
    assert not stage.chat.said(thread)[-1].startswith("To ")
    assert (await lab_of(stage)).progress.attempts == 1


async def test_a_tutor_is_told_who_spoke_in_the_order_they_came(build: Build) -> None:
    tutor = ScriptedTutor("I hear you.")
    stage = build(tutor=tutor)
    thread = await open_lab(stage)
    for person, said in ((GRACE, "One"), (ADA, "Two"), (GRACE, "Three")):
        await stage.says(person, said, thread)
    heard = tutor.heard[-1]
    assert heard.voice == 1
    assert [(turn.voice, turn.text) for turn in heard.turns if turn.who] == [(1, "One"), (0, "Two")]
    assert [turn.voice for turn in tutor.heard] == [1, 0, 1]


async def test_the_study_guide_looks_up_a_guests_question_and_takes_nothing_for_an_answer(
    build: Build, course: Curriculum
) -> None:
    stage = build(tutor=StudyGuide(course))
    thread = await with_question(stage)
    asked = (await lab_of(stage)).progress.question
    await stage.says(GRACE, QUESTION, thread)
    quoted = stage.chat.said(thread)[-1]
    assert quoted.startswith(HEADING)
    assert "L3." in quoted
    await stage.says(GRACE, ATTEMPT, thread)
    assert "The questions here are for whoever opened this lab." in stage.chat.said(thread)[-1]
    await stage.says(GRACE, "thanks", thread)
    assert "I keep the questions here for whoever opened this lab." in stage.chat.said(thread)[-1]
    assert (await lab_of(stage)).progress.question == asked
    await stage.says(ADA, ATTEMPT, thread)
    assert (await lab_of(stage)).progress.attempts == 1


async def test_each_pays_for_their_own_answers(build: Build) -> None:
    stage = build(tutor=Costly(), allowance=Allowance(answers=1))
    thread = await open_lab(stage)
    await stage.says(GRACE, "How?", thread)
    await stage.says(GRACE, "And why?", thread)
    assert "Your share of the language model is used up for today" in stage.chat.said(thread)[-1]
    await stage.says(ADA, "How?", thread)
    assert stage.chat.said(thread)[-1].startswith("That is how it is.")
    assert await figures(stage) == [(2, 2000)]


async def test_a_private_lab_takes_in_nobody_elses_words(build: Build) -> None:
    tutor = ScriptedTutor("I hear you.")
    stage = build(tutor=tutor)
    await stage.types(ADA, "/lab rlhf private")
    thread = (await lab_of(stage)).thread
    assert thread
    private(await stage.says(GRACE, QUESTION, thread), "This is Ada's lab, and it is private.")
    assert not tutor.heard


async def test_whoever_is_in_the_lessons_quiz_gets_no_help_in_somebody_elses_lab(build: Build) -> None:
    tutor = ScriptedTutor("I hear you.")
    stage = build(tutor=tutor)
    thread = await open_lab(stage)
    await stage.types(GRACE, "/quiz rlhf")
    private(await stage.says(GRACE, QUESTION, thread), "its lab would give answers away")
    await stage.types(ADA, "/quiz rlhf")
    private(await stage.says(ADA, QUESTION, thread), "its lab would give answers away")
    assert not tutor.heard


async def test_while_its_owner_is_in_the_quiz_a_lab_answers_no_guest_and_does_not_say_why(build: Build) -> None:
    tutor = ScriptedTutor("I hear you.")
    stage = build(tutor=tutor)
    thread = await open_lab(stage)
    await stage.types(ADA, "/quiz rlhf")
    answer = await stage.says(GRACE, QUESTION, thread)
    private(answer, "Ada's lab rests for the moment. Open your own with /lab rlhf.")
    assert "quiz" not in text(answer)
    assert not tutor.heard


async def test_a_guests_open_quiz_in_another_lesson_is_guarded_as_the_owners_is(build: Build) -> None:
    tutor = ScriptedTutor("I hear you.")
    stage = build(tutor=tutor)
    thread = await open_lab(stage)
    await stage.types(GRACE, "/quiz prompting")
    await stage.says(GRACE, QUESTION, thread)
    await stage.says(ADA, QUESTION, thread)
    assert [len(heard.guarded) for heard in tutor.heard] == [5, 0]


async def test_the_exit_question_is_nobody_elses(build: Build) -> None:
    stage = build(tutor=ScriptedTutor("I hear you."))
    thread = await open_lab(stage)
    for _ in range(3):
        await stage.says(ADA, ATTEMPT, thread)
    await stage.presses(ADA, Action("lab.finish", ("1",)), place=thread)
    private(await stage.says(GRACE, "I would say the raters.", thread), "nothing is answered there any more")
    assert (await lab_of(stage)).stage == "exit"


async def test_one_lab_answers_only_so_many_guests_messages(build: Build) -> None:
    tutor = ScriptedTutor("I hear you.")
    stage = build(tutor=tutor)
    thread = await open_lab(stage)
    for number in range(GUEST_TURNS):
        await stage.says(GRACE, f"How, {number}?", thread)
    private(await stage.says(GRACE, "And now?", thread), "it has answered as many guests as it can")
    assert len(tutor.heard) == GUEST_TURNS
    assert await stage.says(ADA, QUESTION, thread) is None


async def test_a_guest_continues_and_looks_into_their_own_answers_and_no_others(build: Build) -> None:
    stage = build(tutor=Breaking())
    thread = await open_lab(stage)
    await stage.says(GRACE, QUESTION, thread)
    shaped, on = Action("lab.shaped", ("1", "2")), Action("lab.continue", ("1", "2"))
    private(await stage.presses(ADA, shaped, place=thread), "That answer was given to Grace")
    private(await stage.presses(GRACE, shaped, place=thread), "was not kept")
    assert await stage.presses(GRACE, on, place=thread) is None
    assert "What would raise it?" in stage.chat.said(thread)[-1]


@pytest.mark.parametrize("forgotten", [ADA, GRACE])
async def test_a_guests_words_are_handed_over_and_forgotten_with_the_guest(build: Build, forgotten: object) -> None:
    stage = build(tutor=ScriptedTutor("You said parrot."))
    thread = await open_lab(stage)
    await stage.says(GRACE, "A parrot?", thread)
    await stage.says(ADA, "A ferret?", thread)
    told = await stage.database.read(lambda records: [records.everything_about(records.known(one) or 0) for one in (ADA, GRACE)])
    assert "A parrot?" not in str(told[0])
    assert [turn["text"] for turn in told[1]["said in labs of others"]] == ["A parrot?"]
    assert "A ferret?" not in str(told[1])
    await stage.presses(GRACE if forgotten is GRACE else ADA, FORGET)
    left = await stage.database.read(lambda records: [(turn.text, turn.reply) for turn in records.turns(1, 20)])
    if forgotten is GRACE:
        assert ("A parrot?", "") not in left
        assert ("You said parrot.", "2") not in left
        assert ("A ferret?", "") in left
    else:
        assert left == [("A parrot?", "")]


async def test_after_three_replies_withheld_the_lessons_answer_that_person_alone(build: Build) -> None:
    class Failing(ScriptedTutor):
        async def answer(self, turn: LabTurn) -> AsyncGenerator[Draft]:
            async for draft in super().answer(turn):
                yield draft if turn.instead else replace(draft, shape=Shape(failed=("quiz",)))

    tutor = Failing("Here is what the lessons say.")
    stage = build(tutor=tutor)
    thread = await open_lab(stage)
    for _ in range(4):
        await stage.says(ADA, QUESTION, thread)
    await stage.says(GRACE, QUESTION, thread)
    assert [bool(heard.instead) for heard in tutor.heard] == [False, False, False, True, False]
    shown = await stage.presses(ADA, Action("lab.shaped", ("1", "2")), place=thread)
    assert "did not pass the checks that every answer goes through" in text(shown)


async def test_a_button_of_an_earlier_question_is_answered_with_what_to_do(stage: Stage) -> None:
    thread = await open_lab(stage)
    opening = stage.chat.posts["2"][1]
    await stage.presses(ADA, button(opening, "Skip to the first question"), place=thread)
    first = stage.chat.posts["3"][1]
    await stage.presses(ADA, button(first, "Next question"), place=thread)
    for stale in (button(first, "Hint"), button(first, "Next question"), button(opening, "Skip to the first question")):
        private(await stage.presses(ADA, stale, place=thread), "That button belongs to another question.")
    assert await stage.presses(ADA, button(stage.chat.posts["4"][1], "Hint"), place=thread) is None
    assert "Hint 1 of 3" in stage.chat.said(thread)[-1]
