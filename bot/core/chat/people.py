"""Who speaks, and where."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """One account in one workspace. `id` is the platform's own; `name` is what others see and is never trusted as markup."""

    platform: str
    workspace: str
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Place:
    """A channel, a thread in it (`thread` set), or a direct message (`direct`)."""

    platform: str
    workspace: str
    channel: str
    thread: str | None = None
    direct: bool = False

    @property
    def lane(self) -> str:
        """The place as one string: what is said here is said in order."""
        return ":".join(part for part in (self.platform, self.workspace, self.channel, self.thread) if part)

    @property
    def parent(self) -> "Place":
        """The channel (or direct message) this thread belongs to."""
        return Place(self.platform, self.workspace, self.channel, None, self.direct)


@dataclass(frozen=True, slots=True)
class Speaker:
    """The name and face a post is shown under. `face` names a picture of the course's personas folder."""

    name: str
    face: str
    emoji: str
