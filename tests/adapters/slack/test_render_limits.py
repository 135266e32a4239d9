"""Texts that somebody else wrote: harmless, whole, and never longer than Slack takes."""

import html
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.slack import limits
from bot.adapters.slack.limits import clean, escape, fallback, literal, pieces, safe, shorten, size
from tests.adapters.slack.strategies import HOSTILE, LONG, TOKENS
from tests.doubles.slack.specs import require

ANY = st.one_of(HOSTILE, LONG, st.text(max_size=3000))
LIVE = re.compile(r"<[@#!]|<[A-Za-z/][^>]*[|:>]")
"""What Slack would take for a mention, a channel, a special word or a link."""


@given(ANY)
def test_nothing_in_a_safe_text_is_live_even_if_it_is_decoded_once_more(text: str) -> None:
    assert "<" not in safe(text)
    assert ">" not in safe(text)
    assert re.fullmatch(r"(?:[^&]|&amp;|&lt;|&gt;)*", safe(text))
    assert not LIVE.search(html.unescape(safe(text)).replace("&lt;", "\0"))


@pytest.mark.parametrize("token", TOKENS)
def test_a_token_is_broken_but_reads_the_same(token: str) -> None:
    assert not LIVE.search(literal(token))
    assert literal(token).replace("\u2060", "") == token


@pytest.mark.parametrize("text", ["a < b", "x <= 3 <5", "p<", "1 << 2", "<>", "ü < Ü & \N{GREEK SMALL LETTER ALPHA}"])
def test_what_is_no_token_stays_as_it_is(text: str) -> None:
    assert literal(text) == text
    assert html.unescape(safe(text)) == text


@given(ANY)
def test_all_that_can_be_seen_is_kept(text: str) -> None:
    seen = "".join(char for char in text if unicodedata.category(char) not in ("Cc", "Cs"))
    kept = literal(text).replace("<\u2060", "<")
    assert [char for char in kept if char not in "\n\t\u2060"] == [char for char in seen if char != "\u2060"]


@given(ANY, st.integers(20, 3000))
def test_pieces_fit_and_together_are_the_text(text: str, limit: int) -> None:
    found = list(pieces(text, limit))
    assert "".join(found) == text
    assert all(0 < size(piece) <= limit for piece in found)


@given(ANY, st.integers(20, 200))
def test_a_shortened_text_fits_on_one_line_and_is_never_empty(text: str, limit: int) -> None:
    short = shorten(text, limit)
    assert 0 < size(short) <= limit
    assert "\n" not in short
    assert size(" ".join(literal(text).split())) > limit or short in (" ".join(literal(text).split()), "–")


@given(ANY)
def test_a_fallback_can_be_edited_in_and_is_never_empty(text: str) -> None:
    assert 0 < len(fallback(text)) <= limits.FALLBACK_TEXT
    assert not LIVE.search(html.unescape(fallback(text)))


@pytest.mark.parametrize(
    ("text", "limit", "first"),
    [
        ("One. Two.\n\nThree. Four.", 20, "One. Two.\n\n"),
        ("One two.\nThree four five.", 16, "One two.\n"),
        ("One two. Three four five.", 16, "One two. "),
        ("Onetwothree fourfivesix", 16, "Onetwothree "),
        ("x" * 30, 16, "x" * 16),
        ("&" * 10, 20, "&" * 4),
        ("😀" * 10, 15, "😀" * 7),
        ("aaaaaaaa" + "e\u0301" * 10, 19, "aaaaaaaa" + "e\u0301" * 5),
        ("aaaaaaaaaa👩\u200d👩\u200d👧", 14, "aaaaaaaaaa"),
        ("نور الهدى نور الهدى", 12, "نور الهدى "),
    ],
)
def test_a_text_is_cut_at_the_best_place(text: str, limit: int, first: str) -> None:
    assert next(pieces(text, limit)) == first


def test_2001_characters_are_three_lines_of_a_thousand() -> None:
    assert [len(piece) for piece in pieces("x" * 2001, 1000)] == [1000, 1000, 1]


@pytest.mark.parametrize(
    ("text", "kept"), [("a\r\nb\rc", "a\nb\nc"), ("a\x00\x07b", "ab"), ("a\ud800b", "ab"), ("\u202eabc\u200b", "\u202eabc\u200b")]
)
def test_only_what_slack_could_choke_on_is_taken_out(text: str, kept: str) -> None:
    assert clean(text) == kept


def test_exactly_three_characters_are_escaped() -> None:
    assert escape("""&<>"'*_~`""") == """&amp;&lt;&gt;"'*_~`"""


@pytest.mark.parametrize(
    ("ours", "name"),
    [
        (limits.MESSAGE_BLOCKS, "message.blocks"),
        (limits.VIEW_BLOCKS, "view.blocks"),
        (limits.MESSAGE_WEIGHT, "message.blocks.total_text"),
        (limits.FALLBACK_TEXT, "message.text.update"),
        (limits.RICH_TEXT, "section.text"),
        (limits.HEADER, "header.text"),
        (limits.ALT_TEXT, "image.alt_text"),
        (limits.BLOCK_ID, "block.block_id"),
        (limits.ACTION_ELEMENTS, "actions.elements"),
        (limits.BUTTON_TEXT, "button.text"),
        (limits.OPTION_TEXT, "option.text"),
        (limits.OPTION_VALUE, "option.value"),
        (limits.BOX_OPTIONS, "radio_buttons.options"),
        (limits.BOX_OPTIONS, "checkboxes.options"),
        (limits.MENU_OPTIONS, "static_select.options"),
        (limits.MENU_OPTIONS_IN_A_MESSAGE, "static_select.options"),
        (limits.PLACEHOLDER, "placeholder"),
        (limits.INPUT_LABEL, "input.label"),
        (limits.INPUT_LABEL, "input.hint"),
        (limits.VIEW_TITLE, "view.title"),
        (limits.VIEW_SUBMIT, "view.submit"),
        (limits.PRIVATE_METADATA, "view.private_metadata"),
        (limits.TABLE_ROWS, "table.rows"),
        (limits.TABLE_COLUMNS, "table.columns"),
        (limits.TABLE_TEXT, "table.total_text"),
    ],
)
def test_no_number_of_ours_is_larger_than_slacks(ours: int, name: str) -> None:
    assert ours <= require().limit(name)
