"""What a control's `custom_id` says: a version, what kind of control it is, its place in the message, and the action.

    1p0:quiz.next|7          a button
    1o2:quiz.pick|7|q3|1     a button that stands for one option: the action, and the option's value last
    1s0:lesson.pick          a menu of one choice, sent at once
    1t0:quiz.pick|7|q4       a menu of several: what is chosen stays in the message until the button `c` is pressed
    1c1:quiz.pick|7|q4       the button that sends what its menus show as chosen
    1f0:quiz.sent|7|q5       a form

Nothing is remembered beside it, so that it outlives every restart, and no answer stands in it: an option's value is its
position as shown. The version is the first character; a control of another one is stale.
"""

import re
from dataclasses import dataclass
from enum import Enum

from bot.adapters.discord.limits import CUSTOM_ID, TooBig, size
from bot.core.chat import Action
from bot.core.errors import StaleChoice

VERSION = "1"
_GRAMMAR = re.compile(r"1([postcf])(\d{1,3}):(.+)", re.DOTALL | re.ASCII)


class Kind(Enum):
    PRESS = "p"
    ONE = "o"
    SELECT = "s"
    TICK = "t"
    CHECK = "c"
    FORM = "f"


@dataclass(frozen=True, slots=True)
class Mark:
    """A control's meaning. `seq` keeps the ids of one message apart; `value` is that of a ONE, else empty."""

    kind: Kind
    action: Action
    seq: int = 0
    value: str = ""

    def encode(self) -> str:
        """At most 100 characters. Raises TooBig for what no `custom_id` can hold."""
        if "|" in self.value or (self.value and self.kind is not Kind.ONE) or not 0 <= self.seq <= 999:
            raise TooBig(f"not an id Discord can carry: {self.action.verb}")
        value = f"|{self.value}" if self.kind is Kind.ONE else ""
        code = f"{VERSION}{self.kind.value}{self.seq}:{self.action.encode()}{value}"
        if size(code) > CUSTOM_ID:
            raise TooBig(f"an id of {size(code)} characters: {self.action.verb}")
        return code

    @classmethod
    def decode(cls, code: str) -> "Mark":
        """Raises StaleChoice for whatever no control of ours bears."""
        found = _GRAMMAR.fullmatch(code)
        if found is None:
            raise StaleChoice
        kind, action, value = Kind(found[1]), found[3], ""
        if kind is Kind.ONE:
            action, bar, value = action.rpartition("|")
            if not bar:
                raise StaleChoice
        return cls(kind, Action.decode(action), int(found[2]), value)
