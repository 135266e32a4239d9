"""The store: where a transaction begins and ends, and why it may be out of reach."""

from collections.abc import Callable
from typing import Literal, Protocol, TypeVar

from bot.core.ports.records import Records

T = TypeVar("T")

Trouble = Literal["away", "busy", "full", "readonly"]


class Unavailable(Exception):
    """The store cannot be used just now, through no fault of the unit's: nothing of it is kept. It may work in a minute."""

    def __init__(self, why: Trouble) -> None:
        super().__init__(why)
        self.why: Trouble = why


class Store(Protocol):
    """Where a transaction begins and ends. A unit is a short synchronous function: no network call fits into it.

    Both raise Unavailable.
    """

    async def read(self, unit: Callable[[Records], T]) -> T: ...

    async def write(self, unit: Callable[[Records], T]) -> T:
        """The unit's result, after its commit. If the unit raises, nothing of it is kept."""
        ...
