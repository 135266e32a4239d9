"""Whatever somebody wrote is shown as written: read as Discord's clients read it, it calls, links and formats nothing."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import example, given

from bot.adapters.discord import markup
from bot.adapters.discord.limits import clean, cost, size
from bot.adapters.discord.reading import Node, read, shown
from bot.core.chat import Line, Moment, Words, bold, line
from bot.core.splitting import JOINER
from tests.adapters.discord.strategies import ATOMS, HOSTILE, LINES, SHORT_LINES

AT = datetime(2026, 12, 1, 8, 30, tzinfo=UTC)
PING = re.compile(r"<@[!&]?\d|<#\d|@everyone|@here", re.IGNORECASE)


def kinds(markdown: str) -> set[str]:
    def all_of(nodes: tuple[Node, ...]) -> set[str]:
        return {kind for node in nodes for kind in {node.kind} | all_of(node.inner)}

    return all_of(read(markdown))


def seen(markdown: str) -> str:
    return shown(read(markdown)).replace(JOINER, "")


def visible(text: str) -> str:
    """Without white space, which lines, lists and quotes may set anew."""
    return "".join(clean(text).replace(JOINER, "").split())


@given(HOSTILE)
@example("".join(ATOMS))
@example(":tada::tada:")
@example("¯\\_(ツ)_/¯")
def test_escaped_text_is_shown_as_it_was_written_and_is_nothing_else(text: str) -> None:
    escaped = markup.escape(text)
    assert kinds(escaped) <= {"text"}
    assert seen(escaped) == clean(text).replace(JOINER, "")


@given(HOSTILE)
def test_no_mention_is_left_for_a_server_that_does_not_care_for_backslashes(text: str) -> None:
    assert not PING.search(markup.escape(text))
    assert not PING.search(markup.inline((Words(text, bold=True),)))


@given(HOSTILE)
def test_escaped_text_takes_no_more_than_was_counted(text: str) -> None:
    assert size(markup.escape(text)) <= sum(map(cost, text))


@given(SHORT_LINES)
def test_a_line_of_any_runs_says_what_they_say(runs: Line) -> None:
    words = "".join(run.text for run in runs if isinstance(run, Words))
    for drawn in (markup.paragraph(runs), markup.inline(runs)):
        assert kinds(drawn) <= {"text", "strong", "em", "code", "block", "time"}
        if not any(isinstance(run, Moment) for run in runs):
            assert visible(seen(drawn)) == visible(words)


@given(SHORT_LINES)
def test_an_item_takes_no_more_than_was_counted_wherever_its_lines_end(runs: Line) -> None:
    assert size(markup.listing([runs], 100)) <= markup.line_weight(runs) + 8


def test_an_item_of_many_lines_takes_no_more_than_was_counted() -> None:
    runs = line("\n".join("abcdef"))
    assert size(markup.listing([runs], 100)) <= markup.line_weight(runs) + 8


@given(SHORT_LINES)
def test_notes_and_quotes_hold_nothing_but_their_words(runs: Line) -> None:
    assert kinds(markup.small(runs)) <= {"text", "strong", "em", "code", "time", "small"}
    assert kinds(markup.quote(runs)) <= {"text", "strong", "em", "code", "time", "quote"}


@pytest.mark.parametrize(
    ("runs", "drawn"),
    [
        (line(bold("Name. "), "Says this."), "**Name.** Says this."),
        (line(bold("a"), bold("b")), "**ab**"),
        (line(bold("a"), Words("b", italic=True)), f"**a**{JOINER}*b*"),
        (line("See ", Words("x = 1", code=True), "."), "See `x = 1`."),
        (line("1. not a list"), "1\\. not a list"),
        (line("# no heading\n- no item\n> no quote"), "\\# no heading\n\\- no item\n\\> no quote"),
        (line(Moment(AT)), "<t:1796113800:F>"),
        (line(":", bold("tada"), ":"), "\\:**tada**\\:"),
        (line(bold("two\nlines")), "**two**\n**lines**"),
    ],
)
def test_runs_are_drawn_with_discords_marks(runs: Line, drawn: str) -> None:
    assert markup.paragraph(runs) == drawn


def test_a_word_for_a_person_who_is_not_there_calls_nobody() -> None:
    assert markup.escape("@everyone <@1>") == f"\\@{JOINER}everyone \\<{JOINER}@1>"


def test_an_address_is_shown_and_copied_as_it_is_and_is_no_link() -> None:
    assert markup.escape("https://evil.example") == "https\\://evil.example"


def test_code_of_several_lines_is_a_block_that_nothing_in_it_can_end() -> None:
    (node,) = read(markup.paragraph((Words("a = 1\n```\n@everyone", code=True),)))
    assert node.kind == "block"
    assert node.text.replace(JOINER, "") == "a = 1\n```\n@everyone"


@pytest.mark.parametrize("end", ["\n", "\r", "\u2028", "\u2029"])
def test_a_line_end_is_counted_however_it_is_written(end: str) -> None:
    for part in markup.split((Words(("**" + end + ". ") * 1000),), 1800):
        assert size(markup.quote(part)) <= 1800


@given(LINES)
def test_a_line_split_for_its_length_says_the_same(runs: Line) -> None:
    parts = list(markup.split(runs, 1800))
    assert "".join(run.text for part in parts for run in part if isinstance(run, Words)) == "".join(
        run.text for run in runs if isinstance(run, Words)
    )
    assert [run for part in parts for run in part if isinstance(run, Moment)] == [run for run in runs if isinstance(run, Moment)]
    for part in parts:
        for draw in (markup.paragraph, markup.inline, markup.quote, markup.small):
            assert size(draw(part)) <= 1800


def test_a_block_of_code_torn_in_two_is_closed_and_opened_again() -> None:
    code = "\n".join(f"line {n} = {n}" for n in range(400))
    drawn = [markup.paragraph(part) for part in markup.split((Words(code, code=True),), 1800)]
    assert len(drawn) > 1
    assert all(one.startswith("```\n") and one.endswith("\n```") and one.count("```") == 2 for one in drawn)
    assert "\n".join(node.text for one in drawn for node in read(one)) == code


def test_a_long_text_is_cut_between_paragraphs() -> None:
    paragraph = "A sentence that says something. " * 20
    parts = list(markup.split((Words("\n\n".join([paragraph] * 8)),), 1800))
    assert len(parts) > 1
    assert all(markup.paragraph(part).endswith(".") or markup.paragraph(part).endswith(". ") for part in parts)
