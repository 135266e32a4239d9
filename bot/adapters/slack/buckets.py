"""How fast Slack may be called: a token bucket for each method in a workspace, and one for each channel that is posted to."""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from bot.core.ports import NotSent

TIERS = {1: 1, 2: 20, 3: 50, 4: 100}
"""Calls a minute: docs.slack.dev/apis/web-api/rate-limits."""

METHODS = {
    "agents.sessions.setStatus": 3,
    "apps.connections.open": 1,
    "assistant.threads.setStatus": 4,
    "assistant.threads.setSuggestedPrompts": 4,
    "auth.test": 4,
    "chat.appendStream": 4,
    "chat.delete": 3,
    "chat.getPermalink": 4,
    "chat.postEphemeral": 4,
    "chat.startStream": 2,
    "chat.stopStream": 2,
    "chat.update": 3,
    "conversations.history": 3,
    "conversations.info": 3,
    "conversations.open": 3,
    "conversations.replies": 3,
    "files.completeUploadExternal": 4,
    "files.getUploadURLExternal": 4,
    "users.info": 4,
    "views.open": 4,
    "views.publish": 4,
}
"""Each method's tier in its own reference page; a "special" one without a number counts as tier 4."""

POSTS_PER_SECOND = 1.0
POSTS_AT_ONCE = 5
"""One message a second and channel; "we allow bursts over that limit for short periods" (same page). A burst has no number."""

KEPT_FOR_FINAL = 0.4
"""The share of a bucket that drafts on their way may not touch, so that the final edit never waits for them."""

MINUTE = 60.0
PATIENCE = 4.0
"""Seconds a call waits for its turn; beyond that the ledger calls again. Well under a delivery's margin."""
LATE = 10.0
"""Seconds after the time it was told at which a call that has not come again has lost its place in the line."""

CHANNELS = 2_000
"""Channels remembered; one forgotten begins with a full bucket."""


Sleep: TypeAlias = Callable[[float], Awaitable[object]]


@dataclass(slots=True)
class _Bucket:
    size: float
    rate: float
    level: float
    at: float
    line: dict[str, float] = field(default_factory=dict)
    """Who was sent away and told when to come again, in the order they came first."""

    def fill(self, now: float) -> None:
        self.level = min(self.size, self.level + (now - self.at) * self.rate)
        self.at = now

    def wait(self, whose: str) -> float:
        """Seconds until it is their turn, after everybody who came before them and is still expected."""
        self.line = {who: told for who, told in self.line.items() if told + LATE > self.at}
        ahead = list(self.line).index(whose) if whose in self.line else len(self.line)
        return max((1 - self.level + ahead) / self.rate, 0.0)


class Buckets:
    """For one workspace. `now` and `sleep` are the loop's own, but for tests."""

    def __init__(self, now: Callable[[], float] = time.monotonic, sleep: Sleep = asyncio.sleep) -> None:
        self._now, self._sleep = now, sleep
        self._methods: dict[str, _Bucket] = {}
        self._spared: dict[str, deque[float]] = {}
        self._channels: OrderedDict[str, _Bucket] = OrderedDict()

    async def turn(self, method: str, channel: str = "", message: str = "") -> None:
        """Wait for the call's turn. Raises NotSent, with when to come again, where that would take too long.

        Whoever does come again then, for that `message` or thread of the channel, has kept their place in the line.
        """
        wait = self._reserve(self._buckets(method, channel), f"{channel} {message}")
        if wait:
            await self._sleep(wait)

    def spare(self, method: str, channel: str = "") -> bool:
        """Whether there is room for a call that may as well be left out; if so, it is counted.

        A full bucket and what runs into it within a minute is more than a minute's calls: those that must be may take it, those
        that may be left out never do.
        """
        buckets, left_out = self._buckets(method, channel), self._spared.setdefault(method, deque())
        while left_out and left_out[0] <= self._now() - MINUTE:
            left_out.popleft()
        full = any(len(left_out) + 1 > bucket.size * (1 - KEPT_FOR_FINAL) for bucket in buckets[:1])
        if full or any(bucket.level - 1 < bucket.size * KEPT_FOR_FINAL for bucket in buckets):
            return False
        left_out.append(self._now())
        for bucket in buckets:
            bucket.level -= 1
        return True

    def free(self, method: str) -> bool:
        """Whether a call would be made at once; counts nothing."""
        return all(bucket.level >= 1 for bucket in self._buckets(method, ""))

    async def room(self, method: str) -> None:
        """Wait until there is room for a call that nobody waits for; it is counted."""
        while not self.spare(method):
            bucket = self._buckets(method, "")[0]
            filled = (bucket.size * KEPT_FOR_FINAL + 1 - bucket.level) / bucket.rate
            await self._sleep(max(filled, 1.0))

    def slow_down(self, method: str, seconds: float, channel: str = "") -> None:
        """Slack has answered 429: nothing more until then."""
        for bucket in self._buckets(method, channel):
            bucket.level = min(bucket.level, 1 - seconds * bucket.rate)

    def _reserve(self, buckets: list[_Bucket], whose: str) -> float:
        """Count the call; gives how long it is to wait. Raises NotSent, keeping its place in the line, where that is too long."""
        wait = max((bucket.wait(whose) for bucket in buckets), default=0.0)
        if wait > PATIENCE:
            for bucket in buckets:
                bucket.line[whose] = bucket.at + wait
            raise NotSent("Slack's rate limit is reached here.", wait)
        for bucket in buckets:
            bucket.line.pop(whose, None)
            bucket.level -= 1
        return wait

    def _buckets(self, method: str, channel: str) -> list[_Bucket]:
        found = []
        if tier := METHODS.get(method):
            found.append(self._method(method, TIERS[tier]))
        if channel and method == "chat.postMessage":
            found.append(self._channel(channel))
        now = self._now()
        for bucket in found:
            bucket.fill(now)
        return found

    def _method(self, method: str, per_minute: int) -> _Bucket:
        if method not in self._methods:
            self._methods[method] = _Bucket(per_minute, per_minute / 60, per_minute, self._now())
        return self._methods[method]

    def _channel(self, channel: str) -> _Bucket:
        if channel not in self._channels:
            self._channels[channel] = _Bucket(POSTS_AT_ONCE, POSTS_PER_SECOND, POSTS_AT_ONCE, self._now())
            if len(self._channels) > CHANNELS:
                self._channels.popitem(last=False)
        self._channels.move_to_end(channel)
        return self._channels[channel]
