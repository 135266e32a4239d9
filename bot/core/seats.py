"""Seats: what only one of several processes may do at a time, while the others stand by."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from bot.core.ports import Clock, Store

LEASE = 20.0
"""Seconds a seat is held without being renewed. A process that is killed leaves it free after so many, at the latest."""
LOOK = 5.0
"""Seconds between looks: who sits renews the lease, who stands by tries to sit. LEASE and LOOK together bound a takeover."""
MARGIN = 5.0
"""Seconds before its lease ends in which a holder that could not renew it ends its work: nobody else sits before that."""
NEVER = datetime(1, 1, 2, tzinfo=UTC)

log = logging.getLogger(__name__)


class Seat:
    """One process sits, the others stand by and take over within 25 seconds of a kill, at once after an orderly end.

    A Discord gateway, one for each application:

        seat = app.seat("gateway:discord:<application id>")
        holding = asyncio.create_task(seat.hold(gateway.run))   # when the app starts
        holding.cancel(); await asyncio.wait({holding})         # when it stops: the gateway is closed, then the seat is free

    `gateway.run` connects, listens until it is cancelled and then closes its connection within `MARGIN` seconds; it is called
    again, in this process or another, whenever the seat changes hands. A process that stands by is ready: it answers, works
    through the ledger and would take over; were it not called ready, no deploy could replace the one that sits.
    """

    def __init__(self, store: Store, clock: Clock, name: str, holder: str, *, alone: bool) -> None:
        """`alone`: no other process can be there, as on an SQLite file; the seat is then ours without a row."""
        self._store, self._clock, self._alone = store, clock, alone
        self.name, self._holder = name, holder
        self._until = NEVER

    @property
    def mine(self) -> bool:
        """Whether this process surely sits, with time left to end what it does."""
        return self._alone or self._clock.now() < self._until - timedelta(seconds=MARGIN)

    async def look(self) -> bool:
        """Renew the seat, or take it if it is free. Whether it is ours."""
        if self._alone:
            return True
        now = self._clock.now()
        taken = await self._store.write(lambda records: records.take_seat(self.name, self._holder, now, LEASE))
        self._until = now + timedelta(seconds=LEASE) if taken else NEVER
        return taken

    async def leave(self) -> None:
        """Free it for whoever stands by. Safe to call twice."""
        if self._alone:
            return
        self._until = NEVER
        await self._store.write(lambda records: records.leave_seat(self.name, self._holder, self._clock.now()))

    async def hold(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do the work while the seat is ours, stand by while it is not. Ends when the work ends by itself, or when cancelled."""
        if self._alone:
            await work()
            return
        try:
            while True:
                await self._stand_by()
                if await self._sit(work):
                    return
        finally:
            await self._get_up()

    async def _stand_by(self) -> None:
        while True:
            if await self._looked():
                return
            await asyncio.sleep(LOOK)

    async def _sit(self, work: Callable[[], Awaitable[None]]) -> bool:
        """True if the work ended by itself, False if the seat was lost meanwhile."""
        log.info("This process now holds a seat", extra={"seat": self.name})
        doing = asyncio.ensure_future(work())
        try:
            while True:
                await asyncio.wait({doing}, timeout=LOOK)
                if doing.done():
                    doing.result()
                    return True
                if not await self._looked():
                    log.warning("This process has lost a seat and stands by", extra={"seat": self.name})
                    return False
        finally:
            doing.cancel()
            await asyncio.gather(doing, return_exceptions=True)

    async def _looked(self) -> bool:
        """Whether the seat is ours; while the database is away, for as long as the lease lasts."""
        try:
            return await self.look()
        except Exception:  # a database gone for a moment must not end who sits, nor who stands by
            log.exception("A seat could not be looked at; trying again", extra={"seat": self.name})
            return self.mine

    async def _get_up(self) -> None:
        try:
            await self.leave()
        except Exception:  # its lease ends by itself
            log.exception("A seat could not be left", extra={"seat": self.name})
