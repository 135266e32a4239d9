"""Readings: how far somebody has read in a lesson."""

from datetime import datetime

from sqlalchemy import select, update

from bot.store.records.shelf import Shelf
from bot.store.tables import readings


class Readings(Shelf):
    def read_section(self, who: int, lesson: str, section: int, *, last: bool, now: datetime) -> bool:
        key = (readings.c.person, readings.c.lesson)
        self._set(readings, key, person=who, lesson=lesson, section=section, looked_at=now)
        unread = (readings.c.person == who, readings.c.lesson == lesson, readings.c.read_at.is_(None))
        return last and self._changed(update(readings).where(*unread).values(read_at=now))

    def section(self, who: int, lesson: str) -> int | None:
        return self._connection.execute(
            select(readings.c.section).where(readings.c.person == who, readings.c.lesson == lesson)
        ).scalar_one_or_none()
