"""Waiting for something to become true, without guessing how long it takes: whoever changes anything says so."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from tests.patience import PATIENCE

T = TypeVar("T")
LOOK_AGAIN = 0.01
"""Seconds after which to look even if nothing was said: what changes inside the app says nothing."""


class Pulse:
    def __init__(self) -> None:
        self._waiting: set[asyncio.Event] = set()

    def changed(self) -> None:
        for event in self._waiting:
            event.set()

    async def until(self, look: Callable[[], T], seconds: float = PATIENCE, what: str = "") -> T:
        """What `look` sees, as soon as it is true. After the seconds the test fails with the words given."""
        event = asyncio.Event()
        self._waiting.add(event)
        try:
            async with asyncio.timeout(seconds):
                while not (seen := look()):
                    with suppress(TimeoutError):
                        await asyncio.wait_for(event.wait(), LOOK_AGAIN)
                    event.clear()
                return seen
        except TimeoutError:
            raise AssertionError(f"waited {seconds} s in vain{': ' + what if what else ''}") from None
        finally:
            self._waiting.discard(event)
