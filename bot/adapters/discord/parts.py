"""The parts of a post, each as one or more components."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import assert_never

from bot.adapters.discord import controls, markup
from bot.adapters.discord.controls import BUTTON, FILE, GALLERY, LETTERED, ROW, SECTION, TEXT, Json
from bot.adapters.discord.limits import ALT_TEXT, BUTTON_LABEL, BUTTON_SHOWN, ROW_BUTTONS, clean, shorten, size
from bot.adapters.discord.tables import table_texts
from bot.core.chat import (
    Button,
    Buttons,
    Choose,
    Heading,
    Items,
    Line,
    Note,
    Option,
    Part,
    Picture,
    Quote,
    Table,
    Text,
    Words,
    bold,
    line,
)
from bot.core.chat import File as Handed
from bot.core.plain import plain_line
from bot.core.splitting import letter

BESIDE = 200
"""What stands beside a button is at most so long; anything longer stands above."""
TEXT_ROOM = 3_600
"""What one text display takes at most, so that a head or a tail has room beside it in the message."""


@dataclass(frozen=True, slots=True)
class File:
    """Something to be sent along: its component shows it by `attachment://name`. `png` is its content, a picture or not."""

    name: str
    png: bytes
    alt: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A top-level component. `control`: it is, or belongs to, something to press."""

    component: Json
    control: bool = False
    file: File | None = None


class Canvas:
    """Draws the parts of one post. `rich`: with sections and pictures; without, text and rows of controls only.

    `room` is what one text may take.
    """

    def __init__(self, *, rich: bool = True, room: int = TEXT_ROOM) -> None:
        self._rich, self._room = rich, room
        self._controls = self._numbers = 0
        self._pictures = 0

    def pieces(self, parts: Sequence[Part]) -> Iterator[Piece]:
        held: Piece | None = None
        for piece in (piece for part in parts for piece in self._pieces(part)):
            together = _in_one_row(held, piece) if held else None
            if held and not together:
                yield held
            held = together or piece
        if held:
            yield held

    def _pieces(self, part: Part) -> Iterator[Piece]:
        match part:
            case Heading(text=text):
                yield from self._heading(text)
            case Text(line=runs):
                yield from self._paragraphs(runs)
            case Quote(line=runs):
                yield from (_said(markup.quote(some)) for some in self._split(runs))
            case Note(line=runs):
                yield from (_said(markup.small(some)) for some in self._split(runs))
            case Items():
                yield from self._items(part)
            case Table():
                yield from map(_said, table_texts(part, self._room))
            case Picture() | Handed():
                yield from self._attached(part)
            case Buttons():
                yield from self._buttons(part)
            case Choose():
                yield from self._choose(part)
            case _:
                assert_never(part)

    # ------------------------------------------------------------ what is said

    def _split(self, runs: Line) -> Iterator[Line]:
        return (some for some in markup.split(runs, self._room) if not markup.blank(some))

    def _heading(self, text: str) -> Iterator[Piece]:
        for some in self._split((Words(text),)):
            yield _said(markup.heading(plain_line(some)))

    def _paragraphs(self, runs: Line, *, control: bool = False) -> Iterator[Piece]:
        for some in self._split(runs):
            yield _said(markup.paragraph(some), control=control)

    def _items(self, items: Items) -> Iterator[Piece]:
        """A list in as few texts as hold it; numbers go on."""
        taken: list[Line] = []
        first = 1
        for one in items.lines:
            for n, some in enumerate(markup.split(one, self._room // 2) if one else [one]):
                if taken and (sum(map(_item_weight, taken)) + _item_weight(some) > self._room or n):
                    yield self._list(taken, items, first)
                    first, taken = first + len(taken), []
                if n:  # the rest of an item too long for one text: a paragraph under it
                    yield from self._paragraphs(some)
                else:
                    taken.append(some)
        if taken:
            yield self._list(taken, items, first)

    def _list(self, lines: Sequence[Line], items: Items, first: int) -> Piece:
        return _said(markup.listing(lines, first if items.numbered else None))

    def _attached(self, part: Picture | Handed) -> Iterator[Piece]:
        if isinstance(part, Picture):
            yield from self._picture(part)
            return
        yield from self._paragraphs((Words(part.says),))
        if self._rich:
            shown = {"type": FILE, "file": {"url": f"attachment://{part.name}"}}
            yield Piece(shown, file=File(part.name, part.text.encode(), part.says))

    def _picture(self, picture: Picture) -> Iterator[Piece]:
        """A picture with its text equivalent, which also stands for it where there is none. What is too long for an alt text
        follows as text."""
        where = picture.ref if picture.ref.startswith("https://") else ""
        if not self._rich or not (picture.png or where):
            yield from self._paragraphs((Words(picture.alt),))
            return
        alt = shorten(picture.alt, ALT_TEXT)
        file = None
        if picture.png:
            file = File(f"picture-{self._pictures}.png", picture.png, alt)
            self._pictures += 1
        media = {"media": {"url": f"attachment://{file.name}" if file else where}, "description": alt}
        yield Piece({"type": GALLERY, "items": [media]}, file=file)
        if size(_one_line(picture.alt)) > ALT_TEXT:
            yield from self._paragraphs((Words(picture.alt),))

    # ------------------------------------------------------------ controls

    def _next(self, count: int) -> int:
        start, self._controls = self._controls, self._controls + count
        return start

    def _buttons(self, part: Buttons) -> Iterator[Piece]:
        """Buttons in rows. A label that a phone would cut off is written out beside a button with its number."""
        for beside, some in groupby(part.buttons, self._stands_beside):
            group = tuple(some)
            start = self._next(len(group))
            if beside:
                lines = [_marked(f"{n}) ", one.label) for n, one in enumerate(group, self._numbers + 1)]
                shown = [replace(one, label=f"{n}") for n, one in enumerate(group, self._numbers + 1)]
                self._numbers += len(group)
                yield from _beside(lines, controls.buttons(shown, start))
            else:
                cut = [line(one.label) for one in group if size(_one_line(one.label)) > BUTTON_LABEL]
                yield from (replace(piece, control=True) for piece in self._items(Items(tuple(cut))))
                yield from _rows(controls.buttons(group, start))

    def _stands_beside(self, one: Button) -> bool:
        return self._rich and BUTTON_SHOWN < size(_one_line(one.label)) <= BESIDE

    def _choose(self, part: Choose) -> Iterator[Piece]:
        if controls.as_buttons(part):
            yield from self._paragraphs((Words(part.label),), control=True)
            yield from self._option_buttons(part)
        elif part.options:
            yield from self._menus(part)
        else:
            yield from self._paragraphs((Words(part.label),), control=True)

    def _option_buttons(self, part: Choose) -> Iterator[Piece]:
        drawn = controls.option_buttons(part, self._next(len(part.options)))
        if controls.are_short(part.options):
            yield from _rows(drawn)
        elif self._rich and all(size(clean(one.text)) <= BESIDE for one in part.options):
            yield from _beside(_lettered(part.options), drawn)
        else:
            yield from self._listed(part.options)
            yield from _rows(drawn)

    def _menus(self, part: Choose) -> Iterator[Piece]:
        """Menus, and for several choices the button that sends them. Options are written out above where a quiz asks for a
        reader's judgement, or where a menu would cut them."""
        if part.many or not controls.fits_menu(part.options):
            yield from self._paragraphs((Words(part.label),), control=True)
            yield from self._listed(part.options)
            lettered = tuple(Option(one.value, f"{letter(n)}) {one.text}") for n, one in enumerate(part.options))
            part = replace(part, options=lettered)
        menus = controls.menus(part, self._controls)
        self._next(len(menus))
        yield from (Piece({"type": ROW, "components": [menu]}, control=True) for menu in menus)
        if part.many:
            yield from _rows([controls.check(part, self._next(1))])

    def _listed(self, options: Sequence[Option]) -> Iterator[Piece]:
        """A) B) C) with the whole texts: few of them apart from each other, many in one text."""
        lines = _lettered(options)
        if len(lines) > LETTERED or not self._rich:
            lines = [tuple(run for n, one in enumerate(lines) for run in (Words("\n" if n else ""), *one))]
        for one in lines:
            yield from self._paragraphs(one, control=True)


def _rows(drawn: Sequence[Json]) -> Iterator[Piece]:
    return (Piece(row, control=True) for row in controls.rows(drawn))


def _beside(lines: Sequence[Line], drawn: Sequence[Json]) -> Iterator[Piece]:
    """Each line with its button at its side."""
    for one, control in zip(lines, drawn, strict=True):
        yield Piece({"type": SECTION, "components": [text(markup.paragraph(one))], "accessory": control}, control=True)


def _in_one_row(one: Piece, other: Piece) -> Piece | None:
    """Two rows of buttons as one, where they fit."""
    rows = [piece.component["components"] for piece in (one, other) if piece.component["type"] == ROW]
    drawn = [control for row in rows for control in row]
    if len(rows) < 2 or len(drawn) > ROW_BUTTONS or any(control["type"] != BUTTON for control in drawn):
        return None
    return replace(one, component=one.component | {"components": drawn})


def _said(markdown: str, *, control: bool = False) -> Piece:
    return Piece(text(markdown), control)


def text(markdown: str) -> Json:
    return {"type": TEXT, "content": markdown}


def _lettered(options: Sequence[Option]) -> list[Line]:
    return [_marked(f"{letter(n)}) ", one.text) for n, one in enumerate(options)]


def _marked(mark: str, text: str) -> Line:
    return (bold(mark), Words(text))


def _one_line(text: str) -> str:
    return " ".join(clean(text).split())


def _item_weight(one: Line) -> int:
    return markup.line_weight(one) + 8
