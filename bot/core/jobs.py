"""Jobs: one piece of work off the ledger, in hand under a lease, and what a kind of work must know to do it.

One post is made in four steps, each safe to be killed after: say that it is about to be made, make it, keep the platform's
receipt, finish. Whoever finds a post that was about to be made and has no receipt looks for it before making it again.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.core.chat import Place, Post
from bot.core.ports import Chat, Claim, Clock, Failed, Lost, NotSent, Records, Store, Unclear, Undeliverable, Work

MARGIN = 15.0
"""Seconds of its lease that a post may take. With fewer left it is not begun: another process may be about to make it."""
TRIES = 40
"""With pauses of up to five minutes: about three hours, longer than most outages, before a lead is asked to act."""

SENT_AGAIN = (
    "an earlier try broke off before its answer came; the message was not there when I looked, so I sent it. "
    "Should it be there twice, delete one"
)
"""The choice made where a platform's own history is all there is to go by."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How work of one kind is gone about: how often it is tried where the platform does not take it, how often where something
    of ours is wrong, before it is given up; and whether it lasts as long as a tutor speaks, of which only so many are done at a
    time."""

    tries: int = TRIES
    faults: int = TRIES
    talks: bool = False


class Handler(Protocol):
    """What one kind of work means."""

    @property
    def pace(self) -> Pace: ...

    async def do(self, job: "Job") -> None:
        """Do it and call `job.done`. May raise NotSent, Unclear or Undeliverable; may be called again after any of them."""
        ...

    def give_up(self, records: Records, work: Work, why: str, now: datetime, *, refused: bool) -> None:
        """Keep that it failed for good, in the transaction that ends it.

        `refused`: it cannot be done as things stand, and `why` says what to do; else it was tried for long enough.
        """
        ...


class Cancelled(Exception):
    """The calendar this work came from has changed: it is no longer wanted."""


class Later(Exception):
    """Nothing wrong, but not yet."""

    def __init__(self, due: datetime) -> None:
        super().__init__()
        self.due = due


class Job:
    """One piece of work in hand, under a lease. `unsure`: a post may be out there whose receipt was never kept."""

    def __init__(self, store: Store, clock: Clock, chats: Mapping[str, Chat], claim: Claim) -> None:
        self._store, self._clock, self._chats, self._claim = store, clock, chats, claim
        self.unsure = claim.work.intent_at is not None and claim.work.ref is None

    @property
    def work(self) -> Work:
        return self._claim.work

    def chat(self, place: Place) -> Chat:
        """The platform of that place. Raises Undeliverable if it is switched off."""
        chat = self._chats.get(place.platform)
        if chat is None:
            raise Undeliverable(f"{place.platform.title()} is not connected. Connect it and post again.")
        return chat

    async def once(self, place: Place, post: Post) -> str:
        """Post it exactly once under the work's key; gives the platform's reference, also if an earlier try made it."""
        return await self._posted(place, post, post)

    async def begin(self, place: Place, post: Post) -> bool:
        """Post the beginning of what `whole` ends. False: nothing was posted, since too much is being written just now."""
        return await self._made(place, lambda chat: chat.begin(place, post, self.work.key)) is not None

    async def whole(self, place: Place, post: Post) -> None:
        """Post it exactly once; what `begin` or an earlier try has posted is made to say it."""
        fresh = self.work.ref is None and not self.unsure
        ref = await self._posted(place, post)
        if not fresh:
            await self.chat(place).edit(place, ref, post)

    async def _posted(self, place: Place, post: Post, begun: Post | None = None) -> str:
        ref = await self._made(place, lambda chat: chat.post(place, post, self.work.key), begun)
        if ref is None:
            raise Unclear("A post came without its reference.")
        return ref

    async def _made(self, place: Place, make: Callable[[Chat], Awaitable[str | None]], begun: Post | None = None) -> str | None:
        """The reference of what was posted, now or by an earlier try, which may have `begun` it only; None if nothing was."""
        if self.work.ref:
            return self.work.ref
        chat = self.chat(place)
        choice = ""
        if self.unsure:
            if ref := await self._found(chat, place, begun):
                return await self._keep(ref)
            choice = SENT_AGAIN if chat.settle else ""  # without a time to settle, what is not found is not there
        await self._intend(choice)
        if self._clock.now() > self._claim.until - timedelta(seconds=MARGIN):
            raise Lost  # frozen for a while, as by a sleeping machine
        self.unsure = True
        try:
            made = await make(chat)
        except NotSent:
            self.unsure = False
            raise
        if made is None:
            self.unsure = False
            return None
        return await self._keep(made)

    async def _found(self, chat: Chat, place: Place, begun: Post | None) -> str | None:
        """What an earlier try has posted; None if it surely has not. Raises Later while that cannot be known."""
        settled = self.work.intent_at + timedelta(seconds=chat.settle) if self.work.intent_at else self._clock.now()
        waits = self._clock.now() < settled
        ref = await chat.find(place, self.work.key, begun, settled=not waits)
        if ref is None and waits:
            raise Later(settled)
        return ref

    async def _intend(self, choice: str = "") -> None:
        claim = await self._store.write(lambda records: records.intend(self._claim, self._clock.now(), choice))
        if claim is None:
            raise Cancelled
        self._claim = replace(self._claim, work=claim.work)

    async def _keep(self, ref: str) -> str:
        claim = await self._store.write(lambda records: records.record(self._claim, ref))
        self._claim = replace(self._claim, work=claim.work)
        self.unsure = False
        return ref

    async def done(self, settle: Callable[[Records, datetime], None] | None = None, *, why: str = "") -> None:
        """End the work; `settle` keeps what follows from it in the same transaction. `why` there was nothing to post, if so."""

        def unit(records: Records) -> None:
            now = self._clock.now()
            records.finish(self._claim, "done", self.work.ref, why, now)
            if settle:
                settle(records, now)

        await self._store.write(unit)

    async def renew(self, lease: float) -> None:
        self.holds(await self._store.write(lambda records: records.renew(self._claim, self._clock.now(), lease)))

    def prolonged(self, records: Records, now: datetime, lease: float) -> Claim | None:
        """A new lease where ours has run out and nobody else has the lane, as after the machine has slept: what is in hand need
        not be taken anew. None where there is nothing to prolong."""
        if self._claim.until > now:
            return None
        try:
            return records.renew(self._claim, now, lease)
        except Lost:
            return None  # whoever does the work finds out as soon as something is to be kept

    def holds(self, claim: Claim) -> None:
        """The lease was prolonged."""
        self._claim = replace(self._claim, until=claim.until)  # its work may have moved on since

    async def again(self, due: datetime, why: str, failed: Failed = "") -> None:
        await self._store.write(lambda records: records.release(self._claim, due, why, sent=self.unsure, failed=failed))

    async def give_up(self, handler: Handler, why: str, *, refused: bool = False) -> None:
        def unit(records: Records) -> None:
            now = self._clock.now()
            records.finish(self._claim, "dead", self.work.ref, why, now)
            handler.give_up(records, self.work, why, now, refused=refused)

        await self._store.write(unit)
