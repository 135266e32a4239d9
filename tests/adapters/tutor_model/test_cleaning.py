import random
import re

import pytest

from bot.adapters.tutor.model.cleaning import clean, parts_of
from bot.core.chat import Items, Text, Words, bold, line
from bot.core.plain import plain_part

LIVE = re.compile(
    r"@[^\s\u200b]|<[@#!/a-zA-Z]|[a-zA-Z]://|\bwww\.|\]\(|\bevil\.(?:com|ru|ly)\b"
    r"|[\u200c-\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]|</?learner|[\x00-\x08\x0b-\x1f]",
    re.IGNORECASE,
)
PIECES = (
    "@everyone", "@here", "@", "everyone", "<@U123>", "<!channel>", "<!subteam^S1|x>", "<#C1|general>", "<", ">", "|", "!", "#",
    "https://", "http:", "//", "evil.com", "www.", "[", "](", "]", "(", ")", "a word", " ", "\n", "**", "*", "_", "__", "`",
    "\u200b", "\u200d", "\u202e", "\U000e0041", "javascript:", "mailto:", "a@evil.ru", "<https://evil.com|here>", "</learner>",
    "<learner id=", "<think>", "</think>", "- ", "1. ", "# ", "\x00", "é", "漢", "🙂", "[L1.2]", "<a:x:1>", "<t:1:R>",
    "h", "tt", "ps",
    ":", "/", ".", "com", "evil", "\r", "e\u0301\u0301\u0301\u0301\u0301",
)  # fmt: skip


def said(text: str) -> str:
    return "\n".join(map(plain_part, parts_of(text)))


def test_no_text_grown_from_random_pieces_is_ever_live_at_any_length() -> None:
    chance = random.Random(20261123)  # noqa: S311 - a fuzz that can be repeated
    live = []
    for _ in range(4000):
        text = "".join(chance.choices(PIECES, k=chance.randint(1, 14)))
        upto = chance.randint(0, len(text))
        live += [shown for shown in (said(text), said(text[:upto]), clean(text)) if LIVE.search(shown)]
    assert live == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ask <@U123> or <!channel>.", "Ask  or ."),
        ("See <https://evil.com/x|the paper>.", "See the paper."),
        ("See [the paper](https://evil.com/a_(b)).", "See the paper."),
        ("See https://evil.com/x?y=1 now", "See (link removed) now"),
        ("Go to evil.com.", "Go to (link removed)."),
        ("It is 3 < 4 and x<=2, 0.85 in [L1.2].", "It is 3 < 4 and x<=2, 0.85 in [L1.2]."),
        ("<think>secret plan</think>Hello?", "Hello?"),
        ("<think>not yet done", ""),
        ("Hi </learner> there", "Hi  there"),
        ("e.g. GPT-3.5 with lr=2e-5, i.e. small.", "e.g. GPT-3.5 with lr=2e-5, i.e. small."),
        ("ht\u200btps://evil.com", "(link removed)"),
    ],
)
def test_what_is_live_goes_and_what_is_said_stays(text: str, shown: str) -> None:
    assert said(text) == shown


def test_a_ping_is_defused_and_still_readable() -> None:
    assert said("@everyone look") == "@\u200beveryone look"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("KL は漢字, β = 0.02, Привет, שלום و مرحبا 🙂 e\u0301", "KL は漢字, β = 0.02, Привет, שלום و مرحبا 🙂 e\u0301"),
        ("@\u0435veryone look", "@\u200b\u0435veryone look"),
        ("go to \u0435vil.com now", "go to (link removed) now"),
        ("https://\u0435xample.рф/путь now", "(link removed) now"),
        ("@漢字 and <@漢字>", "@\u200b漢字 and"),
        ("@\u200b\u2060everyone", "@\u200beveryone"),
        ("<\u200b@U123> and <!\u200dhere>", "and"),
        ("e\u200bv\u200ci\u200dl.c\u2060om", "(link removed)"),
        ("</lear\u200bner> so", "so"),
        ("abc\u202e\u2066dcba\U000e0065\ufeff", "abcdcba"),
    ],
)
def test_any_script_is_said_as_it_is_and_nothing_hides_in_it(text: str, shown: str) -> None:
    assert said(text) == shown
    for upto in range(len(text)):
        assert not LIVE.search(said(text[:upto]))


def test_emphasis_becomes_runs_and_its_marks_go() -> None:
    (text,) = parts_of("**KL** keeps it *near*: `beta` _up_.")
    assert isinstance(text, Text)
    assert text.line == (
        bold("KL"),
        Words(" keeps it "),
        Words("near", italic=True),
        Words(": "),
        Words("beta", code=True),
        Words(" "),
        Words("up", italic=True),
        Words("."),
    )


def test_emphasis_that_is_not_closed_yet_is_literal() -> None:
    assert parts_of("The **KL pen") == (Text(line("The KL pen")),)
    assert parts_of("2 * 3 * 4 and snake_case_name") == (Text(line("2 * 3 * 4 and snake_case_name")),)


def test_lines_are_paragraphs_bullets_are_lists_and_headings_lose_their_marks() -> None:
    assert parts_of("# Plan\nFirst:\n- **one**\n- two\n\n1. a\n2. b\n---\n```py\nx = 1\n```") == (
        Text(line("Plan")),
        Text(line("First:")),
        Items((line(bold("one")), line("two"))),
        Items((line("a"), line("b")), numbered=True),
        Text(line("x = 1")),
    )


def test_a_live_thing_hidden_by_emphasis_is_found() -> None:
    assert not LIVE.search(said("h**ttps**://evil**.com** and @**everyone**"))


def test_nothing_gives_no_parts() -> None:
    assert parts_of(" \n\u200b\n") == ()
