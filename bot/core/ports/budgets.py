"""What a language model may cost: how much of it is allowed, reserved and spent, as the core sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Allowance:
    """Answers and tokens for one person on one day, and tokens for one workspace in one month, all by UTC."""

    answers: int = 40
    tokens: int = 60_000
    month: int = 5_000_000


@dataclass(frozen=True, slots=True)
class Spent:
    """Tokens a reply took. `counted` by the server; otherwise estimated, which is never too little."""

    prompt: int = 0
    completion: int = 0
    counted: bool = False

    @property
    def tokens(self) -> int:
        return self.prompt + self.completion


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a call is made for: the key of its work, who asked, and about which lesson."""

    key: str
    who: int
    platform: str
    workspace: str
    lesson: str


@dataclass(frozen=True, slots=True)
class Grant:
    """Whether a model may be asked. `refused` says whose budget is used up; `left` is how many such answers today holds yet."""

    refused: Literal["", "person", "workspace"] = ""
    left: int = 0


@dataclass(frozen=True, slots=True)
class Cost:
    """What a lesson's labs have taken of a model: calls, and their tokens."""

    lesson: str
    answers: int
    prompt: int
    completion: int


class BudgetRecords(Protocol):
    def reserve(self, purpose: Purpose, tokens: int, allowance: Allowance, now: datetime) -> Grant:
        """Take `tokens` out of what is allowed until they are settled. Under the same key nothing is taken twice."""
        ...

    def settle(self, key: str, spent: Spent | None, now: datetime, failed: Sequence[str] = ()) -> None:
        """End a reservation with what was spent; None: not known, so all that was reserved. Settling twice changes nothing.

        `failed` names the checks that the reply did not pass.
        """
        ...

    def checked(self, since: datetime) -> tuple[int, dict[str, int]]:
        """How many replies a model gave since then, and how many of them failed which check."""
        ...

    def costs(self, cohort: int | None, since: datetime) -> list[Cost]:
        """What was spent since then, by lesson; of a cohort's members, or of everybody."""
        ...
