"""Names and faces: only where Slack takes them, and only what it takes."""

from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot.adapters.library import Library
from bot.adapters.slack.faces import Faces
from bot.adapters.slack.personas import METHODS, persona
from bot.core.chat import Speaker
from bot.core.curriculum import Curriculum
from tests.adapters.slack.stage import Stage
from tests.doubles.slack import specs
from tests.doubles.slack.oracle import Oracle

VERA = Speaker("Vera (preference seminar)", "vera.png", "⚖️")


@pytest.mark.parametrize("method", sorted(METHODS))
def test_a_persona_is_shown_by_the_methods_that_take_one(method: str, oracle: Oracle) -> None:
    shown = persona(VERA, method=method)
    assert shown == {"username": "Vera (preference seminar)", "icon_emoji": ":scales:"}
    assert not any("icon" in one or "username" in one for one in oracle.check(method, {}, shown, token="xoxb-1"))


@pytest.mark.parametrize("method", ["chat.update", "chat.scheduleMessage", "chat.appendStream", "views.open", "response_url"])
def test_no_other_method_is_given_one(method: str) -> None:
    assert persona(VERA, method=method) == {}


def test_the_bot_itself_needs_no_persona() -> None:
    assert persona(None) == {}


@pytest.mark.parametrize(
    ("speaker", "faces", "icon"),
    [
        (VERA, "https://x.example/faces/", {"icon_url": "https://x.example/faces/vera.png"}),
        (VERA, "http://localhost/faces", {"icon_emoji": ":scales:"}),
        (Speaker("A", "", ":owl:"), "https://x.example", {"icon_emoji": ":owl:"}),
        (Speaker("A", "", "🫠"), "", {"icon_emoji": ":speech_balloon:"}),
        (Speaker("A", "", ""), "", {"icon_emoji": ":speech_balloon:"}),
    ],
)
def test_a_face_is_a_picture_where_slack_can_fetch_it_else_an_emoji(speaker: Speaker, faces: str, icon: dict[str, str]) -> None:
    assert {name: value for name, value in persona(speaker, faces=faces).items() if name != "username"} == icon


def test_every_persona_of_the_course_has_an_emoji_of_its_own(course: Curriculum) -> None:
    shown = [persona(one.speaker)["icon_emoji"] for one in course.personas.values()]
    assert len(set(shown)) == len(shown)
    assert ":speech_balloon:" not in shown


def test_a_name_slack_refuses_is_altered() -> None:
    assert persona(Speaker("SlackBot", "", ""))["username"] == "SlackBot (lab)"
    assert len(persona(Speaker("x" * 300, "", ""))["username"]) == 80


async def test_faces_are_served_where_slack_can_fetch_them_and_nothing_else_is(tmp_path: Path, library: Library) -> None:
    stage = Stage(tmp_path, library, specs.require(), http=True)
    kept = stage.settings
    stage.settings = lambda **more: kept(public_url="https://lectern.example", **more)  # type: ignore[method-assign]
    await stage.start()
    ada = await stage.learner("Ada")
    root = await stage.lab(ada)
    assert root.icon_url == "https://lectern.example/slack/faces/vera.png"
    assert not root.icon_emoji
    async with ClientSession() as session:
        for name, status in (("vera.png", 200), ("nobody.png", 404), ("..%2Fvera.png", 404)):
            async with session.get(f"{stage.app.room.address}/slack/faces/{name}") as response:
                assert (name, response.status) == (name, status)
                assert status == 404 or await response.read() == library.faces[name]
    await stage.stop()
    stage.double.assert_clean()


def test_without_a_public_address_there_is_nothing_to_fetch(library: Library) -> None:
    assert Faces(library.faces, "").address == Faces(library.faces, "http://localhost:8000").address == ""
    assert not Faces(library.faces, "").routes
