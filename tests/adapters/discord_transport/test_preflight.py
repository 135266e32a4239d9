"""What is not allowed is told those who lead before anything is refused, and never under a name that Discord made up."""

from tests.contract.discord import DiscordLearner, DiscordPlatform

SCHEDULE = "/cohort schedule days:tue time:09:30 zone:Europe/Berlin"
LACKING = "Before the next lesson"


async def without(discord: DiscordPlatform, *names: str) -> None:
    discord.double.deny(discord.channel, *names)
    await discord.double.settled()


async def test_a_calendar_that_is_saved_says_what_the_course_will_need_in_the_channel(
    discord: DiscordPlatform, ada: DiscordLearner
) -> None:
    await without(discord, "MANAGE_WEBHOOKS", "CREATE_PRIVATE_THREADS", "SEND_MESSAGES_IN_THREADS")
    await ada.types(SCHEDULE)
    await ada.presses(await ada.sees("Is this right?"), "Save")
    saved = await ada.sees("Saved.", LACKING, "In #course I need", "Edit Channel")
    assert saved.private
    for label in ("Manage Webhooks", "Create Private Threads", "Send Messages in Threads"):
        assert f"“{label}” to " in saved.text
    assert "Attach Files" not in saved.text


async def test_the_status_says_it_to_leads_alone_until_it_is_given(discord: DiscordPlatform, ada: DiscordLearner) -> None:
    grace = await discord.learner("Grace")
    await grace.types("/cohort join")
    await without(discord, "CREATE_PUBLIC_THREADS")
    for learner in (ada, grace):
        await learner.types("/cohort status")
    assert "“Create Public Threads” to open a lab" in (await ada.sees("So far")).text
    assert LACKING not in (await grace.sees("So far")).text

    discord.double.allow(discord.channel, "CREATE_PUBLIC_THREADS")
    await discord.double.settled()
    await ada.types("/cohort status")
    assert LACKING not in (await ada.sees("So far")).text


async def test_a_channel_that_is_hidden_from_us_is_never_called_as_discord_calls_it(
    discord: DiscordPlatform, ada: DiscordLearner
) -> None:
    elsewhere = discord.double.channel("elsewhere")
    await without(discord, "VIEW_CHANNEL")
    await ada.person.command("/cohort status", elsewhere)
    told = await ada.person.reads(elsewhere, LACKING)
    assert "In that channel I need “View Channels” to see" in told.words
    await ada.person.command("/cohort post rlhf", elsewhere)
    await discord.quiet()
    assert not [one for one in await ada.all_seen() if "hidden" in one.text]


async def test_a_hidden_channel_in_a_learners_words_is_just_another_channel(
    discord: DiscordPlatform, ada: DiscordLearner
) -> None:
    secret = discord.double.channel("secret")
    discord.double.deny(secret, "VIEW_CHANNEL")
    await ada.types("/lab rlhf")
    opening = await ada.sees("Just reply here")
    await ada.says(f"Why does {secret.mention} say raters matter?", opening.thread)
    await discord.quiet()
    turns = await discord.app._database.read(lambda records: records.turns(1, 9))
    assert [turn.text for turn in turns if turn.who] == ["Why does #another channel say raters matter?"]
