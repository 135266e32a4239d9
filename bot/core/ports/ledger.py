"""Durable work: enqueue, claim a lane, say what you are about to do, do it, say that it is done."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

Failed = Literal["", "trouble", "fault"]
"""Why a try came to nothing: not at all, or the platform or the database was in trouble, or something of ours is wrong."""


@dataclass(frozen=True, slots=True)
class Work:
    """One thing to be done once: `key` is unique for ever, `lane` keeps order, `ref` is the platform's receipt.

    `attempts` counts the tries that trouble has ended, `faults` those that a fault of ours has, `vanished` those whose process
    ended without a word. `choice` says what was done where the platform could not tell whether an earlier try had arrived.
    """

    id: int
    key: str
    kind: str
    lane: str
    created_at: datetime
    payload: dict[str, Any] = field(default_factory=dict)
    attempts: int = 0
    faults: int = 0
    vanished: int = 0
    intent_at: datetime | None = None
    ref: str | None = None
    choice: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """A lane leased to us, with the work at its head. `fence` proves that the lease is still ours."""

    work: Work
    fence: int
    until: datetime


class Lost(Exception):
    """The lease has gone to another process: stop, it will do the work."""


class Full(Exception):
    """So much waits already that one more would be answered late; nothing of it is kept. `lane`: in one conversation alone."""

    def __init__(self, ahead: int, *, lane: bool) -> None:
        super().__init__(ahead)
        self.ahead, self.lane = ahead, lane


class SeatRecords(Protocol):
    """Seats: what only one of several processes may do at a time."""

    def take_seat(self, name: str, holder: str, now: datetime, lease: float) -> bool:
        """Take the seat, or keep it, for `lease` seconds. False: somebody else holds it."""
        ...

    def leave_seat(self, name: str, holder: str, now: datetime) -> None:
        """Free the seat for whoever comes next. Harmless if it is not the holder's."""
        ...

    def seats_held(self, now: datetime) -> dict[str, str]:
        """Who sits where."""
        ...


class LedgerRecords(Protocol):
    """Durable work: enqueue, claim a lane, say what you are about to do, do it, say that it is done."""

    def enqueue(self, key: str, kind: str, lane: str, payload: dict[str, Any], now: datetime) -> bool:
        """False if that key was ever enqueued before."""
        ...

    def claim(self, owner: str, now: datetime, slots: int, lease: float) -> list[Claim]:
        """Lease up to `slots` due lanes for `lease` seconds, each with the work at its head.

        A lane whose lease ran out was let go of by nobody: that is counted with its work.
        """
        ...

    def renew(self, claim: Claim, now: datetime, lease: float) -> Claim:
        """Raises Lost."""
        ...

    def intend(self, claim: Claim, now: datetime, choice: str = "") -> Claim | None:
        """Say that the post is about to be made. None: the calendar it came from has changed, it is cancelled. Raises Lost.

        A `choice` is kept with the work for good.
        """
        ...

    def finish(self, claim: Claim, state: Literal["done", "dead"], ref: str | None, error: str, now: datetime) -> None:
        """Raises Lost."""
        ...

    def release(self, claim: Claim, due: datetime, error: str, *, sent: bool, failed: Failed = "") -> None:
        """Try again later. `sent`: it may have been sent, so look first. What `failed` is counted. Raises Lost."""
        ...

    def record(self, claim: Claim, ref: str) -> Claim:
        """Keep the platform's receipt. Raises Lost."""
        ...

    def retry(self, key: str, now: datetime, *, begun: bool = False) -> bool:
        """Put work that was given up on the ledger once more. False unless its latest try was given up.

        `begun`: what that try had posted is gone on with.
        """
        ...

    def heal(self, now: datetime, *, alone: bool) -> int:
        """Wake lanes that wait though they have work; with `alone`, also end leases left by an earlier process. How many."""
        ...

    def hasten(self, now: datetime, beyond: float) -> int:
        """Make due what waits for an instant more than `beyond` seconds ahead, kept by a clock that was wrong. How many."""
        ...

    def next_work(self) -> datetime | None:
        """When the next lane is due."""
        ...

    def hear_once(self, event: str, now: datetime) -> bool:
        """Keep that this gesture was heard. False if it was heard before."""
        ...
