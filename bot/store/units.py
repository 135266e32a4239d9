"""A unit of work: a short synchronous function over the records, run inside one transaction."""

from collections.abc import Callable
from typing import TypeAlias, TypeVar

from bot.store.records import Records

T = TypeVar("T")

Unit: TypeAlias = Callable[[Records], T]


def run(unit: Unit[T], records: Records) -> T:
    """The unit's result. StopIteration becomes a RuntimeError: no future can carry it, and its waiter would wait for ever."""
    try:
        return unit(records)
    except StopIteration as ended:
        raise RuntimeError("a unit of work raised StopIteration") from ended
