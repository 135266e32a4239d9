"""The room as a platform: its real server, spoken to over real WebSockets in the page's own protocol."""

import asyncio
from pathlib import Path
from typing import Any, Protocol

from aiohttp import ClientSession, ClientWebSocketResponse

from bot.adapters.clock import Recurrences, SystemClock
from bot.adapters.library import Library
from bot.app import App
from bot.core.ports import Tutor
from bot.settings import Settings
from bot.store.database import Database
from bot.store.migrate import upgrade
from tests.contract.platform import Seen
from tests.fakes import FakePictures
from tests.patience import PATIENCE as PATIENCE

Json = dict[str, Any]


class RoomPlatform:
    def __init__(self, folder: Path, library: Library, tutor: Tutor | None = None) -> None:
        self.url = f"sqlite:///{folder / 'contract.db'}"
        self._library, self._tutor = library, tutor
        self.port = 0
        self.learners: list[RoomLearner] = []
        self.session: ClientSession
        self.app: App

    async def start(self) -> None:
        upgrade(self.url)
        settings = Settings(database_url=self.url, port=self.port, _env_file=None)
        database = Database(self.url)
        self.app = App(
            settings, self._library, database, SystemClock(), Recurrences(), FakePictures(), tutor=self._tutor, seed=lambda: 3
        )
        await self.app.start()
        self.port = int(self.app.room.address.rsplit(":", 1)[1])
        self.session = ClientSession()
        for learner in self.learners:
            await learner.connect(self)

    async def stop(self) -> None:
        for learner in self.learners:
            await learner.hang_up()
        await self.session.close()
        await self.app.stop()

    async def restart(self) -> None:
        await self.stop()
        await self.start()

    async def quiet(self) -> None:
        await self.app.deliveries.settle()

    async def learner(self, name: str) -> "RoomLearner":
        learner = RoomLearner(name)
        await learner.connect(self)
        self.learners.append(learner)
        return learner


class Served(Protocol):
    """A room that is there, and a way to it."""

    port: int
    session: ClientSession


class RoomLearner:
    """One browser. Keeps the latest version of every message it was shown."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._token: str | None = None
        self._since: int | None = None
        self._messages: dict[int, Json] = {}
        self.shown: list[Json] = []
        self._answers: dict[str, asyncio.Future[Json]] = {}
        self._gestures = 0
        self._last: Json = {}
        self._news = asyncio.Condition()
        self._socket: ClientWebSocketResponse
        self._listening: asyncio.Task[None]

    # ------------------------------------------------------------ the wire

    async def connect(self, room: Served) -> None:
        address = f"http://127.0.0.1:{room.port}"
        self._socket = await room.session.ws_connect(f"{address}/live", headers={"Origin": address})
        self._welcome: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._listening = asyncio.create_task(self._listen())
        hello = {"type": "hello", "token": self._token, "since": self._since}
        await self._socket.send_json({name: value for name, value in hello.items() if value is not None})
        if self._token is None:
            await self._socket.send_json({"type": "enter", "id": self._next(), "name": self.name})
        welcome = await asyncio.wait_for(self._welcome, PATIENCE)
        if self._token is None:
            self._token = welcome["token"]
            await self.gesture("page", channel="general")

    async def hang_up(self) -> None:
        self._listening.cancel()
        await asyncio.gather(self._listening, return_exceptions=True)
        await self._socket.close()

    async def _listen(self) -> None:
        async for message in self._socket:
            frame = message.json()
            await self._hear(frame)

    async def _hear(self, frame: Json) -> None:
        kind = frame["type"]
        if kind == "welcome" and not self._welcome.done():
            self._welcome.set_result(frame)
        elif kind == "show":
            self.shown.append(frame)
        elif kind in ("ok", "form", "refused", "page") and frame.get("id") in self._answers:
            self._messages |= {message["id"]: message for message in frame.get("messages", [])}
            self._answers.pop(frame["id"]).set_result(frame)
        elif kind == "news":
            async with self._news:
                for message in frame["messages"]:
                    self._messages[message["id"]] = message
                self._since = frame["since"]
                self._news.notify_all()

    def _next(self) -> str:
        self._gestures += 1
        return f"{self.name}-{self._gestures}"

    async def gesture(self, kind: str, **fields: Any) -> Json:
        """One gesture, and the room's answer to it."""
        frame = {"type": kind, "id": self._next(), **fields}
        return await self._send(frame)

    async def _send(self, frame: Json) -> Json:
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._answers[frame["id"]] = answer
        self._last = frame
        await self._socket.send_json(frame)
        return await asyncio.wait_for(answer, PATIENCE)

    # ------------------------------------------------------------ what a person does

    async def types(self, command: str) -> None:
        await self.gesture("say", channel="general", text=command)

    async def says(self, text: str, thread: str | None = None) -> None:
        spot = {"thread": int(thread)} if thread else {}
        await self.gesture("say", channel="general", text=text, **spot)

    async def presses(self, message: Seen, label: str) -> None:
        await self._press(message, label)

    async def presses_again(self) -> None:
        await self._send(dict(self._last))

    async def _press(self, message: Seen, label: str) -> Json:
        buttons = {b["label"]: b["action"] for p in self._parts(message, "buttons") for b in p["buttons"]}
        assert label in buttons, f"no button {label!r} among {list(buttons)}"
        return await self.gesture("press", message=int(message.id), action=buttons[label], values=[])

    async def chooses(self, message: Seen, *options: str) -> None:
        choose = self._parts(message, "choose")[0]
        values = [o["value"] for o in choose["options"] if o["text"].startswith(options)]
        assert len(values) == len(options), f"not all of {options} among {choose['options']}"
        await self.gesture("press", message=int(message.id), action=choose["action"], values=values)

    async def fills(self, message: Seen, label: str, **fields: str) -> None:
        opened = await self._press(message, label)
        assert opened["type"] == "form", f"{label} opened no form"
        values = {field["name"]: _default(field) for field in opened["form"]["fields"]}
        values |= {name: [value] for name, value in fields.items()}
        await self.gesture("submit", form=opened["id"], fields=values)

    # ------------------------------------------------------------ what a person sees

    async def sees(self, *words: str, by: str = "", thread: str | None = None, gone: str = "") -> Seen:
        def found() -> Seen | None:
            return next((seen for seen in reversed(self._all()) if seen.fits(words, by, thread, gone)), None)

        try:
            async with asyncio.timeout(PATIENCE), self._news:
                await self._news.wait_for(lambda: found() is not None)
        except TimeoutError:
            raise AssertionError(f"{self.name} sees no {words} {by} {thread} among: {self._all()}") from None
        message = found()
        assert message
        return message

    async def all_seen(self) -> list[Seen]:
        return self._all()

    def _all(self) -> list[Seen]:
        return [_seen(self._messages[number]) for number in sorted(self._messages)]

    def _parts(self, message: Seen, kind: str) -> list[Json]:
        return [part for part in self._messages[int(message.id)]["parts"] if part["kind"] == kind]


def _default(field: Json) -> list[str]:
    if field["kind"] == "text":
        return [field["value"]] if field["value"] else []
    return list(field["value"])


def _seen(message: Json) -> Seen:
    parts = message["parts"]
    buttons = tuple(button["label"] for part in parts if part["kind"] == "buttons" for button in part["buttons"])
    options = tuple(option["text"] for part in parts if part["kind"] == "choose" for option in part["options"])
    thread = str(message["thread"]) if message["thread"] else None
    text = "\n".join(_text(part) for part in parts)
    return Seen(str(message["id"]), message["author"]["name"], text, message["private"], thread, buttons, options)


def _text(part: Json) -> str:
    lines = part.get("lines") or part.get("rows") or []
    flat = [cell for row in lines for cell in (row if row and isinstance(row[0], list) else [row])]
    said = [_line(line) for line in (*([part["line"]] if "line" in part else []), *flat, *part.get("header", []))]
    return "\n".join([part.get("text", ""), part.get("alt", ""), part.get("label", ""), *said]).strip()


def _line(runs: list[Json]) -> str:
    return "".join(run.get("text") or run.get("at", "") for run in runs)
