"""The clock: the present time, when a calendar's next hour strikes, and APScheduler ringing the bell."""

import asyncio
import logging
import time as time_module
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger

from bot.core.ports import Clock, Rule

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")  # names: APScheduler numbers days from Monday, cron does not
SWEEP = 15
"""Seconds between looks at the calendars. Timers stand still while a machine sleeps; this bounds how late it wakes up."""

STEADY: int | None = getattr(time_module, "CLOCK_BOOTTIME", getattr(time_module, "CLOCK_MONOTONIC", None))
"""Linux's goes by the first name, macOS's by the second; what time.monotonic() reads stands still on both while they sleep."""

log = logging.getLogger(__name__)


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


def steady() -> float:
    """Seconds on a clock that nobody can set and that goes on while the machine sleeps, where there is such a one."""
    return time_module.clock_gettime(STEADY) if STEADY is not None else time_module.monotonic()


@lru_cache(maxsize=1024)
def _trigger(days: tuple[int, ...], at: time) -> CronTrigger:
    return CronTrigger(day_of_week=",".join(DAYS[day] for day in days), hour=at.hour, minute=at.minute, timezone=UTC)


class Recurrences:
    """Wall-clock recurrence. APScheduler reckons without a zone (UTC stands for none): its own zone arithmetic skips and
    doubles hours around daylight-saving changes (issues 529 and 1138), `zoneinfo` applied afterwards does not."""

    def after(self, rule: Rule, wall: datetime) -> datetime:
        begin = wall + timedelta(microseconds=1)
        if rule.start:
            begin = max(begin, datetime.combine(rule.start, time()))
        found = _trigger(rule.days, rule.at).get_next_fire_time(None, begin.replace(tzinfo=UTC))
        if found is None:
            raise ValueError("a rule without days never strikes")
        strike: datetime = found.replace(tzinfo=None)
        return strike


class Bell:
    """Rings on time and every fifteen seconds. Keeps nothing: what is due is in the database."""

    def __init__(self, ring: Callable[[], Awaitable[datetime | None]], clock: Clock | None = None) -> None:
        """`ring` deals with what is due and gives the instant of the next thing due, or None. `clock` says what time it is."""
        self._ring, self._clock = ring, clock or SystemClock()
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._ringing = asyncio.Lock()
        self._stopped = False

    def start(self) -> None:
        logging.getLogger("apscheduler").setLevel(logging.WARNING)
        self._scheduler.start()
        self._scheduler.add_job(
            self._strike, "interval", seconds=SWEEP, id="sweep", coalesce=True, max_instances=1, misfire_grace_time=None
        )
        self.soon()

    def soon(self) -> None:
        """Look again at once: a calendar has changed."""
        self._in(timedelta())

    def _in(self, wait: timedelta) -> None:
        # APScheduler reads this machine's clock, which may differ from ours: it is told how long to wait, not until when
        when = datetime.now(UTC) + wait
        self._scheduler.add_job(
            self._strike, "date", run_date=when, id="next", replace_existing=True, max_instances=100, misfire_grace_time=None
        )

    async def _strike(self) -> None:
        async with self._ringing:
            if self._stopped:
                return
            try:
                due = await self._ring()
            except Exception:  # the bell must ring again whatever happened this time
                log.exception("The calendars could not be looked at; trying again in %s seconds", SWEEP)
                return
            if due is not None and (wait := due - self._clock.now()) > timedelta():  # what is overdue waits for the next sweep
                self._in(wait)

    async def stop(self) -> None:
        """Let a stroke that has begun end; there is no other after it."""
        self._stopped = True
        self._scheduler.pause()
        async with self._ringing:
            pass
        await asyncio.sleep(0)  # strokes that waited for that one see that it is over
        self._scheduler.shutdown(wait=False)
