"""What the page is given: every kind of part, and posts that come back from the store as they went in."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.room.inbound import BadFrame, Say, Spot, parse
from bot.adapters.room.names import clean_name
from bot.adapters.room.render import dump, load, part_json, part_pictures, parts_json
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
)
from bot.core.errors import BadInput

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
IDS = st.text("abcdefgh0123456789-", min_size=1, max_size=10)
RUNS = st.one_of(
    st.builds(Words, TEXTS, st.booleans(), st.booleans(), st.booleans()),
    st.builds(Moment, st.datetimes(timezones=st.just(UTC)), st.just("Europe/Berlin")),
)
LINES = st.lists(RUNS, max_size=4).map(tuple)
ACTIONS = st.builds(Action, IDS, st.lists(IDS, max_size=3).map(tuple))
OPTIONS = st.lists(st.builds(Option, IDS, TEXTS), max_size=3).map(tuple)
PARTS: st.SearchStrategy[Part] = st.one_of(
    st.builds(Heading, TEXTS),
    st.builds(Text, LINES),
    st.builds(Items, st.lists(LINES, max_size=3).map(tuple), st.booleans()),
    st.builds(Quote, LINES),
    st.builds(Note, LINES),
    st.builds(
        Table, st.lists(LINES, max_size=3).map(tuple), st.lists(st.lists(LINES, max_size=3).map(tuple), max_size=3).map(tuple)
    ),
    st.builds(Picture, TEXTS, st.just(b""), TEXTS),
    st.builds(Buttons, st.lists(st.builds(Button, TEXTS, ACTIONS), max_size=3).map(tuple)),
    st.builds(Choose, TEXTS, ACTIONS, OPTIONS, st.booleans(), st.booleans()),
)
POSTS = st.builds(Post, st.lists(PARTS, max_size=4).map(tuple), st.none() | st.builds(Speaker, TEXTS, TEXTS, TEXTS))


@given(POSTS)
def test_a_post_comes_back_from_the_store_as_it_went_in(post: Post) -> None:
    assert load(dump(post)) == post


@given(POSTS)
def test_every_post_can_be_told_to_a_page(post: Post) -> None:
    assert json.loads(json.dumps(parts_json(post.parts))) == parts_json(post.parts)


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (Heading("H"), {"kind": "heading", "text": "H"}),
        (Text(line("a ", bold("b"))), {"kind": "text", "line": [{"text": "a "}, {"text": "b", "bold": True}]}),
        (
            Note(line(Moment(datetime(2026, 11, 24, 8, 30, tzinfo=UTC), "Europe/Berlin"))),
            {"kind": "note", "line": [{"at": "2026-11-24T08:30:00+00:00", "zone": "Europe/Berlin"}]},
        ),
        (Items((line("a"),), numbered=True), {"kind": "items", "lines": [[{"text": "a"}]], "numbered": True}),
        (Table((line("h"),), ((line("c"),),)), {"kind": "table", "header": [[{"text": "h"}]], "rows": [[[{"text": "c"}]]]}),
        (Picture("alt", ref="/pictures/x.png"), {"kind": "picture", "alt": "alt", "src": "/pictures/x.png"}),
        (
            Buttons((Button("Go", Action("go", ("1",)), "danger"),)),
            {"kind": "buttons", "buttons": [{"label": "Go", "action": "go|1", "style": "danger"}]},
        ),
    ],
)
def test_each_kind_of_part(part: Part, expected: object) -> None:
    assert part_json(part) == expected


def test_the_bytes_of_a_picture_never_reach_the_stored_post() -> None:
    post, pictures = part_pictures(
        Post((Picture("one", b"111"), Picture("two", b"222"), Picture("kept", ref="/pictures/old.png")))
    )
    assert sorted(pictures.values()) == [b"111", b"222"]
    refs = [part.ref for part in post.parts if isinstance(part, Picture)]
    assert refs == [*(f"/pictures/{token}.png" for token in pictures), "/pictures/old.png"]
    assert load(dump(post)) == post


# ---------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Mira   Novak ", "Mira Novak"),
        ("نور الهدى", "نور الهدى"),
        ("Mira\u202eevil\u200b", "Miraevil"),
        ("a\nb\tc", "a b c"),
        ("Z" + "\u0302" * 30 + "o", "Ẑ" + "\u0302" * 2 + "o"),
        ("<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"),
        ("José", "José"),
    ],
)
def test_a_name_keeps_what_can_be_seen(typed: str, kept: str) -> None:
    assert clean_name(typed) == kept


@pytest.mark.parametrize("typed", ["", "   ", "\u200b\u202e", "\u3164", "***", "x" * 41, "Lectern", "lec\u200btern"])
def test_a_name_nobody_could_read_or_trust_is_refused(typed: str) -> None:
    with pytest.raises(BadInput):
        clean_name(typed)


@given(st.text(max_size=80))
def test_a_kept_name_is_short_and_stays_as_it_is(typed: str) -> None:
    try:
        name = clean_name(typed)
    except BadInput:
        return
    assert 1 <= len(name) <= 40
    assert clean_name(name) == name


# ---------------------------------------------------------------- frames


@given(IDS, TEXTS, st.none() | st.integers(0, 2**53 - 1))
def test_what_the_page_says_is_understood(gesture: str, text: str, thread: int | None) -> None:
    frame = {"type": "say", "id": gesture, "channel": "general", "thread": thread, "text": text}
    assert parse(json.dumps(frame)) == Say(gesture, Spot("general", thread), text.replace("\0", ""))


@given(
    st.recursive(st.none() | st.booleans() | st.integers() | TEXTS, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner))
)
def test_whatever_comes_is_a_frame_or_a_bad_frame(value: object) -> None:
    kinds = ["hello", "enter", "say", "press", "submit", "page", "seen"]
    for kind in kinds:
        names = ("id", "channel", "thread", "text", "message", "action", "values", "form", "fields", "name", "since", "before")
        raw = json.dumps(dict.fromkeys(names, value) | {"type": kind})
        try:
            parse(raw)
        except BadFrame:
            continue


def test_half_a_character_is_not_taken() -> None:
    with pytest.raises(BadFrame):
        parse('{"type": "say", "id": "a", "channel": "general", "text": "\\ud800"}')
