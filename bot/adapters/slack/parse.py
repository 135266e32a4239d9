"""What comes back from Slack's controls, as core values: the other direction of `controls` and `forms`."""

from bot.adapters.slack.controls import Pressed
from bot.adapters.slack.controls import pressed as action
from bot.adapters.slack.forms import read as fields

__all__ = ["Pressed", "action", "fields"]
