"""A client of the room's protocol, as the page is one."""

import asyncio
import itertools
from types import TracebackType
from typing import Any, Self

import aiohttp

from tests.patience import PATIENCE

Json = dict[str, Any]


class Visitor:
    """One open page. Frames wait until they are asked for by type or by the id they answer."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.token = ""
        self.welcome: Json = {}
        self._waiting: list[Json] = []
        self._ids = itertools.count(1)

    @property
    def id(self) -> str:
        return str(self.welcome["person"]["id"])

    @property
    def direct(self) -> str:
        return f"dm:{self.id}"

    async def send(self, **frame: object) -> None:
        await self.socket.send_json({name: value for name, value in frame.items() if value is not None})

    async def next(self, **wanted: object) -> Json:
        """The first frame that fits, of those not yet taken."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for frame in self._waiting:
                    if all(frame.get(name) == value for name, value in wanted.items()):
                        self._waiting.remove(frame)
                        return frame
                self._waiting.append(await self.socket.receive_json())

    async def hello(self, token: str | None = None, since: int | None = None) -> Json:
        await self.send(type="hello", token=token, since=since)
        if token:
            self.welcome, self.token = await self.next(type="welcome"), token
        return self.welcome

    async def enter(self, name: str) -> Json:
        await self.hello()
        await self.next(type="stranger")
        await self.send(type="enter", id="enter-1", name=name)
        self.welcome = await self.next(type="welcome")
        self.token = self.welcome["token"]
        return self.welcome

    async def ask(self, type: str, *, id: str | None = None, **frame: object) -> Json:
        """Do something and wait for its answer."""
        number = id or f"g{next(self._ids)}-{self.id}"
        await self.send(type=type, id=number, **frame)
        return await self.next(id=number)

    async def say(self, text: str, channel: str = "general", thread: int | None = None, *, id: str | None = None) -> Json:
        return await self.ask("say", id=id, channel=channel, thread=thread, text=text)

    async def news(self) -> list[Json]:
        frame = await self.next(type="news")
        messages: list[Json] = frame["messages"]
        return messages

    async def told(self) -> list[Json]:
        """All news up to now: everything the room sent before its answer to one more question."""
        await self.ask("page", channel="general")
        frames = [frame for frame in self._waiting if frame["type"] == "news"]
        return [message for frame in frames for message in frame["messages"]]


class Visitors:
    """Opens pages on a room and closes them all."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._open: list[Visitor] = []

    async def __aenter__(self) -> Self:
        self.session = aiohttp.ClientSession(self.address, headers={"Origin": self.address})
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await asyncio.gather(*(visitor.socket.close() for visitor in self._open))
        await self.session.close()

    async def open(self) -> Visitor:
        self._open.append(Visitor(await self.session.ws_connect("/live")))
        return self._open[-1]

    async def enter(self, name: str) -> Visitor:
        visitor = await self.open()
        await visitor.enter(name)
        return visitor

    async def back(self, visitor: Visitor, since: int) -> Visitor:
        """The same person on a new connection."""
        again = await self.open()
        await again.hello(visitor.token, since)
        return again


def words(message: Json) -> str:
    """A message's own text."""
    lines = [part["line"] for part in message["parts"] if "line" in part]
    return " ".join(run["text"] for line in lines for run in line if "text" in run)
