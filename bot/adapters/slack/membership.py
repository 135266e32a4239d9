"""Whether we are in a channel: what would be posted where we are not is refused at once, instead of failing unseen later."""

import asyncio
from collections import OrderedDict

from bot.adapters.slack.calls import Calls
from bot.adapters.slack.faults import OUTSIDE, Refused
from bot.adapters.slack.outbound import TROUBLE
from bot.core.chat import Command, Heard, Press, Submit
from bot.core.greetings import CREATED

PATIENCE = 1.0
"""Seconds that asking may take."""
FRESH = 60.0
"""Seconds for which the answer is believed: Slack does not tell us when we are removed."""
REMEMBERED = 4_000


class Membership:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._until: OrderedDict[str, float] = OrderedDict()

    async def holds(self, channel: str) -> bool:
        """In doubt, yes: whoever posts will find out."""
        now = asyncio.get_running_loop().time()
        if self._until.get(channel, 0.0) > now:
            return True
        try:
            asked = self._calls.call("conversations.info", channel=channel)
            found = (await asyncio.wait_for(asked, PATIENCE))["channel"]
        except Refused as refused:
            return refused.code not in OUTSIDE
        except (*TROUBLE, TimeoutError):
            return True
        if not found.get("is_member", True):
            return False
        self._until[channel] = now + FRESH
        while len(self._until) > REMEMBERED:
            self._until.popitem(last=False)
        return True

    def forget(self, channel: str) -> None:
        """Look again next time."""
        self._until.pop(channel, None)


def posts(wish: Heard) -> bool:
    """Whether something will be posted in the place for all to see."""
    match wish:
        case Command(name="lab", text=text):
            return bool(text.split()) and text.split()[-1].casefold() not in ("private", "privately")
        case Command(name="cohort", text=text):
            return text.split(" ")[0].casefold() in ("create", "post")
        case Press(action=action):
            return action.verb in ("lab.open", "lab.new", "digest.lab")
        case Submit(action=action):
            return action == CREATED
        case _:
            return False
