"""Trouble on demand: what the next calls of a method run into, before or after Slack has done what was asked."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tests.doubles.slack.specs import Json

When = Literal["before", "after"]


@dataclass(slots=True, eq=False)
class Fault:
    """`after`: done, stored, visible, and then the answer was lost or was an error."""

    method: str
    when: When
    kind: str
    """`429`, `500`, `timeout`, `drop`, or an error code of the method."""
    times: int
    retry_after: int
    matching: Callable[[Json], bool]


class Faults:
    def __init__(self) -> None:
        self.waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self.waiting.append(fault)

    def take(self, method: str, when: When, arguments: Json) -> Fault | None:
        for fault in self.waiting:
            if fault.method == method and fault.when == when and fault.matching(arguments):
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
                return fault
        return None


class Rates:
    """Slack's rate tiers, enforced only when a test asks for it.

    `burst` is how many posts a channel takes at once before its one a second: Slack allows some, and says no number.
    """

    def __init__(self, limit: Callable[[str], int], tiers: Callable[[str], str]) -> None:
        self.enforced = False
        self.burst = 1
        self._limit = limit
        self._tier = tiers
        self._calls: dict[tuple[str, ...], list[float]] = {}

    def wait(self, method: str, team: str, channel: str, now: float) -> int:
        """Seconds to wait before this call may be made; 0 records it as made."""
        if not self.enforced:
            return 0
        tier = self._tier(method)
        spans: list[tuple[tuple[str, ...], int, float]] = []
        if tier in ("t1", "t2", "t3", "t4"):
            spans.append(((method, team), self._limit(f"tier.{tier}_per_minute"), 60.0))
        if method == "chat.postMessage":
            each = self._limit("posting.per_channel_per_second")
            seconds = 1.0 if self.burst == 1 else 10.0
            spans.append(((method, team, channel), int(each * (seconds + self.burst - 1)), seconds))
        waits = [self._over(key, most, span, now) for key, most, span in spans]
        if not any(waits):
            for key, _, _ in spans:
                self._calls[key].append(now)
        return max(waits, default=0)

    def _over(self, key: tuple[str, ...], most: int, span: float, now: float) -> int:
        recent = self._calls[key] = [at for at in self._calls.get(key, []) if at > now - span]
        return max(1, round(recent[0] + span - now + 0.5)) if len(recent) >= most else 0
