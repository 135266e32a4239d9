"""Who people are: names as Slack shows them, asked for once in a while and never waited for long."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping

from bot.adapters.slack.calls import Calls
from bot.core.chat import Person
from bot.core.ports import NotSent, Unclear, Undeliverable

REMEMBERED = 5_000
FRESH = 3_600.0
"""Seconds a name is believed; after a failure it is asked for again a minute later."""
RETRY = 60.0
PATIENCE = 1.0
"""Seconds a gesture waits for a name: it must be acknowledged within three."""
NAMELESS = "A Slack member"


class People:
    def __init__(self, calls: Calls, now: Callable[[], float] = time.monotonic) -> None:
        self._calls, self._now = calls, now
        self._names: OrderedDict[str, tuple[str, float]] = OrderedDict()
        self._asking: dict[str, asyncio.Task[str]] = {}

    async def person(self, user: str, told: str = "") -> Person:
        """`told` is the name that came with the gesture, for when Slack does not answer in time."""
        return Person("slack", self._calls.me.team, user, await self.name(user, told))

    async def names(self, users: Iterable[str]) -> Mapping[str, str]:
        asked = list(users)
        return dict(zip(asked, await asyncio.gather(*map(self.name, asked)), strict=True))

    async def name(self, user: str, told: str = "") -> str:
        if user == self._calls.me.user:
            return "lectern"
        known, until = self._names.get(user, ("", 0.0))
        if until > self._now():
            return known or told or NAMELESS
        if told and user not in self._asking and not self._calls.buckets.free("users.info"):
            return known or told  # with many at once nobody waits for a better name
        task = self._asking.get(user) or self._ask(user)
        try:
            return await asyncio.wait_for(asyncio.shield(task), PATIENCE) or known or told or NAMELESS
        except TimeoutError:
            return known or told or NAMELESS

    def _ask(self, user: str) -> asyncio.Task[str]:
        task = asyncio.get_running_loop().create_task(self._asked(user))
        self._asking[user] = task
        task.add_done_callback(lambda _: self._asking.pop(user, None))
        return task

    async def _asked(self, user: str) -> str:
        try:
            found = (await self._calls.call("users.info", user=user))["user"]
        except (NotSent, Unclear, Undeliverable):
            self._keep(user, self._names.get(user, ("", 0.0))[0], RETRY)
            return ""
        profile = found.get("profile") or {}
        name = str(profile.get("display_name") or found.get("real_name") or profile.get("real_name") or found.get("name") or "")
        self._keep(user, name, FRESH)
        return name

    def _keep(self, user: str, name: str, seconds: float) -> None:
        self._names[user] = (name, self._now() + seconds)
        self._names.move_to_end(user)
        while len(self._names) > REMEMBERED:
            self._names.popitem(last=False)

    async def stop(self) -> None:
        for task in (asking := list(self._asking.values())):
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)
