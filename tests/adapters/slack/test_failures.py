"""What goes wrong in Slack ends in a try that cannot double, a plainer message, or a sentence that says what to do."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.adapters.library import Library
from bot.adapters.slack.hearing import place_of
from bot.store.records import ledger
from tests.adapters.slack.stage import EchoTutor, Stage
from tests.contract.slack import SlackLearner
from tests.doubles.slack import specs


@pytest.fixture
async def stage(tmp_path: Path, library: Library) -> AsyncIterator[Stage]:
    stage = Stage(tmp_path, library, specs.require())
    await stage.start()
    yield stage
    await stage.stop()
    stage.double.assert_clean()


async def failed_digest(stage: Stage, ada: SlackLearner) -> str:
    """What the lead reads in /cohort status of the digest that failed."""
    await stage.quiet()
    await ada.types("/cohort status")
    return (await ada.sees("FAILED:")).text


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("is_archived", "archived. Unarchive it"),
        ("not_in_channel", "/invite @Lectern"),
        ("channel_not_found", "/invite @Lectern"),
        ("missing_scope", "lacks the permission"),
        ("token_revoked", "Reinstall the app"),
        ("restricted_action", "Ask an admin"),
    ],
)
async def test_a_digest_that_cannot_be_posted_tells_the_lead_what_to_do(stage: Stage, code: str, advice: str) -> None:
    ada = await stage.learner("Ada")
    stage.double.fail("chat.postMessage", kind=code, matching=lambda arguments: "metadata" in arguments)
    await ada.types("/cohort post")
    assert advice in await failed_digest(stage, ada)


@pytest.mark.parametrize(("when", "kind"), [("before", "429"), ("after", "500"), ("after", "drop"), ("after", "internal_error")])
async def test_a_digest_is_posted_once_whatever_became_of_the_answer(stage: Stage, when: str, kind: str) -> None:
    ada = await stage.learner("Ada")
    stage.double.fail("chat.postMessage", when=when, kind=kind, matching=lambda arguments: "metadata" in arguments)  # type: ignore[arg-type]
    await ada.types("/cohort post")
    await ada.sees("Lesson 2 of 4")
    asked = stage.double.calls_to("conversations.history")
    await stage.double.until(lambda: kind == "429" or len(stage.double.calls_to("conversations.history")) > len(asked) - 1)
    await stage.quiet()
    assert len([m for m in stage.channel.roots() if "Lesson 2 of 4" in m.words]) == 1
    assert len({str(c.arguments.get("metadata")) for c in stage.double.calls_to("chat.postMessage") if c.get("metadata")}) == 2


@pytest.mark.parametrize("code", ["invalid_blocks", "msg_blocks_too_long", "msg_too_long"])
async def test_a_rendering_that_is_refused_is_sent_plainer(stage: Stage, code: str) -> None:
    ada = await stage.learner("Ada")
    stage.double.fail("chat.postMessage", kind=code, times=2, matching=lambda arguments: "metadata" in arguments)
    await ada.types("/cohort post")
    digest = await ada.sees("Lesson 2 of 4")
    assert not digest.buttons  # text alone


async def test_a_private_answer_that_is_refused_is_sent_plainer(stage: Stage) -> None:
    ada = await stage.learner("Ada")
    stage.double.fail("chat.postEphemeral", kind="invalid_blocks", times=2)
    await ada.types("/lesson rlhf")
    assert (await ada.sees("section 1 of 8")).private


async def test_an_answer_that_slack_wants_later_is_given_later(stage: Stage) -> None:
    ada = await stage.learner("Ada")
    root = await stage.lab(ada)
    await ada.presses(await ada.sees("Just reply here", thread=root.ts), "Skip to the first question")
    await ada.sees("Hint", thread=root.ts)
    stage.double.fail("chat.postMessage", kind="429", retry_after=1)
    await ada.says("hint", root.ts)
    await ada.sees("Hint 1 of 3", thread=root.ts)
    await stage.quiet()
    assert sum("Hint 1 of 3" in message.words for message in stage.thread(root)) == 1


async def test_whoever_is_refused_since_too_much_waits_reads_so_and_may_send_it_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await stage.learner("Ada")
    root = await stage.lab(ada)
    monkeypatch.setattr(ledger, "MOST_IN_WORKSPACE", 0)
    await ada.says("What is a reward model?", root.ts)
    assert (await ada.sees("I have not kept that. Please send it again", thread=root.ts)).private
    before = len(stage.thread(root))
    monkeypatch.undo()
    await ada.says("What is a reward model?", root.ts)
    await stage.double.until(lambda: len(stage.thread(root)) >= before + 2, what="no answer")
    await stage.quiet()
    assert sum(bool(message.author.bot_id) for message in stage.thread(root)[before:]) == 1


async def test_a_persona_that_is_refused_leaves_the_message(stage: Stage) -> None:
    ada = await stage.learner("Ada")
    stage.double.installation.scopes.discard("chat:write.customize")
    await ada.types("/lab rlhf")
    assert "Just reply here" in (await ada.sees("Just reply here")).text


async def test_where_the_bot_is_not_a_lab_says_how_to_invite_it_and_opens_nothing(stage: Stage) -> None:
    ada = await stage.learner("Ada")
    elsewhere = stage.double.channel("elsewhere", members=[ada.person], bot=False)
    await ada.person.command("/lab rlhf", elsewhere)
    await ada.person.reads(elsewhere, "/invite @Lectern")
    hidden = stage.double.channel("hidden", "private", members=[ada.person], bot=False)
    await ada.person.command("/lab rlhf", hidden)
    await ada.person.reads(hidden, "/invite @Lectern")
    await stage.quiet()
    assert len(elsewhere.messages) == len(hidden.messages) == 0


async def test_where_the_bot_is_not_a_lesson_can_be_read_all_the_same(stage: Stage) -> None:
    ada = await stage.learner("Ada")
    elsewhere = stage.double.channel("elsewhere", members=[ada.person], bot=False)
    await ada.person.command("/lesson rlhf", elsewhere)
    lesson = await ada.person.reads(elsewhere, "section 1 of 8")
    assert lesson.only_for == ada.person.id


async def test_a_long_answer_is_whole_in_several_messages_and_comes_once(tmp_path: Path, library: Library) -> None:
    stage = Stage(tmp_path, library, specs.require(), EchoTutor(length=900))
    await stage.start()
    ada = await stage.learner("Ada")
    root = await stage.lab(ada)
    stage.double.fail("chat.update", when="after", kind="500")
    await ada.says("How?", root.ts)
    await ada.sees("What shaped this answer?", thread=root.ts)
    await stage.quiet()
    told = "\n".join(message.words for message in stage.thread(root))
    assert told.count("Long words follow.") >= 890  # some are cut across two paragraphs
    assert told.count("heard [How?]") == 1
    await stage.stop()
    stage.double.assert_clean()


async def test_where_many_are_answered_at_once_a_private_answer_comes_by_its_own_address(stage: Stage) -> None:
    ada = await stage.learner("Ada")
    assert stage.app.slack
    there = await stage.app.slack._workspaces.of(place_of(stage.double.team.id, stage.channel.id))
    there.calls.buckets.slow_down("chat.postEphemeral", 3_600)
    await ada.types("/lesson rlhf")
    lesson = await ada.person.reads(stage.channel, "section 1 of 8")
    assert (lesson.method, lesson.only_for) == ("response_url", ada.person.id)
    await ada.presses(await ada.sees("section 1 of 8"), "Next")
    await ada.sees("section 2 of 8")
