"""Whoever leads is told directly what has failed for good, what to do, and once."""

import pytest

from bot.core.chat import Action, Place
from bot.core.ports import Undeliverable
from tests.conftest import ADA, GRACE, Stage

ARCHIVED = "That channel is archived. Unarchive it."


def told(stage: Stage, person: str) -> list[str]:
    return stage.chat.said(Place("fake", "w", f"dm:{person}", None, True))


@pytest.fixture
async def led(stage: Stage) -> Stage:
    await stage.types(ADA, "/cohort create Team")
    await stage.types(GRACE, "/cohort join")
    await stage.types(ADA, "/cohort lead Grace")
    return stage


async def test_every_lead_is_told_directly_that_a_digest_failed_and_can_post_it_from_there(led: Stage) -> None:
    led.chat.failures = [Undeliverable(ARCHIVED)]
    await led.types(ADA, "/cohort post")
    for person in ("ada", "grace"):
        (notice,) = told(led, person)
        assert ARCHIVED in notice
        assert "“What fine-tuning changes” did not reach the channel of “Team”" in notice
    await led.presses(ADA, Action("cohort.retry", ("1", "fine-tuning")), place=Place("fake", "w", "dm:ada", None, True))
    assert any("What fine-tuning changes" in said for said in led.chat.said(Place("fake", "w", "general")))


async def test_a_channel_that_stays_shut_makes_one_notice_until_a_digest_has_gone_out(led: Stage) -> None:
    for topic, shut in (("fine-tuning", True), ("rlhf", True), ("prompting", False), ("decision", True)):
        led.clock.pass_(days=1)
        led.chat.failures = [Undeliverable(ARCHIVED)] if shut else []
        await led.types(ADA, f"/cohort post {topic}")
    assert len(told(led, "ada")) == 2


async def test_a_lead_who_cannot_be_written_to_holds_up_nobody(led: Stage) -> None:
    led.chat.failures = [Undeliverable(ARCHIVED), Undeliverable("No direct messages.")]
    await led.types(ADA, "/cohort post")
    assert sorted(len(told(led, person)) for person in ("ada", "grace")) == [0, 1]
