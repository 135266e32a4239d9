"""The baseline: a bare discord.py handler that answers a command with a message given to it. Run by bench.discord."""

import asyncio
import json
import os
from typing import Any

import discord
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route


class Given(discord.ui.LayoutView):
    """Components as they are, without building them anew."""

    def __init__(self, components: list[dict[str, Any]]) -> None:
        super().__init__(timeout=None)
        self._given = components

    def to_components(self) -> list[dict[str, Any]]:
        return self._given

    def has_components_v2(self) -> bool:
        return True


async def main() -> None:
    Route.BASE = os.environ["DISCORD_API_URL"]
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["GATEWAY"])
    components = json.loads(os.environ["MESSAGE"])
    client = discord.Client(intents=discord.Intents(guilds=True), allowed_mentions=discord.AllowedMentions.none())
    tree = app_commands.CommandTree(client)

    @tree.command(name="lesson", description="A lesson")
    async def lesson(interaction: discord.Interaction, lesson: str) -> None:
        await interaction.response.send_message(view=Given(components), ephemeral=True)

    async with client:
        await client.login(os.environ["DISCORD_TOKEN"])
        await tree.sync()
        await client.connect()


if __name__ == "__main__":
    asyncio.run(main())
