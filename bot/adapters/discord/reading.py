"""Discord's markdown, read as its clients read it: for previews, and to prove that literal text stays literal.

The rules are those of the simple-markdown library that Discord builds on, with Discord's own beside them. Lists are read a
line at a time, without nesting by blank lines.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Node:
    """`kind` is text, strong, em, u, s, spoiler, code, block, link, mention, emoji, time, heading, small, quote, item or number.

    `text` is what it holds literally; `inner` what it holds read.
    """

    kind: str
    text: str = ""
    inner: tuple["Node", ...] = ()


_INLINE = (
    ("block", re.compile(r"```(?:[a-z0-9_+\-.#]+?\n+)?\n*([\s\S]+?)\n*```", re.IGNORECASE)),
    ("escape", re.compile(r"\\([^0-9A-Za-z\s])", re.ASCII)),
    ("mention", re.compile(r"(<@[!&]?\d+>|<#\d+>|</[^\n>]{1,99}:\d+>|<\d+:[\w-]+>|<id:\w+>|@everyone|@here)")),
    ("emoji", re.compile(r"(<a?:\w{2,32}:\d+>|:[^\s:]+?(?:::skin-tone-\d)?:)")),
    ("time", re.compile(r"<t:(-?\d+)(?::[tTdDfFR])?>")),
    ("link", re.compile(r"<([^: >]+:/[^ >]+)>")),
    ("link", re.compile(r"((?:https?|discord|steam)://[^\s<]+[^<.,:;\"')\]\s])")),
    (
        "link",
        re.compile(
            r"\[((?:\[[^\]]*\]|[^\[\]]|\](?=[^\[]*\]))*)\]\(\s*<?((?:\([^)]*\)|[^\s\\]|\\.)*?)>?(?:\s+['\"](.*?)['\"])?\s*\)"
        ),
    ),
    ("strong", re.compile(r"\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)")),
    ("u", re.compile(r"__((?:\\[\s\S]|[^\\])+?)__(?!_)")),
    ("em", re.compile(r"\*(?=\S)((?:\*\*|\\[\s\S]|\s+(?:\\[\s\S]|[^\s*\\]|\*\*)|[^\s*\\])+?)\*(?!\*)")),
    ("em", re.compile(r"_((?:__|\\[\s\S]|[^\\_])+?)_\b")),
    ("s", re.compile(r"~~([\s\S]+?)~~(?!_)")),
    ("spoiler", re.compile(r"\|\|([\s\S]+?)\|\|")),
    ("code", re.compile(r"(?P<ticks>`+)(?P<held>[\s\S]*?[^`])(?P=ticks)(?!`)")),
)
_PLAIN = re.compile(r"(?:(?!(?:https?|discord|steam)://)[0-9A-Za-z ])+")
"""What no rule but those of lines begins with."""
_LITERAL = frozenset({"block", "code", "mention", "emoji", "time", "link"})
_LINES = (
    ("heading", re.compile(r" *(#{1,3}) +([^\n]+?)(?:\n|$)")),
    ("small", re.compile(r" *(-#) +([^\n]+?)(?:\n|$)")),
    ("item", re.compile(r" *([*+-]) +([^\n]*(?:\n {2,}[^\n]*)*)(?:\n|$)")),
    ("number", re.compile(r" *(\d+)\. +([^\n]*(?:\n {2,}[^\n]*)*)(?:\n|$)")),
    ("quote", re.compile(r" *(>>>) ([\s\S]*)")),
    ("quote", re.compile(r" *(>) ([^\n]*(?:\n *> [^\n]*)*\n?)")),
)


def read(markdown: str) -> tuple[Node, ...]:
    """What a text display shows."""
    return tuple(_merged(_nodes(markdown, lines=True)))


def shown(nodes: tuple[Node, ...]) -> str:
    """The characters a reader sees."""
    return "".join(node.text + shown(node.inner) for node in nodes)


def _nodes(text: str, *, lines: bool) -> Iterator[Node]:
    at = 0
    while at < len(text):
        begins = lines and (at == 0 or text[at - 1] == "\n")
        if found := _line(text, at) if begins else None:
            node, at = found
            yield node
        elif plain := _PLAIN.match(text, at):
            yield Node("text", plain[0])
            at = plain.end()
        elif found := _span(text, at):
            node, at = found
            yield node
        else:
            yield Node("text", text[at])
            at += 1


def _line(text: str, at: int) -> tuple[Node, int] | None:
    for kind, rule in _LINES:
        if found := rule.match(text, at):
            held = re.sub(r"^ *> ?", "", found[2], flags=re.MULTILINE) if kind == "quote" else found[2]
            mark = found[1] if kind == "number" else ""
            inner = tuple(_merged(_nodes(re.sub(r"\n +", "\n", held), lines=kind == "quote")))
            return Node(kind, "", (Node("mark", mark), *inner) if mark else inner), found.end()
    return None


def _span(text: str, at: int) -> tuple[Node, int] | None:
    best: tuple[Node, int] | None = None
    for kind, rule in _INLINE:
        found = rule.match(text, at)
        if found is None:
            continue
        if kind == "code":
            return Node(kind, re.sub(r"^ (?= *`)|(` *) $", r"\1", found["held"])), found.end()
        if kind == "escape":
            return Node("text", found[1]), found.end()
        if kind in _LITERAL:
            return Node(kind, found[1]), found.end()
        if best is None or found.end() > best[1]:  # of ** and *, the longer one wins
            best = Node(kind, "", tuple(_merged(_nodes(found[1], lines=False)))), found.end()
    return best


def _merged(nodes: Iterator[Node]) -> Iterator[Node]:
    held = ""
    for node in nodes:
        if node.kind == "text":
            held += node.text
            continue
        if held:
            yield Node("text", held)
            held = ""
        yield node
    if held:
        yield Node("text", held)
