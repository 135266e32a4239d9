"""A second client library over the same double: what discord.py overlooks in the double's answers, hikari does not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import hikari
import pytest

from tests.doubles.discord import Channel, DiscordDouble, Person

INTENTS = hikari.Intents.GUILDS | hikari.Intents.GUILD_MESSAGES | hikari.Intents.DM_MESSAGES | hikari.Intents.MESSAGE_CONTENT


@asynccontextmanager
async def running(double: DiscordDouble) -> AsyncIterator[hikari.GatewayBot]:
    bot = hikari.GatewayBot(
        double.token,
        rest_url=double.api_url,
        intents=INTENTS,
        banner=None,
        logs=None,
        force_color=False,
        suppress_optimization_warning=True,
    )
    await bot.start(check_for_updates=False)
    try:
        yield bot
    finally:
        await bot.close()


@pytest.fixture
def ada(discord_clean: DiscordDouble) -> Person:
    return discord_clean.user("Ada")


@pytest.fixture
def general(discord_clean: DiscordDouble) -> Channel:
    return discord_clean.channel("general")


async def test_hikari_walks_through_a_lab(discord_clean: DiscordDouble, ada: Person, general: Channel) -> None:
    heard: list[str] = []
    async with running(discord_clean) as bot:
        rest = bot.rest
        me = bot.get_me()
        assert me is not None
        assert [guild.name for guild in bot.cache.get_guilds_view().values()] == ["Course"]

        @bot.listen()
        async def listen(event: hikari.MessageCreateEvent) -> None:
            if event.is_human:
                heard.append(event.content or "")

        @bot.listen()
        async def answer(event: hikari.InteractionCreateEvent) -> None:
            if isinstance(event.interaction, hikari.CommandInteraction):
                await event.interaction.create_initial_response(hikari.ResponseType.DEFERRED_MESSAGE_CREATE)
                await event.interaction.edit_initial_response("Lab RLHF")
            elif isinstance(event.interaction, hikari.ComponentInteraction):
                await event.interaction.create_initial_response(
                    hikari.ResponseType.MESSAGE_CREATE,
                    f"pressed {event.interaction.custom_id}",
                    flags=hikari.MessageFlag.EPHEMERAL,
                )

        lab = rest.slash_command_builder("lab", "Open a lab")
        await rest.set_application_commands(me.id, [lab])
        assert (await ada.command("/lab", general)).acked
        root = await ada.reads(general, "Lab RLHF")
        thread = await rest.create_message_thread(int(general.id), int(root.id), "RLHF lab")
        hook = await rest.create_webhook(int(general.id), "Labs")
        row = rest.build_message_action_row().add_interactive_button(hikari.ButtonStyle.PRIMARY, "go", label="Go")
        said = await rest.execute_webhook(
            hook, hook.token or "", "Ask me.", username="Paul", thread=thread.id, component=row, mentions_everyone=False
        )
        place = await ada.sees_thread(general, "RLHF lab")
        shown = await ada.reads(place, "Ask me.")
        assert (shown.name, int(shown.id), said.author.username) == ("Paul", said.id, "Paul")
        await ada.clicks(shown, "Go")
        assert (await ada.reads(place, "pressed go")).only_for == ada.id
        await ada.says("What is a reward model?", place)
        await ada.says("in private", ada.dm)
        await discord_clean.until(lambda: len(heard) == 2)
        assert heard == ["What is a reward model?", "in private"]
        fetched = await rest.fetch_message(thread.id, said.id)
        assert fetched.content == "Ask me."
        assert [one.content for one in await rest.fetch_messages(thread.id)] == ["What is a reward model?", "Ask me.", None]


async def test_hikari_resumes_after_a_cut_line(discord_clean: DiscordDouble, ada: Person, general: Channel) -> None:
    heard: list[str] = []
    async with running(discord_clean) as bot:

        @bot.listen()
        async def listen(event: hikari.GuildMessageCreateEvent) -> None:
            heard.append(event.content or "")

        await ada.says("one", general)
        await discord_clean.until(lambda: heard)
        discord_clean.gateway.drop()
        await ada.says("two", general)
        await discord_clean.until(lambda: len(heard) == 2)
        assert (heard, discord_clean.gateway.identified) == (["one", "two"], 1)
        await asyncio.sleep(0)
