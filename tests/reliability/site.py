"""A platform as the harness needs it: its double, its people, and what its channels hold in the end. One small driver each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from tests.contract.platform import Learner
from tests.reliability.control import Victim


@dataclass(frozen=True, slots=True)
class Spoken:
    """One message that the bot posted by itself, as it stands in the platform at the end, oldest first.

    `key` is what the bot marked it with; `thread` the id of the root it stands under; `text` goes on through the further messages
    of a long post.
    """

    key: str
    id: str
    thread: str | None
    author: str
    text: str


When = Literal["before", "after"]


class Fail(Protocol):
    def __call__(self, call: str, when: When, kind: str, /, *, matching: Callable[[Any], bool] = ...) -> None: ...


@dataclass(frozen=True, slots=True)
class Wire:
    """The line to a platform. `calls`: what was asked of it until now, by name. `fail`: the next such call meets that trouble,
    before or after the platform has done what was asked. `waiting`: troubles that no call has met yet."""

    calls: Callable[[], list[str]]
    fail: Fail
    waiting: list[Any]


class Up(Protocol):
    """What a site sees of the scene it is in."""

    async def up(self) -> None:
        """Wait until every process that should be there is."""
        ...

    @property
    def victims(self) -> Sequence[Victim]: ...

    def ask(self, query: str, **given: object) -> Sequence[object]: ...

    async def outlive(self, seat: str) -> None:
        """Let time pass until no dead process holds a seat of that kind any more."""
        ...


class Site(Protocol):
    @property
    def name(self) -> str: ...

    async def open(self, scene: Up) -> None: ...

    async def close(self) -> None: ...

    def environment(self) -> Mapping[str, str]:
        """How a victim finds the double."""
        ...

    async def joined(self, victim: Victim, address: str) -> None:
        """A victim is ready at that address; returns when the platform sees it, too."""
        ...

    def died(self, victim: Victim) -> None: ...

    async def settled(self) -> None:
        """Wait until the platform has nothing on its way; what was not acknowledged is brought again, where it does that."""
        ...

    def pass_(self, seconds: float) -> None:
        """The platform's clock moves with everybody's."""
        ...

    async def person(self, name: str) -> Learner:
        """Somebody in the course's channel. Whoever comes first leads its cohort, where the first digest has been posted."""
        ...

    async def spoken(self) -> list[Spoken]: ...

    def complaints(self) -> list[str]:
        """What the platform minds about the bot's manners."""
        ...

    @property
    def wire(self) -> Wire | None:
        """None where the platform is the bot's own, and what it is asked is a transaction like any other."""
        ...
