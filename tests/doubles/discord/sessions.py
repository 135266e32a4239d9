"""Sessions of the gateway: what a client may hear, what it heard, and what it gets again when it resumes."""

import asyncio
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web

from tests.doubles.discord.specs import Json

INTENTS = {
    "GUILDS": 0, "GUILD_MEMBERS": 1, "GUILD_WEBHOOKS": 5, "GUILD_PRESENCES": 8, "GUILD_MESSAGES": 9,
    "GUILD_MESSAGE_REACTIONS": 10, "GUILD_MESSAGE_TYPING": 11, "DIRECT_MESSAGES": 12, "DIRECT_MESSAGE_REACTIONS": 13,
    "DIRECT_MESSAGE_TYPING": 14,
    "MESSAGE_CONTENT": 15,
}  # fmt: skip
PRIVILEGED = ("GUILD_MEMBERS", "GUILD_PRESENCES", "MESSAGE_CONTENT")


class Socket:
    """One connection. Compressed if the client asked for it and the double does that."""

    def __init__(self, response: web.WebSocketResponse, *, compressed: bool) -> None:
        self.response = response
        self.beats = 0
        self.silent = False
        """Acknowledges no heartbeat any more: a zombie."""
        self.session: Session | None = None
        self.received: list[float] = []
        """When, in the last minute."""
        self._zlib = zlib.compressobj() if compressed else None
        self._sending = asyncio.Lock()

    async def send(self, payload: Json) -> None:
        text = json.dumps(payload)
        async with self._sending:
            if self.response.closed:
                return
            if self._zlib is None:
                await self.response.send_str(text)
            else:
                await self.response.send_bytes(self._zlib.compress(text.encode()) + self._zlib.flush(zlib.Z_SYNC_FLUSH))

    async def close(self, code: int) -> None:
        await self.response.close(code=code)

    def drop(self) -> None:
        """The line is cut, without a word."""
        transport = self.response._req.transport if self.response._req is not None else None
        if transport is not None:
            transport.abort()


@dataclass(eq=False)
class Session:
    id: str
    intents: int
    shard: tuple[int, int]
    socket: Socket | None
    sent: list[Json] = field(default_factory=list)
    """Every dispatch, by its number."""
    resumable: bool = True
    resumed: int = 0
    read: int = 0
    """The last dispatch the client has said it knows."""
    _queue: asyncio.Queue[Json] = field(default_factory=asyncio.Queue)

    def has(self, *intents: str) -> bool:
        return all(self.intents >> INTENTS[name] & 1 for name in intents)

    def carries(self, guild_id: str | None) -> bool:
        """A guild belongs to one shard; direct messages and what has no guild to the first."""
        number, count = self.shard
        return (int(guild_id) >> 22) % count == number if guild_id else number == 0

    def dispatch(self, name: str, data: Json) -> Json:
        payload = {"op": 0, "t": name, "s": len(self.sent) + 1, "d": data}
        self.sent.append(payload)
        if self.socket is not None:
            self._queue.put_nowait(payload)
        return payload

    def again(self, payload: Json) -> None:
        """The same dispatch once more, as happens after a resume that overlapped."""
        self.dispatch(payload["t"], payload["d"])

    def replay(self, socket: Socket, after: int) -> None:
        self.socket = socket
        self._queue = asyncio.Queue()
        for payload in self.sent[after:]:
            self._queue.put_nowait(payload)
        self.resumed += 1
        self.dispatch("RESUMED", {"_trace": []})

    async def pump(self, socket: Socket, delivered: Callable[[Json], None]) -> None:
        """Sends in order, for as long as this is the session's socket."""
        queue = self._queue
        while self.socket is socket:
            payload = await queue.get()
            delivered(payload)
            await socket.send(payload)
