"""Texts and lines cut for a platform: whole together, and cut where a reader would cut them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.chat import Line, Moment, Run, Words, bold, line
from bot.core.plain import plain_line
from bot.core.splitting import letter, pieces, split_line

NOON = Moment(datetime(2026, 12, 1, 12, 0, tzinfo=UTC))


TEXTS = st.text("ab .!\n\u0301\u200d\u2060é😀", max_size=60)


def weigh(run: Run) -> int:
    return 4 if isinstance(run, Moment) else len(run.text)


def split(whole: Line, limit: int) -> list[Line]:
    return list(split_line(whole, limit, weigh, lambda run, room: next(pieces(run.text, room, len))))


@given(TEXTS, st.integers(1, 50))
def test_pieces_fit_and_together_are_the_text(text: str, limit: int) -> None:
    found = list(pieces(text, limit, len))
    assert "".join(found) == text
    assert all(0 < len(piece) <= limit for piece in found)


@pytest.mark.parametrize(
    ("text", "limit", "first"),
    [
        (
            "First paragraph. It has two sentences.\n\nSecond one, which is longer than what is left.",
            60,
            "First paragraph. It has two sentences.\n\n",
        ),
        ("One two.\nThree four five.", 16, "One two.\n"),
        ("One sentence here. Another one follows it here.", 30, "One sentence here. "),
        ("words without any end at all in them", 20, "words without any "),
        ("x" * 30, 16, "x" * 16),
        ("نور الهدى نور الهدى", 12, "نور الهدى "),
    ],
)
def test_a_text_is_cut_where_a_reader_would_cut_it(text: str, limit: int, first: str) -> None:
    assert next(pieces(text, limit, len)) == first


@pytest.mark.parametrize("whole", ["e\u0301", "👩\u200d👩\u200d👧", "👍\ufe0f", "<\u2060@"])
def test_no_character_is_torn(whole: str) -> None:
    for piece in pieces(whole * 40, 31, len):
        assert not piece.startswith(("\u0301", "\u200d", "\ufe0f", "@"))
        assert not piece.endswith(("\u200d", "\u2060"))


def test_a_pile_of_combining_marks_is_cut_rather_than_looped_over() -> None:
    text = "e" + "\u0301" * 100
    assert "".join(pieces(text, 20, len)) == text


@given(st.lists(st.builds(Words, TEXTS, st.booleans()) | st.just(NOON), max_size=5).map(tuple), st.integers(9, 40))
def test_the_parts_of_a_line_fit_and_say_the_same(whole: Line, limit: int) -> None:
    parts = split(whole, limit)
    assert all(sum(map(weigh, part)) <= limit for part in parts)
    assert "".join(map(plain_line, parts)) == plain_line(whole)
    assert sum(run == NOON for part in parts for run in part) == whole.count(NOON)


def test_a_torn_run_looks_the_same_on_both_sides() -> None:
    assert split(line("Read ", bold("this very carefully")), 16) == [line("Read ", bold("this very ")), line(bold("carefully"))]


def test_letters_go_on_after_z() -> None:
    assert [letter(n) for n in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]
