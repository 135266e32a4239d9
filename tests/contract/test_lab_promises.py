"""What every platform promises in a lab beyond an answer: stopping, going on, calculating, and several people in one thread."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from bot.core.chat import para
from bot.core.ports import Draft, LabTurn
from tests.contract.platform import Platform
from tests.contract.test_promises import PERSONA, lab_of

BEGUN = "A reward model predicts what a rater would pick, and it never reads a fact"
REST = "so whatever raters like by mistake is learned with the rest."


class Halting:
    """Begins each reply and never ends it, until it is asked for the rest. Knows whether one was closed, and what it heard."""

    banner = "A tutor that has to be stopped."

    def __init__(self) -> None:
        self.closed = asyncio.Event()
        self.heard: list[LabTurn] = []

    def cost(self, turn: LabTurn) -> int:
        return 0

    async def answer(self, turn: LabTurn) -> AsyncGenerator[Draft]:
        self.heard.append(turn)
        if turn.begun:
            yield Draft((para(REST),), done=True)
            return
        try:
            yield Draft((para(BEGUN),), done=False)
            await asyncio.Event().wait()
        finally:
            self.closed.set()


@pytest.fixture
def tutor() -> Halting:
    return Halting()


@pytest.mark.parametrize("typed", [False, True])
async def test_a_reply_is_stopped_for_good_and_goes_on_when_it_is_asked_to(
    platform: Platform, tutor: Halting, *, typed: bool
) -> None:
    ada = await platform.learner("Ada")
    root, _ = await lab_of(ada)
    await ada.says("What is a score?", root.id)
    begun = await ada.sees(BEGUN, by=PERSONA, thread=root.id)
    assert begun.buttons == ("Stop",)
    await (ada.says("stop", root.id) if typed else ada.presses(begun, "Stop"))
    stopped = await ada.sees(BEGUN, "you stopped the reply here", by=PERSONA, thread=root.id)
    assert tutor.closed.is_set()
    assert stopped.id == begun.id
    assert stopped.buttons[0] == "Continue"
    assert "Stop" not in stopped.buttons
    await platform.quiet()
    await (ada.says("continue", root.id) if typed else ada.presses(stopped, "Continue"))
    await ada.sees(REST, by=PERSONA, thread=root.id)
    assert tutor.heard[-1].begun == BEGUN
    await ada.presses(stopped, "Continue")
    assert (await ada.sees("That reply has gone on already")).private


async def test_nobody_else_stops_a_reply(platform: Platform, tutor: Halting) -> None:
    ada, grace = await platform.learner("Ada"), await platform.learner("Grace")
    root, _ = await lab_of(ada)
    await ada.says("What is a score?", root.id)
    begun = await grace.sees(BEGUN, by=PERSONA, thread=root.id)
    await grace.presses(begun, "Stop")
    assert (await grace.sees("This is Ada's lab, and only Ada can do that.")).private
    assert not tutor.closed.is_set()
    await ada.presses(begun, "Stop")
    await ada.sees(BEGUN, "you stopped the reply here", thread=root.id)


async def test_a_guest_stops_what_is_said_to_them_and_a_tutor_knows_who_spoke(platform: Platform, tutor: Halting) -> None:
    ada, grace = await platform.learner("Ada"), await platform.learner("Grace")
    root, _ = await lab_of(ada)
    await grace.says("What is a score?", root.id)
    begun = await grace.sees("To Grace, who asks in Ada's lab:", BEGUN, by=PERSONA, thread=root.id)
    await grace.presses(begun, "Stop")
    await grace.sees(BEGUN, "you stopped the reply here", thread=root.id)
    await ada.says("And to me?", root.id)
    await ada.sees(BEGUN, by=PERSONA, thread=root.id, gone="To Grace")
    heard = tutor.heard[-1]
    assert (heard.voice, [(turn.voice, turn.text) for turn in heard.turns if turn.who]) == (0, [(1, "What is a score?")])
    await ada.says("stop", root.id)
    await platform.quiet()


@pytest.mark.parametrize("typed", [False, True])
async def test_a_calculator_is_a_form_and_its_result_is_said_in_the_lab(platform: Platform, *, typed: bool) -> None:
    ada = await platform.learner("Ada")
    root, opening = await lab_of(ada)
    await (ada.says("calculator", root.id) if typed else ada.presses(opening, "Calculator"))
    picker = await ada.sees("What would you like to calculate?")
    assert picker.private
    assert picker.buttons == ("Bradley-Terry", "Best of n")
    await ada.fills(picker, "Bradley-Terry", a="1.2", b="0,2")
    result = await ada.sees("A is preferred with probability 0.7311", by=PERSONA, thread=root.id)
    assert not result.private
    assert "Calculator" in result.buttons
