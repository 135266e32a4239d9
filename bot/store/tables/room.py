"""The local room, the one platform that keeps its messages here."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Table, Text

from bot.store.columns import NUMBER, Instant
from bot.store.tables.base import metadata

room_people = Table(
    "room_people",
    metadata,
    Column("id", String, primary_key=True),
    Column("token_hash", String, nullable=False, unique=True),
    Column("name", String, nullable=False),
    Column("entered_at", Instant, nullable=False),
)

room_channels = Table(
    "room_channels",
    metadata,
    Column("number", NUMBER, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("title", String, nullable=False),
    Column("added_at", Instant, nullable=False),
)

room_counter = Table(
    "room_counter",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
)

room_messages = Table(
    "room_messages",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("seq", BigInteger, nullable=False, unique=True),
    Column("key", String, unique=True),
    Column("channel", String, nullable=False),
    Column("thread", NUMBER),
    Column("author", String, nullable=False),
    Column("speaker_name", String, nullable=False),
    Column("speaker_face", String, nullable=False),
    Column("speaker_emoji", String, nullable=False),
    Column("post", Text, nullable=False),
    Column("audience", String),
    Column("invited", String),
    Column("at", Instant, nullable=False),
    Column("edited", Boolean, nullable=False),
    Index("ix_room_messages_channel_thread_id", "channel", "thread", "id"),
    sqlite_autoincrement=True,
)

room_seen = Table(
    "room_seen",
    metadata,
    Column("person", String, primary_key=True),
    Column("channel", String, primary_key=True),
    Column("thread", NUMBER, primary_key=True, autoincrement=False),  # 0 is the channel itself: no key part may be NULL
    Column("message", NUMBER, nullable=False),
)

room_pictures = Table(
    "room_pictures",
    metadata,
    Column("token", String, primary_key=True),
    Column("png", LargeBinary, nullable=False),
    Column("kept_at", Instant, nullable=False),
)
