"""Home, welcome, offers, shortcuts and direct conversations."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.adapters.library import Library
from bot.adapters.slack import answers
from tests.adapters.slack.stage import EchoTutor, HangingTutor, Stage
from tests.doubles.slack import specs
from tests.doubles.slack.reading import words


@pytest.fixture
async def stage(tmp_path: Path, library: Library) -> AsyncIterator[Stage]:
    stage = Stage(tmp_path, library, specs.require(), EchoTutor())
    await stage.start()
    yield stage
    await stage.stop()
    stage.double.assert_clean()


async def test_the_home_tab_shows_where_one_stands_and_leads_their_cohort(stage: Stage) -> None:
    ada, grace = await stage.learner("Ada"), await stage.learner("Grace")
    for learner in (ada, grace):
        await learner.person.opens_home()
        await stage.quiet()
    shown, others = words(ada.person.home.blocks), words(grace.person.home.blocks)
    assert "Where you stand" in shown
    assert "Demo cohort" in shown
    assert "Where you stand" in others
    assert "Demo cohort" not in others


async def test_the_home_tab_has_a_way_back_into_each_open_lab(stage: Stage) -> None:
    ada = await stage.learner("Ada")
    one = await stage.lab(ada)
    await ada.types("/lab prompting private")
    await ada.sees("prompt", "Just reply here")
    await stage.quiet()
    await ada.person.opens_home()
    await stage.quiet()
    assert "Your open labs" in words(ada.person.home.blocks)
    await ada.person.clicks(ada.person.home, "Go on: RLHF: learning from comparisons")
    way = await ada.person.reads(ada.person.dm, "Here it is")
    assert one.ts.replace(".", "") in way.text


async def test_a_button_of_the_home_tab_answers_in_messages(stage: Stage) -> None:
    ada = await stage.learner("Ada")
    await ada.person.opens_home()
    await stage.quiet()
    await ada.person.clicks(ada.person.home, "Read the lesson")
    lesson = await ada.person.reads(ada.person.dm, "section 1 of 8")
    assert not lesson.only_for
    await ada.person.clicks(ada.person.home, "Set the calendar")
    view = await ada.person.sees_view()
    await ada.person.submits(view, {"field:zone": "Europe/Berlin"})
    await ada.person.reads(ada.person.dm, "Is this right?")


async def test_a_form_sent_with_something_wrong_stays_open_with_the_reason(stage: Stage) -> None:
    ada = await stage.learner("Ada")
    await ada.types("/cohort schedule")
    view = await ada.person.sees_view()
    await ada.person.submits(view, {"field:zone": "Atlantis/Capital"})
    assert any("Atlantis" in told for told in view.errors.values())
    await ada.person.submits(view, {"field:zone": "Europe/Berlin"})
    assert (await ada.sees("Is this right?")).private


async def test_the_channel_it_is_invited_to_is_welcomed_once_and_becomes_a_home_by_a_button(stage: Stage) -> None:
    ada = await stage.learner("Ada")
    other = stage.double.channel("other", members=[ada.person], bot=False)
    stage.double.invite(other, ada.person)
    welcome = await ada.person.reads(other, "Hello, I am Lectern")
    invited = next(d for d in stage.double.courier.sent if d.name == "member_joined_channel")
    await stage.double.courier.again(invited)
    await ada.person.clicks(welcome, "What can you do?")
    assert (await ada.person.reads(other, "What I can do")).only_for
    await ada.person.clicks(welcome, "Create a cohort here")
    view = await ada.person.sees_view("Create a cohort")
    await ada.person.submits(view, {"field:name": "Second cohort"})
    await ada.person.reads(other, "Second cohort")
    await stage.quiet()
    assert sum("Hello, I am Lectern" in message.words for message in other.roots()) == 1


async def test_who_comes_into_a_cohorts_home_is_asked_privately_and_once(stage: Stage) -> None:
    await stage.learner("Ada")
    grace = stage.double.user("Grace")
    await grace.joins(stage.channel)
    offer = await grace.reads(stage.channel, "Would you like to take it, too?")
    assert offer.only_for == grace.id
    await grace.leaves(stage.channel)
    await grace.joins(stage.channel)
    await stage.quiet()
    assert sum("Would you like" in message.words for message in grace.sees(stage.channel)) == 1
    await grace.clicks(offer, "Join")
    await grace.reads(stage.channel, "Welcome to")


async def test_ask_this_lab_makes_a_turn_of_a_message_and_elsewhere_explains_itself(stage: Stage) -> None:
    ada = await stage.learner("Ada")
    grace = await stage.learner("Grace")
    root = await stage.lab(ada)
    remark = await grace.person.says("What of <the> cost & gain?", stage.channel, root)
    await ada.person.shortcut("ask_lab", remark)
    await ada.sees("heard [What of <the> cost & gain?]", thread=root.ts)
    lost = await grace.person.says("Just talking", stage.channel)
    await ada.person.shortcut("ask_lab", lost)
    assert (await ada.sees("works on a message inside one of your labs")).private


async def test_a_direct_conversation_takes_words_and_shows_the_picture_there(stage: Stage) -> None:
    ada = await stage.learner("Ada")
    await ada.person.opens_dm()
    await ada.person.says("progress", ada.person.dm)
    answer = await ada.person.reads(ada.person.dm, "Where you stand")
    assert [block["type"] for block in answer.blocks].count("image") == 1
    await ada.types("/progress")
    private = await ada.person.reads(stage.channel, "Where you stand")
    assert "image" not in [block["type"] for block in private.blocks]
    assert "not begun" in private.words
    await stage.quiet()
    assert len(stage.double.agents.prompts[ada.person.dm.id, ""].prompts) == 4


@pytest.mark.parametrize(("refusals", "pictured"), [(2, True), (9, False)])
async def test_a_picture_slack_is_still_processing_is_waited_for_and_then_its_words_are_shown(
    stage: Stage, refusals: int, pictured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "PROCESSED", (0.0, 0.0, 0.0))
    ada = await stage.learner("Ada")
    stage.double.files.unready = refusals
    await ada.person.says("progress", ada.person.dm)
    answer = await ada.person.reads(ada.person.dm, "Where you stand")
    assert ("image" in [block["type"] for block in answer.blocks]) is pictured
    assert pictured or "not begun" in answer.words
    assert len([m for m in ada.person.sees(ada.person.dm) if "Where you stand" in m.words]) == 1


async def test_a_private_lab_is_held_in_the_direct_conversation(stage: Stage) -> None:
    ada = await stage.learner("Ada")
    await ada.types("/lab rlhf private")
    opening = await ada.sees("Just reply here")
    root = ada.person.dm.messages[opening.thread or ""]
    await ada.person.says("Quietly", ada.person.dm, root)
    await ada.sees("heard [Quietly]", thread=root.ts)
    assert not [m for m in stage.channel.roots() if "Lab:" in m.words]


async def test_the_way_back_into_an_open_lab_is_a_link_only_its_owner_sees(stage: Stage) -> None:
    ada = await stage.learner("Ada")
    root = await stage.lab(ada)
    await ada.types("/lab rlhf")
    await stage.quiet()
    offer = next(seen for seen in reversed(await ada.all_seen()) if seen.private and seen.buttons)
    await ada.presses(offer, offer.buttons[0])
    way = await ada.sees("Here it is")
    assert way.private
    assert root.ts.replace(".", "") in way.text


async def test_others_named_in_a_message_are_names_to_the_tutor(stage: Stage) -> None:
    ada, grace = await stage.learner("Ada"), await stage.learner("Grace")
    root = await stage.lab(ada)
    await ada.says(f"Ask {grace.person.mention}", root.ts)
    await ada.sees("heard [Ask @Grace]", thread=root.ts)


async def test_a_sign_is_shown_in_the_thread_while_the_tutor_thinks(tmp_path: Path, library: Library) -> None:
    tutor = HangingTutor()
    stage = Stage(tmp_path, library, specs.require(), tutor)
    await stage.start()
    ada = await stage.learner("Ada")
    root = await stage.lab(ada)
    await ada.says("How?", root.ts)
    await stage.double.until(lambda: ada.person.status(root))
    tutor.go.set()
    await ada.sees("You said: How?", thread=root.ts)
    assert ada.person.status(root) == ""
    await stage.stop()
    stage.double.assert_clean()
