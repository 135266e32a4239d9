"""The open pages: who listens, how they are told that there is news, and what passes by without being kept."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from bot.adapters.room.limits import OUTBOX_FRAMES
from bot.adapters.room.memory import may_enter, may_see
from bot.core.chat import Person, Post
from bot.core.room import RoomMessage

REMEMBERED_SHOWS = 256

Frame = dict[str, Any]


@dataclass(eq=False, slots=True)
class Listener:
    """One open page. Kept messages are fetched by its own pump when the bell rings; the rest is put into its outbox."""

    person: Person
    bell: asyncio.Event = field(default_factory=asyncio.Event)
    outbox: asyncio.Queue[Frame] = field(default_factory=lambda: asyncio.Queue(OUTBOX_FRAMES))
    too_slow: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, frame: Frame) -> None:
        """Queue a frame that must arrive: a page too slow for it is dropped, and catches up when it comes back."""
        try:
            self.outbox.put_nowait(frame)
        except asyncio.QueueFull:
            self.too_slow.set()

    def hint(self, frame: Frame) -> None:
        """Queue a frame that may be left out."""
        if self.outbox.qsize() < OUTBOX_FRAMES // 2:
            self.outbox.put_nowait(frame)


class Listeners:
    def __init__(self) -> None:
        self._all: set[Listener] = set()
        self._of: dict[str, set[Listener]] = {}
        self._shown: OrderedDict[int, Post] = OrderedDict()

    def __len__(self) -> int:
        return len(self._all)

    def add(self, listener: Listener) -> None:
        self._all.add(listener)
        self._of.setdefault(listener.person.id, set()).add(listener)

    def remove(self, listener: Listener) -> None:
        self._all.discard(listener)
        mine = self._of.get(listener.person.id, set())
        mine.discard(listener)
        if not mine:
            self._of.pop(listener.person.id, None)

    def ring(self, message: RoomMessage) -> None:
        """This message is new or edited: wake those who may see it."""
        for listener in self._readers(message):
            listener.bell.set()

    def _readers(self, message: RoomMessage) -> set[Listener]:
        """The pages of those who may see it. What is for one person alone is found without asking all the others."""
        if message.audience is not None:
            return self._of.get(message.audience, set())
        return {listener for listener in self._all if may_see(listener.person, message)}

    def tell(self, person: Person, frame: Frame) -> None:
        """To all pages of one person."""
        for listener in self._of.get(person.id, set()):
            listener.tell(frame)

    def tell_all(self, frame: Frame) -> None:
        for listener in self._all:
            listener.tell(frame)

    def names(self) -> set[str]:
        """What those who are here are called."""
        return {next(iter(pages)).person.name for pages in self._of.values()}

    def hint(self, channel: str, frame: Frame) -> None:
        """To all who may enter a channel."""
        for listener in self._all:
            if may_enter(listener.person, channel):
                listener.hint(frame)

    def show(self, message: RoomMessage, post: Post, frame: Frame) -> None:
        """Pass on a message as far as it is written, and remember it, so that its controls can be pressed."""
        self._shown[message.id] = post
        self._shown.move_to_end(message.id)
        while len(self._shown) > REMEMBERED_SHOWS:
            self._shown.popitem(last=False)
        for listener in self._readers(message):
            listener.hint(frame)

    def shown(self, message: int) -> Post | None:
        """What the pages show of a message that is still being written."""
        return self._shown.get(message)

    def written(self, message: int) -> None:
        """The message is kept as it now stands."""
        self._shown.pop(message, None)
