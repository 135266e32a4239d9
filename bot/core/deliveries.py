"""Deliveries: everything the bot sends by itself is on the ledger first, and is sent from there, once and in order."""

import asyncio
import logging
import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from bot.core.jobs import Cancelled, Handler, Job, Later
from bot.core.ports import Chat, Claim, Clock, Lost, NotSent, Records, Store, Unavailable, Unclear, Undeliverable
from bot.core.talks import Talks

SLOTS = 32
"""Lanes worked on at a time in one process."""
LEASE = 45.0
"""Seconds a lane is leased for; renewed every third of it."""
PATIENCE = 8.0
"""Seconds work in hand is given to end in when the process ends. Hosts that ask it to end kill it after ten, at the earliest."""
IDLE = 15.0
"""Seconds after which the ledger is looked at even if nothing rang."""

PATIENT = timedelta(hours=6)
"""As long as a piece of work may be told to come again at a certain time without that counting as a failed try."""
SOONEST = 1.0
"""Seconds until it comes again then, at least."""
VANISHED = 10
"""Times that a process may end without a word while it has the same piece of work in hand."""

DEADLY = (
    f"Each of {VANISHED} times that I began this, the program itself broke off, so I leave it. "
    "Whoever runs this bot finds the reason in its log."
)
MAY_BE_THERE = "It may be there all the same: look before you post it again."

log = logging.getLogger(__name__)


class Deliveries:
    """Works through the ledger: each lane in order, many lanes side by side."""

    def __init__(
        self, store: Store, clock: Clock, chats: Mapping[str, Chat], handlers: Mapping[str, Handler], owner: str
    ) -> None:
        self._store, self._clock, self._chats, self._handlers, self._owner = store, clock, chats, handlers, owner
        self._news = asyncio.Event()
        self._hands: dict[asyncio.Task[None], Job] = {}
        self._talks = Talks(clock.now)

    def wake(self) -> None:
        """There may be new work."""
        self._news.set()

    async def run(self, seen: Callable[[], None] = lambda: None) -> None:
        """Work until cancelled, calling `seen` each time round; then no new work is taken, what is in hand is left to `stop`."""
        while True:
            seen()
            self._news.clear()
            try:
                due = await self.take()
            except Exception:  # a database gone for a minute must not end the deliveries
                log.exception("The ledger could not be read; trying again")
                due = None
            with suppress(TimeoutError):
                async with asyncio.timeout(self._pause(due)):  # not wait_for, which on 3.11 may swallow a cancellation
                    await self._news.wait()

    def _pause(self, due: datetime | None) -> float:
        """Seconds to wait: until the next lane is due, unless all hands are full."""
        if due is None or len(self._hands) >= SLOTS:
            return IDLE
        return min(max((due - self._clock.now()).total_seconds(), 0.01), IDLE)

    async def take(self) -> datetime | None:
        """Take what is due, as far as there are hands; gives when the next lane is due, if there are hands left for it."""
        free = SLOTS - len(self._hands)
        if not free:
            return None
        mine = list(self._hands.values())

        def unit(records: Records) -> tuple[dict[Job, Claim], list[Claim], datetime | None]:
            now = self._clock.now()
            kept = {job: claim for job in mine if (claim := job.prolonged(records, now, LEASE))}
            claims = records.claim(self._owner, now, free, LEASE)
            return kept, claims, records.next_work() if len(claims) < free else None

        taking = asyncio.ensure_future(self._store.write(unit))
        try:
            kept, claims, due = await asyncio.shield(taking)
        except asyncio.CancelledError:
            self._begin((await taking)[1])  # what is leased is ours to end or to hand over
            raise
        for job, claim in kept.items():
            job.holds(claim)
        self._begin(claims)
        return due

    def _begin(self, claims: Sequence[Claim]) -> None:
        for claim in claims:
            job = Job(self._store, self._clock, self._chats, claim)
            task = asyncio.create_task(self._work(job))
            self._hands[task] = job
            task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        del self._hands[task]
        self._news.set()

    async def settle(self) -> None:
        """Work until nothing is due any more."""
        while True:
            due = await self.take()
            if self._hands:
                await asyncio.wait(self._hands)
            elif due is None or due > self._clock.now():
                return

    async def stop(self, patience: float | None = None) -> None:
        """Let work in hand end, for at most that many seconds; what is cut off is handed over to the next process."""
        if self._hands:
            _, late = await asyncio.wait(self._hands, timeout=PATIENCE if patience is None else patience)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _work(self, job: Job) -> None:
        lease = asyncio.create_task(self._keep_lease(job))
        try:
            await self._do(self._handlers[job.work.kind], job)
        except Cancelled:
            pass  # the ledger has it already
        except asyncio.CancelledError:  # the process ends: whoever comes next need not wait for the lease to run out
            await _hand_over(job, self._clock.now())
            raise
        except Lost:
            log.info("A lease was lost; another process goes on", extra={"kind": job.work.kind})
        except Exception:  # one lane's trouble never delays another's; its lease runs out and it is tried again
            log.exception("A delivery could not be settled", extra={"kind": job.work.kind})
        finally:
            lease.cancel()

    async def _keep_lease(self, job: Job) -> None:
        while True:
            await asyncio.sleep(LEASE / 3)
            try:
                await job.renew(LEASE)
            except Lost:
                return  # whoever does the work finds out as soon as something is to be kept
            except Exception:  # a database gone for a moment: two thirds of the lease are left to try again
                log.exception("A lease could not be renewed; trying again")

    async def _do(self, handler: Handler, job: Job) -> None:
        if job.work.vanished >= VANISHED:
            doubt = f" {MAY_BE_THERE}" if job.unsure else ""
            await job.give_up(handler, f"{DEADLY}{doubt}", refused=True)
            return
        if not handler.pace.talks:
            await self._try(handler, job)
            return
        workspace = workspace_of(job.work.lane)
        if wait := self._talks.wait(workspace, job.work.id):
            await job.again(self._clock.now() + wait, "")
            return
        with self._talks.talking(workspace):
            await self._try(handler, job)

    async def _try(self, handler: Handler, job: Job) -> None:
        try:
            await handler.do(job)
        except (Cancelled, Lost):
            raise
        except Later as later:
            await job.again(later.due, "")
        except Undeliverable as refused:
            await job.give_up(handler, refused.why, refused=True)
        except NotSent as failure:
            await self._come_again(handler, job, failure)
        except Unclear as failure:
            await self._retry(handler, job, str(failure) or "no clear answer")
        except Unavailable as trouble:  # it passes, and is no fault of ours: as patient as with a platform that is away
            await self._retry(handler, job, f"the database was {trouble.why}")
        except Exception:  # a fault of ours: keep the work, try again, and give up in the end
            log.exception("A delivery failed", extra={"kind": job.work.kind})
            await self._retry(handler, job, "an unexpected fault", fault=True)

    async def _come_again(self, handler: Handler, job: Job, failure: NotSent) -> None:
        """At the time that was told: to wait for one's turn is not to fail, unless it takes most of a day."""
        now, told = self._clock.now(), failure.retry_after
        if told is None or now - job.work.created_at > PATIENT:
            await self._retry(handler, job, failure.why, told)
        else:
            await job.again(now + timedelta(seconds=max(told, SOONEST)), failure.why)

    async def _retry(self, handler: Handler, job: Job, why: str, after: float | None = None, *, fault: bool = False) -> None:
        """Later, unless it has failed so often already. Only what failed is counted, not that a process was ended meanwhile."""
        tries = 1 + (job.work.faults if fault else job.work.attempts)
        if tries >= (handler.pace.faults if fault else handler.pace.tries):
            doubt = f". {MAY_BE_THERE}" if job.unsure else ""
            await job.give_up(handler, f"Gave up after {tries} tries: {why}{doubt}")
            return
        wait = after if after is not None else random.uniform(0.5, 1.0) * min(2.0**tries, 300.0)  # noqa: S311 - jitter
        await job.again(self._clock.now() + timedelta(seconds=wait), why, failed="fault" if fault else "trouble")


async def _hand_over(job: Job, now: datetime) -> None:
    try:
        await job.again(now, "")
    except Exception:  # noqa: BLE001 - it was lost, or ended at this very moment, or the database is away: the lease will end
        log.info("Work in hand is left to its lease", extra={"kind": job.work.kind})


def workspace_of(lane: str) -> str:
    """The platform and workspace a lane belongs to."""
    return ":".join(lane.split(":")[:2])
