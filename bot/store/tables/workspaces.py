"""The workspaces we were let into, those we were shut out of, and tickets that are good for one use."""

from sqlalchemy import Column, String, Table, Text

from bot.store.columns import Instant
from bot.store.tables.base import metadata

installations = Table(
    "installations",
    metadata,
    Column("platform", String, primary_key=True),
    Column("workspace", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("bot_user", String, nullable=False),
    Column("bot", String, nullable=False),
    Column("organisation", String),
    Column("sealed", Text, nullable=False),
    Column("expires_at", Instant),
    Column("installed_at", Instant, nullable=False),
    Column("renewing_until", Instant),
)

absences = Table(
    "absences",
    metadata,
    Column("platform", String, primary_key=True),
    Column("workspace", String, primary_key=True),
    Column("since", Instant, nullable=False),
    Column("why", Text, nullable=False),
)

tickets = Table(
    "tickets",
    metadata,
    Column("ticket", String, primary_key=True),
    Column("until", Instant, nullable=False),
)
