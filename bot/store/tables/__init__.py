"""Every table of the store, one MetaData for SQLite and PostgreSQL. What must happen once has its unique key here."""

from bot.store.tables.base import metadata
from bot.store.tables.budgets import budgets, reservations, usage
from bot.store.tables.cohorts import cohorts, digests, members, persons, schedules
from bot.store.tables.learning import answers, attempts, completions, exit_answers, labs, passes, personas, readings, turns
from bot.store.tables.ledger import heard, keepsakes, lanes, listening, seats, work
from bot.store.tables.room import room_channels, room_counter, room_messages, room_people, room_pictures, room_seen
from bot.store.tables.workspaces import absences, installations, tickets

__all__ = [
    "absences",
    "answers",
    "attempts",
    "budgets",
    "cohorts",
    "completions",
    "digests",
    "exit_answers",
    "heard",
    "installations",
    "keepsakes",
    "labs",
    "lanes",
    "listening",
    "members",
    "metadata",
    "passes",
    "personas",
    "persons",
    "readings",
    "reservations",
    "room_channels",
    "room_counter",
    "room_messages",
    "room_people",
    "room_pictures",
    "room_seen",
    "schedules",
    "seats",
    "tickets",
    "turns",
    "usage",
    "work",
]
