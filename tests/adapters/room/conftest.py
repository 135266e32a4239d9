"""A room with a fake store behind it, served for real, and clients that speak its protocol."""

from collections.abc import AsyncIterator, Callable, Sequence

import pytest
from aiohttp import web
from playwright.async_api import Browser, async_playwright

from bot.adapters.room.author import Preview
from bot.adapters.room.outbound import RoomChat
from bot.adapters.room.server import Room
from bot.core.chat import Person

from .clients import Visitors
from .fakes import FakeClock, FakeStore, ScriptedDesk

FACE = b"\x89PNG\r\n\x1a\n not really a picture"
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
COMMANDS = [
    ("lesson", "/lesson [topic]", "Read a lesson"),
    ("quiz", "/quiz [topic]", "Answer five questions"),
    ("lectern help", "/lectern help", "What I can do"),
]


@pytest.fixture
def store() -> FakeStore:
    return FakeStore()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def desk() -> ScriptedDesk:
    return ScriptedDesk()


@pytest.fixture
def chat(store: FakeStore, clock: FakeClock) -> RoomChat:
    return RoomChat(store, clock)


@pytest.fixture
def greeted() -> list[Person]:
    return []


@pytest.fixture
def furnish(store: FakeStore, clock: FakeClock, desk: ScriptedDesk, chat: RoomChat, greeted: list[Person]) -> Callable[..., Room]:
    """Builds a room as the tests want it."""

    async def welcome(person: Person) -> None:
        greeted.append(person)

    async def health(*, healthy: bool) -> str:
        return "" if healthy else "the database does not answer"

    async def alive(*, living: bool) -> str:
        return "" if living else "the courier has ended"

    def build(
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        password: str = "",
        healthy: bool = True,
        living: bool = True,
        routes: Sequence[web.RouteDef] = (),
        reserved: Sequence[str] = (),
        preview: Preview | None = None,
    ) -> Room:
        return Room(
            store,
            desk.hear,
            clock,
            chat=chat,
            host=host,
            port=port,
            password=password,
            faces={"ember.png": FACE},
            commands=COMMANDS,
            title="A course about models",
            alive=lambda: alive(living=living),
            health=lambda: health(healthy=healthy),
            welcome=welcome,
            routes=routes,
            reserved=reserved,
            preview=preview,
        )

    return build


@pytest.fixture
async def room(furnish: Callable[..., Room]) -> AsyncIterator[Room]:
    room = furnish()
    await room.start()
    yield room
    await room.stop()


@pytest.fixture
async def visitors(room: Room) -> AsyncIterator[Visitors]:
    async with Visitors(room.address) as visitors:
        yield visitors


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGS)
        yield browser
        await browser.close()


@pytest.fixture
async def faults() -> AsyncIterator[list[str]]:
    """What the page complained of; there must be nothing."""
    faults: list[str] = []
    yield faults
    assert faults == []
