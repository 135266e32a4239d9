"""The room's store in memory, a clock that can be set, and a core that answers from a script."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from bot.core.chat import Answer, Heard, Person, Speaker
from bot.core.room import RoomMessage, RoomRecords

T = TypeVar("T")


@dataclass
class FakeClock:
    at: datetime = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def forward(self, **span: float) -> None:
        self.at += timedelta(**span)


@dataclass
class ScriptedDesk:
    """Remembers what it heard and answers with what `answer` gives."""

    answer: Callable[[Heard], Answer | Awaitable[Answer]] = lambda heard: None
    heard: list[Heard] = field(default_factory=list)

    async def hear(self, heard: Heard) -> Answer:
        self.heard.append(heard)
        answer = self.answer(heard)
        return await answer if isinstance(answer, Awaitable) else answer


class FakeStore:
    """One unit at a time; a unit that raises leaves nothing behind, as far as the tests need it."""

    def __init__(self) -> None:
        self.records = FakeRecords()
        self.fails = False
        self.words = "secret words"

    async def read(self, unit: Callable[[RoomRecords], T]) -> T:
        await asyncio.sleep(0)
        return unit(self.records)

    async def write(self, unit: Callable[[RoomRecords], T]) -> T:
        await asyncio.sleep(0)
        if self.fails:
            raise RuntimeError(f"the disk is full of {self.words}")
        return unit(self.records)


@dataclass
class FakeRecords:
    messages: dict[int, RoomMessage] = field(default_factory=dict)
    keys: dict[str, int] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    channels: dict[str, str] = field(default_factory=dict)
    marks: dict[tuple[str, str, int | None], int] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)
    seq: int = 0

    def room_enter(self, token_hash: str, person_id: str, name: str, now: datetime) -> Person:
        self.people[token_hash] = Person("room", "local", person_id, name)
        return self.people[token_hash]

    def room_person(self, token_hash: str) -> Person | None:
        return self.people.get(token_hash)

    def room_knows(self, person_id: str) -> bool:
        return True

    def room_people(self) -> list[Person]:
        return list(self.people.values())

    def room_channels(self) -> list[tuple[str, str]]:
        return list(self.channels.items())

    def room_add_channel(self, channel: str, title: str, now: datetime) -> bool:
        new = channel not in self.channels
        self.channels.setdefault(channel, title)
        return new

    def room_post(
        self,
        channel: str,
        thread: int | None,
        author: str,
        speaker: Speaker,
        post: str,
        audience: str | None,
        key: str | None,
        now: datetime,
    ) -> RoomMessage:
        if key is not None and key in self.keys:
            return self.messages[self.keys[key]]
        number = len(self.messages) + 1
        message = RoomMessage(number, self._next(), channel, thread, author, speaker, post, audience, None, now, False)
        self.messages[number] = message
        if key is not None:
            self.keys[key] = number
        return message

    def room_edit(self, message: int, post: str) -> RoomMessage | None:
        return self._change(message, post=post, edited=True)

    def room_invite(self, message: int, person_id: str) -> RoomMessage | None:
        return self._change(message, invited=person_id)

    def room_message(self, message: int) -> RoomMessage | None:
        return self.messages.get(message)

    def room_find(self, key: str) -> int | None:
        return self.keys.get(key)

    def room_head(self) -> int:
        return self.seq

    def room_news(self, person_id: str, since: int, limit: int) -> list[RoomMessage]:
        new = [message for message in self._seen_by(person_id) if message.seq > since]
        return sorted(new, key=lambda message: message.seq)[:limit]

    def room_page(self, person_id: str, channel: str, thread: int | None, before: int | None, limit: int) -> list[RoomMessage]:
        found = [
            message
            for message in self._seen_by(person_id)
            if message.channel == channel
            and (message.thread == thread or (thread is not None and message.id == thread))
            and (before is None or message.id < before)
        ]
        return sorted(found, key=lambda message: message.id)[-limit:]

    def room_replies(self, person_id: str, channel: str) -> dict[int, int]:
        counts: dict[int, int] = {}
        for message in self._seen_by(person_id):
            if message.channel == channel and message.thread is not None:
                counts[message.thread] = counts.get(message.thread, 0) + 1
        return counts

    def room_seen(self, person_id: str, channel: str, thread: int | None, message: int) -> None:
        mark = (person_id, channel, thread)
        self.marks[mark] = max(self.marks.get(mark, 0), message)

    def room_seen_marks(self, person_id: str) -> dict[tuple[str, int | None], int]:
        return {(channel, thread): mark for (person, channel, thread), mark in self.marks.items() if person == person_id}

    def room_unread(self, person_id: str) -> dict[tuple[str, int | None], int]:
        counts: dict[tuple[str, int | None], int] = {}
        marks = self.room_seen_marks(person_id)
        for message in self._seen_by(person_id):
            spot = (message.channel, message.thread)
            if message.author != person_id and message.id > marks.get(spot, 0):
                counts[spot] = counts.get(spot, 0) + 1
        return counts

    def room_keep_picture(self, token: str, png: bytes, now: datetime) -> None:
        self.pictures[token] = png

    def room_picture(self, token: str) -> bytes | None:
        return self.pictures.get(token)

    def _next(self) -> int:
        self.seq += 1
        return self.seq

    def _change(self, message: int, **changes: object) -> RoomMessage | None:
        if message not in self.messages:
            return None
        changed = replace(self.messages[message], seq=self._next(), **changes)  # type: ignore[arg-type] # names are ours
        self.messages[message] = changed
        return changed

    def _seen_by(self, person_id: str) -> list[RoomMessage]:
        return [message for message in self.messages.values() if message.audience in (None, person_id)]
