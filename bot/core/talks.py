"""Talks: so many tutors speak at a time, so many of them in one workspace, and whoever came first speaks first."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

TALKS = 16
"""Lanes worked on in which a tutor may be speaking: whatever tutors do, there are hands left for digests."""
TALKS_EACH = 4
"""Those of one workspace, so that a busy one leaves tutors for the others."""
LONGEST = 5.0
"""Seconds until whoever stands far back in the line is to ask again."""
LATE = timedelta(seconds=1)
"""Whoever has not asked again by then has left the line: another process may have taken them."""


class Talks:
    """For one process. Who waits is known by the number of their work, which grows as work arrives."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._talking: Counter[str] = Counter()
        self._waiting: dict[str, dict[int, datetime]] = {}

    def wait(self, workspace: str, number: int) -> timedelta | None:
        """None if they may talk now; else when to ask again, at which their place is kept."""
        now, line = self._now(), self._waiting.setdefault(workspace, {})
        for gone in [other for other, told in line.items() if told + LATE < now]:
            del line[gone]
        ahead = sum(other < number for other in line)
        free = min(TALKS - self._talking.total(), TALKS_EACH - self._talking[workspace])
        if ahead < free:
            line.pop(number, None)
            return None
        soon = random.uniform(0.5, 1.0) * max(0.4, 0.1 * ahead)  # noqa: S311 - so that those who wait do not come back together
        wait = timedelta(seconds=min(soon, LONGEST))
        line[number] = now + wait
        return wait

    @contextmanager
    def talking(self, workspace: str) -> Iterator[None]:
        self._talking[workspace] += 1
        try:
            yield
        finally:
            self._talking[workspace] -= 1
            if not self._talking[workspace]:
                del self._talking[workspace]
