"""What Slack is shown: each kind of part, limits kept, nothing lost, and nothing that could ring a bell."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings

from bot.adapters.slack import preview
from bot.adapters.slack.limits import MESSAGE_BLOCKS, MESSAGE_WEIGHT, TooBig, weight
from bot.adapters.slack.personas import persona
from bot.adapters.slack.render import Message, home, messages, plainly, post
from bot.core.chat import (
    Action,
    Button,
    Buttons,
    Choose,
    Heading,
    Items,
    Moment,
    Note,
    Option,
    Part,
    Picture,
    Post,
    Quote,
    Speaker,
    Table,
    Text,
    Words,
    bold,
    line,
    note,
    para,
)
from bot.core.plain import plain
from tests.adapters.slack.reader import letters, said, written
from tests.adapters.slack.strategies import POSTS, TEXT_POSTS
from tests.doubles.slack.oracle import Oracle

THOROUGH = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
DAY = Moment(datetime(2026, 11, 24, 8, 30, tzinfo=UTC), "Europe/Berlin")


def complaints(oracle: Oracle, message: Message, speaker: Speaker | None = None) -> list[str]:
    """What is wrong with the message as a new one, and as an edit."""
    body = {"channel": "C1", "text": message.text, "blocks": message.blocks}
    new = oracle.check("chat.postMessage", {}, body | persona(speaker), token="xoxb-1")
    return new + oracle.check("chat.update", {}, body | {"ts": "1.2"}, token="xoxb-1")


# ---------------------------------------------------------------- each kind of part


def section(*elements: object) -> dict[str, object]:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (Heading("H"), {"type": "header", "text": {"type": "plain_text", "text": "H", "emoji": False}}),
        (
            Text(line("a ", bold("b"))),
            section({"type": "text", "text": "a "}, {"type": "text", "text": "b", "style": {"bold": True}}),
        ),
        (
            Quote(line("q")),
            {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": [{"type": "text", "text": "q"}]}]},
        ),
        (note("small"), {"type": "context", "elements": [{"type": "plain_text", "text": "small", "emoji": False}]}),
        (Note(line(Words("k", code=True))), section({"type": "text", "text": "k", "style": {"code": True}})),
        (
            Text(line(DAY)),
            section(
                {
                    "type": "date",
                    "timestamp": 1795509000,
                    "format": "{date_long}, {time}",
                    "fallback": "Tuesday 24 November 2026, 09:30 (Europe/Berlin)",
                }
            ),
        ),
    ],
)
def test_each_kind_of_part(part: Part, expected: object) -> None:
    assert post(Post((part,))).blocks == [expected]


def test_a_date_falls_back_to_the_readers_zone() -> None:
    message = post(Post((para("At ", DAY),)), reader_zone="America/New_York")
    assert message.text == "At Tuesday 24 November 2026, 03:30 (America/New_York)"
    assert said(message.blocks) == message.text


def test_a_list_keeps_its_numbers_even_where_an_item_is_empty() -> None:
    block = post(Post((Items((line("a"), line(""), line("c")), numbered=True),))).blocks[0]["elements"][0]
    assert block["style"] == "ordered"
    assert [said(item) for item in block["elements"]] == ["a", "\u00a0", "c"]


def test_a_list_too_long_for_one_block_keeps_its_numbers_as_text() -> None:
    message = post(Post((Items(tuple(line("word " * 100) for _ in range(12)), numbered=True),)))
    assert [said(block)[:4].strip() for block in message.blocks][::11] == ["1. w", "12."]


def test_a_heading_too_long_for_a_header_is_a_bold_paragraph() -> None:
    block = post(Post((Heading("word " * 40),))).blocks[0]
    assert block["type"] == "rich_text"
    assert said(block) == "word " * 40


# ---------------------------------------------------------------- tables


def test_a_table_has_bold_headers_and_no_empty_cell() -> None:
    table = Table((line("h"), line("")), ((line("c"),), (line(DAY), line("d"))))
    (block,) = post(Post((table,))).blocks
    assert block["type"] == "table"
    assert [[said(cell) for cell in row] for row in block["rows"]] == [
        ["h", "–"],
        ["c", "–"],
        ["Tuesday 24 November 2026, 09:30 (Europe/Berlin)", "d"],
    ]
    assert block["rows"][0][0]["elements"][0]["elements"][0]["style"] == {"bold": True}


@pytest.mark.parametrize(
    "table",
    [
        Table((line("h"),), tuple((line(str(n)),) for n in range(100))),
        Table(tuple(line(str(n)) for n in range(21)), ()),
        Table((line("h"),), ((line("word " * 2001),),)),
    ],
)
def test_a_table_over_the_limits_is_a_list(table: Table, oracle: Oracle) -> None:
    found = messages(Post((table,)))
    assert all(block["type"] == "rich_text" for message in found for block in message.blocks)
    assert letters("".join(said(message.blocks) for message in found)) == letters(written((table,)))
    assert [complaint for message in found for complaint in complaints(oracle, message)] == []


def test_a_second_table_in_a_message_is_a_list_but_stays_a_table_in_the_next() -> None:
    table = Table((line("h"),), ((line("c"),),))
    assert [block["type"] for block in post(Post((table, table))).blocks] == ["table", "rich_text"]
    apart = messages(Post((table, *(para("word " * 500) for _ in range(5)), table)))
    assert apart[0].blocks[0]["type"] == "table"
    assert apart[-1].blocks[-1]["type"] == "table"


def test_every_table_of_the_course_is_a_table_unless_slack_refuses_them(shipped: list[tuple[str, Post]]) -> None:
    for title, shown in shipped:
        count = sum(isinstance(part, Table) for part in shown.parts)
        assert [block["type"] for block in post(shown).blocks].count("table") == min(count, 1), title
        assert "table" not in [block["type"] for block in post(shown, tables=False).blocks]


# ---------------------------------------------------------------- pictures


def test_a_picture_waits_for_its_file() -> None:
    message = post(Post((para("Look:"), Picture("1. read", b"png"), para("Next"))))
    assert message.pictures == ((b"png", "1. read"),)
    assert message.with_files(["F0123456789"]).blocks[1] == {
        "type": "image",
        "alt_text": "1. read",
        "slack_file": {"id": "F0123456789"},
    }
    assert message.without_pictures().blocks[1] == post(Post((para("1. read"),))).blocks[0]
    with pytest.raises(ValueError, match="0 files for 1"):
        message.with_files([])


def test_a_picture_slack_has_already_needs_no_upload() -> None:
    here, there = post(Post((Picture("a", ref="F1"), Picture("b", ref="https://x.example/p.png")))).blocks
    assert here["slack_file"] == {"id": "F1"}
    assert there["image_url"] == "https://x.example/p.png"


def test_a_picture_that_was_never_drawn_is_its_text() -> None:
    assert post(Post((Picture("1. read"),))) == post(Post((para("1. read"),)))


def test_no_word_of_a_long_picture_text_is_lost(oracle: Oracle) -> None:
    message = post(Post((Picture("word " * 900, b"png"),)))
    assert letters(said(message.blocks[1:])) == "word" * 900
    assert complaints(oracle, message) == []


# ---------------------------------------------------------------- everything the course shows


def test_every_post_of_the_course_is_one_message_that_slack_takes(shipped: list[tuple[str, Post]], oracle: Oracle) -> None:
    for title, shown in shipped:
        message = post(shown, key="Ev1", reader_zone="Asia/Tokyo")
        assert complaints(oracle, message, shown.speaker) == [], title
        assert complaints(oracle, message.without_pictures()) == [], title


def test_every_post_of_the_course_says_on_slack_what_it_says(shipped: list[tuple[str, Post]]) -> None:
    for title, shown in shipped:
        texts = [part for part in shown.parts if not isinstance(part, Choose)]
        message = post(shown)
        choosing = any(isinstance(part, Choose) for part in shown.parts)
        assert choosing or letters(said(message.blocks)) == letters(written(texts)), title


def test_the_home_tab_is_a_view_slack_takes(shipped: list[tuple[str, Post]], oracle: Oracle) -> None:
    for title, shown in shipped:
        assert list(oracle.view(home(shown.parts, key="h"))) == [], title
    crowded = home([para(str(n)) for n in range(200)])
    assert list(oracle.view(crowded)) == []
    assert said(crowded["blocks"])[-1] == "…"


def test_a_view_shows_no_table_and_no_picture_without_a_file() -> None:
    view = home((Table((line("h"),), ((line("c"),),)), Picture("seen", b"png"), Picture("kept", ref="F1")))
    assert [block["type"] for block in view["blocks"]] == ["rich_text", "rich_text", "image"]


def test_the_preview_can_be_pasted_into_the_builder(shipped: list[tuple[str, Post]], oracle: Oracle) -> None:
    for title, shown in shipped:
        told = json.loads(preview.show(title, shown))
        assert told["title"] == title
        for message in told["messages"]:
            assert list(oracle.message(message["blocks"])) == []


# ---------------------------------------------------------------- splitting


@THOROUGH
@given(POSTS)
def test_whatever_is_shown_slack_takes(oracle: Oracle, shown: Post) -> None:
    for message in messages(shown, key="Ev 1:2|3"):
        assert complaints(oracle, message) == []
        assert len(message.blocks) <= MESSAGE_BLOCKS


@THOROUGH
@given(TEXT_POSTS)
def test_all_messages_together_say_what_the_post_says(shown: Post) -> None:
    found = messages(shown)
    assert letters("".join(said(message.blocks) for message in found)) == letters(written(shown.parts))
    assert all(weight(message.blocks) <= MESSAGE_WEIGHT for message in found)


@THOROUGH
@given(POSTS)
def test_plain_words_are_left_when_slack_refuses_the_blocks(oracle: Oracle, shown: Post) -> None:
    for text in plainly(shown):
        assert oracle.check("chat.update", {}, {"channel": "C1", "ts": "1", "text": text}, token="xoxb-1") == []
        assert "<" not in text


CHECK = Choose("All?", Action("quiz.pick", ("1", "q")), (Option("0", "x"), Option("1", "y")), many=True)


def test_controls_come_last_where_a_post_is_cut() -> None:
    long = tuple(para(f"{n} " + "word " * 500) for n in range(8))
    go = Buttons((Button("Go", Action("go")),))
    found = messages(Post((*long[:2], go, CHECK, *long[2:])))
    assert len(found) > 1
    assert [block["type"] for block in found[-1].blocks[-3:]] == ["actions", "rich_text", "actions"]
    assert not any(block["type"] == "actions" for message in found[:-1] for block in message.blocks)


def test_a_post_that_fits_keeps_its_order() -> None:
    blocks = post(Post((CHECK, note("after")))).blocks
    assert [block["type"] for block in blocks] == ["rich_text", "actions", "context"]


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    found = messages(Post((para("A sentence of some length, as they go. " * 500),)))
    assert all(said(block).endswith("go. ") for message in found for block in message.blocks)


def test_what_takes_several_messages_is_not_given_as_one() -> None:
    with pytest.raises(TooBig):
        post(Post((para("word " * 4000),)))


def test_a_post_without_a_word_still_has_a_text() -> None:
    assert messages(Post(())) == [Message([], "…")]
    assert plainly(Post((para("  "),))) == ["…"]


def test_the_text_beside_the_blocks_is_the_plain_text_made_safe() -> None:
    shown = Post((Heading("H"), para("a & <!here>"), CHECK))
    safe = plain(shown).replace("&", "&amp;").replace("<!here>", "&lt;\u2060!here&gt;")
    assert post(shown).text == safe.replace("All?\n", "All?\n\n")


def test_nothing_in_bot_adapters_slack_render_knows_slacks_library(request: pytest.FixtureRequest) -> None:
    folder = request.config.rootpath / "bot" / "adapters" / "slack"
    names = ("limits", "rich", "controls", "parts", "render", "forms", "personas", "parse", "preview")
    found: Callable[[str], str] = lambda name: (folder / f"{name}.py").read_text(encoding="utf-8")  # noqa: E731
    assert not any(re.search(r"slack_(sdk|bolt)", found(name)) for name in names)
