"""Whatever a lead or a member can type about a cohort is a button, too."""

import pytest

from bot.core.chat import Action, Answer, Buttons, Form, Place
from tests.conftest import ADA, GRACE, Stage, button, parts, text

from .test_cohorts import found, home, kept, submit

AWAY = Place("fake", "w", "ada", None, True)


def labels(answer: Answer) -> list[str]:
    return [one.label for part in parts(answer) if isinstance(part, Buttons) for one in part.buttons]


async def test_a_cohort_is_founded_by_a_button_and_a_name(stage: Stage) -> None:
    nothing = await stage.types(ADA, "/cohort status")
    form = await stage.presses(ADA, button(nothing, "Start one here"))
    assert isinstance(form, Form)
    answer = await submit(stage, ADA, form.action, {"name": ("Support team, winter",)})
    assert "This channel now takes the course" in text(answer)
    there = await home(stage)
    assert there
    assert there.name == "Support team, winter"


async def test_a_cohort_needs_a_channel(stage: Stage) -> None:
    answer = await stage.presses(ADA, Action("cohort.found"), place=AWAY)
    assert "A cohort lives in a channel" in text(answer)


async def test_a_lead_sees_every_way_to_steer(stage: Stage) -> None:
    await found(stage)
    seen = labels(await stage.types(ADA, "/cohort status"))
    steering = ["Change the calendar", "Post the next lesson now", "Skip the next date", "Pause", "Report", "Share the lead"]
    assert seen == [*steering, "Leave"]


async def test_the_buttons_do_what_the_commands_do(stage: Stage) -> None:
    await found(stage)
    status = await stage.types(ADA, "/cohort status")
    assert "Paused. No digest goes out" in text(await stage.presses(ADA, button(status, "Pause")))
    paused = await stage.types(ADA, "/cohort status")
    assert "Skip the next date" not in labels(paused)
    assert "gets its digests" in text(await stage.presses(ADA, button(paused, "Resume")))
    assert "The lesson moves to the next date." in text(await stage.presses(ADA, button(status, "Skip the next date")))
    assert "Posting “What fine-tuning changes” now." in text(await stage.presses(ADA, button(status, "Post the next lesson now")))


async def test_they_do_it_for_their_cohort_wherever_they_are_pressed(stage: Stage) -> None:
    await found(stage)
    await stage.presses(ADA, Action("cohort.pause", ("1",)), place=AWAY)
    schedule = await kept(stage)
    assert schedule
    assert schedule.paused


async def test_the_lead_is_shared_by_a_name(stage: Stage) -> None:
    await found(stage)
    await stage.types(GRACE, "/cohort join")
    form = await stage.presses(ADA, button(await stage.types(ADA, "/cohort status"), "Share the lead"))
    assert isinstance(form, Form)
    assert "Grace is a lead now, too." in text(await submit(stage, ADA, form.action, {"name": ("Grace",)}))
    assert "Share the lead" in labels(await stage.types(GRACE, "/cohort status"))


async def test_a_member_leaves_by_a_button(stage: Stage) -> None:
    await found(stage)
    await stage.types(GRACE, "/cohort join")
    answer = await stage.presses(GRACE, button(await stage.types(GRACE, "/cohort status"), "Leave"))
    assert "You have left “Team”." in text(answer)


@pytest.mark.parametrize("verb", ["pause", "resume", "skip", "post", "share"])
async def test_only_leads_do(stage: Stage, verb: str) -> None:
    await found(stage)
    before = await kept(stage)
    assert "Only the cohort's leads" in text(await stage.presses(GRACE, Action(f"cohort.{verb}", ("1",))))
    assert await kept(stage) == before


async def test_a_forged_form_shares_nothing(stage: Stage) -> None:
    await found(stage)
    await stage.types(GRACE, "/cohort join")
    answer = await submit(stage, GRACE, Action("cohort.shared", ("1",)), {"name": ("Grace",)})
    assert "Only the cohort's leads" in text(answer)
