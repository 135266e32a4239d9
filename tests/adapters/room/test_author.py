"""An author's look at what the platforms show: served to this machine only, and dead."""

from collections.abc import Callable

import aiohttp
import pytest

from bot.adapters.room.server import Room
from bot.core.errors import Refusal


def drawn(platform: str, lesson: str) -> str:
    if lesson == "cooking":
        raise Refusal("No lesson is called cooking.")
    return {"slack": f"<p>All of {lesson or 'the course'}</p>"}[platform]


@pytest.fixture
def begun(furnish: Callable[..., Room]) -> Callable[..., Room]:
    return lambda **wishes: furnish(preview=drawn, **wishes)


async def asked(room: Room, path: str) -> tuple[int, str, str]:
    await room.start()
    try:
        async with aiohttp.ClientSession(room.address) as session, session.get(path) as answer:
            return answer.status, await answer.text(), answer.headers["Content-Security-Policy"]
    finally:
        await room.stop()


@pytest.mark.parametrize(("query", "what"), [("", "the course"), ("?lesson=rlhf", "rlhf")])
async def test_it_is_a_page_that_can_do_nothing(begun: Callable[..., Room], query: str, what: str) -> None:
    status, text, policy = await asked(begun(), f"/preview/slack{query}")
    assert (status, text) == (200, f"<p>All of {what}</p>")
    assert "script" not in policy
    assert "sandbox" in policy


@pytest.mark.parametrize(
    ("path", "said"), [("teams", "/preview/slack and /preview/discord"), ("slack?lesson=cooking", "cooking")]
)
async def test_what_there_is_none_of_is_said(begun: Callable[..., Room], path: str, said: str) -> None:
    status, text, _ = await asked(begun(), f"/preview/{path}")
    assert status == 404
    assert said in text


async def test_a_room_that_others_reach_shows_none(begun: Callable[..., Room]) -> None:
    room = begun(host="0.0.0.0", password="open, sesame")  # noqa: S104 - the point
    await room.start()
    try:
        jar = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(room.address, cookie_jar=jar, headers={"Origin": room.address}) as session:
            async with session.post("/login", data={"password": "open, sesame"}) as entered:
                await entered.read()
            async with session.get("/") as page, session.get("/preview/slack") as preview:
                assert (page.status, preview.status) == (200, 404)
    finally:
        await room.stop()
