"""The clock, calendar rules and pictures, as the core sees them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.core.curriculum import Lesson
from bot.core.ports.remembered import Counts, LessonStanding, Rule


class Clock(Protocol):
    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class Recurrence(Protocol):
    def after(self, rule: Rule, wall: datetime) -> datetime:
        """The first wall-clock time (naive, in the rule's zone) of the rule strictly after `wall`."""
        ...


class Pictures(Protocol):
    async def progress(self, lessons: Sequence[Lesson], standing: Sequence[LessonStanding]) -> bytes:
        """A PNG of how far one person has come, drawn off the event loop."""
        ...

    async def report(self, title: str, lessons: Sequence[Lesson], counts: Sequence[Counts]) -> bytes:
        """A PNG of how many of a cohort have come how far in each lesson, drawn off the event loop."""
        ...
