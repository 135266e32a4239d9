"""What a language model may cost and has cost."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table

from bot.store.columns import NUMBER, Instant
from bot.store.tables.base import metadata
from bot.store.tables.cohorts import persons

budgets = Table(
    "budgets",
    metadata,
    Column("scope", String, primary_key=True),
    Column("period", String, primary_key=True),
    Column("reserved", Integer, nullable=False),
    Column("spent", Integer, nullable=False),
    Column("answers", Integer, nullable=False),
)

reservations = Table(
    "reservations",
    metadata,
    Column("key", String, primary_key=True),
    Column("person", ForeignKey(persons.c.id), nullable=False, index=True),
    Column("workspace", String, nullable=False),
    Column("lesson", String, nullable=False),
    Column("day", String, nullable=False),
    Column("month", String, nullable=False),
    Column("tokens", Integer, nullable=False),
)

usage = Table(
    "usage",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("person", ForeignKey(persons.c.id), nullable=False),
    Column("workspace", String, nullable=False),
    Column("lesson", String, nullable=False),
    Column("day", String, nullable=False),
    Column("month", String, nullable=False),
    Column("prompt", Integer, nullable=False),
    Column("completion", Integer, nullable=False),
    Column("counted", Boolean, nullable=False),
    Column("at", Instant, nullable=False),
    Column("failed", String, nullable=False, server_default=""),
    Index("ix_usage_person_at", "person", "at"),
)
