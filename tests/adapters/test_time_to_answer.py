"""Whatever holds the bot up: what it waits for before it acknowledges leaves time for the way to the platform."""

import pytest

from bot.adapters.discord import inbound as discord
from bot.adapters.slack import inbound as slack

PLATFORM_WAITS = 3.0
WAY = 1.0
"""Seconds for hearing of a gesture and for the acknowledgement to arrive."""


@pytest.mark.parametrize(
    "waited",
    [
        pytest.param(slack.ACK_SECONDS, id="Slack, a gesture"),
        pytest.param(slack.FORM_SECONDS, id="Slack, a form"),
        pytest.param(discord.ACK_SECONDS, id="Discord, a gesture"),
    ],
)
def test_an_acknowledgement_waits_for_less_than_the_platform_does(waited: float) -> None:
    assert waited + WAY <= PLATFORM_WAITS
