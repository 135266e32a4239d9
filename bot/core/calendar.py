"""The calendar: reading a lead's days, hour and zone, and turning wall-clock times into instants.

An occurrence is a wall-clock time, not an instant, so that a change of zone rules cannot make a second one on its day.
"""

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from bot.core.errors import BadInput, StaleChoice, shorten
from bot.core.plain import DAY_NAMES
from bot.core.ports import Recurrence, Rule

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVERY_DAY, WORKING_DAYS = (0, 1, 2, 3, 4, 5, 6), (0, 1, 2, 3, 4)
SETS = dict.fromkeys(("daily", "day", "everyday"), EVERY_DAY) | dict.fromkeys(
    ("weekdays", "weekday", "workdays", "workday"), WORKING_DAYS
)
FILLERS = {"", "and", "at", "every", "on"}
EXAMPLE = "tue,thu 09:30 Europe/Berlin from 2026-12-01"


def instant(rule: Rule, wall: datetime) -> datetime:
    """When the wall-clock time is, in UTC: the first of two in an overlap, pushed forward over a gap (as RFC 5545 has it)."""
    return wall.replace(tzinfo=ZoneInfo(rule.zone), fold=0).astimezone(UTC)


def wall_at(rule: Rule, now: datetime) -> datetime:
    """The clock on the wall in the rule's zone."""
    return now.astimezone(ZoneInfo(rule.zone)).replace(tzinfo=None)


def skipped_hour(rule: Rule, wall: datetime) -> bool:
    """True if the clocks jump over that wall-clock time."""
    return instant(rule, wall).astimezone(ZoneInfo(rule.zone)).replace(tzinfo=None) != wall


def ahead(recurrence: Recurrence, rule: Rule, wall: datetime) -> Iterator[datetime]:
    """The wall-clock times after `wall`, without end."""
    while True:
        wall = recurrence.after(rule, wall)
        yield wall


def due_after(recurrence: Recurrence, rule: Rule, wall: datetime) -> datetime:
    """The instant of the first occurrence after `wall`."""
    return instant(rule, recurrence.after(rule, wall))


def read_rule(text: str, now: datetime) -> Rule:
    """`DAYS TIME ZONE [from DATE]`, such as tue,thu 09:30 Europe/Berlin from 2026-12-01. Raises BadInput."""
    before, *start = re.split(r"\sfrom\b", text, maxsplit=1, flags=re.IGNORECASE)
    if start and not start[0].strip():
        raise BadInput(f"From which day? Write the date behind “from”, or leave both out to start at once: {EXAMPLE}.")
    words = before.split()
    hour = next((n for n, word in enumerate(words) if word[0].isdecimal()), len(words) - 2)
    behind = hour + (2 if " ".join(words[hour + 1 : hour + 2]).casefold() in ("am", "pm") else 1)
    if hour < 1 or behind >= len(words):
        raise BadInput(f"I need days, a time and a zone, like this: /cohort schedule {EXAMPLE}. Or send it empty for a form.")
    days, at, zone = (" ".join(part) for part in (words[:hour], words[hour:behind], words[behind:]))
    return rule_of(days, at, zone, start[0] if start else "", now)


def rule_of(days: str, at: str, zone: str, start: str, now: datetime) -> Rule:
    """The same from four separate texts. Raises BadInput for the first that cannot be read."""
    rule = Rule(read_days(days), read_time(at), read_zone(zone))
    if not start.strip():
        return rule
    return replace(rule, start=read_date(start, wall_at(rule, now).date()))


def read_days(text: str) -> tuple[int, ...]:
    words = [word for word in re.split(r"[\s,;+&/]+", text.casefold()) if word not in FILLERS]
    days = {day for word in words for day in SETS.get(word) or _days(word)}
    if not days:
        raise BadInput(f"On which days? Write them like tue,thu, or daily, or weekdays: {EXAMPLE}.", "days")
    return tuple(sorted(days))


def _days(word: str) -> tuple[int, ...]:
    """One day, or those from one to another, over the weekend if need be: mon-fri, sat-mon."""
    first, *last = re.split(r"[-–]", word, maxsplit=1)
    if not last:
        return (_day(first),)
    begin, end = _day(first), _day(last[0])
    return tuple(day % 7 for day in range(begin, end + 1 if end >= begin else end + 8))


def _day(word: str) -> int:
    for number, name in enumerate(DAY_NAMES):
        if len(word) >= 3 and name.casefold().startswith(word.removesuffix("s") if len(word) > 5 else word):
            return number
    raise BadInput(
        f"“{shorten(word, 20)}” is not a day I know. Write days like tue,thu, or daily, or weekdays: {EXAMPLE}.",
        "days",
    )


def read_time(text: str) -> time:
    found = re.fullmatch(r"(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm)?", text.strip().casefold())
    if found:
        hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
        real = 1 <= hour <= 12 if half else hour < 24 and found[2]
        if half:
            hour = hour % 12 + (12 if half == "pm" else 0)
        if real and minute < 60:
            return time(hour, minute)
    raise BadInput(f"“{shorten(text, 20)}” is not a time of day. Write it as hours and minutes, like 09:30.", "time")


@cache
def _zones() -> dict[str, str]:
    """Every zone by its full name and by its last part (berlin), in lower case; the full name wins."""
    names = sorted(available_timezones() - {"localtime", "posixrules", "Factory"})
    cities = {name.rsplit("/", 1)[-1].casefold(): name for name in names if "/" in name and not name.startswith("Etc/")}
    return cities | {name.casefold(): name for name in names}


def read_zone(text: str) -> str:
    asked = text.strip().casefold().replace(" ", "_")
    zones = _zones()
    if found := zones.get(asked):
        return found
    near = difflib.get_close_matches(asked, zones, n=1, cutoff=0.6)
    guess = f" Did you mean {zones[near[0]]}?" if near else ""
    sentence = f"I don't know the time zone “{shorten(text, 40)}”.{guess} Write it like Europe/Berlin or America/New_York."
    raise BadInput(sentence, "zone")


def read_date(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise BadInput(f"“{shorten(text, 20)}” is not a date. Write it as year-month-day, like 2026-12-01.", "from") from None
    if day < today:
        raise BadInput(f"{day} has passed; today is {today}. Choose a later day, or leave “from” out to start at once.", "from")
    if day > today + timedelta(days=730):
        raise BadInput(f"{day} is more than two years away. Choose a nearer day to start.", "from")
    return day


def rule_text(rule: Rule) -> str:
    """Such as Tuesdays and Thursdays at 09:30 (Europe/Berlin)."""
    return f"{days_text(rule.days)} at {rule.at:%H:%M} ({rule.zone})"


def days_text(days: Sequence[int]) -> str:
    if len(days) == 7:
        return "every day"
    if tuple(days) == WORKING_DAYS:
        return "Monday to Friday"
    names = [f"{DAY_NAMES[day]}s" for day in days]
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def occurrence(wall: datetime) -> str:
    """The wall-clock time as it is kept: ISO, to the minute."""
    return wall.isoformat(timespec="minutes")


def encode_rule(rule: Rule) -> tuple[str, ...]:
    """A rule as the arguments of a Save button; `decode_rule` is its other direction."""
    return "".join(map(str, rule.days)), f"{rule.at:%H%M}", rule.zone, rule.start.isoformat() if rule.start else ""


def decode_rule(code: tuple[str, ...], now: datetime) -> Rule:
    """Raises StaleChoice or BadInput where the code is not a rule, or its first day has passed since it was shown."""
    if len(code) != 4 or len(code[1]) != 4:
        raise StaleChoice
    days, at, zone, start = code
    names = ",".join(DAYS[int(day)] for day in days if day in "0123456")
    return rule_of(names, f"{at[:2]}:{at[2:]}", zone, start, now)
