"""The local room: its people, channels, messages, and how far everybody has read."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select, update

from bot.core.chat import Person, Speaker
from bot.core.room import RoomMessage
from bot.store.records.shelf import Shelf
from bot.store.tables import room_channels, room_counter, room_messages, room_people, room_pictures, room_seen

_m = room_messages.c


class Room(Shelf):
    # ------------------------------------------------------------ people and channels

    def room_enter(self, token_hash: str, person_id: str, name: str, now: datetime) -> Person:
        if not self._keep(room_people, id=person_id, token_hash=token_hash, name=name, entered_at=now):
            raise ValueError("somebody has entered the room with that id or secret")
        return _person(person_id, name)

    def room_person(self, token_hash: str) -> Person | None:
        row = self._connection.execute(select(room_people).where(room_people.c.token_hash == token_hash)).one_or_none()
        return _person(row.id, row.name) if row else None

    def room_knows(self, person_id: str) -> bool:
        return self._connection.execute(select(room_people.c.id).where(room_people.c.id == person_id)).first() is not None

    def room_people(self) -> list[Person]:
        query = select(room_people).order_by(room_people.c.entered_at, room_people.c.id)
        return [_person(row.id, row.name) for row in self._connection.execute(query)]

    def room_channels(self) -> list[tuple[str, str]]:
        query = select(room_channels.c.id, room_channels.c.title).order_by(room_channels.c.number)
        return [(row.id, row.title) for row in self._connection.execute(query)]

    def room_add_channel(self, channel: str, title: str, now: datetime) -> bool:
        return self._keep(room_channels, id=channel, title=title, added_at=now)

    # ------------------------------------------------------------ messages

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
        if key and (there := self._by_key(key)):
            return there
        row = self._kept(
            room_messages,
            seq=self._next_message(),
            key=key,
            channel=channel,
            thread=thread,
            author=author,
            speaker_name=speaker.name,
            speaker_face=speaker.face,
            speaker_emoji=speaker.emoji,
            post=post,
            audience=audience,
            at=now,
            edited=False,
        )
        there = _message(row) if row else self._by_key(key or "")
        if there is None:
            raise RuntimeError("a message of the room had neither a place nor a twin")
        return there

    def room_edit(self, message: int, post: str) -> RoomMessage | None:
        return self._renewed(message, post=post, edited=True)

    def room_invite(self, message: int, person_id: str) -> RoomMessage | None:
        there = self.room_message(message)
        if there and there.invited == person_id:
            return there
        return self._renewed(message, invited=person_id) if there else None

    def room_message(self, message: int) -> RoomMessage | None:
        return self._one_message(select(room_messages).where(_m.id == message))

    def room_find(self, key: str) -> int | None:
        return self._connection.execute(select(_m.id).where(_m.key == key)).scalar_one_or_none()

    # ------------------------------------------------------------ reading

    def room_head(self) -> int:
        return int(self._connection.execute(select(func.coalesce(func.max(_m.seq), 0))).scalar_one())

    def room_news(self, person_id: str, since: int, limit: int) -> list[RoomMessage]:
        query = select(room_messages).where(_m.seq > since, _visible(person_id)).order_by(_m.seq).limit(limit)
        return [_message(row) for row in self._connection.execute(query)]

    def room_page(self, person_id: str, channel: str, thread: int | None, before: int | None, limit: int) -> list[RoomMessage]:
        where = _m.thread.is_(None) if thread is None else (_m.thread == thread) | (_m.id == thread)
        query = select(room_messages).where(_m.channel == channel, where, _visible(person_id))
        if before is not None:
            query = query.where(_m.id < before)
        latest = self._connection.execute(query.order_by(_m.id.desc()).limit(limit)).all()
        return [_message(row) for row in reversed(latest)]

    def room_replies(self, person_id: str, channel: str) -> dict[int, int]:
        held = (_m.channel == channel, _m.thread.is_not(None), _visible(person_id))
        query = select(_m.thread, func.count().label("number")).where(*held).group_by(_m.thread)
        return {row.thread: row.number for row in self._connection.execute(query)}

    def room_seen(self, person_id: str, channel: str, thread: int | None, message: int) -> None:
        seen = room_seen.c
        insert = self._insert(room_seen).values(person=person_id, channel=channel, thread=thread or 0, message=message)
        newer = insert.on_conflict_do_update(
            index_elements=[seen.person, seen.channel, seen.thread],
            set_={"message": insert.excluded.message},
            where=seen.message < insert.excluded.message,
        )
        self._connection.execute(newer)

    def room_seen_marks(self, person_id: str) -> dict[tuple[str, int | None], int]:
        query = select(room_seen).where(room_seen.c.person == person_id)
        return {(row.channel, row.thread or None): row.message for row in self._connection.execute(query)}

    def room_unread(self, person_id: str) -> dict[tuple[str, int | None], int]:
        mark, thread = room_seen.c, func.coalesce(_m.thread, 0)
        query = (
            select(_m.channel, _m.thread, func.count().label("number"))
            .select_from(room_messages)
            .outerjoin(room_seen, (mark.person == person_id) & (mark.channel == _m.channel) & (mark.thread == thread))
            .where(_m.author != person_id, _visible(person_id), _m.id > func.coalesce(mark.message, 0))
            .group_by(_m.channel, _m.thread)
        )
        return {(row.channel, row.thread): row.number for row in self._connection.execute(query)}

    # ------------------------------------------------------------ pictures

    def room_keep_picture(self, token: str, png: bytes, now: datetime) -> None:
        self._keep(room_pictures, token=token, png=png, kept_at=now)

    def room_picture(self, token: str) -> bytes | None:
        return self._connection.execute(select(room_pictures.c.png).where(room_pictures.c.token == token)).scalar_one_or_none()

    # ------------------------------------------------------------ parts

    def _next_message(self) -> int:
        """One more over the whole room. Locks the counter: whoever sees a seq has been able to see every lower one."""
        insert = self._insert(room_counter).values(id=1, seq=1)
        count = insert.on_conflict_do_update(index_elements=[room_counter.c.id], set_={"seq": room_counter.c.seq + 1})
        return int(self._connection.execute(count.returning(room_counter.c.seq)).scalar_one())

    def _renewed(self, message: int, **change: Any) -> RoomMessage | None:
        renewal = update(room_messages).where(_m.id == message).values(seq=self._next_message(), **change)
        row = self._connection.execute(renewal.returning(room_messages)).one_or_none()
        return _message(row) if row else None

    def _by_key(self, key: str) -> RoomMessage | None:
        return self._one_message(select(room_messages).where(_m.key == key))

    def _one_message(self, query: Select[Any]) -> RoomMessage | None:
        row = self._connection.execute(query).one_or_none()
        return _message(row) if row else None


def _visible(person_id: str) -> ColumnElement[bool]:
    return _m.audience.is_(None) | (_m.audience == person_id)


def _person(person_id: str, name: str) -> Person:
    return Person("room", "local", person_id, name)


def _message(row: Row[Any]) -> RoomMessage:
    speaker = Speaker(row.speaker_name, row.speaker_face, row.speaker_emoji)
    return RoomMessage(
        row.id, row.seq, row.channel, row.thread, row.author, speaker, row.post, row.audience, row.invited, row.at, row.edited
    )
