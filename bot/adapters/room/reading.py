"""What a page is given to read: the welcome, the news since it last looked, and older messages. Each is one short transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.adapters.room.channels import channels_json
from bot.adapters.room.gestures import spot_stands
from bot.adapters.room.inbound import Page
from bot.adapters.room.limits import PAGE_MESSAGES
from bot.adapters.room.memory import direct_channel
from bot.adapters.room.render import Json, message_json, person_json
from bot.core.chat import Person
from bot.core.room import RoomMessage, RoomRecords


@dataclass(frozen=True, slots=True)
class About:
    """What every page is told about the room, and the `reserved` names that nobody may take."""

    title: str
    commands: Sequence[tuple[str, str, str]]
    reserved: Sequence[str] = ()


def welcome_of(records: RoomRecords, person: Person, about: About, now: datetime) -> Json:
    direct = {"id": direct_channel(person.id), "title": "Lectern", "direct": True}
    marks = records.room_seen_marks(person.id)
    return {
        "type": "welcome",
        "title": about.title,
        "now": now.isoformat(),
        "person": person_json(person),
        "channels": [*channels_json(records), direct],
        "commands": [{"name": name, "usage": usage, "help": text} for name, usage, text in about.commands],
        "head": records.room_head(),
        "unread": unread_of(records, person),
        "marks": [{"channel": channel, "thread": thread, "message": mark} for (channel, thread), mark in marks.items()],
    }


def begin_reading(records: RoomRecords, person: Person) -> None:
    """What was said in the channels before one came does not count as unread."""
    for channel, _ in records.room_channels():
        for last in records.room_page(person.id, channel, None, None, 1):
            records.room_seen(person.id, channel, None, last.id)


def news_of(records: RoomRecords, person: Person, since: int) -> Json | None:
    messages = records.room_news(person.id, since, PAGE_MESSAGES)
    if not messages:
        return None
    return {
        "type": "news",
        "messages": [message_json(message, person) for message in messages],
        "replies": _replies_of(records, person, messages),
        "unread": unread_of(records, person),
        "since": messages[-1].seq,
    }


def page_of(records: RoomRecords, person: Person, page: Page) -> Json | None:
    """None where there is no such place for that person."""
    spot = page.spot
    if not spot_stands(records, person, spot):
        return None
    messages = records.room_page(person.id, spot.channel, spot.thread, page.before, PAGE_MESSAGES)
    root = None if spot.thread is None else records.room_message(spot.thread)
    return {
        "type": "page",
        "id": page.id,
        "messages": [message_json(message, person) for message in messages],
        "root": message_json(root, person) if root else None,
        "replies": {str(thread): count for thread, count in records.room_replies(person.id, spot.channel).items()},
        "more": len(messages) == PAGE_MESSAGES,
    }


def unread_of(records: RoomRecords, person: Person) -> list[Json]:
    unread = records.room_unread(person.id)
    return [{"channel": channel, "thread": thread, "count": count} for (channel, thread), count in unread.items()]


def _replies_of(records: RoomRecords, person: Person, messages: Sequence[RoomMessage]) -> dict[str, int]:
    """How long the threads now are to which something was added."""
    roots = {(message.channel, message.thread) for message in messages if message.thread is not None}
    counts = {channel: records.room_replies(person.id, channel) for channel in {channel for channel, _ in roots}}
    return {str(root): counts[channel].get(root, 0) for channel, root in roots if root is not None}
