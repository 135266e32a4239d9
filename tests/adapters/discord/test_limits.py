"""Measures: nothing is longer than Discord takes, cut within a character, or lost."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.discord.limits import clean, cost, head_and_rest, shorten, size
from bot.core.splitting import pieces
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
    assert "".join(pieces(text, limit, cost)) == text


@given(HOSTILE)
def test_what_is_cleaned_can_be_sent_and_is_clean(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    cleaned.encode()
    assert not any(unicodedata.bidirectional(char) in ("LRO", "RLO", "LRE", "RLE", "PDF", "LRI", "RLI") for char in cleaned)
