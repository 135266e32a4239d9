"""Inline markdown keeps every letter, and citations leave the text clean."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.library.marked import Problems, Sheet, hidden
from bot.adapters.library.prose import Inline, Prose, count_words, has_figure, plain, tree
from bot.core.chat import Text, Words

PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
LETTERS = st.text("abcABC129é漢 " + PUNCTUATION, min_size=1, max_size=40).map(str.strip).filter(bool)
AUTOLINK = re.compile(r"<\w+:[^<> ]*>")
WORD = st.text("abcABC129é漢", min_size=1, max_size=8)


def inline(text: str) -> tuple[Inline, list[str]]:
    problems = Problems()
    (block,) = tree(text)
    return Prose(Sheet(Path("x.md"), problems), text, ("A", "B-1")).inline(block.children[0]), problems.sentences()


def escaped(text: str) -> str:
    return "".join(f"\\{letter}" if letter in PUNCTUATION else letter for letter in text)


@given(LETTERS)
def test_escaped_text_is_kept_to_the_letter(text: str) -> None:
    assert inline(escaped(text)) == (Inline((Words(text),), text, ()), [])


@given(st.lists(st.tuples(WORD, st.sampled_from(["", "*", "**", "`"])), min_size=1, max_size=6))
def test_styled_words_are_kept_with_their_style(words: list[tuple[str, str]]) -> None:
    found, problems = inline("x " + " ".join(f"{mark}{word}{mark}" for word, mark in words))
    assert problems == []
    assert found.text == "x " + " ".join(word for word, _ in words)
    styled = [
        (run.text, run.bold, run.italic, run.code) for run in found.line if isinstance(run, Words) and run != Words(run.text)
    ]
    assert styled == [(word, mark == "**", mark == "*", mark == "`") for word, mark in words if mark]


@given(st.text("ab12 *_`[](){}<>#|~^\"'.,;:-", max_size=60).filter(lambda text: "](" not in text and not AUTOLINK.search(text)))
def test_no_markdown_however_odd_loses_a_letter(text: str) -> None:
    found, problems = inline(f"x{text}")
    assert problems == []
    assert solid(found.text) == solid(f"x{text}")


def solid(text: str) -> str:
    return "".join(letter for letter in text if letter not in " *_`")


@pytest.mark.parametrize(
    ("written", "shown", "cites"),
    [
        ("It fell. [@A]", "It fell.", ("A",)),
        ("It fell [@A].", "It fell.", ("A",)),
        ("It fell [@A], then rose.", "It fell, then rose.", ("A",)),
        ("It fell [@A] and rose [@B-1].", "It fell and rose.", ("A", "B-1")),
        ("It fell. [@A; @B-1] It rose.", "It fell. It rose.", ("A", "B-1")),
        ("It fell. [@A] [@B-1] It rose.", "It fell. It rose.", ("A", "B-1")),
        ("[@A] It fell.", "It fell.", ("A",)),
        ("It fell ([@A]).", "It fell.", ("A",)),
        ("It fell (see [@A]).", "It fell (see).", ("A",)),
        ("It fell [@A]and rose.", "It fell and rose.", ("A",)),
        ("It fell\n[@A] and rose.", "It fell and rose.", ("A",)),
        ("It **fell [@A]** and rose.", "It fell and rose.", ("A",)),
        ("It **fell** [@worked].", "It fell.", ("worked",)),
        ("[@B-1] fell, [@A] rose, [@B-1] fell.", "fell, rose, fell.", ("B-1", "A")),
    ],
)
def test_citations_leave_the_text_clean(written: str, shown: str, cites: tuple[str, ...]) -> None:
    found, problems = inline(written)
    assert (found.text, found.cites, problems) == (shown, cites, [])


def test_code_is_never_a_citation() -> None:
    found, problems = inline("Write `[@A]` there.")
    assert (found.text, found.cites, problems) == ("Write [@A] there.", (), [])


def test_marks_and_html_that_are_only_typed_stay_letters() -> None:
    found, problems = inline("2 * 3, snake_case_name, <b>not bold</b>, <!channel>, @everyone &amp; [brackets]")
    assert found.text == "2 * 3, snake_case_name, <b>not bold</b>, <!channel>, @everyone & [brackets]"
    assert (len(found.line), problems) == (1, [])


def test_a_link_definition_is_not_swallowed() -> None:
    found, _ = inline("[A]: https://example.org")
    assert found.text == "[A]: https://example.org"


def test_an_escaped_citation_is_only_text() -> None:
    found, problems = inline("Write \\[@A] there.")
    assert (found.text, found.cites, problems) == ("Write [@A] there.", (), [])


def test_an_unknown_source_is_named_on_its_own_line() -> None:
    assert inline("One.\nTwo. [@C]")[1] == ["x.md:2: There is no source “C” in the front matter."]


@pytest.mark.parametrize(
    "text", ["85%", "9 %", "9 per cent", "0.5", "1,000", "12", "70B", "85 ± 3", "2020%", "1,995", "1899", "2100"]
)
def test_a_figure_is_seen(text: str) -> None:
    assert has_figure(f"It is {text} of them.")


@pytest.mark.parametrize(
    "text", ["in 2023", "2020s", "1999-2024", "GPT-3.5", "Qwen2.5", "BERT", "7", "3 of 4", "step 9.", "twelve", "int8"]
)
def test_years_names_and_single_digits_are_no_figures(text: str) -> None:
    assert not has_figure(f"It is {text}.")


def test_words_are_counted_without_lone_signs() -> None:
    assert count_words("500 + 200 = 700 tokens – no more") == 6


def test_the_plain_text_of_a_part_has_no_marks() -> None:
    assert plain(Text((Words("a "), Words("b", bold=True)))) == "a b"


def test_an_emoji_may_hold_a_joiner_and_a_word_may_not() -> None:
    assert hidden("a 👩\u200d🔬 and 🧑🏽\u200d🏫") == ""
    assert hidden("a\u200db") == "the hidden character U+200D ZERO WIDTH JOINER"
