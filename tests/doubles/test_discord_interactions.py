"""Commands, suggestions, presses, choices and forms: what the app hears, how long it has, and what each person sees of it."""

from collections.abc import AsyncIterator
from typing import Any

import discord
import pytest
from discord import app_commands

from tests.doubles.discord import Channel, DiscordDouble, Interaction, NotOffered, Person
from tests.doubles.dpy import Answer, Bot, connected, refused


@pytest.fixture
async def bot(discord_double: DiscordDouble) -> AsyncIterator[Bot]:
    """With `/lab lesson`, `/ask question`, `/cohort post at`, a message menu, and whatever a test wants done with the rest."""
    bot = Bot()

    @bot.tree.command(name="lab", description="Open a lab")
    async def lab(interaction: discord.Interaction[Bot], lesson: str) -> None:
        await bot.answers(interaction)

    @lab.autocomplete("lesson")
    async def lessons(interaction: discord.Interaction[Bot], current: str) -> list[app_commands.Choice[str]]:
        known = ["rlhf", "rlaif", "dpo"]
        return [app_commands.Choice(name=one.upper(), value=one) for one in known if one.startswith(current)]

    cohort = app_commands.Group(name="cohort", description="Cohorts", guild_only=True)

    @cohort.command(name="post", description="Post the digest")
    async def post(
        interaction: discord.Interaction[Bot], title: str, number: app_commands.Range[int, 1, 9], loud: bool = False
    ) -> None:
        await interaction.response.send_message(f"{title}/{number}/{loud}", ephemeral=True)

    bot.tree.add_command(cohort)

    @bot.tree.context_menu(name="Explain this")
    async def explain(interaction: discord.Interaction[Bot], message: discord.Message) -> None:
        await interaction.response.send_message(f"About: {message.content}", ephemeral=True)

    async with connected(discord_double, bot):
        yield bot


@pytest.fixture
def ada(discord_double: DiscordDouble) -> Person:
    return discord_double.user("Ada")


@pytest.fixture
def general(discord_double: DiscordDouble) -> Channel:
    return discord_double.channel("general")


def view(*items: discord.ui.Item[Any]) -> discord.ui.View:
    made = discord.ui.View(timeout=None)
    for item in items:
        made.add_item(item)
    return made


async def opened(bot: Bot, ada: Person, general: Channel, answers: Answer) -> Interaction:
    bot.answer = answers
    return await ada.command("/lab rlhf", general)


async def test_a_command_carries_its_options_by_name_or_in_order(
    discord_double: DiscordDouble, bot: Bot, ada: Person, general: Channel
) -> None:
    await ada.command("/cohort post Demo cohort number:3 loud:true", general)
    assert (await ada.reads(general)).words == "Demo cohort/3/True"
    await ada.command("/cohort post number:2 title:Another one", general)
    assert (await ada.reads(general, "Another")).words == "Another one/2/False"
    assert discord_double.user("Bob").sees(general) == []
    discord_double.assert_clean()


async def test_discord_itself_does_not_send_what_the_app_did_not_declare(bot: Bot, ada: Person, general: Channel) -> None:
    for line in ("/nothing", "/cohort", "/cohort delete", "/cohort post Demo number:12", "/cohort post Demo number:x", "/lab"):
        with pytest.raises(NotOffered):
            await ada.command(line, general)
    assert ada.commands(general) == ["cohort", "lab"]
    assert ada.commands(ada.dm) == ["lab"]


async def test_suggestions_come_while_one_types(discord_double: DiscordDouble, bot: Bot, ada: Person, general: Channel) -> None:
    assert await ada.suggested("/lab rl", general) == ["RLHF", "RLAIF"]
    assert await ada.suggested("/lab lesson:d", general) == ["DPO"]
    discord_double.assert_clean()


async def test_a_menu_entry_carries_the_message_even_without_the_intent(bot: Bot, ada: Person, general: Channel) -> None:
    message = await ada.says("What is a reward model?", general)
    await ada.menu("Explain this", message)
    assert (await ada.reads(general, "About")).words == "About: What is a reward model?"
    with pytest.raises(NotOffered):
        await ada.menu("Explain that", message)


async def test_a_deferred_answer_is_shown_as_thinking_until_it_comes(
    discord_double: DiscordDouble, bot: Bot, ada: Person, general: Channel
) -> None:
    async def answers(interaction: discord.Interaction[Bot]) -> None:
        await interaction.response.defer(thinking=True, ephemeral=True)

    done = await opened(bot, ada, general, answers)
    (shown,) = ada.sees(general)
    assert (shown.loading, shown.ephemeral, shown.only_for) == (True, True, ada.id)
    await bot.pressed[-1].followup.send("Here")  # fills the deferred answer, and stays private
    assert [(one.words, one.loading, one.only_for) for one in ada.sees(general)] == [("Here", False, ada.id)]
    await bot.pressed[-1].followup.send("And more")
    assert [(one.words, one.only_for) for one in ada.sees(general)] == [("Here", ada.id), ("And more", "")]
    await bot.pressed[-1].delete_original_response()
    assert [one.words for one in ada.sees(general)] == ["And more"]
    assert done.acked
    ada.reloads()
    discord_double.assert_clean()


async def test_a_layout_replaces_what_was_thought_about(
    discord_double: DiscordDouble, bot: Bot, ada: Person, general: Channel
) -> None:
    async def answers(interaction: discord.Interaction[Bot]) -> None:
        await interaction.response.defer(thinking=True)
        layout = discord.ui.LayoutView(timeout=None)
        layout.add_item(discord.ui.Container(discord.ui.TextDisplay("# Lesson"), accent_colour=5))
        await interaction.edit_original_response(view=layout)

    await opened(bot, ada, general, answers)
    assert (await ada.reads(general)).words == "# Lesson"
    with pytest.raises(discord.HTTPException) as caught:
        await bot.pressed[-1].edit_original_response(content="back to words", view=None)
    assert caught.value.code == 50035
    assert (await ada.reads(general)).words == "# Lesson"


async def test_buttons_and_selects_lead_back_to_the_app(
    discord_double: DiscordDouble, bot: Bot, ada: Person, general: Channel
) -> None:
    async def answers(interaction: discord.Interaction[Bot]) -> None:
        select = discord.ui.Select[discord.ui.View](
            custom_id="pick",
            placeholder="Pick one",
            options=[discord.SelectOption(label=f"{one}) word", value=one) for one in "ABC"],
        )
        link = discord.ui.Button[discord.ui.View](label="Read", url="https://example.org")
        gone = discord.ui.Button[discord.ui.View](label="Gone", custom_id="gone", disabled=True)
        await interaction.response.send_message(
            "Which?", view=view(discord.ui.Button(label="Skip", custom_id="skip"), link, gone, select)
        )

    await opened(bot, ada, general, answers)
    question = await ada.reads(general, "Which?")
    assert [part.label for part in ada.parts(question)] == ["Skip", "Read", "Gone", "Pick one"]
    assert ada.parts(question)[-1].options == ("A) word", "B) word", "C) word")
    for pressing in (ada.clicks(question, "Read"), ada.clicks(question, "Gone"), ada.chooses(question, "Pick one", "D)")):
        with pytest.raises(AssertionError):
            await pressing

    async def update(interaction: discord.Interaction[Bot]) -> None:
        await interaction.response.edit_message(content=str(interaction.data), view=None)

    bot.on_press = update
    await ada.chooses(question, "Pick one", "B)")
    assert "'values': ['B']" in question.words
    assert ada.parts(question) == []
    discord_double.assert_clean()


async def test_a_form_opens_is_filled_in_and_sent(discord_double: DiscordDouble, bot: Bot, ada: Person, general: Channel) -> None:
    async def answers(interaction: discord.Interaction[Bot]) -> None:
        form = discord.ui.Modal(title="Quiz", custom_id="quiz:1")
        form.add_item(discord.ui.Label(text="Why?", component=discord.ui.TextInput(custom_id="why", max_length=20)))
        options = [discord.RadioGroupOption(label=one, value=one.lower()) for one in ("Yes", "No")]
        form.add_item(discord.ui.Label(text="Sure?", component=discord.ui.RadioGroup(custom_id="sure", options=options)))
        await interaction.response.send_modal(form)

    await opened(bot, ada, general, answers)
    form = await ada.sees_form("Quiz")
    assert [entry.label for entry in form.entries] == ["Why?", "Sure?"]
    for entries in ({"Sure?": "Yes"}, {"Why?": "x" * 21, "Sure?": "Yes"}, {"Why?": "x"}):
        with pytest.raises(AssertionError):
            await ada.submits(form, entries)

    async def thanks(interaction: discord.Interaction[Bot]) -> None:
        data: Any = interaction.data
        given = [one["component"].get("value") for one in data["components"]]
        await interaction.response.send_message(f"{data['custom_id']} {given}", ephemeral=True)

    bot.on_press = thanks
    done = await ada.submits(form, {"Why?": "Because", "Sure?": "No"})
    assert done.acked
    assert ada.forms == []
    assert (await ada.reads(general)).words == "quiz:1 ['Because', 'no']"
    discord_double.assert_clean()


async def test_an_answer_after_three_seconds_is_refused(
    discord_double: DiscordDouble, bot: Bot, ada: Person, general: Channel
) -> None:
    async def answers(interaction: discord.Interaction[Bot]) -> None:
        discord_double.advance(3.1)
        await discord_double.until(lambda: discord_double.courier.sent[-1].error)
        assert await refused(interaction.response.defer()) == 10062

    done = await opened(bot, ada, general, answers)
    assert (done.acked, done.error) == (False, "The application did not respond")
    await discord_double.until(lambda: bot.finished)
    assert ada.sees(general) == []


async def test_a_second_answer_is_refused_and_a_token_dies_after_fifteen_minutes(
    discord_double: DiscordDouble, bot: Bot, ada: Person, general: Channel
) -> None:
    async def answers(interaction: discord.Interaction[Bot]) -> None:
        await interaction.response.send_message("One")

    done = await opened(bot, ada, general, answers)
    bot.answer = answers
    await ada.again(done)
    await discord_double.until(lambda: len(bot.finished) == 2)
    assert [getattr(one, "code", 0) for one in bot.finished] == [0, 40060]
    discord_double.advance(901)
    assert await refused(bot.pressed[0].followup.send("Late")) == 50027
    assert await refused(bot.pressed[0].edit_original_response(content="Late")) == 50027


async def test_nothing_follows_before_the_first_answer(
    discord_double: DiscordDouble, bot: Bot, ada: Person, general: Channel
) -> None:
    async def answers(interaction: discord.Interaction[Bot]) -> None:
        assert await refused(interaction.followup.send("Too early")) == 10015
        await interaction.response.defer()
        assert await refused(interaction.response._parent.edit_original_response(content=None)) == 50006

    await opened(bot, ada, general, answers)
    await discord_double.until(lambda: bot.finished)
    assert bot.finished == [None]


async def test_a_private_answer_is_for_one_person_and_not_for_the_channels_history(
    discord_double: DiscordDouble, bot: Bot, ada: Person, general: Channel
) -> None:
    async def answers(interaction: discord.Interaction[Bot]) -> None:
        await interaction.response.send_message(
            "Only you", ephemeral=True, view=view(discord.ui.Button(label="More", custom_id="more"))
        )

    await opened(bot, ada, general, answers)
    private = await ada.reads(general, "Only you")
    bob = discord_double.user("Bob")
    assert bob.sees(general) == []
    with pytest.raises(AssertionError):
        await bob.clicks(private, "More")
    channel: Any = bot.get_channel(int(general.id))
    assert [one async for one in channel.history()] == []
    assert await refused(channel.fetch_message(int(private.id))) == 10008
    ada.reloads()
    assert ada.sees(general) == []


async def test_a_command_may_be_kept_for_who_has_a_permission(
    discord_double: DiscordDouble, ada: Person, general: Channel
) -> None:
    bot = Bot()

    @bot.tree.command(name="report", description="For leads")
    @app_commands.default_permissions(manage_channels=True)
    async def report(interaction: discord.Interaction[Bot]) -> None:
        await interaction.response.send_message("Report", ephemeral=True)

    async with connected(discord_double, bot):
        with pytest.raises(NotOffered):
            await ada.command("/report", general)
        assert (await discord_double.owner.command("/report", general)).acked


async def test_without_a_connection_a_person_reads_that_nobody_answered(
    discord_double: DiscordDouble, bot: Bot, ada: Person, general: Channel
) -> None:
    await bot.close()
    discord_double.courier.ack_seconds = 0.02
    assert (await ada.command("/lab rlhf", general)).error == "The application did not respond"


async def test_people_and_channels_are_chosen_by_mention(
    discord_double: DiscordDouble, bot: Bot, ada: Person, general: Channel
) -> None:
    async def answers(interaction: discord.Interaction[Bot]) -> None:
        people = discord.ui.UserSelect[discord.ui.View](custom_id="who", placeholder="Who?", max_values=2)
        place = discord.ui.ChannelSelect[discord.ui.View](custom_id="where", placeholder="Where?")
        await interaction.response.send_message("Choose", view=view(people, place))

    seen: list[Any] = []

    async def note(interaction: discord.Interaction[Bot]) -> None:
        seen.append(interaction.data)
        await interaction.response.defer()

    await opened(bot, ada, general, answers)
    bot.on_press = note
    question = await ada.reads(general, "Choose")
    bob = discord_double.user("Bob")
    await ada.chooses(question, "Who?", bob.mention, ada.mention)
    await ada.chooses(question, "where", general.mention)
    assert (seen[0]["values"], list(seen[0]["resolved"]["users"])) == ([bob.id, ada.id], [bob.id, ada.id])
    assert seen[1]["resolved"]["channels"][general.id]["name"] == "general"
    with pytest.raises(AssertionError):
        await ada.chooses(question, "Who?", "<@5>")
    discord_double.assert_clean()


async def test_a_form_takes_files(discord_double: DiscordDouble, bot: Bot, ada: Person, general: Channel) -> None:
    async def answers(interaction: discord.Interaction[Bot]) -> None:
        form = discord.ui.Modal(title="Notes", custom_id="notes")
        form.add_item(discord.ui.Label(text="File", component=discord.ui.FileUpload(custom_id="file", required=True)))
        await interaction.response.send_modal(form)

    read: list[str] = []

    async def note(interaction: discord.Interaction[Bot]) -> None:
        data: Any = interaction.data
        (found,) = data["resolved"]["attachments"].values()
        read.append((await bot.http.get_from_cdn(found["url"])).decode())
        await interaction.response.defer()

    await opened(bot, ada, general, answers)
    bot.on_press = note
    await ada.submits(await ada.sees_form("Notes"), {"File": [ada.file("notes.txt", b"my notes")]})
    await discord_double.until(lambda: read)
    assert read == ["my notes"]


async def test_an_installed_app_answers_where_its_bot_is_not_a_few_times(discord_double: DiscordDouble, ada: Person) -> None:
    elsewhere = discord_double.another_guild("Elsewhere", bot=False)
    place = discord_double.channel("foreign", elsewhere)
    discord_double.user("Ada", elsewhere)
    bot = Bot()

    @bot.tree.command(name="ask", description="Ask")
    @app_commands.allowed_installs(guilds=True, users=True)
    async def ask(interaction: discord.Interaction[Bot]) -> None:
        await interaction.response.send_message("Here too")

    @bot.tree.command(name="lab", description="Lab")
    async def lab(interaction: discord.Interaction[Bot]) -> None:
        raise AssertionError

    async with connected(discord_double, bot):
        assert ada.commands(place) == ["ask"]
        assert (await ada.command("/ask", place)).acked
        for number in range(5):
            await bot.pressed[0].followup.send(str(number))
        assert await refused(bot.pressed[0].followup.send("6")) == 40094
        assert bot.pressed[0].is_user_integration()
    discord_double.assert_clean()
