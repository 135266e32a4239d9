"""Markdown into parts: what a block shows, what it cites, and on which line it stands."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.rules_block.table import escapedSplit
from markdown_it.tree import SyntaxTreeNode

from bot.adapters.library.marked import LONGEST, Sheet, hidden, near
from bot.core.chat import Items, Line, Moment, Part, Quote, Run, Table, Text, Words

WORKED = "worked"
KEY = r"[A-Za-z0-9][A-Za-z0-9_.-]*"
CITATION = rf"\[@{KEY}(?:\s*;\s*@{KEY})*\]"
CITED = re.compile(rf"\(\s*{CITATION}(?:\s*{CITATION})*\s*\)|{CITATION}")
NUMBER = re.compile(r"\d(?:[\d.,]*\d)?")
SHARE = re.compile(r"\s*(?:%|‰|per\s?cent|percentage\b)")
REFUSED = {
    "fence": "A block of code cannot be shown here. Use `code` inside a sentence.",
    "code_block": "Indented text becomes a block of code, which cannot be shown. Take the spaces at its beginning away.",
    "hr": "A ruled line cannot be shown. Take it out, and leave an empty line around headings and tables.",
    "heading": "A heading of this level cannot stand here.",
}


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, list, quotation or table: what is shown, its words alone, and the sources it names."""

    part: Part
    line: int
    text: str
    cites: tuple[str, ...]


class Inline(NamedTuple):
    line: Line
    text: str
    cites: tuple[str, ...]


class Style(NamedTuple):
    bold: bool = False
    italic: bool = False
    code: bool = False


class Letter(NamedTuple):
    text: str
    style: Style
    typed: bool
    """As typed: neither code nor escaped, so that it may be part of a citation."""


def has_figure(text: str) -> bool:
    """Whether the text states a percentage, a decimal or a number of two digits or more.

    Years are none, nor is a number that belongs to a name, as in GPT-3.5.
    """
    return any(_is_figure(text, found) for found in NUMBER.finditer(text))


def _is_figure(text: str, found: re.Match[str]) -> bool:
    digits = found.group()
    if SHARE.match(text, found.end()):
        return True
    if re.search(r"[^\W\d_]-?$", text[: found.start()]):
        return False
    return len(digits) > 1 and not re.fullmatch(r"(?:19|20)\d\d", digits)


def count_words(text: str) -> int:
    """Words as a reader counts them: a lone sign is none."""
    return sum(any(character.isalnum() for character in word) for word in text.split())


def plain(part: Part) -> str:
    """A part's words alone, without marks; one line a row."""
    match part:
        case Text(line) | Quote(line):
            return _words(line)
        case Items(lines):
            return "\n".join(_words(line) for line in lines)
        case Table(header, rows):
            return "\n".join(" ".join(_words(cell) for cell in row) for row in (header, *rows))
        case _:
            return ""


def _words(line: Sequence[Run]) -> str:
    return "".join(run.text for run in line if not isinstance(run, Moment))


def tree(body: str) -> tuple[SyntaxTreeNode, ...]:
    """The blocks of a text in CommonMark with tables. HTML, link definitions and underlined headings stay literal."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable(["reference", "lheading", "text_join"])
    return tuple(SyntaxTreeNode(parser.parse(body)).children)


def line_of(node: SyntaxTreeNode | None) -> int:
    """The first line of the nearest block that knows its own."""
    while node is not None and not node.is_root:
        if node.map:
            return node.map[0] + 1
        node = node.parent
    return 1


class Prose:
    """Reads the blocks of one file. `sources` are what it may cite, None where they could not be read."""

    def __init__(self, sheet: Sheet, body: str, sources: Collection[str] | None) -> None:
        self._sheet = sheet
        self._rows = body.split("\n")
        self._known = None if sources is None else (*sources, WORKED)
        self._row = 1
        self.cited: set[str] = set()

    def block(self, node: SyntaxTreeNode) -> Block | None:
        """The block, or None after complaining about one that cannot be shown."""
        found = self._shown(node)
        if found is None:
            return None
        part, inlines = found
        block = Block(part, line_of(node), plain(part), _cites(inlines))
        if has_figure(block.text) and not block.cites:
            self._wrong(
                node, "There is a figure here without a source. Cite one, as in [@Key], or [@worked] for plain arithmetic."
            )
        return block

    def inline(self, node: SyntaxTreeNode) -> Inline:
        """The runs of a heading, paragraph or cell, its citations taken out of the words and listed."""
        self._row = line_of(node)
        letters = [letter for content in node.children for letter in self._letters(content)]
        typed = _typed(letters)
        cited = list(CITED.finditer(typed))
        cites = [key for found in cited for key in self._keys(line_of(node) + typed.count("\n", 0, found.start()), found)]
        for found in reversed(cited):
            del letters[_start(typed, found) : found.end()]
        if "[@" in _typed(letters):
            self._wrong(
                node, "A citation is not well formed. Write [@Key] or [@One; @Two], with keys of letters, digits and hyphens."
            )
        line = _line(letters)
        if name := hidden(_words(line)):
            self._wrong(node, f"The line contains {name}. Take it out.")
        return Inline(line, _words(line), tuple(dict.fromkeys(cites)))

    def _keys(self, line: int, found: re.Match[str]) -> list[str]:
        keys = re.findall(rf"@({KEY})", found.group())
        self.cited.update(keys)
        for key in keys:
            if self._known is not None and key not in self._known:
                self._sheet.wrong(line, f"There is no source “{key}” in the front matter.{near(key, self._known)}")
        return keys

    def _letters(self, node: SyntaxTreeNode, style: Style = Style()) -> Iterator[Letter]:  # noqa: B008 (a constant)
        match node.type:
            case "text" | "text_special" | "code_inline":
                style = style._replace(code=node.type == "code_inline")
                yield from (Letter(letter, style, node.type == "text") for letter in node.content)
            case "softbreak" | "hardbreak":
                if node.type == "hardbreak":
                    self._wrong_here(
                        "A forced line break cannot be shown. Begin a new paragraph, or take the spaces or backslash away."
                    )
                self._row += 1
                yield Letter("\n", style, True)
            case "image":
                self._wrong_here("Pictures cannot be shown in a lesson. Describe it in words, or use a table.")
            case kind:
                if kind == "link":
                    self._wrong_here("Links are not allowed in the text. Name the source in the front matter and cite it.")
                inner = style._replace(bold=style.bold or kind == "strong", italic=style.italic or kind == "em")
                for child in node.children:
                    yield from self._letters(child, inner)

    def _shown(self, node: SyntaxTreeNode) -> tuple[Part, list[Inline]] | None:
        match node.type:
            case "paragraph":
                inline = self.inline(node)
                return Text(inline.line), [inline]
            case "blockquote":
                return self._quote(node)
            case "bullet_list" | "ordered_list":
                return self._items(node)
            case "table":
                return self._table(node)
            case kind:
                self._wrong(node, REFUSED.get(kind, "This cannot be shown. Use paragraphs, lists, quotations and tables."))
                return None

    def _quote(self, node: SyntaxTreeNode) -> tuple[Part, list[Inline]]:
        if [child.type for child in node.children] != ["paragraph"]:
            self._wrong(node, "A quotation holds one paragraph and nothing else. Put the rest outside it.")
        inlines = [self.inline(child) for child in node.children if child.type == "paragraph"]
        return Quote(inlines[-1].line if inlines else ()), inlines

    def _items(self, node: SyntaxTreeNode) -> tuple[Part, list[Inline]]:
        if node.type == "ordered_list" and (start := node.attrs.get("start", 1)) != 1:
            self._wrong(node, f"A numbered list begins with 1. If this is a sentence that begins with {start}, write {start}\\.")
        inlines = []
        for item in node.children:
            if [child.type for child in item.children] != ["paragraph"]:
                self._wrong(item, "An entry of a list holds one paragraph: no list within a list, and nothing empty.")
            inlines += [self.inline(child) for child in item.children if child.type == "paragraph"]
        return Items(tuple(inline.line for inline in inlines), node.type == "ordered_list"), inlines

    def _table(self, node: SyntaxTreeNode) -> tuple[Part, list[Inline]]:
        rows = [row for part in node.children for row in part.children]
        cells = [[self.inline(cell) for cell in row.children] for row in rows]
        header, *body = [tuple(cell.line for cell in row) for row in cells]
        for row in rows[1:]:
            if (found := self._cells_written(line_of(row))) != len(header):
                self._wrong(row, f"This row has {found} cells and the table's head {len(header)}. Make them agree.")
        if len(header) > 5:
            self._wrong(node, f"The table has {len(header)} columns; 5 at most. Split it or turn it round.")
        if len(body) > 12:
            self._wrong(node, f"The table has {len(body)} rows; 12 at most. Split it.")
        table = Table(header, tuple(body))
        if (length := len(plain(table))) > LONGEST:
            self._wrong(node, f"The table has {length:,} characters; {LONGEST:,} at most. Shorten or split it.")
        return table, [cell for row in cells for cell in row]

    def _cells_written(self, line: int) -> int:
        cells = escapedSplit(self._rows[line - 1].strip())
        return len(cells) - (cells[0] == "") - (len(cells) > 1 and cells[-1] == "")

    def _wrong_here(self, sentence: str) -> None:
        self._sheet.wrong(self._row, sentence)

    def _wrong(self, node: SyntaxTreeNode, sentence: str) -> None:
        self._sheet.wrong(line_of(node), sentence)


def _cites(inlines: Sequence[Inline]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for inline in inlines for key in inline.cites))


def _start(text: str, found: re.Match[str]) -> int:
    """Where to cut: the space before a citation goes with it, unless a word follows at once."""
    follows = text[found.end() : found.end() + 1]
    return found.start() if follows.isalnum() else len(text[: found.start()].rstrip())


def _typed(letters: Sequence[Letter]) -> str:
    return "".join(letter.text if letter.typed else "\0" for letter in letters)


def _line(letters: Sequence[Letter]) -> tuple[Words, ...]:
    """Letters gathered into runs of one style each, without space at either end."""
    solid = [place for place, letter in enumerate(letters) if not letter.text.isspace()]
    runs = groupby(letters[solid[0] : solid[-1] + 1] if solid else (), lambda letter: letter.style)
    return tuple(Words("".join(letter.text.replace("\n", " ") for letter in run), *style) for style, run in runs)
