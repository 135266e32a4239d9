"""A language model costs no more than it may; what is left is said in time, and without any the lessons answer."""

from collections.abc import AsyncGenerator

import pytest

from bot.core.chat import Action, Place, para
from bot.core.plain import plain_line
from bot.core.ports import Allowance, Draft, LabTurn, NotSent, Spent
from tests.conftest import ADA, Build, Stage
from tests.core.learners import open_lab
from tests.core.test_lab_work import hears
from tests.fakes import FakeChat, FakeClock


class Costly:
    """Answers for a price; says why it may not, where it may not."""

    banner = "A tutor that costs something."

    def __init__(self, spent: Spent | None = Spent(900, 100, counted=True)) -> None:  # noqa: B008 - frozen
        self.spent = spent
        self.heard: list[LabTurn] = []

    def cost(self, turn: LabTurn) -> int:
        return 2000

    async def answer(self, turn: LabTurn) -> AsyncGenerator[Draft]:
        self.heard.append(turn)
        if turn.instead:
            yield Draft((para(plain_line(turn.instead)),), done=True)
        else:
            yield Draft((para("That is how it is."),), done=True, spent=self.spent)


async def figures(stage: Stage) -> list[tuple[int, int]]:
    found = await stage.database.read(lambda records: records.costs(None, stage.clock.now().replace(year=2000)))
    return [(cost.answers, cost.prompt + cost.completion) for cost in found]


async def sound(stage: Stage) -> bool:
    return not await stage.database.read(
        lambda records: [b for b in records.broken(stage.clock.now()) if b.name.startswith("I10")]
    )


async def last(stage: Stage, thread: Place) -> str:
    return stage.chat.said(thread)[-1]


async def test_what_an_answer_took_is_kept_and_enough_is_no_news(build: Build) -> None:
    stage = build(tutor=Costly())
    thread = await open_lab(stage)
    await stage.says(ADA, "How?", thread)
    assert (await last(stage, thread)).startswith("That is how it is.\n\n[Next question]")
    assert await figures(stage) == [(1, 1000)]
    assert await sound(stage)


async def test_the_last_answers_of_a_day_are_counted_down_and_then_the_lessons_answer(build: Build) -> None:
    stage = build(tutor=Costly(), allowance=Allowance(answers=3))
    thread = await open_lab(stage)
    said = []
    for _ in range(4):
        await stage.says(ADA, "How?", thread)
        said.append(await last(stage, thread))
    assert "2 more answers from the language model today; after that I go on from the lessons." in said[0]
    assert "1 more answer from the language model today" in said[1]
    assert "That was your last answer from the language model today." in said[2]
    assert "used up for today; I'm answering from the lessons until Tuesday 24 November 2026, 00:00 (UTC)." in said[3]
    assert await figures(stage) == [(3, 3000)]
    stage.clock.pass_(days=1)
    await stage.says(ADA, "How?", thread)
    assert (await last(stage, thread)).startswith("That is how it is.")


async def test_a_workspace_that_has_used_up_its_month_is_answered_from_the_lessons(build: Build) -> None:
    stage = build(tutor=Costly(), allowance=Allowance(month=2500))
    thread = await open_lab(stage)
    await stage.says(ADA, "How?", thread)
    await stage.says(ADA, "How?", thread)
    assert "I'm answering from the lessons until Tuesday 1 December 2026, 00:00 (UTC)." in await last(stage, thread)


async def test_a_reply_that_is_tried_again_is_paid_for_once(build: Build) -> None:
    chat, clock = FakeChat(), FakeClock()
    stage = build(tutor=Costly(), chat=chat, clock=clock)
    thread = await open_lab(stage)
    chat.failures = [NotSent("busy", 30.0)]
    await stage.says(ADA, "How?", thread)
    assert await figures(stage) == []
    assert await sound(stage)
    clock.pass_(seconds=31)
    await stage.deliveries.settle()
    assert await figures(stage) == [(1, 1000)]
    assert await sound(stage)


async def test_a_lab_closed_before_its_reply_owes_nothing_that_is_not_settled(build: Build) -> None:
    chat, clock = FakeChat(), FakeClock()
    stage = build(tutor=Costly(), chat=chat, clock=clock)
    thread = await open_lab(stage)
    chat.failures = [NotSent("busy", 30.0)]
    await stage.says(ADA, "How?", thread)
    await stage.presses(ADA, Action("lab.new", ("rlhf",)))
    clock.pass_(seconds=31)
    await stage.deliveries.settle()
    assert await sound(stage)
    assert await figures(stage) == [(1, 2000)]


@pytest.mark.parametrize(("spent", "kept"), [(None, [(1, 2000)]), (Spent(), [])])
async def test_what_nobody_counted_costs_what_was_reserved_and_what_was_not_asked_nothing(
    build: Build, spent: Spent | None, kept: list[tuple[int, int]]
) -> None:
    stage = build(tutor=Costly(spent))
    thread = await open_lab(stage)
    await stage.says(ADA, "How?", thread)
    assert await figures(stage) == kept


async def test_a_crash_between_reserving_and_settling_reserves_nothing_twice(build: Build) -> None:
    stage = build(tutor=Costly())
    thread = await open_lab(stage)
    await hears(stage, thread, "How?")
    await stage.deliveries.take()
    await stage.deliveries.stop(patience=0)
    await stage.database.close()
    again = build(tutor=Costly(), chat=stage.chat, clock=stage.clock)
    await again.database.write(lambda records: records.heal(again.clock.now(), alone=True))
    await again.deliveries.settle()
    assert await figures(again) == [(1, 1000)]
    assert await sound(again)
