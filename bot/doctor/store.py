"""The database: reachable, of this version's schema, sound, in time, with room left."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

from bot.doctor.findings import Finding, listed
from bot.settings import Settings
from bot.store.errors import BadAddress
from bot.store.examination import LATELY, Examined, examine

TOLERATED = 2.0
"""Seconds between this machine's clock and the server's."""
SCARCE, SPENT = 100 * 2**20, 10 * 2**20
"""Bytes of disk below which it is time to act, and below which it may be too late."""


async def database(settings: Settings) -> list[Finding]:
    try:
        began = datetime.now(UTC)
        found = await asyncio.to_thread(examine, settings.database_url, began)
        ended = datetime.now(UTC)
    except BadAddress as refused:
        return [Finding("wrong", "database", str(refused).rstrip("."), "then ask the doctor again")]
    return list(_told(found, began + (ended - began) / 2))


def _told(found: Examined, here: datetime) -> Iterator[Finding]:
    yield from _room(found.space)
    if not found.current:
        yield Finding(
            "warn", "schema", f"{found.where} has not this version's tables yet", "python -m bot migrate, or just start"
        )
        return
    yield Finding("ok", "database", f"{found.where} is there, with this version's tables")
    yield from _time(found.server, here)
    yield from _soundness(found)
    yield from _work(found)
    yield from _replies(found)


def _room(space: int | None) -> Iterator[Finding]:
    if space is None:
        return
    left = f"{space / 2**20:,.0f} MiB left on the database's disk"
    if space < SCARCE:
        yield Finding("wrong" if space < SPENT else "warn", "disk", left, "make room; nothing can be kept on a full disk")
    else:
        yield Finding("ok", "disk", left)


def _time(server: datetime | None, here: datetime) -> Iterator[Finding]:
    if server is None:
        yield Finding("ok", "clock", "this machine's clock counts, which nothing else can be held against")
        return
    offset = (here - server).total_seconds()
    if abs(offset) > TOLERATED:
        what = f"this machine's is {offset:+.1f} s off the database server's, whose time Lectern uses"
        yield Finding("warn", "clock", what, "have both set by a time server (NTP)")
    else:
        yield Finding("ok", "clock", f"this machine's is within {TOLERATED:.0f} s of the database server's")


def _soundness(found: Examined) -> Iterator[Finding]:
    for broken in found.broken:
        where = f"does not hold that {broken.says}: {listed(broken.where)}"
        if broken.unless:
            yield Finding("warn", broken.name, where, f"nothing, if {broken.unless}; else look at the log")
        else:
            yield Finding("wrong", broken.name, where, "keep a copy of the database and tell whoever maintains Lectern")
    if not found.broken:
        yield Finding("ok", "soundness", "everything kept agrees with itself")


def _work(found: Examined) -> Iterator[Finding]:
    yield Finding("ok", "ledger", f"{found.pending} waiting")
    if found.dead:
        what = f"{found.dead} given up so far"
        yield Finding("warn", "ledger", what, "see /cohort status for digests; learners have been told of the rest")
    if found.choices:
        what = f"{found.choices} posted again where the platform could not tell"
        yield Finding("warn", "ledger", what, "see /cohort status for which")
    for away in found.absences:
        what = f"{away.platform.title()} has shut us out of {away.workspace} since {away.since:%Y-%m-%d}; its calendars wait"
        yield Finding("warn", "workspace", what, away.why.rstrip("."))
    for seat, holder in found.seats:
        yield Finding("ok", "seat", f"{seat} is held by {holder}")


def _replies(found: Examined) -> Iterator[Finding]:
    """What the checks of every reply have found in the language model's; nothing where none was asked."""
    if not found.replies:
        return
    failed = ", ".join(f"{name} {count:,}" for name, count in found.failed) or "none"
    yield Finding("ok", "replies", f"{found.replies:,} of the language model in {LATELY.days} days; failed checks: {failed}")
