"""An oracle for calendars: enumerates days and wall times itself, without APScheduler and without the core's arithmetic."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo


def dates(days: tuple[int, ...], begin: date, end: date) -> Iterator[date]:
    """The days of the week from `begin` to before `end`."""
    day = begin
    while day < end:
        if day.weekday() in days:
            yield day
        day += timedelta(days=1)


def local(at: datetime, zone: ZoneInfo) -> datetime:
    """What a clock on the wall shows at that instant."""
    return at.astimezone(zone).replace(tzinfo=None)


@cache
def strike(due: datetime, zone: ZoneInfo) -> datetime:
    """The first instant at which the wall shows `due`; where none does, what a clock not yet put forward would call `due`."""
    near = [due.replace(tzinfo=UTC) + timedelta(hours=n) for n in (-26, -13, 0, 13, 26)]
    offsets = {local(at, zone) - at.replace(tzinfo=None) for at in near}
    moments = sorted(due.replace(tzinfo=UTC) - offset for offset in offsets)
    return next((at for at in moments if local(at, zone) == due), moments[-1])


def changes(zone: ZoneInfo, begin: datetime, end: datetime) -> int:
    """How often the clocks are put forward or back between two instants."""
    hours = int((end - begin) / timedelta(hours=1))
    offsets = [(begin + timedelta(hours=n)).astimezone(zone).utcoffset() for n in range(hours + 1)]
    return sum(one != other for one, other in pairwise(offsets))


def jump(zone: ZoneInfo, begin: datetime, end: datetime) -> datetime | None:
    """The first wall time that no clock shows because it was put forward; None where none is."""
    minutes = (begin + timedelta(minutes=15 * n) for n in range(int((end - begin) / timedelta(minutes=15)) + 1))
    for one, other in pairwise(minutes):
        if local(other, zone) - local(one, zone) > other - one:
            return local(one, zone) + (other - one)
    return None
