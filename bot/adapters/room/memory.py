"""Where the room keeps its messages, as the room sees it."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from bot.core.chat import Person, Place
from bot.core.room import RoomMessage, RoomRecords

T = TypeVar("T")

PLATFORM = "room"
WORKSPACE = "local"
DIRECT = "dm:"


class RoomStore(Protocol):
    """Where a transaction begins and ends. A unit is a short synchronous function."""

    async def read(self, unit: Callable[[RoomRecords], T]) -> T: ...

    async def write(self, unit: Callable[[RoomRecords], T]) -> T:
        """The unit's result, after its commit."""
        ...


def place_of(channel: str, thread: int | None = None) -> Place:
    return Place(PLATFORM, WORKSPACE, channel, None if thread is None else str(thread), channel.startswith(DIRECT))


def direct_channel(person_id: str) -> str:
    return f"{DIRECT}{person_id}"


def audience_of(channel: str) -> str | None:
    """The one person a direct channel belongs to; None for a channel of everybody's."""
    return channel.removeprefix(DIRECT) if channel.startswith(DIRECT) else None


def may_enter(person: Person, channel: str) -> bool:
    return audience_of(channel) in (None, person.id)


def may_see(person: Person, message: RoomMessage) -> bool:
    return may_enter(person, message.channel) and message.audience in (None, person.id)
