"""What becomes of a channel in Slack, and what becomes of its cohort and its labs."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.adapters.library import Library
from tests.adapters.slack.stage import EchoTutor, Stage
from tests.doubles.slack import specs
from tests.doubles.slack.world import Kind


@pytest.fixture
async def stage(tmp_path: Path, library: Library) -> AsyncIterator[Stage]:
    stage = Stage(tmp_path, library, specs.require(), EchoTutor())
    await stage.start()
    yield stage
    await stage.stop()
    stage.double.assert_clean()


async def test_a_cohort_and_its_labs_follow_their_channel_to_its_new_id(stage: Stage) -> None:
    ada = await stage.learner("Ada")
    root = await stage.lab(ada)
    stage.double.change_id(stage.channel)
    await stage.quiet()
    await ada.says("Still there?", root.ts)
    await ada.sees("heard [Still there?]", thread=root.ts, by=root.username)
    await ada.types("/cohort post")
    await ada.sees("Lesson 2 of 4")
    await ada.types("/cohort status")
    await ada.sees("Demo cohort", "posted")


async def test_another_name_for_a_channel_changes_nothing(stage: Stage) -> None:
    ada = await stage.learner("Ada")
    root = await stage.lab(ada)
    stage.double.rename(stage.channel, "renamed")
    await stage.quiet()
    await ada.says("Still there?", root.ts)
    await ada.sees("heard [Still there?]", thread=root.ts)
    await ada.types("/cohort post")
    await ada.sees("Lesson 2 of 4")


async def test_the_lead_of_an_archived_channel_is_told_directly_what_to_do_and_posts_from_there(stage: Stage) -> None:
    ada = await stage.learner("Ada")
    stage.double.archive(stage.channel, ada.person)
    await ada.types("/cohort post")
    notice = await ada.person.reads(ada.person.dm, "could not be posted")
    assert "That channel is archived. Unarchive it" in notice.words
    stage.channel.archived = False
    await ada.person.clicks(notice, "Post it now")
    await ada.sees("Lesson 2 of 4")


async def test_a_lab_a_channel_refuses_can_be_asked_for_again_from_the_direct_conversation(stage: Stage) -> None:
    ada = await stage.learner("Ada")
    stage.channel.refuses = "restricted_action_read_only_channel"
    await ada.types("/lab rlhf")
    notice = await ada.person.reads(ada.person.dm, "The workspace's rules keep me from posting")
    stage.channel.refuses = ""
    await ada.person.clicks(notice, "Try again")
    await ada.sees("Just reply here")


async def test_a_thread_whose_root_was_deleted_leaves_nobody_waiting(stage: Stage) -> None:
    ada = await stage.learner("Ada")
    root = await stage.lab(ada)
    await stage.double.until(lambda: stage.thread(root))
    stage.double.world.delete(root)
    await ada.says("Still there?", root.ts)
    await stage.quiet()
    await ada.types("/lab rlhf")
    await ada.sees("unfinished lab")


@pytest.mark.parametrize("kind", ["private", "mpim"])
async def test_a_lab_lives_in_a_private_channel_and_in_a_group_conversation_as_in_any_channel(stage: Stage, kind: Kind) -> None:
    ada = await stage.learner("Ada")
    stage.channel = stage.double.channel("quiet", kind, members=[ada.person])
    root = await stage.lab(ada)
    await ada.says("Between us", root.ts)
    await ada.sees("heard [Between us]", thread=root.ts, by=root.username)


async def test_somebody_from_a_partners_workspace_reads_along_and_learns_too(stage: Stage) -> None:
    ada = await stage.learner("Ada")
    partner = stage.double.workspace("Partner")
    stage.double.share(stage.channel, partner)
    guest = stage.double.user("Guest", team=partner)
    stage.channel.members.append(guest.id)
    digest = next(message for message in stage.channel.roots() if "Lesson 1 of 4" in message.words)
    await guest.clicks(digest, "Read the lesson")
    lesson = await guest.reads(stage.channel, "section 1 of")
    assert lesson.only_for == guest.id
    assert ada.name != guest.user.real_name
