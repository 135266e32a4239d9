"""Slack's letters and places in the core's words."""

import pytest

from bot.adapters.slack import hearing

NAMES = {"U1": "Ada", "UBOT": "lectern"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"),
        ("&amp;lt; stays", "&lt; stays"),
        ("<@U1> and <@U2|grace>", "@Ada and @U2"),
        ("<@UBOT> help", "@lectern help"),
        ("in <#C1|general> and <#C2>", "in #general and #C2"),
        ("<!here> <!channel> <!subteam^S1|@team>", "@here @channel @team"),
        ("<!date^1^{date}|today>", "today"),
        ("<https://a.example/x>", "https://a.example/x"),
        ("<https://a.example|a.example>", "a.example"),
        ("<https://a.example|here>", "here (https://a.example)"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("", ""),
    ],
)
def test_text_is_read_as_it_was_typed(text: str, said: str) -> None:
    assert hearing.decoded(text, NAMES) == said


def test_a_form_remembers_where_it_was_opened() -> None:
    spot = hearing.Spot(hearing.place_of("T1", "C1", "1.2"), "U1", response_url="https://hooks/1", source="1.3", whisper=True)
    view = {"private_metadata": hearing.metadata_of(spot, "m1")}
    body = {"view": view, "user": {"id": "U1", "name": ""}}
    assert "hooks" not in view["private_metadata"]
    back = hearing.submission_spot("T1", body, {"m1": "https://hooks/1"})
    assert back == spot
    assert hearing.submission_spot("T1", body, {}).response_url == ""


def test_the_same_form_with_other_words_is_another_gesture() -> None:
    def sent(value: str) -> dict[str, object]:
        return {"view": {"id": "V1", "state": {"values": {"b": {"a": {"value": value}}}}}}

    assert hearing.event_of_submission("T1", sent("x")) == hearing.event_of_submission("T1", sent("x"))
    assert hearing.event_of_submission("T1", sent("x")) != hearing.event_of_submission("T1", sent("y"))
