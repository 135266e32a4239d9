"""Who may open the room: hosts, origins, headers, files, and the password at the door."""

import logging
from collections.abc import AsyncIterator, Callable

import aiohttp
import pytest
from aiohttp import web

from bot.adapters.room.door import TRIES_AT_ONCE, TRIES_OF_ALL_AT_ONCE
from bot.adapters.room.faults import ServerLog
from bot.adapters.room.server import OpenToTheWorld, Room

from .clients import Visitors
from .conftest import FACE
from .fakes import FakeStore

PASSWORD = "open, sesame"


@pytest.fixture
async def locked(furnish: Callable[..., Room], monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[aiohttp.ClientSession]:
    monkeypatch.setattr("bot.adapters.room.door.WAIT_SECONDS", 0)
    for rate in ("TRIES_PER_SECOND", "TRIES_OF_ALL_PER_SECOND"):  # however long the guessing takes, nothing is forgiven
        monkeypatch.setattr(f"bot.adapters.room.door.{rate}", 0.0)
    room = furnish(password=PASSWORD)
    await room.start()
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(room.address, cookie_jar=jar, headers={"Origin": room.address}) as session:
        yield session
    await room.stop()


async def enter(session: aiohttp.ClientSession, password: str) -> str:
    """Where one ends up."""
    async with session.post("/login", data={"password": password}, allow_redirects=False) as answer:
        assert answer.status == 303
        return answer.headers["Location"]


async def test_every_answer_lets_the_page_load_nothing_from_elsewhere(visitors: Visitors) -> None:
    for path in ("/", "/static/main.js", "/faces/ember.png", "/nothing", "/static/../server.py", "/healthz"):
        async with visitors.session.get(path) as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
            assert "unsafe" not in policy
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1:1", "localhost.evil.example:{port}", "a@localhost:{port}"]
)
async def test_a_foreign_host_name_gets_nothing(visitors: Visitors, host: str) -> None:
    port = visitors.address.rpartition(":")[2]
    async with visitors.session.get("/", headers={"Host": host.format(port=port)}) as answer:
        assert answer.status == 421


@pytest.mark.parametrize("host", ["localhost:{port}", "127.0.0.1:{port}", "[::1]:{port}"])
async def test_the_names_of_this_machine_are_fine(visitors: Visitors, host: str) -> None:
    port = visitors.address.rpartition(":")[2]
    async with visitors.session.get("/", headers={"Host": host.format(port=port)}) as answer:
        assert answer.status == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", ""])
async def test_a_connection_from_another_page_is_refused(visitors: Visitors, origin: str) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await visitors.session.ws_connect("/live", headers={"Origin": origin})
    assert refused.value.status == 403


async def test_files_are_checked_by_their_etag(visitors: Visitors) -> None:
    async with visitors.session.get("/static/main.js") as answer:
        assert (answer.status, answer.content_type, answer.headers["Cache-Control"]) == (200, "text/javascript", "no-cache")
        tag = answer.headers["ETag"]
    async with visitors.session.get("/static/main.js", headers={"If-None-Match": tag}) as answer:
        assert answer.status == 304


@pytest.mark.parametrize(
    "path", ["/static/%2e%2e%2fserver.py", "/static/server.py", "/static/", "/faces/other.png", "/pictures/x.png"]
)
async def test_nothing_but_the_rooms_own_files_is_served(visitors: Visitors, path: str) -> None:
    async with visitors.session.get(path) as answer:
        assert answer.status == 404


async def test_faces_are_served(visitors: Visitors) -> None:
    async with visitors.session.get("/faces/ember.png") as answer:
        assert (await answer.read(), answer.content_type) == (FACE, "image/png")


async def test_health_and_readiness(furnish: Callable[..., Room], visitors: Visitors) -> None:
    for path in ("/healthz", "/readyz"):
        async with visitors.session.get(path) as answer:
            assert answer.status == 200
    ill = furnish(healthy=False)
    await ill.start()
    async with aiohttp.ClientSession(ill.address) as session:
        async with session.get("/healthz") as alive:
            assert alive.status == 200
        async with session.get("/readyz") as refused:
            assert (refused.status, await refused.text()) == (503, "not ready: the database does not answer")
    await ill.stop()
    dead = furnish(living=False)
    await dead.start()
    async with aiohttp.ClientSession(dead.address) as session, session.get("/healthz") as refused:
        assert (refused.status, await refused.text()) == (503, "not alive: the courier has ended")
    await dead.stop()


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::"])  # noqa: S104 - nothing is bound
def test_a_room_open_to_the_world_needs_a_password(furnish: Callable[..., Room], host: str) -> None:
    with pytest.raises(OpenToTheWorld, match="Set a password"):
        furnish(host=host)
    assert furnish(host=host, password="x").address.startswith("http://")


async def test_behind_the_door_nothing_is_shown_without_the_password(locked: aiohttp.ClientSession) -> None:
    async with locked.get("/", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, "/login")
    for path in ("/faces/ember.png", "/pictures/" + "0" * 32 + ".png", "/live"):
        async with locked.get(path) as answer:
            assert answer.status == 401
    for path in ("/login", "/static/base.css", "/healthz"):
        async with locked.get(path) as answer:
            assert answer.status == 200


async def test_the_password_opens_the_door_with_a_cookie_scripts_cannot_read(locked: aiohttp.ClientSession) -> None:
    async with locked.post("/login", data={"password": PASSWORD}, allow_redirects=False) as answer:
        cookie = answer.headers["Set-Cookie"]
        assert answer.headers["Location"] == "/"
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert PASSWORD not in cookie
    assert (await locked.get("/")).status == 200
    socket = await locked.ws_connect("/live")
    await socket.send_json({"type": "hello"})
    assert (await socket.receive_json())["type"] == "stranger"
    await socket.close()


async def test_a_wrong_password_is_refused_and_many_have_to_wait(locked: aiohttp.ClientSession) -> None:
    assert [await enter(locked, "guess") for _ in range(TRIES_AT_ONCE)] == ["/login#wrong"] * TRIES_AT_ONCE
    assert await enter(locked, "guess") == "/login#wait"
    async with locked.get("/", allow_redirects=False) as answer:
        assert answer.status == 303


async def test_the_password_opens_the_door_however_many_others_guess(locked: aiohttp.ClientSession) -> None:
    for _ in range(TRIES_AT_ONCE + 3):
        await enter(locked, "guess")
    assert await enter(locked, PASSWORD) == "/"


async def test_guesses_from_all_addresses_together_have_to_wait_too(
    locked: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.adapters.room.door.ADDRESSES", 0)  # every guess is an address' first
    for _ in range(TRIES_OF_ALL_AT_ONCE):
        await enter(locked, "guess")
    assert await enter(locked, "guess") == "/login#wait"
    assert await enter(locked, PASSWORD) == "/"


async def test_those_who_wait_are_few_and_the_rest_is_turned_away_at_once(
    locked: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.adapters.room.door.WAIT_SECONDS", 3600)
    monkeypatch.setattr("bot.adapters.room.door.WAITING", 0)
    for _ in range(TRIES_AT_ONCE):
        await enter(locked, "guess")
    assert await enter(locked, "guess") == "/login#wait"


async def test_a_login_from_another_page_is_refused(locked: aiohttp.ClientSession) -> None:
    async with locked.post("/login", data={"password": PASSWORD}, headers={"Origin": "https://evil.example"}) as answer:
        assert answer.status == 403


async def test_other_platforms_routes_pass_without_origin_host_or_password(
    furnish: Callable[..., Room], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def callback(request: web.Request) -> web.Response:
        return web.Response(text="theirs")

    room = furnish(password=PASSWORD, routes=[web.post("/slack/events", callback)])
    await room.start()
    async with aiohttp.ClientSession(room.address) as session:
        async with session.post("/slack/events", headers={"Host": "tunnel.example"}) as answer:
            assert (answer.status, await answer.text()) == (200, "theirs")
        async with session.post("/login", headers={"Host": "tunnel.example"}) as answer:
            assert answer.status == 421
    await room.stop()


async def test_a_fault_of_the_store_is_a_sentence_and_logs_no_secrets(
    visitors: Visitors, store: FakeStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    token = "a" * 32

    def fail(asked: str) -> None:
        raise RuntimeError(asked)

    monkeypatch.setattr(store.records, "room_picture", fail)
    async with visitors.session.get(f"/pictures/{token}.png") as answer:
        assert (answer.status, await answer.text()) == (500, "Something went wrong on our side. Please try again.")
    assert "A request to the room failed." in caplog.text
    assert token not in caplog.text


async def test_an_endless_address_is_refused_and_not_repeated_in_the_log(
    visitors: Visitors, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        async with visitors.session.get("/" + "secret-thought" * 700) as answer:
            assert answer.status == 400
    assert "not HTTP, or too long" in caplog.text
    assert "secret-thought" not in caplog.text
    assert "Traceback" not in caplog.text


def test_what_aiohttp_reports_is_told_without_the_clients_words(caplog: pytest.LogCaptureFixture) -> None:
    log = ServerLog()
    with caplog.at_level(logging.DEBUG):
        log.exception("Unhandled exception of %s", "secret-thought", exc_info=ValueError("secret-thought"))
        log.warning("a secret-thought")
        log.debug("another secret-thought")
    assert [record.message for record in caplog.records] == [
        "A connection to the room failed.",
        "The room's web server met something unusual.",
    ]
    assert "ValueError" in caplog.text
    assert "secret-thought" not in caplog.text
