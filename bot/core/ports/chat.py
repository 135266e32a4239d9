"""Unprompted speech on one platform, as the core sees it, and how it can fail."""

from typing import Protocol

from bot.core.chat import Person, Place, Post, Speaker


class NotSent(Exception):
    """The platform certainly did not take the post. Safe to repeat after `retry_after` seconds; where they are told, it was only
    not its turn, which is no failure."""

    def __init__(self, why: str, retry_after: float | None = None) -> None:
        super().__init__(why)
        self.why, self.retry_after = why, retry_after


class Unclear(Exception):
    """The post may or may not have arrived: look for its key before another try."""


class Undeliverable(Exception):
    """The platform will never take this post as it stands. `why` is a sentence for the lead, with what to do."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Chat(Protocol):
    """Unprompted speech on one platform. Every method may raise NotSent, Unclear or Undeliverable."""

    @property
    def settle(self) -> float:
        """Seconds after which `find` surely sees a post that was accepted."""
        ...

    async def post(self, place: Place, post: Post, key: str) -> str:
        """Post once under `key`; gives the platform's reference to the message."""
        ...

    async def begin(self, place: Place, post: Post, key: str) -> str | None:
        """Like `post`, with the beginning of a message that goes on with `show` and ends with `edit`.

        None: nothing was posted, since too much is being written just now; `post` it when it is whole.
        """
        ...

    async def find(self, place: Place, key: str, post: Post | None = None, *, settled: bool = True) -> str | None:
        """The reference of the message posted under `key`, read back from the platform.

        What is missing of a long `post`, of which only the first messages had been sent, is sent, once what was accepted has
        `settled`. Before, it raises NotSent: more of it may yet show up.
        """
        ...

    async def edit(self, place: Place, ref: str, post: Post) -> None:
        """Replace a message whole. Safe to repeat."""
        ...

    async def show(self, place: Place, ref: str, post: Post) -> None:
        """Show a message as far as it has come, while it is still being written. May be dropped; `edit` follows."""
        ...

    async def busy(self, place: Place, speaker: Speaker) -> None:
        """Say that an answer is on its way, until the next post in that place. May be dropped."""
        ...

    async def open_thread(self, place: Place, ref: str, title: str, person: Person) -> Place:
        """The thread under a message, made if it is not there yet, with `person` invited. Safe to repeat."""
        ...

    async def aside(self, place: Place, person: Person) -> Place:
        """Where a lab of theirs is held that nobody else reads: beside the channel, where a platform has threads for a few, else
        in the direct message. Nothing is made before something is posted there. Safe to repeat."""
        ...

    async def lacks(self, place: Place) -> str:
        """What the course needs in that channel and we are not allowed: a sentence for a lead, with what to do.

        Empty where nothing is missing, or nobody can tell. Asks nobody, so it may be called at any time.
        """
        ...

    async def direct(self, person: Person) -> Place:
        """The direct message with a person. Safe to repeat."""
        ...
