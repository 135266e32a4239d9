"""The terminal: posts as an author reads them before learners do."""

import pytest

from bot.adapters.terminal import WIDTH, show
from bot.core.chat import Items, Post, Quote, Speaker, Table, line, para
from bot.core.curriculum import Curriculum
from bot.core.preview import previews

LONG = "word " * 40


def test_a_post_has_its_title_and_who_speaks_on_top() -> None:
    rows = show("Digest", Post((para("Hello."),))).split("\n")
    assert rows == ["── Digest ".ljust(WIDTH, "─"), "Lectern", "", "Hello.", ""]


def test_a_persona_has_its_emoji_and_its_name() -> None:
    assert "🔥  Vera" in show("Lab", Post((para("Hello."),), Speaker("Vera", "vera.png", "🔥"))).split("\n")


def test_paragraphs_are_wrapped_and_lists_are_indented() -> None:
    rows = show("x", Post((para(LONG), Items((line(LONG),)), Items((line(LONG),), numbered=True), Quote(line(LONG))))).split("\n")
    assert all(len(row) <= WIDTH for row in rows)
    assert rows[4].startswith("word")
    for mark in ("- ", "1. ", "> "):
        begin = next(n for n, row in enumerate(rows) if row.startswith(mark))
        assert rows[begin + 1].startswith("  word")


def test_a_word_too_long_for_a_row_is_not_torn() -> None:
    address = "https://example.org/" + "x" * 200
    assert address in show("x", Post((para("See ", address),))).split("\n")


def test_a_table_is_shown_row_by_row() -> None:
    table = Table((line("Model"), line("Year")), ((line("GPT-3"), line("2020")),))
    assert "Model | Year\nGPT-3 | 2020" in show("x", Post((table,)))


@pytest.mark.parametrize("slug", ["fine-tuning", "prompting", "rlhf", "decision"])
def test_every_preview_of_the_course_fits_the_terminal(course: Curriculum, slug: str) -> None:
    for title, post in previews(course, course.find(slug), "A banner."):
        for row in show(title, post).split("\n"):
            assert len(row) <= WIDTH or " " not in row.strip(), row
