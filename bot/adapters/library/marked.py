"""Files with their line numbers: text without hidden characters, and YAML that knows where each value stands."""

import difflib
import math
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import NamedTuple, TypeVar

import yaml

LONGEST = 2_800  # a Slack section holds 3,000 characters, and we add a few of our own

Value = TypeVar("Value")


@dataclass(slots=True)
class Problems:
    """Everything found wrong so far, each with its place."""

    found: list[tuple[str, int, str]] = field(default_factory=list)

    def sentences(self) -> list[str]:
        """One line a problem: files in the order they were first complained of, lines from the top, nothing twice."""
        files = {path: number for number, path in enumerate(dict.fromkeys(path for path, _, _ in self.found))}
        ranked = sorted(dict.fromkeys(self.found), key=lambda problem: (files[problem[0]], problem[1]))
        return [f"{path}:{line}: {sentence}" for path, line, sentence in ranked]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file being read, and where to complain about it."""

    path: Path
    problems: Problems

    def wrong(self, line: int, sentence: str) -> None:
        self.problems.found.append((str(self.path), line, sentence))

    def text(self, purpose: str) -> str | None:
        """The file's text, or None where there is none that could be read. Lines end in a plain newline."""
        try:
            raw = self.path.read_bytes()
        except OSError:
            self.wrong(1, f"This file cannot be opened. Write it: it holds {purpose}.")
            return None
        try:
            text = raw.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            self.wrong(raw.count(b"\n", 0, error.start) + 1, "This is not valid UTF-8. Save the file as UTF-8.")
            return None
        clean = True
        for number, row in enumerate(text.split("\n"), 1):
            if name := hidden(row):
                clean = False
                self.wrong(number, f"The line contains {name}. Take it out.")
        return text if clean else None


def hidden(text: str) -> str:
    """The name of the first character that cannot be seen and may deceive, or the empty string.

    Joiners inside an emoji are let through; they are how some emoji are spelled.
    """
    for place, character in enumerate(text):
        if unicodedata.category(character) not in {"Cc", "Cf", "Co", "Zl", "Zp"}:
            continue
        if character == "\t":
            return "a tab, use spaces instead"
        if character != "\u200d" or not _inside_emoji(text, place):
            return f"the hidden character U+{ord(character):04X} {unicodedata.name(character, 'control character')}"
    return ""


def _inside_emoji(text: str, place: int) -> bool:
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    return bool(before and after) and unicodedata.category(before) in {"So", "Sk", "Mn"} and unicodedata.category(after) == "So"


def front(sheet: Sheet, text: str) -> tuple[str, str] | None:
    """The front matter and the body, each padded so that its line numbers are the file's; None where there is no front matter."""
    rows = text.split("\n")
    ends = [number for number, row in enumerate(rows) if number and row.rstrip() == "---"]
    if rows[0].rstrip() != "---" or not ends:
        sheet.wrong(1, "The file must begin with front matter: a line ---, the fields, and another line ---.")
        return None
    return "\n".join(["", *rows[1 : ends[0]]]), "\n" * (ends[0] + 1) + "\n".join(rows[ends[0] + 1 :])


def near(asked: str, known: Iterable[str]) -> str:
    """A question naming the nearest of the known words, or nothing."""
    found = difflib.get_close_matches(asked, list(known), n=1, cutoff=0.5)
    return f" Did you mean “{found[0]}”?" if found else ""


class Placed(NamedTuple):
    text: str
    line: int


class Fields:
    """One mapping of a YAML file. A getter complains of what is missing or wrong, gives something empty, and reading goes on."""

    def __init__(self, sheet: Sheet, node: yaml.Node | None, known: Sequence[str] = (), line: int = 1) -> None:
        self.sheet = sheet
        self.here = _line(node) if node else line
        self._nodes: dict[str, yaml.Node] = {}
        self._lines: dict[str, int] = {}
        self.empty = not isinstance(node, yaml.MappingNode)
        if isinstance(node, yaml.MappingNode):
            self._fill(node)
        elif node:
            sheet.wrong(self.here, f"Fields are expected here, each a `name: value`, but this is {_kind(node)}.")
        if known:
            self.expect(known)

    @classmethod
    def of_text(cls, sheet: Sheet, text: str, known: Sequence[str]) -> "Fields":
        """The fields of a whole YAML document. Nothing in it is ever run or built: only text is taken from it."""
        try:
            node = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            advice = "Check the indentation, and put text that contains “: ” or begins with a sign in quotes."
            sheet.wrong(mark.line + 1 if mark else 1, f"This is not valid YAML ({error.problem}). {advice}")
            return cls(sheet, None)
        except yaml.YAMLError:
            sheet.wrong(1, "This is not valid YAML. Save the file as plain UTF-8 text.")
            return cls(sheet, None)
        if node is None:
            sheet.wrong(1, f"Nothing is written here. The fields are: {', '.join(known)}.")
        return cls(sheet, node, known)

    def _fill(self, node: yaml.MappingNode) -> None:
        for key, value in node.value:
            name = str(key.value)
            if name in self._nodes:
                self.sheet.wrong(_line(key), f"`{name}` is here a second time. Keep one of the two.")
            else:
                self._nodes[name], self._lines[name] = value, _line(key)

    def expect(self, known: Sequence[str]) -> None:
        for name, line in self._lines.items():
            if name not in known:
                rest = near(name, known) or f" The fields here are: {', '.join(known)}."
                self.sheet.wrong(line, f"`{name}` is not a field I know.{rest}")

    def __contains__(self, name: str) -> bool:
        return name in self._nodes

    def line(self, name: str) -> int:
        """Where the field stands; where it is missing, where its mapping begins."""
        return self._lines.get(name, self.here)

    def wrong(self, name: str, sentence: str) -> None:
        self.sheet.wrong(self.line(name), sentence)

    def text(self, name: str, *, limit: int = LONGEST, words: int = 0, optional: bool = False) -> str:
        node = self._node(name, optional=optional)
        return self._words(node, f"`{name}`", limit, words) if node else ""

    def texts(
        self, name: str, *, least: int = 1, most: int = 99, limit: int = LONGEST, optional: bool = False
    ) -> tuple[Placed, ...]:
        nodes = self._list(name, least, most, optional=optional)
        found = (Placed(self._words(node, f"An entry of `{name}`", limit), _line(node)) for node in nodes)
        return tuple(placed for placed in found if placed.text)

    def maps(
        self, name: str, known: Sequence[str] = (), *, least: int = 1, most: int = 99, optional: bool = False
    ) -> list["Fields"]:
        return [Fields(self.sheet, node, known) for node in self._list(name, least, most, optional=optional)]

    def child(self, name: str, known: Sequence[str] = (), *, optional: bool = False) -> "Fields":
        """The mapping below that name; one without any field where it is missing."""
        return Fields(self.sheet, self._node(name, optional=optional), known, self.here)

    def names(self) -> Iterator[Placed]:
        for name, line in self._lines.items():
            yield Placed(name, line)

    def truth(self, name: str, *, optional: bool = False) -> bool:
        answers = {"true": True, "false": False}
        return self._parsed(name, lambda text: answers[text.lower()], False, "true or false", optional=optional)

    def whole(self, name: str, least: int, most: int) -> int:
        value = self._parsed(name, int, least, "a whole number in digits")
        if not least <= value <= most:
            self.wrong(name, f"`{name}` is {value}. Write a number from {least} to {most}.")
        return value

    def number(self, name: str) -> float:
        return self._parsed(name, _finite, math.nan, "a number in digits, with a point for decimals and no thousands separators")

    def day(self, name: str) -> date:
        return self._parsed(name, date.fromisoformat, date.min, "a date such as 2026-11-23")

    def span(self, name: str) -> tuple[float, float]:
        """A list of two numbers, the low one first. Not a number where they cannot be read, so that no comparison holds."""
        nodes = self._list(name, 2, 2)
        try:
            low, high = (_finite(str(node.value)) for node in nodes)
        except ValueError:
            if len(nodes) == 2:
                self.wrong(name, f"`{name}` needs two numbers in digits without thousands separators, such as [1, 2.5].")
            return math.nan, math.nan
        if low > high:
            self.wrong(name, f"`{name}` begins with the higher number. Write the low one first.")
        return min(low, high), max(low, high)

    def _parsed(self, name: str, read: Callable[[str], Value], fallback: Value, wanted: str, *, optional: bool = False) -> Value:
        node = self._node(name, optional=optional)
        if node is None:
            return fallback
        try:
            return read(str(node.value).strip())
        except (ValueError, KeyError):
            self.wrong(name, f"`{name}` must be {wanted}.")
            return fallback

    def _node(self, name: str, *, optional: bool = False) -> yaml.Node | None:
        node = self._nodes.get(name)
        if node is None and not optional and not self.empty:
            self.sheet.wrong(self.here, f"`{name}` is missing. Add it.")
        return node

    def _list(self, name: str, least: int, most: int, *, optional: bool = False) -> list[yaml.Node]:
        node = self._node(name, optional=optional)
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.wrong(name, f"`{name}` must be a list, but this is {_kind(node)}. Begin each entry with “- ”.")
            return []
        if not least <= len(node.value) <= most:
            wanted = f"{least}" if least == most else f"{least} to {most}" if most < 99 else f"{least} or more"
            self.wrong(name, f"`{name}` has {len(node.value)} entries. Write {wanted}.")
        return list(node.value)

    def _words(self, node: yaml.Node, what: str, limit: int, words: int = 0) -> str:
        line = _line(node)
        if not isinstance(node, yaml.ScalarNode):
            self.sheet.wrong(line, f"{what} must be text, but this is {_kind(node)}. Put text with a colon in it in quotes.")
            return ""
        if node.style == '"' and (name := hidden(node.value.replace("\n", " "))):
            self.sheet.wrong(line, f"The line contains {name}. Take it out.")
        text = " ".join(str(node.value).split())
        if not text or node.tag.endswith(":null"):
            self.sheet.wrong(line, f"{what} is empty. Write it.")
            return ""
        if len(text) > limit:
            self.sheet.wrong(line, f"{what} has {len(text):,} characters; {limit:,} at most. Shorten it.")
        if words and (count := len(text.split())) > words:
            self.sheet.wrong(line, f"{what} has {count} words; {words} at most. Shorten it.")
        if "[@" in text:
            self.sheet.wrong(line, f"{what} holds a citation; those work in lesson.md only. Take it out.")
        return text


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _kind(node: yaml.Node) -> str:
    match node:
        case yaml.MappingNode():
            return "a mapping"
        case yaml.SequenceNode():
            return "a list"
        case _:
            return "a single value" if node.value else "empty"


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number
