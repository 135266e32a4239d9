"""Trouble on demand: what the next calls of a route run into, before or after Discord has done what was asked."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tests.doubles.discord.call import Call

When = Literal["before", "after"]
KINDS = ("429", "429 global", "429 banned", "500", "502", "503", "504", "timeout", "drop")
"""Beside the codes of refusals: `429 banned` is Cloudflare's, without a `Via` header and without JSON."""


@dataclass(slots=True, eq=False)
class Fault:
    """`after`: done, stored, visible, and then the answer was lost or was an error."""

    route: str
    when: When
    kind: str
    times: int
    retry_after: float
    matching: Callable[[Call], bool]


class Faults:
    def __init__(self) -> None:
        self.waiting: list[Fault] = []

    def take(self, call: Call, when: When) -> Fault | None:
        for fault in self.waiting:
            if fault.route == call.route and fault.when == when and fault.matching(call):
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
                return fault
        return None
