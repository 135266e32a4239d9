"""What comes back from Discord's controls, as core values: the other direction of `controls`, `forms` and `commands`."""

from bot.adapters.discord.commands import Asked, Used
from bot.adapters.discord.commands import used as command
from bot.adapters.discord.controls import Pressed, Ticked
from bot.adapters.discord.controls import pressed as action
from bot.adapters.discord.forms import read as form

__all__ = ["Asked", "Pressed", "Ticked", "Used", "action", "command", "form"]
