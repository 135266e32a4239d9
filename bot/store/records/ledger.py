"""The ledger: durable work, each piece done once, in the order of its lane, by whoever holds the lane's lease.

A lane is leased by pushing its `due_at` to the lease's end, so one index serves what is due, leased and idle. The fence
counts the leases: a holder whose fence is no longer the lane's has lost it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Literal

from sqlalchemy import CursorResult, Executable, Row, String, Update, cast, delete, func, select, update

from bot.core.ports import Claim, Failed, Full, Lost, Work
from bot.store.records import steps
from bot.store.records.shelf import Shelf, digest_of
from bot.store.tables import digests, heard, lanes, work

MOST_IN_LANE = 20
MOST_IN_WORKSPACE = 500
"""Work that may wait for people's sake. Digests are not counted and not refused: they are as many as there are cohorts."""


class Ledger(Shelf):
    def enqueue(self, key: str, kind: str, lane: str, payload: dict[str, Any], now: datetime) -> bool:
        return self._enqueue(key, kind, lane, payload, now)

    def claim(self, owner: str, now: datetime, slots: int, lease: float) -> list[Claim]:
        until = now + timedelta(seconds=lease)
        due = self._run(steps.DUE, the_now=now, the_slots=slots).all()
        if not due:
            return []
        self._count_vanished([row.lane for row in due if row.owner is not None])
        names = [row.lane for row in due]
        taken = self._run(steps.TAKEN, the_lanes=names, the_owner=owner, the_until=until)
        fences = {row.lane: row.fence for row in taken}
        heads = {row.lane: row for row in self._run(steps.HEADS, the_lanes=names)}
        idle = [name for name in names if name not in heads or heads[name].due_at > now]
        if idle:
            self._let_go(idle)
        return [Claim(_work(heads[name]), fences[name], until) for name in names if name not in idle]

    def renew(self, claim: Claim, now: datetime, lease: float) -> Claim:
        until = now + timedelta(seconds=lease)
        self._hold(claim, steps.HELD_UNTIL, the_due=until)
        return replace(claim, until=until)

    def intend(self, claim: Claim, now: datetime, choice: str = "") -> Claim | None:
        # calendar before lane, as whoever plans a digest locks them: the other way round two would wait for each other
        wanted = self._still_wanted(claim)
        self._hold(claim)
        if not wanted:
            self._cancel([claim.work.id], now)
            self._let_go([claim.work.lane])
            return None
        if choice:
            self._connection.execute(update(work).where(work.c.id == claim.work.id).values(choice=choice))
        row = self._run(steps.BEGUN, the_id=claim.work.id, the_now=now).one()
        return replace(claim, work=_work(row))

    def finish(self, claim: Claim, state: Literal["done", "dead"], ref: str | None, error: str, now: datetime) -> None:
        self._hold(claim)
        self._run(steps.ENDED, the_id=claim.work.id, the_state=state, the_ref=ref, the_error=error, the_now=now)
        kept = {name: value for name, value in claim.work.payload.items() if isinstance(value, int)}
        if state == "done" and kept != claim.work.payload:
            # somebody's words have been brought; what was given up may be tried again
            self._connection.execute(update(work).where(work.c.id == claim.work.id).values(payload=kept))
        self._let_go([claim.work.lane])

    def release(self, claim: Claim, due: datetime, error: str, *, sent: bool, failed: Failed = "") -> None:
        self._hold(claim, steps.PUT_BACK, the_due=due)
        counted = {"the_trouble": int(failed == "trouble"), "the_fault": int(failed == "fault")}
        later = steps.LATER if sent else steps.LATER_UNSENT
        self._run(later, the_id=claim.work.id, the_due=due, the_error=error, **counted)

    def record(self, claim: Claim, ref: str) -> Claim:
        self._hold(claim)
        self._run(steps.RECEIVED, the_id=claim.work.id, the_ref=ref)
        return replace(claim, work=replace(claim.work, ref=ref))

    def retry(self, key: str, now: datetime, *, begun: bool = False) -> bool:
        base = key.partition("+")[0]
        latest, following = None, base
        for number in count(2):
            found = self._connection.execute(select(work).where(work.c.key == following)).one_or_none()
            if found is None:
                break
            latest, following = found, f"{base}+{number}"
        if latest is None or latest.state != "dead":
            return False
        return self._enqueue(following, latest.kind, latest.lane, latest.payload, now, ref=latest.ref if begun else None)

    def heal(self, now: datetime, *, alone: bool) -> int:
        woken = 0
        if alone:
            held = lanes.c.owner.is_not(None)
            self._count_vanished(self._connection.execute(select(lanes.c.lane).where(held)).scalars().all())
            ended = update(lanes).where(held).values(owner=None, due_at=now)
            woken += self._connection.execute(ended).rowcount
        awake = select(lanes.c.lane).where(lanes.c.lane == work.c.lane, lanes.c.due_at.is_not(None))
        asleep = select(work.c.lane).where(work.c.state == "pending", ~awake.exists()).distinct()
        names = self._connection.execute(asleep).scalars().all()
        for name in names:
            self._wake(name, now)
        return woken + len(names)

    def hasten(self, now: datetime, beyond: float) -> int:
        limit = now + timedelta(seconds=beyond)
        pending, free = work.c.state == "pending", lanes.c.owner.is_(None)
        self._connection.execute(update(work).where(pending, work.c.intent_at > limit).values(intent_at=now))
        self._connection.execute(update(lanes).where(free, lanes.c.due_at > limit).values(due_at=now))
        return self._connection.execute(update(work).where(pending, work.c.due_at > limit).values(due_at=now)).rowcount

    def next_work(self) -> datetime | None:
        due: datetime | None = self._connection.execute(select(func.min(lanes.c.due_at))).scalar_one()
        return due

    def hear_once(self, event: str, now: datetime) -> bool:
        return self._keep(heard, event=digest_of(event), at=now)

    # ------------------------------------------------------------ putting work on

    def _enqueue(
        self,
        key: str,
        kind: str,
        lane: str,
        payload: dict[str, Any],
        now: datetime,
        schedule: int | None = None,
        version: int | None = None,
        ref: str | None = None,
    ) -> bool:
        fresh = self._keep(
            work,
            key=key,
            kind=kind,
            lane=lane,
            payload=payload,
            state="pending",
            due_at=now,
            attempts=0,
            faults=0,
            ref=ref,
            error="",
            choice="",
            schedule=schedule,
            schedule_version=version,
            created_at=now,
        )
        if fresh:
            self._wake(lane, now)
        return fresh

    def _check_room(self, lane: str) -> None:
        """Raises Full where too much waits already. Exact for a lane that is locked, nearly so for a workspace."""
        workspace = ":".join(lane.split(":")[:2]) + ":"
        theirs = (func.substr(work.c.lane, 1, len(workspace)) == workspace, work.c.kind != "digest")
        here, there = func.count().filter(work.c.lane == lane), func.count()
        waiting = self._connection.execute(select(here, there).where(steps.PENDING, *theirs)).one()
        if waiting[0] >= MOST_IN_LANE:
            raise Full(waiting[0], lane=True)
        if waiting[1] >= MOST_IN_WORKSPACE:
            raise Full(waiting[1], lane=False)

    def _wake(self, lane: str, now: datetime) -> None:
        """Have somebody look at the lane now, unless somebody holds it: who lets go of it looks for more."""
        self._run(steps.waking(self._postgres), lane=lane, due_at=now, fence=0)

    # ------------------------------------------------------------ holding a lane

    def _count_vanished(self, names: Sequence[str]) -> None:
        """Whoever held these lanes has ended, or stands still, without a word about the work in hand."""
        if names:
            self._run(steps.VANISHED, the_lanes=names)

    def _hold(self, claim: Claim, step: Update = steps.HELD, **change: Any) -> None:
        """Lock the lane and prove that it is still ours. Raises Lost.

        A statement of its own: what is read after it sees everything put on the lane before the lock, which under
        READ COMMITTED one joint statement would not, and the lane would sleep for ever.
        """
        if not self._run(step, the_lane=claim.work.lane, the_fence=claim.fence, **change).rowcount:
            raise Lost(claim.work.lane)

    def _let_go(self, names: Sequence[str]) -> None:
        """Hand lanes back, each due when its next piece of work is. They must have been locked by a statement before."""
        self._run(steps.LET_GO, the_lanes=names)

    def _run(self, step: Executable, **given: Any) -> CursorResult[Any]:
        return self._connection.execute(step, given)

    # ------------------------------------------------------------ work that came from a calendar

    def _still_wanted(self, claim: Claim) -> bool:
        """False if it was taken back, or its calendar was changed or paused since it was planned."""
        mine = self._run(steps.WANTED, the_id=claim.work.id).one_or_none()
        if mine is None or mine.schedule is None:
            return mine is not None
        now = self._run(steps.CALENDAR, the_cohort=mine.schedule).one_or_none()
        return now is not None and now.version == mine.schedule_version and not now.paused

    def _take_back(self, schedule: int, now: datetime) -> None:
        """Cancel what that calendar has planned and nobody has begun to post."""
        planned = select(work.c.id).where(work.c.schedule == schedule, steps.PENDING, work.c.intent_at.is_(None))
        self._cancel(self._connection.execute(planned.with_for_update()).scalars().all(), now)

    def _cancel(self, ids: Sequence[int], now: datetime) -> None:
        """End pending work of a calendar, and free its key, occurrence and lesson to be planned again."""
        given_back = work.c.key + "#" + cast(work.c.id, String)
        ended = (
            update(work)
            .where(work.c.id.in_(ids), work.c.state == "pending")
            .values(state="cancelled", key=given_back, error="schedule changed", done_at=now)
            .returning(work.c.payload)
        )
        free = [payload["digest"] for payload in self._connection.execute(ended).scalars()]
        if free:
            self._connection.execute(delete(digests).where(digests.c.id.in_(free), digests.c.state == "planned"))


def _work(row: Row[Any]) -> Work:
    return Work(
        row.id,
        row.key,
        row.kind,
        row.lane,
        row.created_at,
        row.payload,
        row.attempts,
        row.faults,
        row.vanished,
        row.intent_at,
        row.ref,
        row.choice,
    )
