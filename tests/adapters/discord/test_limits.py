"""Measures: nothing is longer than Discord takes, cut within a character, or lost."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.discord.limits import clean, head_and_rest, letter, pieces, shorten, size
from tests.adapters.discord.strategies import HOSTILE, LONG


def test_sizes_are_the_larger_of_the_two_readings() -> None:
    assert (size("abc"), size("é"), size("👍"), size("👩‍👧")) == (3, 1, 2, 5)


@given(LONG, st.integers(3, 200))
def test_a_shortened_line_fits_and_is_never_empty(text: str, limit: int) -> None:
    line = shorten(text, limit)
    assert 0 < size(line) <= limit
    assert line.strip() == line
    assert "\n" not in line


@given(LONG, st.integers(2, 200))
def test_a_head_and_its_rest_are_the_line(text: str, limit: int) -> None:
    head, rest = head_and_rest(text, limit)
    assert 0 < size(head) <= limit
    whole = " ".join(clean(text).split())
    if rest:
        assert (head + rest).replace(" ", "") == whole.replace(" ", "")


@given(LONG, st.integers(40, 400))
def test_pieces_are_the_text(text: str, limit: int) -> None:
    assert "".join(pieces(text, limit)) == text


@given(HOSTILE)
def test_what_is_cleaned_can_be_sent_and_is_clean(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    cleaned.encode()
    assert not any(unicodedata.bidirectional(char) in ("LRO", "RLO", "LRE", "RLE", "PDF", "LRI", "RLI") for char in cleaned)


@pytest.mark.parametrize("whole", ["e\u0301", "👩\u200d👩\u200d👧", "👍\ufe0f"])
def test_no_character_is_torn(whole: str) -> None:
    for piece in pieces(whole * 40, 30):
        assert not piece.startswith(("\u0301", "\u200d", "\ufe0f"))
        assert not piece.endswith("\u200d")


def test_a_cut_is_made_where_a_reader_would_make_it() -> None:
    text = "First paragraph. It has two sentences.\n\nSecond one, which is longer than what is left of the room."
    assert next(pieces(text, 80)) == "First paragraph. It has two sentences.\n\n"
    assert next(pieces("One sentence here. Another one follows it here.", 30)) == "One sentence here. "
    assert next(pieces("words without any end at all in them", 20)) == "words without any "


def test_letters_go_on_after_z() -> None:
    assert [letter(n) for n in (0, 25, 26, 51, 52)] == ["A", "Z", "AA", "AZ", "BA"]
