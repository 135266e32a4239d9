"""The platforms that exist. A new one adds its driver here and inherits every promise."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.adapters.library import Library
from tests.contract.discord import DiscordPlatform
from tests.contract.platform import Platform
from tests.contract.room import RoomPlatform
from tests.contract.slack import SlackPlatform
from tests.doubles.discord import specs as discord_specs
from tests.doubles.slack import specs


@pytest.fixture(params=["room", "slack", "discord"])
async def platform(request: pytest.FixtureRequest, tmp_path: Path, library: Library) -> AsyncIterator[Platform]:
    if request.param == "room":
        room = RoomPlatform(tmp_path, library)
        await room.start()
        yield room
        await room.stop()
    elif request.param == "discord":
        discord = DiscordPlatform(tmp_path, library, discord_specs.require())
        await discord.start()
        yield discord
        await discord.stop()
        discord.double.assert_clean()
    else:
        slack = SlackPlatform(tmp_path, library, specs.require())
        await slack.start()
        yield slack
        await slack.stop()
        slack.double.assert_clean()
