"""Labs in Discord: private ones, direct ones, side by side, and where Lectern may not read messages."""

from pathlib import Path

from bot.adapters.library import Library
from tests.contract.discord import DiscordLearner, DiscordPlatform
from tests.contract.platform import Seen
from tests.contract.test_promises import PERSONA, lab_of
from tests.doubles.discord import require
from tests.fakes import ScriptedTutor


async def test_a_private_lab_is_a_private_thread_with_its_owner_and_the_persona(
    discord: DiscordPlatform, ada: DiscordLearner
) -> None:
    grace = await discord.learner("Grace")
    await ada.types("/lab topic:rlhf private:true")
    opening = await ada.sees("Just reply here", by=PERSONA)
    root = await ada.sees("Nobody else can read it", by=PERSONA)
    assert root.thread == opening.thread
    await ada.presses(opening, "Skip to the first question")
    await ada.says("hint", opening.thread)
    await ada.sees("Hint 1 of 3", by=PERSONA, thread=opening.thread)
    [thread] = discord.channel.threads
    assert (thread.type, "RLHF" in thread.name) == (12, True)
    assert not [one for one in await grace.all_seen() if "Lab: " in one.text or PERSONA in one.author]


async def test_a_private_lab_whose_opening_was_lost_on_the_way_is_opened_once(
    discord: DiscordPlatform, ada: DiscordLearner
) -> None:
    discord.double.fail("post /webhooks/{webhook_id}/{webhook_token}", "after", "502")
    await ada.types("/lab topic:rlhf private:true")
    await ada.sees("Just reply here", by=PERSONA)
    assert len(discord.channel.threads) == 1
    assert len([one for one in await ada.all_seen() if "Nobody else can read it" in one.text]) == 1


async def test_without_leave_to_make_private_threads_a_private_lab_is_held_directly(
    discord: DiscordPlatform, ada: DiscordLearner
) -> None:
    discord.double.deny(discord.channel, "CREATE_PRIVATE_THREADS")
    await discord.double.settled()
    await ada.types("/lab topic:rlhf private:true")
    opening = await ada.sees("Just reply here", PERSONA)
    assert (opening.private, opening.thread) == (True, None)
    assert not discord.channel.threads


async def test_a_lab_in_direct_messages_names_its_persona_and_hears_plain_replies(
    discord: DiscordPlatform, ada: DiscordLearner
) -> None:
    done = await ada.person.command("/lab rlhf", ada.person.dm)
    assert not done.error
    opening = await ada.sees("Just reply here", PERSONA)
    assert opening.private
    await ada.presses(opening, "Skip to the first question")
    await ada.person.says("hint", ada.person.dm)
    assert (await ada.sees("Hint 1 of 3", PERSONA)).private
    await discord.restart()
    await ada.person.says("another hint", ada.person.dm)
    await ada.sees("Hint 2 of 3", PERSONA)


async def test_in_direct_messages_a_command_may_be_written_without_its_slash_and_counts_where_they_learn(
    discord: DiscordPlatform, ada: DiscordLearner
) -> None:
    await ada.types("/quiz rlhf")
    await ada.sees("question 1 of 5")
    await ada.person.says("progress", ada.person.dm)
    seen = await ada.sees("Where you stand")
    assert seen.private
    await ada.person.says("cohort status", ada.person.dm)
    await discord.quiet()
    messages = ada.person.sees(ada.person.dm)
    assert len([one for one in messages if one.by_app]) == 2


async def test_a_lab_goes_on_in_direct_messages_while_a_command_with_its_slash_is_heard_there(
    discord: DiscordPlatform, ada: DiscordLearner
) -> None:
    await ada.person.command("/lab rlhf", ada.person.dm)
    await ada.sees("Just reply here", PERSONA)
    await ada.person.says("/progress", ada.person.dm)
    await ada.sees("Where you stand")


async def test_two_labs_side_by_side_never_answer_under_the_wrong_persona(tmp_path: Path, library: Library) -> None:
    async with DiscordPlatform(tmp_path, library, require(), ScriptedTutor("Noted. What else?")) as discord:
        ada, grace = await discord.learner("Ada"), await discord.learner("Grace")
        labs = [(ada, await opened(ada, "rlhf")), (grace, await opened(grace, "prompting"))]
        for turn in range(10):
            for learner, opening in labs:
                await learner.says(f"Turn {turn}", opening.thread)
        await discord.quiet()
        for _, opening in labs:
            spoken = [one for one in await ada.all_seen() if one.thread == opening.thread and one.author not in ("Ada", "Grace")]
            assert {one.author for one in spoken} == {opening.author}
            assert len([one for one in spoken if "What else?" in one.text]) == 10
        assert labs[0][1].author != labs[1][1].author
        assert len(discord.channel.webhooks) == 1


async def opened(learner: DiscordLearner, topic: str) -> Seen:
    await learner.types(f"/lab {topic}")
    root = await learner.sees("Lab: ", f"{learner.name} and ")
    return await learner.sees("Just reply here", thread=root.id)


# ---------------------------------------------------------------- without the intent


async def test_without_leave_to_read_a_lab_is_answered_by_button_by_command_and_by_name(unread: DiscordPlatform) -> None:
    ada = await unread.learner("Ada")
    root, opening = await lab_of(ada)
    assert "Answer" in opening.buttons
    await ada.presses(opening, "Skip to the first question")
    question = await ada.sees("?", by=PERSONA, thread=root.id, gone="Just reply here")
    await ada.fills(question, "Answer", text="hint")
    await ada.sees("Hint 1 of 3", thread=root.id)
    [thread] = unread.channel.threads
    assert not (await ada.person.command("/ask text:another hint", thread)).error
    await ada.sees("Hint 2 of 3", thread=root.id)
    await ada.says(f"{unread.double.mention} hint", root.id)
    await ada.sees("Hint 3 of 3", thread=root.id)


async def test_without_leave_to_read_a_plain_reply_is_told_once_how_to_be_heard(unread: DiscordPlatform) -> None:
    ada = await unread.learner("Ada")
    root, _ = await lab_of(ada)
    for _ in range(2):
        await ada.says("Can you hear me?", root.id)
        await unread.quiet()
    told = [one for one in await ada.all_seen() if "I was not given leave to read messages" in one.text]
    assert len(told) == 1


async def test_without_leave_to_read_what_was_posted_is_found_again_after_a_lost_answer(unread: DiscordPlatform) -> None:
    ada = await unread.learner("Ada")
    unread.double.fail("post /webhooks/{webhook_id}/{webhook_token}", "after", "502")
    await lab_of(ada)
    assert len([one for one in await ada.all_seen() if "Lab: " in one.text]) == 1


async def test_a_message_pointed_at_is_explained_in_its_lab_and_only_there(discord: DiscordPlatform, ada: DiscordLearner) -> None:
    root, _ = await lab_of(ada)
    [thread] = discord.channel.threads
    word = await ada.person.says("What is a reward model?", thread)
    await discord.quiet()
    replies = len(thread.messages)
    assert not (await ada.person.menu("Explain this in the lab", word)).error
    await discord.quiet()
    assert len([one for one in thread.messages.values() if not one.only_for]) > replies
    elsewhere = await ada.person.says("And this?", discord.channel)
    await ada.person.menu("Explain this in the lab", elsewhere)
    assert (await ada.sees("work inside one of your labs")).private
    assert root.thread is None


async def test_suggestions_come_while_a_topic_is_typed(discord: DiscordPlatform, ada: DiscordLearner) -> None:
    assert [name for name in await ada.person.suggested("/lesson rl", discord.channel) if "RLHF" in name]
