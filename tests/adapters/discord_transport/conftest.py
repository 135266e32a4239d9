"""Lectern in the double's server, with one channel and whoever a test wants there."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.adapters.library import Library
from tests.contract.discord import DiscordLearner, DiscordPlatform
from tests.doubles.discord import require


@pytest.fixture
async def discord(tmp_path: Path, library: Library) -> AsyncIterator[DiscordPlatform]:
    async with DiscordPlatform(tmp_path, library, require()) as platform:
        yield platform


@pytest.fixture
async def unread(tmp_path: Path, library: Library) -> AsyncIterator[DiscordPlatform]:
    """Without leave to read messages."""
    async with DiscordPlatform(tmp_path, library, require(), message_content=False) as platform:
        yield platform


@pytest.fixture
async def ada(discord: DiscordPlatform) -> DiscordLearner:
    return await discord.learner("Ada")
