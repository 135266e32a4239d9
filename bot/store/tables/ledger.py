"""The ledger: lanes, the work in them, seats for one process, the gestures heard, until when all were, adapters' keepsakes."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, String, Table, Text, text

from bot.store.columns import NUMBER, Instant, Json
from bot.store.tables.base import metadata

lanes = Table(
    "lanes",
    metadata,
    Column("lane", String, primary_key=True),
    Column("due_at", Instant, index=True),
    Column("owner", String),
    Column("fence", BigInteger, nullable=False),
)

work = Table(
    "work",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("kind", String, nullable=False),
    Column("lane", String, nullable=False),
    Column("payload", Json, nullable=False),
    Column("state", String, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("faults", Integer, nullable=False, server_default="0"),
    Column("vanished", Integer, nullable=False, server_default="0"),
    Column("intent_at", Instant),
    Column("ref", String),
    Column("error", Text, nullable=False),
    Column("choice", Text, nullable=False, server_default=""),
    Column("schedule", NUMBER),
    Column("schedule_version", Integer),
    Column("created_at", Instant, nullable=False),
    Column("done_at", Instant),
    CheckConstraint("state IN ('pending', 'done', 'dead', 'cancelled')", name="state"),
    sqlite_autoincrement=True,
)
Index(
    "ix_work_pending",
    work.c.lane,
    work.c.id,
    sqlite_where=text("state = 'pending'"),
    postgresql_where=text("state = 'pending'"),
)
Index(
    "ix_work_schedule_pending",
    work.c.schedule,
    sqlite_where=text("state = 'pending'"),
    postgresql_where=text("state = 'pending'"),
)

seats = Table(
    "seats",
    metadata,
    Column("name", String, primary_key=True),
    Column("holder", String),
    Column("until", Instant, nullable=False),
)

heard = Table(
    "heard",
    metadata,
    Column("event", String, primary_key=True),
    Column("at", Instant, nullable=False),
)

listening = Table(
    "listening",
    metadata,
    Column("platform", String, primary_key=True),
    Column("until", Instant, nullable=False),
)

keepsakes = Table(
    "keepsakes",
    metadata,
    Column("platform", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("value", Text, nullable=False),
    Column("at", Instant, nullable=False),
)
