"""Patience with a platform that says it may be asked again."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.core.ports import NotSent

T = TypeVar("T")


async def patiently(ask: Callable[[], Awaitable[T]], tries: int, longest_wait: float) -> T:
    """Ask again what surely was not done, when the platform says that it may be asked. Raises NotSent after the last try."""
    for _ in range(tries - 1):
        try:
            return await ask()
        except NotSent as later:
            await asyncio.sleep(min(later.retry_after or 1.0, longest_wait))
    return await ask()
