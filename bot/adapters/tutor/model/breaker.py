"""Keeps a failing model from being asked again and again: closed, open, then one probe. Time is always an argument."""

from collections import deque
from datetime import datetime, timedelta

from bot.adapters.tutor.model.outcomes import Outcome

FAILURES = 5
WINDOW = timedelta(seconds=60)
FIRST_REST = timedelta(seconds=30)
LONGEST_REST = timedelta(minutes=10)
QUOTA_REST = timedelta(hours=1)
RATE_REST = timedelta(seconds=10)
"""When a server is busy and does not say for how long."""

COUNTED = frozenset({Outcome.TIMEOUT, Outcome.NETWORK, Outcome.SERVER, Outcome.PROTOCOL, Outcome.CUT})
LATCHED = frozenset({Outcome.AUTH, Outcome.CONFIG})
"""No waiting helps: somebody must change the settings, and then starts the program anew."""


class Breaker:
    def __init__(self) -> None:
        self._failures: deque[datetime] = deque()
        self._rests = 0
        self._until: datetime | None = None
        self._probing = False
        self.latched: Outcome | None = None
        """Why it will not be asked again in this run, if so."""

    def admit(self, now: datetime) -> bool:
        """Whether to ask the model now. After a yes `note` or `release` follows; after a rest only one is let through."""
        if not self.closed(now):
            return False
        self._probing = self._until is not None
        return True

    def closed(self, now: datetime) -> bool:
        """Whether it would be asked; promises nothing."""
        return not (self.latched or self._probing or (self._until and now < self._until))

    def release(self) -> None:
        """The call was given up by the learner and says nothing about the model."""
        self._probing = False

    def note(self, outcome: Outcome, now: datetime, retry_after: float | None = None) -> None:
        probing, self._probing = self._probing, False
        if outcome in LATCHED:
            self.latched = outcome
        elif outcome is Outcome.QUOTA:
            self._until = now + QUOTA_REST
        elif outcome is Outcome.RATE:
            self._rest_until(now + (RATE_REST if retry_after is None else timedelta(seconds=retry_after)))
        elif outcome in COUNTED:
            self._fail(now, probing=probing)
            if retry_after:
                self._rest_until(now + timedelta(seconds=retry_after))
        elif probing:
            self._until, self._rests = None, 0

    def until(self, now: datetime) -> datetime | None:
        """When the model will be asked again, if that is later than now and known."""
        return self._until if self._until and self._until > now and not self.latched else None

    def _fail(self, now: datetime, *, probing: bool) -> None:
        self._failures.append(now)
        while self._failures and now - self._failures[0] > WINDOW:
            self._failures.popleft()
        if probing or len(self._failures) >= FAILURES:
            self._rest_until(now + min(FIRST_REST * 2**self._rests, LONGEST_REST))
            self._rests = min(self._rests + 1, 10)
            self._failures.clear()

    def _rest_until(self, until: datetime) -> None:
        self._until = max(self._until, until) if self._until else until
