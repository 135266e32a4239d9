"""No more calls at once than Discord allows a whole app, so that it never has to say so."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TypeAlias

MOST = 50
"""Calls a second with the bot's token, over all routes: docs.discord.com, topics/rate-limits, "Global Rate Limit"."""
SPAN = 1.03
"""Seconds we count as one: calls may come nearer to each other on their way."""

Sleep: TypeAlias = Callable[[float], Awaitable[object]]


class Gate:
    """Moments for calls, in the order of asking. `now` and `sleep` are the loop's own, but for tests."""

    def __init__(self, now: Callable[[], float] = time.monotonic, sleep: Sleep = asyncio.sleep) -> None:
        self._now, self._sleep = now, sleep
        self._lately: deque[float] = deque(maxlen=MOST)

    async def turn(self) -> None:
        """Wait until a call may be made. Its moment is taken at once: who wakes late does not put off those behind."""
        now = self._now()
        moment = max(now, self._lately[0] + SPAN) if len(self._lately) == MOST else now
        self._lately.append(moment)
        if moment > now:
            await self._sleep(moment - now)
