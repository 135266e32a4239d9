"""A burst: 200 people answer a quiz question at the same instant. Time to feedback on each one's page, beside a bare echo.

python bench/clicks.py [PEOPLE]
"""

import asyncio
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse, TCPConnector, WSMsgType, web

from bot.adapters.clock import Recurrences, SystemClock
from bot.adapters.library import read
from bot.adapters.pictures import Charts
from bot.app import App
from bot.settings import Settings
from bot.store.database import Database
from bot.store.migrate import upgrade

ROUNDS = 5


class Page:
    """One person's browser: a WebSocket, and what came over it."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.socket = socket
        self.gestures = 0
        self.frames: asyncio.Queue[Any] = asyncio.Queue()
        self.reading = asyncio.create_task(self.read())

    async def read(self) -> None:
        async for message in self.socket:
            self.frames.put_nowait(message.json())
        self.frames.put_nowait({"type": "refused", "sentence": "the room hung up"})

    async def close(self) -> None:
        self.reading.cancel()
        await self.socket.close()

    async def ask(self, kind: str, **fields: Any) -> None:
        self.gestures += 1
        await self.socket.send_json({"type": kind, "id": f"g{self.gestures}", **fields})

    async def until(self, wanted: Any) -> Any:
        while True:
            frame = await self.frames.get()
            if frame["type"] == "refused":
                raise SystemExit(frame["sentence"])
            if found := wanted(frame):
                return found


def choosing(frame: dict[str, Any]) -> Any:
    """The newest message that asks for a choice."""
    messages = frame.get("messages", []) if frame["type"] == "news" else []
    return next((m for m in messages if any(p["kind"] == "choose" for p in m["parts"])), None)


def feedback(frame: dict[str, Any]) -> bool:
    texts = json.dumps(frame)
    return frame["type"] == "news" and ("Right." in texts or "Not quite." in texts)


async def enter(session: ClientSession, address: str, number: int) -> tuple[Page, dict[str, Any], str]:
    """A person who has the first question of a quiz before them."""
    page = Page(await session.ws_connect(f"{address}/live", headers={"Origin": address}))
    await page.socket.send_json({"type": "hello"})
    await page.ask("enter", name=f"Person {number}")
    await page.until(lambda frame: frame["type"] == "welcome")
    await page.ask("say", channel="general", text="/quiz rlhf")
    message = await page.until(choosing)
    action = next(part for part in message["parts"] if part["kind"] == "choose")["action"]
    return page, message, action


async def click(page: Page, message: dict[str, Any], action: str, began: float) -> float:
    await page.ask("press", message=message["id"], action=action, values=["0"])
    await page.until(feedback)
    return time.perf_counter() - began


async def lectern(people: int, session: ClientSession) -> list[float]:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'bench.db'}"
        upgrade(url)
        settings = Settings(database_url=url, port=0, _env_file=None)
        library = read(Path("lessons"), Path("personas"))
        # one seed for all: everybody's first question is the same choice question
        app = App(settings, library, Database(url), SystemClock(), Recurrences(), Charts(), seed=lambda: 3)
        await app.start()
        pages = [await enter(session, app.room.address, n) for n in range(people)]
        began = time.perf_counter()
        times = await asyncio.gather(*(click(*page, began) for page in pages))
        for page, _, _ in pages:
            await page.close()
        await app.stop()
    return list(times)


async def echo(people: int, session: ClientSession) -> list[float]:
    async def serve(request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for message in socket:
            if message.type == WSMsgType.TEXT:
                await socket.send_str(message.data)
        return socket

    app = web.Application()
    app.router.add_get("/live", serve)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}/live"
    sockets = [await session.ws_connect(address) for _ in range(people)]
    began = time.perf_counter()

    async def bounce(socket: ClientWebSocketResponse) -> float:
        await socket.send_json({"type": "press", "id": "g1", "message": 1, "action": "quiz.pick|1|Q", "values": ["0"]})
        await socket.receive_json()
        return time.perf_counter() - began

    times = await asyncio.gather(*(bounce(socket) for socket in sockets))
    for socket in sockets:
        await socket.close()
    await runner.cleanup()
    return list(times)


async def main(people: int) -> None:
    print(f"{people} people click at once; milliseconds to feedback, and the ratio to a WebSocket that only echoes")
    print(f"{'round':>5}{'median':>10}{'worst':>10}{'echo median':>14}{'echo worst':>12}{'ratio':>8}")
    worst = []
    async with ClientSession(connector=TCPConnector(limit=0)) as session:
        for number in range(1, ROUNDS + 1):
            ours, bare = await lectern(people, session), await echo(people, session)
            middle, floor = statistics.median(ours), statistics.median(bare)
            worst.append(max(ours))
            row = (middle * 1e3, max(ours) * 1e3, floor * 1e3, max(bare) * 1e3)
            print(f"{number:5}{row[0]:10.0f}{row[1]:10.0f}{row[2]:14.1f}{row[3]:12.1f}{middle / floor:8.1f}")
    print(f"worst of all rounds: {max(worst) * 1e3:.0f} ms")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200))
