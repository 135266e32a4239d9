"""The doubles, clean at the end unless a test says otherwise."""

from collections.abc import AsyncIterator

import pytest

from tests.doubles.discord import DiscordDouble
from tests.doubles.discord import require as require_discord
from tests.doubles.slack import SlackDouble, Specs, require


@pytest.fixture(scope="session")
def specs() -> Specs:
    return require()


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """slack_sdk sends even loopback requests through these, and does not read NO_PROXY."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
async def double(specs: Specs) -> AsyncIterator[SlackDouble]:
    async with SlackDouble(specs) as double:
        yield double


@pytest.fixture
async def clean(double: SlackDouble) -> AsyncIterator[SlackDouble]:
    """The double of a test in which nobody may do anything wrong."""
    yield double
    double.assert_clean()


@pytest.fixture
async def discord_double() -> AsyncIterator[DiscordDouble]:
    async with DiscordDouble(require_discord()) as double:
        yield double


@pytest.fixture
async def discord_clean(discord_double: DiscordDouble) -> AsyncIterator[DiscordDouble]:
    yield discord_double
    discord_double.assert_clean()
