"""The platforms that exist. A new one adds its driver here and inherits every promise."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.adapters.library import Library
from bot.core.ports import Tutor
from tests.contract.discord import DiscordPlatform
from tests.contract.platform import Platform
from tests.contract.room import RoomPlatform
from tests.contract.slack import SlackPlatform
from tests.doubles.discord import specs as discord_specs
from tests.doubles.slack import specs


@pytest.fixture
def tutor() -> Tutor | None:
    """Who answers in labs: the study guide, unless a module says otherwise."""
    return None


@pytest.fixture(params=["room", "slack", "discord"])
async def platform(
    request: pytest.FixtureRequest, tmp_path: Path, library: Library, tutor: Tutor | None
) -> AsyncIterator[Platform]:
    if request.param == "room":
        room = RoomPlatform(tmp_path, library, tutor)
        await room.start()
        yield room
        await room.stop()
    elif request.param == "discord":
        discord = DiscordPlatform(tmp_path, library, discord_specs.require(), tutor)
        await discord.start()
        yield discord
        await discord.stop()
        discord.double.assert_clean()
    else:
        slack = SlackPlatform(tmp_path, library, specs.require(), tutor)
        await slack.start()
        yield slack
        await slack.stop()
        slack.double.assert_clean()
