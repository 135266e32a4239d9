"""Socket Mode: tickets, hello, several sockets, acks, refresh, and the ways a connection dies."""

import asyncio
import json
import secrets
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from tests.doubles.pulse import Pulse
from tests.doubles.slack.courier import Delivery, NoConnection
from tests.doubles.slack.specs import Json

MOST = 10
"""Sockets per app: limits.json, socket_mode.connections."""


@dataclass(slots=True, eq=False)
class Socket:
    stream: web.WebSocketResponse
    request: web.Request
    frozen: bool = False
    """A dead line nobody closed: nothing comes through, not even a pong."""
    leaving: bool = False
    """It was asked to go: nothing more is sent through it where there is another one."""
    received: list[Json] = field(default_factory=list)

    @property
    def live(self) -> bool:
        return not self.stream.closed and not self.frozen


class Sockets:
    def __init__(self, pulse: Pulse, app_id: str) -> None:
        self.all: list[Socket] = []
        self.late: list[str] = []
        """Envelopes acknowledged after their time."""
        self.violations: list[str] = []
        self.host = ""
        self._app_id = app_id
        self._pulse = pulse
        self._tickets: set[str] = set()
        self._waiting: dict[str, asyncio.Future[Json]] = {}
        self._known: set[str] = set()

    @property
    def live(self) -> list[Socket]:
        return [socket for socket in self.all if socket.live]

    def address(self) -> str:
        """A new one-time address, as `apps.connections.open` gives it."""
        ticket = secrets.token_hex(8)
        self._tickets.add(ticket)
        return f"ws://{self.host}/link/?ticket={ticket}&app_id={self._app_id}"

    async def serve(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=404, text="no such ticket")
        self._tickets.discard(ticket)
        stream = web.WebSocketResponse(autoping=False)
        await stream.prepare(request)
        if len(self.live) >= MOST:
            await stream.send_json(_goodbye("too_many_websockets"))
            await stream.close()
            return stream
        await self._listen(Socket(stream, request))
        return stream

    async def carry(self, delivery: Delivery, attempt: int, reason: str, seconds: float) -> Json | None:
        there = [socket for socket in self.all if not socket.stream.closed]
        if not there:
            raise NoConnection
        envelope_id = secrets.token_hex(16)
        envelope: Json = {"envelope_id": envelope_id, "type": delivery.what, "payload": delivery.payload}
        envelope["accepts_response_payload"] = delivery.what != "events_api"
        if delivery.what == "events_api":
            envelope |= {"retry_attempt": attempt, "retry_reason": reason.removeprefix("http_")}
        answer = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = answer
        self._known.add(envelope_id)
        try:
            chosen = secrets.choice([socket for socket in there if not socket.leaving] or there)
            if not chosen.frozen:
                await chosen.stream.send_json(envelope)
            return await asyncio.wait_for(answer, seconds)
        except (TimeoutError, ConnectionError):
            return None
        finally:
            self._waiting.pop(envelope_id, None)

    async def refresh(self, reason: str = "refresh_requested", socket: Socket | None = None) -> None:
        """Ask the app to reconnect: `refresh_requested`, `warning`, `link_disabled`. The line is closed by whoever is first."""
        for one in [socket] if socket else self.live:
            one.leaving = True
            await one.stream.send_json(_goodbye(reason))

    async def close(self) -> None:
        """A close frame from Slack's side, for every socket."""
        for socket in self.live:
            await socket.stream.close()

    def drop(self) -> None:
        """Every connection gone, without a close frame, also the ones that only look alive."""
        for socket in [socket for socket in self.all if not socket.stream.closed]:
            if socket.request.transport is not None:
                socket.request.transport.abort()

    def freeze(self) -> None:
        """Every line dead, though it looks open: no pong, no envelope."""
        for socket in self.live:
            socket.frozen = True

    async def _listen(self, socket: Socket) -> None:
        self.all.append(socket)
        await socket.stream.send_json(
            {
                "type": "hello",
                "num_connections": len(self.live),
                "debug_info": {"host": "double", "build_number": 1, "approximate_connection_time": 18060},
                "connection_info": {"app_id": self._app_id},
            }
        )
        self._pulse.changed()
        async for message in socket.stream:
            if socket.frozen:
                continue
            if message.type == WSMsgType.PING:
                await socket.stream.pong(message.data)
            elif message.type == WSMsgType.TEXT:
                self._hear(socket, json.loads(message.data))
        self._pulse.changed()

    def _hear(self, socket: Socket, ack: Json) -> None:
        socket.received.append(ack)
        envelope_id = str(ack.get("envelope_id"))
        if envelope_id not in self._known:
            self.violations.append(f"socket: an ack for envelope {envelope_id}, which nobody sent")
        waiting = self._waiting.get(envelope_id)
        if waiting is None or waiting.done():
            self.late.append(envelope_id)
        else:
            payload = ack.get("payload") or {}
            waiting.set_result(payload if isinstance(payload, dict) else {"text": payload})
        self._pulse.changed()


def _goodbye(reason: str) -> Json:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": "double"}}
