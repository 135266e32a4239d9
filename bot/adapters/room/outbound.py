"""The room speaks: core.ports.Chat over messages kept in our own database and shown to the open pages."""

from datetime import datetime

from bot.adapters.room.listeners import Listeners
from bot.adapters.room.memory import RoomStore, audience_of, direct_channel, place_of
from bot.adapters.room.render import LECTERN, author_json, dump, part_pictures, parts_json
from bot.core.chat import Person, Place, Post, Speaker
from bot.core.ports import Clock, Undeliverable
from bot.core.room import RoomMessage, RoomRecords


class RoomChat:
    """Implements core.ports.Chat. References are message ids as text.

    The store is our own, so a post is kept or it is not: NotSent and Unclear are never raised, `post` may always be repeated.
    """

    settle = 0.0

    def __init__(self, store: RoomStore, clock: Clock) -> None:
        self.listeners = Listeners()
        self._store, self._clock = store, clock

    async def post(self, place: Place, post: Post, key: str) -> str:
        channel, thread = place.channel, _thread(place)
        kept, pictures = part_pictures(post)
        now = self._clock.now()

        def unit(records: RoomRecords) -> RoomMessage:
            known = _known(records, key)
            if known:
                return known
            _check_place(records, channel, thread)
            _keep_pictures(records, pictures, now)
            speaker = post.speaker or LECTERN
            return records.room_post(channel, thread, "", speaker, dump(kept), audience_of(channel), key, now)

        message = await self._store.write(unit)
        self.listeners.ring(message)
        return str(message.id)

    async def begin(self, place: Place, post: Post, key: str) -> str | None:
        return await self.post(place, post, key)

    async def find(self, place: Place, key: str, post: Post | None = None, *, settled: bool = True) -> str | None:
        found = await self._store.read(lambda records: records.room_find(key))
        return None if found is None else str(found)

    async def edit(self, place: Place, ref: str, post: Post) -> None:
        number = _number(ref)
        kept, pictures = part_pictures(post)
        now = self._clock.now()

        def unit(records: RoomRecords) -> RoomMessage | None:
            _keep_pictures(records, pictures, now)
            return records.room_edit(number, dump(kept))

        message = await self._store.write(unit)
        if message is None:
            raise Undeliverable(f"Message {ref} is not in the room any more.")
        self.listeners.written(number)
        self.listeners.ring(message)

    async def show(self, place: Place, ref: str, post: Post) -> None:
        number = _number(ref)
        message = await self._store.read(lambda records: records.room_message(number))
        if message is None:
            return
        frame = {"type": "show", "message": number, "parts": parts_json(post.parts)}
        self.listeners.show(message, post, frame)

    async def busy(self, place: Place, speaker: Speaker) -> None:
        frame = {"type": "busy", "channel": place.channel, "thread": _thread(place), "author": author_json(speaker)}
        self.listeners.hint(place.channel, frame)

    async def open_thread(self, place: Place, ref: str, title: str, person: Person) -> Place:
        number = _number(ref)
        message = await self._store.read(lambda records: records.room_message(number))
        if message is not None and message.invited != person.id:
            message = await self._store.write(lambda records: records.room_invite(number, person.id))
        if message is None:
            raise Undeliverable(f"Message {ref} is not in the room any more.")
        self.listeners.ring(message)
        return place_of(message.channel, number)

    async def aside(self, place: Place, person: Person) -> Place:
        return await self.direct(person)

    async def lacks(self, place: Place) -> str:
        return ""

    async def direct(self, person: Person) -> Place:
        return place_of(direct_channel(person.id))


def _known(records: RoomRecords, key: str) -> RoomMessage | None:
    found = records.room_find(key)
    return None if found is None else records.room_message(found)


def _keep_pictures(records: RoomRecords, pictures: dict[str, bytes], now: datetime) -> None:
    for token, png in pictures.items():
        records.room_keep_picture(token, png, now)


def _check_place(records: RoomRecords, channel: str, thread: int | None) -> None:
    if audience_of(channel) is None and channel not in {known for known, _ in records.room_channels()}:
        raise Undeliverable(f"There is no channel {channel} in the room.")
    if thread is not None and records.room_message(thread) is None:
        raise Undeliverable(f"There is no thread {thread} in the room.")


def _thread(place: Place) -> int | None:
    return None if place.thread is None else _number(place.thread)


def _number(ref: str) -> int:
    if not (ref.isascii() and ref.isdigit()):
        raise Undeliverable(f"Message {ref} is not in the room.")
    return int(ref)
