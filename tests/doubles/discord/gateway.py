"""The gateway: hello, identify or resume, heartbeats, dispatches by intent and shard, and every way a connection ends."""

import asyncio
import json
from contextlib import suppress
from typing import Any

from aiohttp import WSMsgType, web

from tests.doubles.discord import guild_shapes, shapes
from tests.doubles.discord.sessions import INTENTS, PRIVILEGED, Session, Socket
from tests.doubles.discord.specs import Json
from tests.doubles.discord.world import World
from tests.doubles.pulse import Pulse

MOST_CLIENT_EVENTS = 120
"""Per minute and connection."""
KNOWN = {"capabilities", "compress", "intents", "large_threshold", "presence", "properties", "shard", "token"}


class Gateway:
    def __init__(self, world: World, pulse: Pulse, violations: list[str]) -> None:
        self.token = ""
        self.heartbeat = 41.25
        """Seconds between heartbeats, as told in HELLO."""
        self.allowed = {"MESSAGE_CONTENT"}
        """The privileged intents switched on in the developer portal."""
        self.compress = True
        self.url = ""
        self.sockets: list[Socket] = []
        self.sessions: list[Session] = []
        self.identified = 0
        self.identify_seconds = 0.0
        """How far apart new sessions must be: five seconds in Discord, with a `max_concurrency` of 1. Enforced when asked for."""
        self.deaf = False
        """Refuses new connections, as when the network is down."""
        self._world = world
        self._pulse = pulse
        self._violations = violations
        self._identified_at = 0.0
        self._held: list[tuple[Session, str, Json]] | None = None

    @property
    def live(self) -> list[Session]:
        return [session for session in self.sessions if session.socket is not None]

    async def serve(self, request: web.Request) -> web.StreamResponse:
        if self.deaf:
            raise web.HTTPServiceUnavailable
        self._greeting(request)
        response = web.WebSocketResponse(max_msg_size=4096, autoping=True)
        await response.prepare(request)
        wants = request.query.get("compress") == "zlib-stream"
        socket = Socket(response, compressed=wants and self.compress)
        self.sockets.append(socket)
        pump: asyncio.Task[None] | None = None
        try:
            await socket.send(
                {"op": 10, "d": {"heartbeat_interval": round(self.heartbeat * 1000), "_trace": []}, "s": None, "t": None}
            )
            async for message in response:
                if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                    break
                session = await self._received(socket, json.loads(message.data))
                if session is not None and pump is None:
                    pump = asyncio.create_task(session.pump(socket, self._delivered))
        finally:
            if pump is not None:
                pump.cancel()
                with suppress(asyncio.CancelledError, ConnectionError):
                    await pump
            if socket.session is not None and socket.session.socket is socket:
                socket.session.socket = None
                if response.close_code in (1000, 1001):
                    socket.session.resumable = False
            self._pulse.changed()
        return response

    # what happens to the connections

    def drop(self) -> None:
        """Every line is cut. What happens meanwhile is replayed to who resumes."""
        for session in self.live:
            assert session.socket is not None
            session.socket.drop()
            session.socket = None

    async def close(self, code: int = 1001) -> None:
        for session in self.live:
            assert session.socket is not None
            socket, session.socket = session.socket, None
            await socket.close(code)

    async def reconnect(self) -> None:
        """Asks the clients to connect anew and resume: op 7."""
        for session in self.live:
            assert session.socket is not None
            await session.socket.send({"op": 7, "d": None, "s": None, "t": None})

    async def invalidate(self, *, resumable: bool = False) -> None:
        """Op 9."""
        for session in self.live:
            assert session.socket is not None
            session.resumable = resumable
            await session.socket.send({"op": 9, "d": resumable, "s": None, "t": None})

    async def beat(self) -> None:
        """Asks for a heartbeat at once: op 1."""
        for session in self.live:
            assert session.socket is not None
            await session.socket.send({"op": 1, "d": None, "s": None, "t": None})

    def forget(self) -> None:
        """Sessions can no longer be resumed: too much time has passed."""
        for session in self.sessions:
            session.resumable = False

    def zombies(self) -> None:
        """The lines stay open and nothing is acknowledged any more."""
        for socket in self.sockets:
            socket.silent = True

    # dispatching

    def dispatch(self, name: str, guild_id: str | None, *intents: str, data: Any) -> None:
        """To every session that asked for it. `data` is made for each, because intents decide what is inside."""
        for session in self.sessions:
            reachable = session.socket is not None or session.resumable
            if reachable and session.carries(guild_id) and (not intents or any(session.has(intent) for intent in intents)):
                body = data(session) if callable(data) else data
                if self._held is not None and name != "READY":
                    self._held.append((session, name, body))
                else:
                    session.dispatch(name, body)

    def hold(self) -> None:
        """Keep events back until they are released, in whatever order."""
        self._held = []

    def release(self, *, backwards: bool = False) -> None:
        held, self._held = self._held or [], None
        for session, name, body in reversed(held) if backwards else held:
            session.dispatch(name, body)

    def again(self, name: str) -> None:
        """The last event of that name once more, to everybody who had it."""
        for session in self.sessions:
            found = next((payload for payload in reversed(session.sent) if payload["t"] == name), None)
            if found is not None:
                session.again(found)

    # what clients send

    def _greeting(self, request: web.Request) -> None:
        query = request.query
        if query.get("v") != "10" or query.get("encoding") != "json":
            self._violations.append(f"gateway: connected with {dict(query)}, wants v=10 and encoding=json")

    async def _received(self, socket: Socket, payload: Json) -> Session | None:
        now = self._world.clock.now()
        socket.received = [at for at in socket.received if at > now - 60] + [now]
        if len(socket.received) > MOST_CLIENT_EVENTS:
            self._violations.append("gateway: more than 120 events from the client")
            await socket.close(4008)
            return None
        match payload.get("op"):
            case 1:
                await self._beaten(socket, payload)
            case 2 if socket.session is None:
                return await self._identify(socket, payload["d"])
            case 6 if socket.session is None:
                return await self._resume(socket, payload["d"])
            case 2 | 6:
                await self._refuse(socket, 4005, "identified twice on one connection")
            case 3 | 4:
                pass
            case 8:
                self._violations.append("gateway: asked for members, which the app has no intent for")
            case op:
                await self._refuse(socket, 4001, f"op {op}, which Discord does not know")
        return None

    async def _beaten(self, socket: Socket, payload: Json) -> None:
        if socket.session and payload.get("d") is not None and not 0 <= payload["d"] <= len(socket.session.sent):
            self._violations.append(f"gateway: heartbeat {payload['d']} of a number never sent")
        if socket.session is not None:
            socket.session.read = payload.get("d") or 0
        socket.beats += 1
        if not socket.silent:
            await socket.send({"op": 11, "d": None, "s": None, "t": None})

    async def _identify(self, socket: Socket, data: Json) -> Session | None:
        self.identified += 1
        unknown = data.keys() - KNOWN
        if unknown or not {"os", "browser", "device"} <= data.get("properties", {}).keys():
            self._violations.append(f"gateway: identify with {sorted(data)}")
        if data.get("token") != self.token:
            await socket.close(4004)
            return None
        if "intents" not in data or data["intents"] >> 26:
            return await self._refuse(socket, 4013, f"intents {data.get('intents')}")
        wanted = {name for name in PRIVILEGED if data["intents"] >> INTENTS[name] & 1}
        if wanted - self.allowed:
            await socket.close(4014)
            return None
        now = self._world.clock.now()
        if now < self._identified_at + self.identify_seconds:
            await socket.send({"op": 9, "d": False, "s": None, "t": None})
            return None
        self._identified_at = now
        number, count = data.get("shard") or (0, 1)
        if not 0 <= number < count:
            return await self._refuse(socket, 4010, f"shard {number} of {count}")
        session = Session(self._world.token("session"), data["intents"], (number, count), socket)
        socket.session = session
        self.sessions.append(session)
        self._welcome(session)
        self._pulse.changed()
        return session

    def _welcome(self, session: Session) -> None:
        guilds = [one for one in self._world.guilds.values() if one.bot_inside and session.carries(one.id)]
        session.dispatch(
            "READY",
            {
                "v": 10,
                "user": shapes.me(self._world),
                "guilds": [{"id": one.id, "unavailable": True} for one in guilds] if session.has("GUILDS") else [],
                "session_id": session.id,
                "resume_gateway_url": self.url,
                "shard": list(session.shard),
                "application": {"id": self._world.app_id, "flags": 1 << 19 if self._world.message_content else 0},
                "_trace": [],
                "private_channels": [],
                "relationships": [],
                "presences": [],
                "session_type": "normal",
                "user_settings": {},
                "geo_ordered_rtc_regions": [],
                "guild_join_requests": [],
                "auth": {},
            },
        )
        if not session.has("GUILDS"):
            return
        for one in guilds:
            if one.available:
                session.dispatch("GUILD_CREATE", guild_shapes.guild_create(one, self._world))

    async def _resume(self, socket: Socket, data: Json) -> Session | None:
        if data.get("token") != self.token:
            await socket.close(4004)
            return None
        session = next((one for one in self.sessions if one.id == data.get("session_id")), None)
        if session is None or not session.resumable:
            await socket.send({"op": 9, "d": False, "s": None, "t": None})
            return None
        if not 0 <= data.get("seq", -1) <= len(session.sent):
            return await self._refuse(socket, 4007, f"resumed after {data.get('seq')} of {len(session.sent)}")
        socket.session = session
        session.replay(socket, data["seq"])
        self._pulse.changed()
        return session

    async def _refuse(self, socket: Socket, code: int, why: str) -> Session | None:
        self._violations.append(f"gateway: {why}")
        await socket.close(code)
        return None

    def _delivered(self, payload: Json) -> None:
        self._pulse.changed()
