"""A strict chat-completions server over loopback: refuses what some real server refuses, and misbehaves when told to."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

PARAMS = {"model", "messages", "stream", "stream_options", "max_tokens", "max_completion_tokens"}
TEXT = "The leash is the KL penalty: it keeps the tuned model near its start. What would happen without it?"
WORDS = TEXT.split(" ")
USAGE = {"prompt_tokens": 2600, "completion_tokens": 22, "total_tokens": 2622}

Scene = Callable[["Exchange"], Awaitable[None]]


def chunk(delta: dict[str, Any], finish: str | None = None, **more: Any) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]} | more


def faults(body: Mapping[str, Any]) -> list[str]:
    """Everything about a request that some compatible server does not take."""
    found = [f"unknown parameter {name}" for name in body.keys() - PARAMS]
    if len({"max_tokens", "max_completion_tokens"} & body.keys()) != 1:
        found.append("exactly one cap")
    messages = body["messages"]
    roles = [message["role"] for message in messages]
    found += ["content must be a string" for message in messages if not isinstance(message["content"], str)]
    found += ["blank content" for message in messages if not str(message["content"]).strip()]
    found += ["a message holds role and content" for message in messages if message.keys() != {"role", "content"}]
    if roles[0] != "system" or roles.count("system") != 1:
        found.append("one system message, first")
    if roles[1:] != [("user", "assistant")[n % 2] for n in range(len(roles) - 1)] or roles[-1] != "user":
        found.append("user and assistant take turns, user last")
    if body.get("stream_options") != {"include_usage": True} or body.get("stream") is not True:
        found.append("streamed, with usage")
    return found


@dataclass
class Exchange:
    """One request, and the wire to answer it on."""

    body: dict[str, Any]
    headers: dict[str, str]
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def raw(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def head(self, status: int = 200, type_: str = "text/event-stream", **headers: str) -> None:
        extra = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        first = f"HTTP/1.1 {status} X\r\nContent-Type: {type_}\r\n{extra}"
        await self.raw(f"{first}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n".encode())

    async def piece(self, data: bytes) -> None:
        await self.raw(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    async def event(self, data: Any) -> None:
        text = data if isinstance(data, str) else json.dumps(data)
        await self.piece(f"data: {text}\n\n".encode())

    async def end(self) -> None:
        await self.raw(b"0\r\n\r\n")

    async def refuse(self, status: int, error: dict[str, Any], **headers: str) -> None:
        await self.head(status, "application/json", **headers)
        await self.piece(json.dumps({"error": error}).encode())
        await self.end()

    async def say(self, *words: str) -> None:
        for n, word in enumerate(words):
            await self.event(chunk({"content": word if n == 0 else " " + word}))

    async def finish(self, reason: str = "stop", usage: dict[str, int] | None = None) -> None:
        await self.event(chunk({}, reason))
        if usage:
            await self.event({"id": "c", "choices": [], "usage": usage})
        await self.event("[DONE]")
        await self.end()

    async def gone(self) -> None:
        """Until the other side hangs up."""
        while await self.reader.read(1024):
            pass


async def good(exchange: Exchange) -> None:
    await exchange.head()
    await exchange.event(chunk({"role": "assistant", "content": ""}))
    await exchange.say(*WORDS)
    await exchange.finish(usage=USAGE)


@dataclass
class Double:
    """`scenes` are played one a request; after the last, `usual` is."""

    url: str = ""
    usual: Scene = good
    scenes: list[Scene] = field(default_factory=list)
    models: tuple[str, ...] = ("m",)
    seen: list[Exchange] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    hung_up: int = 0
    at_once: int = 0
    most_at_once: int = 0
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    left: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if (exchange := await self._hear(reader, writer)) is not None:
                await self._play(exchange)
        except (ConnectionError, asyncio.IncompleteReadError):
            self.hung_up += 1
        finally:
            writer.close()
            self.left.set()

    async def _hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Exchange | None:
        if not (head := await reader.readuntil(b"\r\n\r\n")):
            return None
        lines = head.decode().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (row.partition(":") for row in lines[1:] if row)}
        if lines[0].startswith("GET /v1/models "):
            listed = {"object": "list", "data": [{"id": id_, "object": "model", "created": 1} for id_ in self.models]}
            body = json.dumps(listed).encode()
            writer.write(b"HTTP/1.1 200 X\r\nContent-Type: application/json\r\nConnection: close\r\n")
            writer.write(f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
            await writer.drain()
            return None
        body = json.loads(await reader.readexactly(int(headers["content-length"])))
        assert lines[0].startswith("POST /v1/chat/completions ")
        return Exchange(body, headers, reader, writer)

    async def _play(self, exchange: Exchange) -> None:
        self.seen.append(exchange)
        self.arrived.set()
        if found := faults(exchange.body):
            self.refused += found
            await exchange.refuse(400, {"message": "; ".join(found), "code": "invalid_request"})
            return
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await (self.scenes.pop(0) if self.scenes else self.usual)(exchange)
        finally:
            self.at_once -= 1


@asynccontextmanager
async def serving(usual: Scene = good, *scenes: Scene) -> AsyncIterator[Double]:
    double = Double(usual=usual, scenes=list(scenes))
    calls: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        calls.add(task)
        try:
            await double.serve(reader, writer)
        finally:
            calls.discard(task)

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    double.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    try:
        yield double
    finally:
        server.close()
        for task in list(calls):
            task.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
