"""What Discord refuses for good: whoever asked reads why and what to do, where they can read it, and so does who leads."""

import pytest

from tests.contract.discord import DiscordLearner, DiscordPlatform
from tests.contract.platform import Seen
from tests.contract.test_promises import lab_of
from tests.doubles.discord.permissions import bits
from tests.doubles.discord.things import FORUM, Channel


async def grace_in_a_lab(discord: DiscordPlatform) -> tuple[DiscordLearner, Seen, Channel]:
    """Ada leads the cohort; Grace is in a lab of its channel."""
    grace = await discord.learner("Grace")
    _, opening = await lab_of(grace)
    await discord.quiet()
    return grace, opening, discord.channel.threads[-1]


async def test_a_server_full_of_threads_is_told_the_learner_and_the_lead_and_the_lab_opens_in_its_place_later(
    discord: DiscordPlatform, ada: DiscordLearner
) -> None:
    grace = await discord.learner("Grace")
    assert discord.channel.guild
    discord.channel.guild.thread_cap = 0
    await grace.types("/lab rlhf")
    told = await grace.sees("I could not open the thread", "as many open threads as Discord allows", "Close Thread")
    lead = await ada.sees("A lab cannot go on", "as many open threads as Discord allows", "Close Thread")
    assert lead.private
    await discord.quiet()

    discord.channel.guild.thread_cap = 1000
    await grace.presses(told, "Try again")
    opening = await grace.sees("Just reply here")
    assert opening.thread == told.id
    assert not [one for one in await grace.all_seen() if "could not open" in one.text]


async def test_a_private_lab_for_which_there_is_no_room_is_told_directly(discord: DiscordPlatform, ada: DiscordLearner) -> None:
    grace = await discord.learner("Grace")
    await grace.presses(await grace.sees("Lesson 1 of 4"), "Read the lesson")
    assert discord.channel.guild
    discord.channel.guild.thread_cap = 0
    await grace.types("/lab rlhf private:True")
    assert (await grace.sees("I could not open the thread", "as many open threads as Discord allows")).private
    lead = await ada.sees("A lab cannot go on")
    assert "Grace" not in lead.text


@pytest.mark.parametrize("way", ["press", "ask"])
async def test_whoever_does_something_in_a_locked_lab_is_told_beside_it_and_nothing_is_sent(
    discord: DiscordPlatform, ada: DiscordLearner, way: str
) -> None:
    grace, opening, thread = await grace_in_a_lab(discord)
    discord.double.lock(thread)
    before, calls = len(thread.messages), len(discord.double.calls_to("post /webhooks/{webhook_id}/{webhook_token}"))
    if way == "press":
        await grace.presses(opening, opening.buttons[0])
    else:
        await grace.person.command("/ask text:Anybody there?", thread)
    told = await grace.sees("That thread is locked", "Unlock Thread", thread=thread.id)
    assert told.private
    await discord.quiet()
    assert len(thread.messages) == before + 1  # what was whispered
    assert len(discord.double.calls_to("post /webhooks/{webhook_id}/{webhook_token}")) == calls


async def test_a_reply_that_meets_a_locked_thread_is_told_directly_and_given_when_it_is_unlocked(
    discord: DiscordPlatform, ada: DiscordLearner
) -> None:
    grace, _, thread = await grace_in_a_lab(discord)
    assert thread.guild
    moderator = discord.double.world.role(thread.guild, "Moderator", bits("MANAGE_THREADS"))
    thread.guild.members[grace.person.id].roles.append(moderator.id)
    discord.double.lock(thread)
    await grace.says("Why do raters matter?", thread.id)
    told = await grace.sees("I could not answer you", "Why do raters matter?", "That thread is locked")
    assert (told.private, told.thread) == (True, None)
    lead = await ada.sees("A lab cannot go on", "That thread is locked", "Grace")
    assert lead.private
    discord.double.threads.change(thread, {"locked": False}, discord.double.owner.user)
    await grace.presses(told, "Try again")
    await grace.sees("These passages come closest", thread=thread.id)


async def test_a_lab_put_away_by_discord_is_taken_out_when_its_learner_goes_back(
    discord: DiscordPlatform, ada: DiscordLearner
) -> None:
    for command in ("/lab rlhf", "/lab finetuning private:True"):
        await ada.types(command)
        await ada.sees("Just reply here")
        await discord.quiet()
        thread = discord.channel.threads[-1]
        discord.double.archive(thread)
        await ada.types(command)
        await ada.presses(await ada.sees("You have an unfinished lab"), "Go on there")
        await ada.sees(f"<#{thread.id}>")
        await discord.quiet()
        assert not thread.archived


async def test_a_forum_is_refused_kindly_before_anything_is_made(discord: DiscordPlatform, ada: DiscordLearner) -> None:
    forum = discord.double.channel("ideas", kind=FORUM)
    await discord.double.settled()
    post = await ada.person.opens_thread(forum, "An idea")
    sent = len(discord.double.calls_to("post /channels/{channel_id}/messages"))
    for command in ("/cohort create Thinkers", "/lab rlhf"):
        await ada.person.command(command, post)
        whispers = [one.words for one in ada.person.sees(post) if one.only_for]
        assert "need a text channel" in whispers[-1]
    await ada.person.command("/lab rlhf private:True", post)
    await discord.double.until(lambda: [one for one in ada.person.sees(ada.person.dm) if "Just reply" in one.words])
    await discord.quiet()
    assert len(discord.double.calls_to("post /channels/{channel_id}/messages")) > sent
    assert not [one for one in post.messages.values() if not one.only_for and one.by_app]


async def test_a_reply_for_a_thread_that_is_gone_is_told_directly(discord: DiscordPlatform, ada: DiscordLearner) -> None:
    grace, opening, _ = await grace_in_a_lab(discord)
    discord.double.fail("post /webhooks/{webhook_id}/{webhook_token}", "before", 10003)
    await grace.says("Why do raters matter?", opening.thread)
    told = await grace.sees("I could not answer you", "That channel or thread is not in Discord any more")
    assert (told.private, told.thread) == (True, None)


async def test_a_digest_for_a_channel_that_is_gone_is_told_the_lead_with_what_to_do(
    discord: DiscordPlatform, ada: DiscordLearner
) -> None:
    discord.double.fail("post /channels/{channel_id}/messages", "before", 10003)
    await ada.types("/cohort post rlhf")
    told = await ada.sees("A digest could not be posted", "Create the cohort anew in another channel")
    assert told.private
    await ada.presses(told, "Post it now")
    await ada.sees("Lesson 3 of 4")


async def test_a_server_full_of_webhooks_has_personas_named_and_its_leads_told(
    discord: DiscordPlatform, ada: DiscordLearner
) -> None:
    discord.double.fail("post /channels/{channel_id}/webhooks", "before", 30058)
    await ada.types("/lab rlhf")
    assert "course" not in (await ada.sees("Just reply here", "Vera")).author
    assert (await ada.sees("as many webhooks as Discord allows")).private
