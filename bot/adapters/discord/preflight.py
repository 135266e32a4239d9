"""Before something is done: what it will post where, and whether that kind of place takes it. Pure."""

import discord

from bot.adapters.discord.manifest import DIGESTS, LABS
from bot.core.chat import Command, Heard, Press, Said, Submit

STEPS = frozenset({"lab.ask", "lab.hint", "lab.explain", "lab.next", "lab.continue", "lab.again", "lab.finish"})
"""The buttons of a lab that are answered in its thread."""
FORMS = frozenset({"lab.sent", "lab.calculated"})


def posts(wish: Heard) -> tuple[str, ...]:
    """The permissions without which what will be posted for all to see cannot be."""
    match wish:
        case Command(name="lab", text=text):
            words = text.split()
            return LABS if words and words[-1].casefold() not in ("private", "privately") else ()
        case Command(name="cohort", text=text):
            return DIGESTS if text.split(" ")[0].casefold() in ("create", "post") else ()
        case Press(action=action):
            aside = action.args[1:] == ("private",)  # held directly where no private thread can be made
            return LABS if action.verb in ("lab.open", "lab.new", "digest.lab") and not aside else ()
        case _:
            return ()


def in_thread(wish: Heard) -> bool:
    """Whether it will be answered in the lab's thread."""
    match wish:
        case Said(place=place):
            return place.thread is not None
        case Press(action=action):
            return action.verb in STEPS
        case Submit(action=action):
            return action.verb in FORMS
        case _:
            return False


def locked(interaction: discord.Interaction) -> bool:
    """Whether it comes from a thread in which only those may speak who manage threads, and we do not."""
    channel, ours = interaction.channel, interaction.app_permissions
    return isinstance(channel, discord.Thread) and channel.locked and not (ours.manage_threads or ours.administrator)


def takes_labs(channel: object) -> bool:
    """Whether digests and labs can live there; where the channel of a thread is not known to us, they may."""
    home = channel.parent if isinstance(channel, discord.Thread) else channel
    return not isinstance(home, discord.ForumChannel | discord.VoiceChannel | discord.StageChannel)
