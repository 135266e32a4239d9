"""What shaped this answer: its owner sees it, privately, and may ask the same without the persona."""

from collections.abc import AsyncGenerator

import pytest

from bot.core.chat import Action, Answer, Place, Reply, Shown, para
from bot.core.curriculum import Curriculum
from bot.core.ports import Allowance, Draft, LabTurn, Shape, Source, Spent
from tests.conftest import ADA, GRACE, Build, Stage, button, text
from tests.core.learners import open_lab, without
from tests.core.test_lab_budgets import figures, sound

DIRECT = Place("fake", "w", "dm:ada", None, direct=True)
ASKED = "What does the KL penalty do?"
SPENT = Spent(2600, 22, counted=True)


class Shaped:
    """Says what a model would, and what it was made of."""

    banner = "A model answers."

    def __init__(self, passage: str = "kl", spent: Spent = SPENT) -> None:
        self.passage, self.spent = passage, spent
        self.heard: list[LabTurn] = []

    def cost(self, turn: LabTurn) -> int:
        return 3000

    async def answer(self, turn: LabTurn) -> AsyncGenerator[Draft]:
        self.heard.append(turn)
        shape = Shape("model", "small-one", "models.example", (Source("rlhf", self.passage),), 4, 350)
        said = "A leash, I guess." if turn.bare else "It keeps the model near its start."
        yield Draft((para(said),), done=True, spent=self.spent, shape=shape)


async def asked(stage: Stage) -> tuple[Place, Answer]:
    """Ask something, and what shaped the answer."""
    thread = await open_lab(stage)
    await stage.says(ADA, ASKED, thread)
    press = button(list(stage.chat.posts.values())[-1][1], "What shaped this answer?")
    return thread, await stage.presses(ADA, press, place=thread)


@pytest.fixture
def passage(course: Curriculum) -> str:
    lesson = course.get("rlhf")
    assert lesson
    return next(lesson.passages()).id


async def test_a_models_answer_shows_privately_what_it_was_made_of(build: Build, passage: str) -> None:
    _, answer = await asked(build(tutor=Shaped(passage)))
    assert isinstance(answer, Reply)
    assert answer.shown is Shown.PRIVATELY
    said = text(answer)
    assert "the model small-one at models.example, as Vera" in said
    assert "Its instructions begin: “You are Vera" in said
    assert "the last 4 messages of this lab" in said
    assert "350 tokens at most" in said
    assert "It took 2,600 tokens to read and 22 to write, counted by its server." in said
    assert "L3." in said
    assert len(said) < 1500


async def test_the_study_guides_answer_shows_which_passages_matched_and_why(build: Build) -> None:
    stage = build()
    _, answer = await asked(stage)
    said = text(answer)
    assert "the study guide, a search over the lessons" in said
    assert "Passages that matched your words, and why:" in said
    assert "words of your question: " in said or "words it has: " in said
    assert "penalty" in said
    assert "Ask without the persona" not in said
    assert "No language model gave that answer" in text(await stage.presses(ADA, Action("lab.bare", ("1", "2"))))


async def test_an_answer_without_passages_says_what_the_words_were_compared_with(build: Build) -> None:
    stage = build()
    thread = await open_lab(stage)
    await stage.says(ADA, "thanks", thread)
    answer = await stage.presses(ADA, button(list(stage.chat.posts.values())[-1][1], "What shaped this answer?"))
    assert "Passages: none." in text(answer)


async def test_the_whole_instructions_are_one_tap_away_and_back(build: Build, course: Curriculum, passage: str) -> None:
    stage = build(tutor=Shaped(passage))
    _, answer = await asked(stage)
    shown = await stage.presses(ADA, button(answer, "Read the instructions"))
    assert isinstance(shown, Reply)
    assert shown.shown is Shown.INSTEAD
    lesson = course.get("rlhf")
    assert lesson
    rows = course.persona_of(lesson).prompt.split("\n")
    assert all(row in text(shown) for row in rows)
    back = await stage.presses(ADA, button(shown, "Back"))
    assert text(back) == text(answer)


async def test_the_same_question_without_the_persona_is_answered_once_in_private_and_paid_for(build: Build, passage: str) -> None:
    tutor = Shaped(passage)
    stage = build(tutor=tutor)
    thread, answer = await asked(stage)
    bare = button(answer, "Ask without the persona")
    assert "direct message" in text(await stage.presses(ADA, bare, place=thread))
    (said,) = stage.chat.said(DIRECT)
    assert said.startswith(f"The same, without the persona\n\n> {ASKED}\n\nA leash, I guess.")
    assert [(turn.bare, turn.said, turn.turns) for turn in tutor.heard[1:]] == [(True, ASKED, ())]
    assert "asked that without the persona already" in text(await stage.presses(ADA, bare, place=thread))
    assert await figures(stage) == [(2, 2 * SPENT.tokens)]
    assert await sound(stage)
    assert len(stage.chat.said(thread)) == 2


async def test_in_the_middle_of_any_quiz_nothing_is_asked_without_the_persona(build: Build, passage: str) -> None:
    """A model alone would answer what the quiz asks; after the quiz the same press works."""
    tutor = Shaped(passage)
    stage = build(tutor=tutor)
    _, answer = await asked(stage)
    await stage.types(ADA, "/quiz prompting")
    refused = await stage.presses(ADA, button(answer, "Ask without the persona"))
    assert "in the middle of a quiz" in text(refused)
    assert not [turn for turn in tutor.heard if turn.bare]


async def test_where_the_budget_is_used_up_nothing_is_asked_without_the_persona(build: Build, passage: str) -> None:
    tutor = Shaped(passage)
    stage = build(tutor=tutor, allowance=Allowance(answers=1))
    _, answer = await asked(stage)
    await stage.presses(ADA, button(answer, "Ask without the persona"))
    assert "used up for today" in stage.chat.said(DIRECT)[0]
    assert len(tutor.heard) == 1


async def test_nobody_else_sees_what_shaped_an_answer_and_what_was_not_kept_is_said(build: Build, passage: str) -> None:
    stage = build(tutor=Shaped(passage))
    thread, _ = await asked(stage)
    for verb in ("lab.shaped", "lab.prompt", "lab.bare", "lab.back"):
        assert "given to Ada" in text(await stage.presses(GRACE, Action(verb, ("1", "2")), place=thread))
        assert "was not kept" in text(await stage.presses(ADA, Action(verb, ("1", "9")), place=thread))
        assert "no longer in the course" in text(await stage.presses(ADA, Action(verb, ("9", "2")), place=thread))
    assert stage.chat.said(DIRECT) == []


async def test_a_passage_that_has_left_the_course_is_not_listed(build: Build) -> None:
    _, answer = await asked(build(tutor=Shaped("gone")))
    assert "Passages it cited: none." in text(answer)


async def test_a_lesson_that_has_left_the_course_is_not_asked_about(build: Build, course: Curriculum, passage: str) -> None:
    stage = build(tutor=Shaped(passage))
    _, answer = await asked(stage)
    await stage.database.write(lambda records: records.enqueue("k", "bare", "bare:1", {"lab": 1, "turn": 2}, stage.clock.now()))
    await stage.database.close()
    again = build(course=without(course, "rlhf"), tutor=Shaped(passage), chat=stage.chat)
    await again.deliveries.settle()
    assert again.chat.said(DIRECT) == []
    assert isinstance(answer, Reply)
