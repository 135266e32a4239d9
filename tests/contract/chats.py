"""What the drivers of platforms with a double have in common: a bot against the double, and what somebody sees in it."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from bot.adapters.clock import Recurrences, SystemClock
from bot.adapters.library import Library
from bot.app import App
from bot.core.ports import Clock, Tutor
from bot.settings import Settings
from bot.store.database import Database
from bot.store.migrate import upgrade
from tests.contract.platform import Learner, Seen
from tests.fakes import FakePictures
from tests.patience import PATIENCE

T = TypeVar("T")
L = TypeVar("L", bound=Learner)


class Double(Protocol):
    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def settled(self) -> None: ...

    async def until(self, look: Callable[[], T], seconds: float = 10.0, what: str = "") -> T: ...


class Client(Protocol):
    """The bot's own side of the platform."""

    async def settle(self) -> None: ...


async def found(learner: Learner) -> None:
    """A cohort in the channel, and its first digest."""
    await learner.types("/cohort create Demo cohort")
    await learner.sees("Demo cohort")
    await learner.types("/cohort post")
    await learner.sees("Lesson 1 of 4")


class ChatPlatform(ABC, Generic[L]):
    """A place with one channel. Whoever comes first founds a cohort in it and posts the first digest."""

    def __init__(self, folder: Path, library: Library, double: Double, tutor: Tutor | None) -> None:
        self.url = f"sqlite:///{folder / 'contract.db'}"
        self._library, self._loopback, self.tutor = library, double, tutor
        self.clock: Clock = SystemClock()
        self.app: App
        self._founded = False

    @property
    @abstractmethod
    def client(self) -> Client | None: ...

    @abstractmethod
    def open(self) -> None:
        """The channel, once the double is there."""

    @abstractmethod
    def settings(self) -> Settings: ...

    @abstractmethod
    async def joined(self) -> None:
        """Until the bot listens to the double."""

    @abstractmethod
    def newcomer(self, name: str) -> L: ...

    async def start(self) -> None:
        await self._loopback.start()
        self.open()
        await self.run()

    async def run(self) -> None:
        upgrade(self.url)
        database, pictures = Database(self.url), FakePictures()
        self.app = App(
            self.settings(), self._library, database, self.clock, Recurrences(), pictures, tutor=self.tutor, seed=lambda: 3
        )
        await self.app.start()
        await self.joined()

    async def stop(self) -> None:
        await self.app.stop()
        await self._loopback.stop()

    async def restart(self) -> None:
        await self.app.stop()
        await self.run()

    async def quiet(self) -> None:
        assert self.client
        await self._loopback.settled()
        await self.client.settle()
        await self.app.deliveries.settle()
        await self._loopback.settled()
        await self.client.settle()

    async def learner(self, name: str) -> L:
        learner = self.newcomer(name)
        if not self._founded:
            self._founded = True
            await found(learner)
        return learner


class ChatLearner(ABC):
    """Somebody who looks until they see it."""

    def __init__(self, double: Double) -> None:
        self._loopback = double

    @property
    @abstractmethod
    def name(self) -> str: ...

    @abstractmethod
    def _all(self) -> list[Seen]: ...

    async def sees(self, *words: str, by: str = "", thread: str | None = None, gone: str = "") -> Seen:
        def look() -> Seen | None:
            return next((seen for seen in reversed(self._all()) if seen.fits(words, by, thread, gone)), None)

        try:
            message = await self._loopback.until(look, PATIENCE)
        except AssertionError:
            raise AssertionError(f"{self.name} sees no {words} {by} {thread} among: {self._all()}") from None
        assert message
        return message

    async def all_seen(self) -> list[Seen]:
        return self._all()
