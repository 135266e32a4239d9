"""Calendars held against an oracle that reckons days and hours by itself: what should have been dealt with."""

import json
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests import oracle
from tests.reliability.databases import instant
from tests.reliability.scene import Scene

LESSONS = 4
"""In the course: a calendar whose lessons have all gone out has nothing more to do."""
JUST_NOW = timedelta(seconds=30)
"""What fell due so lately may not have been looked at yet."""


def misplaced(scene: Scene) -> list[str]:
    """Dates of calendars as they are now that were passed over."""
    calendars = scene.ask("SELECT cohort, days, wall_clock, zone, changed_at FROM schedules WHERE NOT paused")
    return [line for calendar in calendars for line in _misplaced(scene, calendar)]


def _misplaced(scene: Scene, calendar: Any) -> list[str]:
    rows = scene.ask("SELECT occurrence, lesson, state FROM digests WHERE cohort = :cohort", cohort=calendar.cohort)
    if sum(row.lesson is not None for row in rows) >= LESSONS:
        return []
    changed = instant(calendar.changed_at)
    assert changed
    wanted = _wanted(calendar, changed, scene.now - JUST_NOW)
    there = {row.occurrence for row in rows}
    return [f"lost: {due} of cohort {calendar.cohort} was never dealt with" for due in wanted if due not in there]


def _wanted(calendar: Any, changed: datetime, until: datetime) -> list[str]:
    """The dates since it was changed, as they are kept."""
    days = json.loads(calendar.days) if isinstance(calendar.days, str) else calendar.days
    zone, at = ZoneInfo(calendar.zone), time.fromisoformat(calendar.wall_clock)
    begin, end = changed.astimezone(zone).date(), until.astimezone(zone).date() + timedelta(days=1)
    dues = (datetime.combine(day, at) for day in oracle.dates(tuple(days), begin, end))
    return [due.isoformat(timespec="minutes") for due in dues if changed < oracle.strike(due, zone) <= until]
