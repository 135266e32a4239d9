"""People, their cohorts, and the cohorts' calendars."""

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from bot.store.columns import NUMBER, Instant, Json, Wall
from bot.store.tables.base import metadata

persons = Table(
    "persons",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("platform", String, nullable=False),
    Column("workspace", String, nullable=False),
    Column("external_id", String, nullable=False),
    Column("name", String, nullable=False),
    Column("known_at", Instant, nullable=False),
    UniqueConstraint("platform", "workspace", "external_id"),
)

cohorts = Table(
    "cohorts",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("name", String, nullable=False),
    Column("platform", String, nullable=False),
    Column("workspace", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("direct", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("platform", "workspace", "channel"),
)

members = Table(
    "members",
    metadata,
    Column("cohort", ForeignKey(cohorts.c.id), primary_key=True),
    Column("person", ForeignKey(persons.c.id), primary_key=True, index=True),
    Column("role", String, nullable=False),
    Column("joined_at", Instant, nullable=False),
    Column("left_at", Instant),
    CheckConstraint("role IN ('lead', 'member')", name="role"),
)

schedules = Table(
    "schedules",
    metadata,
    Column("cohort", ForeignKey(cohorts.c.id), primary_key=True),
    Column("days", Json, nullable=False),
    Column("wall_clock", String, nullable=False),
    Column("zone", String, nullable=False),
    Column("start", String),
    Column("paused", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("cursor", Wall, nullable=False),
    Column("next_due", Instant, index=True),
    Column("changed_at", Instant, nullable=False),
)

digests = Table(
    "digests",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("cohort", ForeignKey(cohorts.c.id), nullable=False),
    Column("occurrence", String, nullable=False),
    Column("lesson", String),
    Column("state", String, nullable=False),
    Column("late", Boolean, nullable=False),
    Column("error", Text, nullable=False),
    Column("ref", String),
    Column("posted_at", Instant),
    Column("work_key", String),
    Column("noted_at", Instant, nullable=False),
    UniqueConstraint("cohort", "occurrence"),
    UniqueConstraint("cohort", "lesson"),
    CheckConstraint("state IN ('planned', 'posted', 'failed', 'missed', 'skipped')", name="state"),
    sqlite_autoincrement=True,  # a digest taken back never lends its number to another
)
