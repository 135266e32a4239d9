"""The parts of a post, each as one or more blocks with what they say in plain words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import assert_never

from bot.adapters.slack import rich
from bot.adapters.slack.controls import Json, button_blocks, choose_blocks, lettered, letters, plain_text
from bot.adapters.slack.limits import (
    ALT_TEXT,
    BUTTON_TEXT,
    HEADER,
    LIST_ITEMS,
    MESSAGE_WEIGHT,
    RICH_TEXT,
    TABLE_COLUMNS,
    TABLE_ROWS,
    TABLE_TEXT,
    literal,
    pieces,
    shorten,
    size,
    weight,
)
from bot.core.chat import (
    Buttons,
    Choose,
    File,
    Heading,
    Items,
    Line,
    Moment,
    Note,
    Part,
    Picture,
    Quote,
    Run,
    Table,
    Text,
    Words,
    bold,
    line,
)
from bot.core.plain import plain_line, plain_part

FIRST_FILE = "FPICTURE00"
"""Stands where the id of an uploaded picture will stand; of the form Slack asks for, `F` and at least eight more."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A block and what it says. `plainer` says the same where a second table or a picture cannot stand."""

    block: Json
    said: str
    control: bool = False
    png: bytes = b""
    plainer: tuple["Piece", ...] = ()


@dataclass(frozen=True, slots=True)
class Canvas:
    """Where it is drawn: block ids get `key`, dates that cannot be local are told in `zone`. Views have no tables."""

    key: str | None = None
    zone: str | None = None
    tables: bool = True

    def pieces(self, parts: Sequence[Part]) -> Iterator[Piece]:
        for n, part in enumerate(parts):
            yield from self._pieces(part, str(n))

    def _pieces(self, part: Part, place: str) -> Iterator[Piece]:
        match part:
            case Heading(text=text):
                yield from self._heading(text)
            case Text(line=runs):
                yield from self._paragraphs(runs)
            case Quote(line=runs):
                yield from (Piece(rich.quote(some, self.zone), f"> {self._plain(some)}") for some in _split(runs))
            case Note(line=runs):
                yield from self._note(runs)
            case Items():
                yield from self._items(part)
            case Table():
                yield from self._table(part)
            case Picture() | File():
                yield from self._attached(part)
            case Buttons():
                yield from self._buttons(part, place)
            case Choose():
                yield from self._choose(part, place)
            case _:
                assert_never(part)

    def _plain(self, runs: Line) -> str:
        return plain_line(tuple(self._local(run) for run in runs))

    def _local(self, run: Run) -> Run:
        return replace(run, zone=self.zone) if isinstance(run, Moment) and self.zone else run

    # ------------------------------------------------------------ what is said

    def _heading(self, text: str) -> Iterator[Piece]:
        if size(" ".join(literal(text).split())) > HEADER:
            yield from self._paragraphs((bold(text),))
        elif not rich.blank((Words(text),)):
            yield Piece({"type": "header", "text": plain_text(text, HEADER)}, text)

    def _paragraphs(self, runs: Line, *, control: bool = False) -> Iterator[Piece]:
        yield from (Piece(rich.section(some, self.zone), self._plain(some), control) for some in _split(runs))

    def _note(self, runs: Line) -> Iterator[Piece]:
        """Small print, which cannot hold a date or emphasis without mrkdwn: with these it is an ordinary paragraph."""
        if any(isinstance(run, Moment) or run.bold or run.italic or run.code for run in runs):
            yield from self._paragraphs(runs)
            return
        for some in pieces(literal(self._plain(runs)), RICH_TEXT):
            if some.strip():
                said = {"type": "plain_text", "text": some, "emoji": False}
                yield Piece({"type": "context", "elements": [said]}, some)

    def _items(self, items: Items) -> Iterator[Piece]:
        if not items.lines:
            return
        if len(items.lines) <= LIST_ITEMS and sum(map(rich.line_size, items.lines)) <= RICH_TEXT:
            told = replace(items, lines=tuple(tuple(self._local(run) for run in one) for one in items.lines))
            yield Piece(rich.listing(items.lines, self.zone, numbered=items.numbered), plain_part(told))
            return
        for n, one in enumerate(items.lines, 1):  # a list cannot go on in another block, nor its numbers
            yield from self._paragraphs(line(f"{n}. " if items.numbered else "• ", *one))

    # ------------------------------------------------------------ tables and pictures

    def _table(self, table: Table) -> Iterator[Piece]:
        rows = [row for row in (table.header, *table.rows) if row]
        listed = tuple(self._items(Items(tuple(_row(row, header=n == 0) for n, row in enumerate(rows)))))
        block = self._table_block(rows)
        if not self.tables or block is None:
            yield from listed
        else:
            yield Piece(block, "\n".join(piece.said for piece in listed), plainer=listed)

    def _table_block(self, rows: Sequence[Sequence[Line]]) -> Json | None:
        """None where it is over the limits. Rows are filled up: whether ragged ones are taken is not documented."""
        columns = max(map(len, rows), default=0)
        text = sum(rich.line_size(cell) for row in rows for cell in row)
        if not 0 < len(rows) <= TABLE_ROWS or columns > TABLE_COLUMNS or text > TABLE_TEXT:
            return None
        cells = [
            [rich.cell(row[column] if column < len(row) else (), self.zone, header=n == 0) for column in range(columns)]
            for n, row in enumerate(rows)
        ]
        block = {"type": "table", "rows": cells, "column_settings": [{"is_wrapped": True}] * columns}
        return block if weight([block]) <= MESSAGE_WEIGHT else None

    def _attached(self, part: Picture | File) -> Iterator[Piece]:
        """A file is no part of a message: it is sent by itself, where it can be, and told of."""
        if isinstance(part, File):
            yield from self._note(line(f"{part.name}: {part.says}"))
        else:
            yield from self._picture(part)

    def _picture(self, picture: Picture) -> Iterator[Piece]:
        """An image that waits for its file, or shows one that Slack has; whatever does not fit its alt text follows as text."""
        told = tuple(self._paragraphs((Words(picture.alt),)))
        if not picture.png and not picture.ref:
            yield from told
            return
        link = {"image_url": picture.ref} if picture.ref.startswith("https://") else {"slack_file": {"id": picture.ref}}
        where = {"slack_file": {"id": FIRST_FILE}} if picture.png else link
        block = {"type": "image", "alt_text": shorten(picture.alt, ALT_TEXT), **where}
        yield Piece(block, plain_part(picture), png=picture.png, plainer=told)
        if size(" ".join(literal(picture.alt).split())) > ALT_TEXT:
            yield from (replace(piece, said="") for piece in told)

    # ------------------------------------------------------------ controls

    def _buttons(self, part: Buttons, place: str) -> Iterator[Piece]:
        cut = [one.label for one in part.buttons if size(" ".join(literal(one.label).split())) > BUTTON_TEXT]
        yield from (replace(piece, control=True) for piece in self._items(Items(tuple(line(label) for label in cut))))
        for n, block in enumerate(button_blocks(part.buttons, place, self.key)):
            yield Piece(block, "" if n else plain_part(part), control=True)

    def _choose(self, part: Choose, place: str) -> Iterator[Piece]:
        yield from self._paragraphs((Words(part.label),), control=True)
        listed = lettered(part)
        if listed:
            yield from self._paragraphs(letters(part.options), control=True)
        for n, block in enumerate(choose_blocks(part, place, self.key)):
            yield Piece(block, "" if n or listed else plain_part(replace(part, label="")), control=True)


def _split(runs: Line) -> Iterator[Line]:
    return (some for some in rich.split(runs) if not rich.blank(some))


def _row(cells: Sequence[Line], *, header: bool) -> Line:
    """A row of a table as a line of a list, in the words of its plain text."""
    runs: list[Run] = list(cells[0])
    for _, cell in pairwise(cells):
        runs += [Words(" | "), *cell]
    return tuple(replace(run, bold=True) if header and isinstance(run, Words) else run for run in runs)
