"""The hands gestures go through on their way to the core: so many at a time, each once, and waited for at the end."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeAlias, TypeVar

from bot.core.chat import Answer, Declined, Heard, Place, Post, Reply
from bot.core.ports import Clock, Lab, Records, Store

Hear: TypeAlias = Callable[[Heard], Awaitable[Answer]]
T = TypeVar("T")

AT_ONCE = 64
"""Gestures in the core's hands at a time."""
REMEMBERED = 4_000

DOUBLE = Reply(Post(()))
"""Stands for an answer that is not to be shown: it was shown before, or is there already. Compared by identity."""


class Hands:
    """`hear` is the core."""

    def __init__(self, hear: Hear, store: Store, clock: Clock) -> None:
        self._hear, self._store, self._clock = hear, store, clock
        self._free = asyncio.Semaphore(AT_ONCE)
        self._running: set[asyncio.Task[Any]] = set()
        self._heard: OrderedDict[str, asyncio.Task[Any]] = OrderedDict()

    @property
    def busy(self) -> bool:
        return bool(self._running)

    async def drain(self, seconds: float) -> None:
        """Let what has begun come to its end; what takes longer is stopped."""
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Run something that is waited for at the end."""
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    def knows(self, event: str) -> bool:
        """Whether that gesture is in hand, or was of late."""
        return event in self._heard

    def forget(self, event: str) -> None:
        self._heard.pop(event, None)

    def remember(self, event: str, task: asyncio.Task[Any]) -> None:
        self._heard[event] = task
        while len(self._heard) > REMEMBERED:
            self._heard.popitem(last=False)

    async def once(self, event: str, wish: Heard) -> Answer:
        """The core's answer to a gesture; DOUBLE for one that was answered before, by us or by another process."""
        async with self._free:
            answer = await self._hear(wish)
            if answer is None or isinstance(answer, Declined):
                return answer
            fresh = await self._store.write(lambda records: self._first(records, event))
            return answer if fresh else DOUBLE

    def _first(self, records: Records, event: str) -> bool:
        return records.hear_once(f"answered:{event}", self._clock.now())

    async def home(self, account: str) -> str | None:
        return await self._store.read(lambda records: records.workspace_of("discord", account))

    async def lab_at(self, place: Place) -> Lab | None:
        where = place.thread or place.channel
        return await self._store.read(lambda records: records.lab_at("discord", where))
