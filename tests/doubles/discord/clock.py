"""Discord's time, which a test may push forward instead of sleeping, and the ids that carry it."""

import time
from datetime import UTC, datetime

EPOCH = 1_420_070_400_000
"""Milliseconds from 1970 to the first moment a snowflake can name."""


class Clock:
    def __init__(self) -> None:
        self._ahead = 0.0
        self._frozen = 0.0
        self._last = 0

    def now(self) -> float:
        return (self._frozen or time.time()) + self._ahead

    def freeze(self) -> None:
        """From now on time passes only by `advance`."""
        self._frozen = time.time()

    def advance(self, seconds: float) -> None:
        self._ahead += seconds

    def snowflake(self) -> str:
        """An id of this moment, larger than all before."""
        self._last = max(self._last + 1, (int(self.now() * 1000) - EPOCH) << 22)
        return str(self._last)

    def stamp(self) -> str:
        return stamp(self.now())


def stamp(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()


def age(snowflake: str) -> float:
    """When an id was made, in seconds since 1970."""
    return ((int(snowflake) >> 22) + EPOCH) / 1000
