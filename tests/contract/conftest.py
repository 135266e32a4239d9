"""The platforms that exist. A new one adds its driver here and inherits every promise."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.adapters.library import Library
from tests.contract.platform import Platform
from tests.contract.room import RoomPlatform


@pytest.fixture(params=["room"])
async def platform(request: pytest.FixtureRequest, tmp_path: Path, library: Library) -> AsyncIterator[Platform]:
    room = RoomPlatform(tmp_path, library)
    await room.start()
    yield room
    await room.stop()
