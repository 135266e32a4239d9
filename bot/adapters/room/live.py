"""One open page over its WebSocket: who it is, what it missed, what it does, and what it is told."""

import asyncio
import hashlib
import json
import secrets
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web

from bot.adapters.room.faults import log_withheld
from bot.adapters.room.gestures import NO_SUCH_PLACE, Gestures, spot_stands
from bot.adapters.room.inbound import BadFrame, Enter, Gesture, Hello, Page, Seen, parse
from bot.adapters.room.limits import (
    CONNECTIONS,
    FRAME_BYTES,
    FRAMES_AT_ONCE,
    FRAMES_PER_SECOND,
    IN_FLIGHT,
    PUMPS_AT_ONCE,
    SEND_SECONDS,
    Bucket,
)
from bot.adapters.room.listeners import Listener, Listeners
from bot.adapters.room.memory import PLATFORM, WORKSPACE, RoomStore
from bot.adapters.room.names import clean_name
from bot.adapters.room.outcomes import outcome_json
from bot.adapters.room.reading import About, begin_reading, news_of, page_of, unread_of, welcome_of
from bot.adapters.room.render import Json
from bot.core.chat import Person
from bot.core.errors import BadInput
from bot.core.ports import Clock
from bot.core.room import RoomRecords

NOBODY = Person(PLATFORM, WORKSPACE, "", "")
TOO_FAST = "That was a lot at once. Wait a moment, then try again."
NOT_UNDERSTOOD = "The room did not understand that. Reload the page and try again."
ENTER_FIRST = "Please tell us your name first."


class Lives:
    """All open pages: accepts them up to a bound, and closes them when the room closes."""

    def __init__(
        self,
        store: RoomStore,
        clock: Clock,
        gestures: Gestures,
        listeners: Listeners,
        about: About,
        welcome: Callable[[Person], Awaitable[None]],
    ) -> None:
        self.store, self.clock, self.gestures, self.listeners, self.about = store, clock, gestures, listeners, about
        self._welcome = welcome
        self.pumps = asyncio.Semaphore(PUMPS_AT_ONCE)
        self._sockets: set[web.WebSocketResponse] = set()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        if len(self._sockets) >= CONNECTIONS:
            raise web.HTTPServiceUnavailable(text="The room is full.")
        socket = web.WebSocketResponse(heartbeat=20, max_msg_size=FRAME_BYTES, compress=False)
        await socket.prepare(request)
        self._sockets.add(socket)
        try:
            await Live(self, socket, request.transport).run()
        finally:
            self._sockets.discard(socket)
        return socket

    async def close(self) -> None:
        closing = (socket.close(code=WSCloseCode.GOING_AWAY, message=b"The room is closing.") for socket in set(self._sockets))
        await asyncio.gather(*closing, return_exceptions=True)

    def greet(self, person: Person) -> None:
        self.gestures.start(self._greet(person))

    async def _greet(self, person: Person) -> None:
        try:
            await self._welcome(person)
        except Exception as error:  # noqa: BLE001 - nobody waits for it; the room goes on without a greeting
            log_withheld("Greeting a new person failed.", error)


class Live:
    """One connection: reads frames in order, answers gestures as they are done, sends what the outbox holds."""

    def __init__(self, lives: Lives, socket: web.WebSocketResponse, transport: asyncio.Transport | None) -> None:
        self._lives, self._socket, self._transport = lives, socket, transport
        self._listener = Listener(NOBODY)
        self._slots = asyncio.Semaphore(IN_FLIGHT)
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        bucket = Bucket(FRAMES_PER_SECOND, FRAMES_AT_ONCE, asyncio.get_running_loop().time)
        self._start(self._write())
        self._start(self._drop_if_slow())
        try:
            async for message in self._socket:
                if message.type is not WSMsgType.TEXT:
                    await self._socket.close(code=WSCloseCode.UNSUPPORTED_DATA)
                    return
                await self._hear(message.data, bucket)
        except Exception as error:  # noqa: BLE001 - one page's fault ends that connection, and the page comes back
            log_withheld("A page's connection failed.", error)
            self._abort()
        finally:
            self._lives.listeners.remove(self._listener)
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    # ------------------------------------------------------------ what comes in

    async def _hear(self, raw: str, bucket: Bucket) -> None:
        try:
            frame = parse(raw)
        except BadFrame as bad:
            return self._refuse(bad.gesture, NOT_UNDERSTOOD)
        if not bucket.take():
            return self._refuse(getattr(frame, "id", None), TOO_FAST)
        if isinstance(frame, Hello):
            return await self._hello(frame)
        if isinstance(frame, Enter):
            return await self._enter(frame)
        if self._listener.person is NOBODY:
            return self._refuse(getattr(frame, "id", None), ENTER_FIRST)
        await self._slots.acquire()
        self._start(self._answer(frame)).add_done_callback(lambda _: self._slots.release())
        return None

    async def _hello(self, hello: Hello) -> None:
        known = None
        if hello.token:
            hashed = hash_of(hello.token)
            known = await self._lives.store.read(lambda records: records.room_person(hashed))
        if known is None:
            self._listener.tell({"type": "stranger", "title": self._lives.about.title})
        elif self._listener.person is NOBODY:
            await self._welcome(known, hello.since)

    async def _enter(self, enter: Enter) -> None:
        if self._listener.person is not NOBODY:
            return self._refuse(enter.id, "You are in the room already.")
        try:
            name = clean_name(enter.name, self._lives.about.reserved, self._lives.listeners.names())
        except BadInput as refused:
            return self._refuse(enter.id, refused.sentence)
        token, person_id, now = secrets.token_urlsafe(32), f"p{secrets.token_hex(6)}", self._lives.clock.now()
        hashed = hash_of(token)

        def unit(records: RoomRecords) -> Person:
            person = records.room_enter(hashed, person_id, name, now)
            begin_reading(records, person)
            return person

        person = await self._lives.store.write(unit)
        await self._welcome(person, None, token=token)
        self._lives.greet(person)
        return None

    async def _answer(self, frame: Gesture | Page | Seen) -> None:
        person = self._listener.person
        match frame:
            case Page():
                await self._page(person, frame)
            case Seen():
                await self._seen(person, frame)
            case _:
                outcome = await self._lives.gestures.do(person, frame)
                self._listener.tell(outcome_json(frame.id, outcome))

    async def _page(self, person: Person, page: Page) -> None:
        found = await self._lives.store.read(lambda records: page_of(records, person, page))
        if found is None:
            return self._refuse(page.id, NO_SUCH_PLACE)
        self._listener.tell(found)
        return None

    async def _seen(self, person: Person, seen: Seen) -> None:
        spot = seen.spot

        def unit(records: RoomRecords) -> list[Json] | None:
            if not spot_stands(records, person, spot) or not records.room_knows(person.id):
                return None
            records.room_seen(person.id, spot.channel, spot.thread, seen.message)
            return unread_of(records, person)

        unread = await self._lives.store.write(unit)
        if unread is not None:
            self._lives.listeners.tell(person, {"type": "unread", "unread": unread})

    def _refuse(self, gesture: str | None, sentence: str) -> None:
        self._listener.tell({"type": "refused", "id": gesture, "sentence": sentence})

    # ------------------------------------------------------------ what goes out

    async def _welcome(self, person: Person, since: int | None, *, token: str = "") -> None:
        about, now = self._lives.about, self._lives.clock.now()
        frame = await self._lives.store.read(lambda records: welcome_of(records, person, about, now))
        reset = since is None or since > frame["head"]
        self._listener.person = person
        self._listener.tell(frame | {"reset": reset} | ({"token": token} if token else {}))
        self._lives.listeners.add(self._listener)
        self._start(self._pump(person, frame["head"] if since is None or reset else since))

    async def _pump(self, person: Person, since: int) -> None:
        """Bring everything newer than `since`, in order, whenever the bell has rung. What is missed is what is fetched next."""
        while True:
            self._listener.bell.clear()
            async with self._lives.pumps:
                news = await self._lives.store.read(partial(news_of, person=person, since=since))
            if news is None:
                await self._listener.bell.wait()
                continue
            since = news["since"]
            await self._listener.outbox.put(news)

    async def _write(self) -> None:
        while True:
            frame = await self._listener.outbox.get()
            async with asyncio.timeout(SEND_SECONDS):
                await self._socket.send_str(json.dumps(frame, ensure_ascii=False, separators=(",", ":")))

    async def _drop_if_slow(self) -> None:
        await self._listener.too_slow.wait()
        self._abort()

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        """A task that failed takes the connection with it: the page comes back and catches up."""
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is None:
            return
        if isinstance(error, Exception) and not isinstance(error, (ConnectionError, TimeoutError)):
            log_withheld("A page's connection failed.", error)
        self._abort()

    def _abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
