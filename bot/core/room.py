"""What the local room keeps: the one platform without a memory of its own keeps its messages in our database."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.chat import Person, Speaker


@dataclass(frozen=True, slots=True)
class RoomMessage:
    """One message of the room, as somebody sees it.

    `seq` grows with every new message and every edit, over the whole room: whoever knows the last seq they saw can ask
    for all that has come since. `thread` is the id of the root message. `author` is a person's id, or empty for the bot
    and its personas, whose name and face are in `speaker`. `post` is JSON (chat.POSTS). `audience` is the one person who
    may see it, or None for everybody; `invited` the person for whom a thread was opened.
    """

    id: int
    seq: int
    channel: str
    thread: int | None
    author: str
    speaker: Speaker
    post: str
    audience: str | None
    invited: str | None
    at: datetime
    edited: bool


class RoomRecords(Protocol):
    def room_enter(self, token_hash: str, person_id: str, name: str, now: datetime) -> Person:
        """A new person of the room; `token_hash` is what is kept of the browser's secret."""
        ...

    def room_person(self, token_hash: str) -> Person | None: ...

    def room_knows(self, person_id: str) -> bool:
        """Whether that person is (still) one of the room's."""
        ...

    def room_people(self) -> list[Person]: ...

    def room_channels(self) -> list[tuple[str, str]]:
        """Id and title, oldest first."""
        ...

    def room_add_channel(self, channel: str, title: str, now: datetime) -> bool: ...

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
        """Keep a message. With a `key` that was used before, gives the message kept then and changes nothing."""
        ...

    def room_edit(self, message: int, post: str) -> RoomMessage | None: ...

    def room_invite(self, message: int, person_id: str) -> RoomMessage | None: ...

    def room_message(self, message: int) -> RoomMessage | None: ...

    def room_find(self, key: str) -> int | None: ...

    def room_head(self) -> int:
        """The highest seq there is; 0 in an empty room."""
        ...

    def room_news(self, person_id: str, since: int, limit: int) -> list[RoomMessage]:
        """What that person may see of all that is newer than `since`, in order of seq, the first `limit`."""
        ...

    def room_page(self, person_id: str, channel: str, thread: int | None, before: int | None, limit: int) -> list[RoomMessage]:
        """The latest `limit` messages (ids below `before`) of a channel, or of a thread with its root, oldest first."""
        ...

    def room_replies(self, person_id: str, channel: str) -> dict[int, int]:
        """How many messages each thread of the channel holds that this person may see, by root."""
        ...

    def room_seen(self, person_id: str, channel: str, thread: int | None, message: int) -> None:
        """Mark a channel or thread as read up to a message. Never moves back."""
        ...

    def room_seen_marks(self, person_id: str) -> dict[tuple[str, int | None], int]: ...

    def room_unread(self, person_id: str) -> dict[tuple[str, int | None], int]:
        """How many messages by others stand after the mark, by channel and thread, where there are any."""
        ...

    def room_keep_picture(self, token: str, png: bytes, now: datetime) -> None: ...

    def room_picture(self, token: str) -> bytes | None: ...
