"""A platform as its people see it: what the promises are written against. Each platform has a driver that implements this."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Seen:
    """One message as one person sees it. `buttons` and `options` are labels; `thread` is the id of the root it stands under."""

    id: str
    author: str
    text: str
    private: bool
    thread: str | None
    buttons: tuple[str, ...]
    options: tuple[str, ...]

    def fits(self, words: tuple[str, ...], by: str = "", thread: str | None = None, gone: str = "") -> bool:
        """Whether it holds all the words, was said by that author in that thread, and no longer holds what should be gone."""
        right_place = thread is None or self.thread == thread
        return right_place and by in self.author and all(word in self.text for word in words) and not (gone and gone in self.text)


class Learner(Protocol):
    """Somebody in the course's channel."""

    @property
    def name(self) -> str: ...

    async def types(self, command: str) -> None:
        """A slash command in the channel."""
        ...

    async def says(self, text: str, thread: str | None = None) -> None: ...

    async def presses(self, message: Seen, label: str) -> None:
        """A button by its label. Returns when the bot has acknowledged it."""
        ...

    async def presses_again(self) -> None:
        """The platform delivers the last press a second time."""
        ...

    async def chooses(self, message: Seen, *options: str) -> None:
        """Options by what they say, whole or by their beginning."""
        ...

    async def fills(self, message: Seen, label: str, **fields: str) -> None:
        """Press a button that opens a form, fill the fields named, leave the others as they are, and send it."""
        ...

    async def sees(self, *words: str, by: str = "", thread: str | None = None, gone: str = "") -> Seen:
        """The newest message that holds all the words (and was said by that author, in that thread), waited for.

        With `gone`, one that no longer holds those words. Fails after ten seconds with what there is to see.
        """
        ...

    async def all_seen(self) -> list[Seen]:
        """Everything visible now, oldest first."""
        ...


class Platform(Protocol):
    async def learner(self, name: str) -> Learner: ...

    async def restart(self) -> None:
        """Stop the bot in order and start another on the same database. Learners stay."""
        ...

    async def quiet(self) -> None:
        """Wait until the bot has nothing left to do."""
        ...
