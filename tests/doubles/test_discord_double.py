"""A walk through Discord with the real client: what people do reaches the app, what it answers is on their screens."""

import discord

from tests.doubles.discord import DiscordDouble
from tests.doubles.dpy import Bot, connected


async def test_a_command_opens_a_lab_in_which_a_persona_speaks_and_listens(discord_clean: DiscordDouble) -> None:
    double = discord_clean
    ada, general = double.user("Ada"), double.channel("general")
    bot = Bot()

    @bot.tree.command(name="lab", description="Open a lab")
    async def lab(interaction: discord.Interaction, lesson: str) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(content=f"Lab {lesson}")
        original = await interaction.original_response()
        channel = bot.get_channel(interaction.channel_id or 0)
        assert isinstance(channel, discord.TextChannel)
        thread = await channel.create_thread(name=f"Lab {lesson}", message=discord.Object(original.id))
        hook = await channel.create_webhook(name="Labs")
        await hook.send("Ask me.", username="Paul", avatar_url="https://example.org/paul.png", thread=thread, wait=True)
        await interaction.followup.send("It is open.", ephemeral=True)

    async with connected(double, bot):
        done = await ada.command("/lab rlhf", general)
        thread = await ada.sees_thread(general, "Lab rlhf")
        opening = await ada.reads(thread, "Ask me.")
        private = await ada.reads(general, "It is open.")
        await ada.says("What is a reward model?", thread)
        await double.until(lambda: [one for one in bot.heard if not one.webhook_id])
    assert (done.acked, done.error) == (True, "")
    assert (opening.name, opening.avatar_url) == ("Paul", "https://example.org/paul.png")
    assert private.only_for == ada.id
    assert double.user("Bob").sees(general) == [message for message in ada.sees(general) if message is not private]
    assert [one.content for one in bot.heard if not one.webhook_id] == ["What is a reward model?"]
