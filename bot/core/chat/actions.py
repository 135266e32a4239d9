"""Controls: what can be pressed or chosen, and the code that travels to the platform and back."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Action:
    """What a control asks for: a verb and its arguments. Carries ids only, never an answer.

    `encode` and `decode` agree for every action; the code is at most 90 characters: Discord's `custom_id` holds 100, and its
    adapter needs some to say which control it is.
    """

    verb: str
    args: tuple[str, ...] = ()

    def encode(self) -> str:
        code = "|".join((self.verb, *self.args))
        if len(code) > 90 or any("|" in part for part in (self.verb, *self.args)):
            raise ValueError(f"not an action a platform can carry: {self.verb}")
        return code

    @classmethod
    def decode(cls, code: str) -> "Action":
        verb, *args = code.split("|")
        return cls(verb, tuple(args))


def whole(text: str) -> int | None:
    """The number a control carried; None for what none of ours ever did, since forged ones come back, too."""
    return int(text) if len(text) <= 18 and text.isdecimal() else None


@dataclass(frozen=True, slots=True)
class Button:
    label: str
    action: Action
    style: Literal["plain", "primary", "danger"] = "plain"


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose. `value` travels to the platform and back; `text` is shown."""

    value: str
    text: str
