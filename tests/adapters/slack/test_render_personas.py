"""Names and faces: only where Slack takes them, and only what it takes."""

import pytest

from bot.adapters.slack.personas import METHODS, persona
from bot.core.chat import Speaker
from bot.core.curriculum import Curriculum
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
