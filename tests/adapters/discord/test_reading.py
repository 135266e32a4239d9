"""The reading that other tests rest on: it sees what Discord's clients would draw, so that it can say that nothing is."""

import pytest

from bot.adapters.discord.reading import Node, read, shown


def sketch(nodes: tuple[Node, ...]) -> str:
    """Such as strong(b)."""
    return "".join(node.text if node.kind == "text" else f"{node.kind}({node.text}{sketch(node.inner)})" for node in nodes)


@pytest.mark.parametrize(
    ("markdown", "seen"),
    [
        ("plain, with 3 < 4 & so on", "plain, with 3 < 4 & so on"),
        ("**b** *i* _i_ ***bi*** __u__ ~~s~~ ||x||", "strong(b) em(i) em(i) strong(em(bi)) u(u) s(s) spoiler(x)"),
        ("`a **b**` and ``a `b` ``", "code(a **b**) and code(a `b`)"),
        ("```\na = 1\n```", "block(a = 1)"),
        ("```py\na = 1\n```", "block(a = 1)"),
        (r"\*\*b\*\* \_i\_ \`c\` \<@1>", "**b** _i_ `c` <@1>"),
        ("<@123> <@!123> <@&123> <#123>", "mention(<@123>) mention(<@!123>) mention(<@&123>) mention(<#123>)"),
        ("@everyone @here", "mention(@everyone) mention(@here)"),
        ("</lab:123> <id:customize> <123:guide>", "mention(</lab:123>) mention(<id:customize>) mention(<123:guide>)"),
        ("<t:1796113800:F> <t:1796113800>", "time(1796113800) time(1796113800)"),
        ("<:face:123> <a:face:123> :tada:", "emoji(<:face:123>) emoji(<a:face:123>) emoji(:tada:)"),
        ("see https://example.org/x.", "see link(https://example.org/x)."),
        ("[here](https://example.org) <https://example.org>", "link(here) link(https://example.org)"),
        ("# One\n## Two\n### Three\n#### Four", "heading(One)heading(Two)heading(Three)#### Four"),
        ("-# small\nnot", "small(small)not"),
        ("- a\n- b\n  more\nafter", "item(a)item(b\nmore)after"),
        ("3. c\n4. d", "number(mark(3)c)number(mark(4)d)"),
        ("> a\n> b\nc", "quote(a\nb\n)c"),
        (">>> a\nb", "quote(a\nb)"),
        ("a # b - c > d 1. e", "a # b - c > d 1. e"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("**open and _open", "**open and _open"),
    ],
)
def test_it_sees_what_discord_draws(markdown: str, seen: str) -> None:
    assert sketch(read(markdown)) == seen


def test_what_a_reader_sees_is_the_text_without_its_marks() -> None:
    assert shown(read("**Name.** Says `x` and\n- this")) == "Name. Says x and\nthis"
