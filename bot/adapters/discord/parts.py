"""The parts of a post, each as one or more components with what they say in plain words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from bot.adapters.discord import controls, markup
from bot.adapters.discord.controls import GALLERY, SECTION, TEXT, Json
from bot.adapters.discord.limits import ALT_TEXT, BUTTON_LABEL, clean, letter, shorten, size
from bot.adapters.discord.tables import table_texts
from bot.core.chat import (
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
from bot.core.plain import plain_line, plain_part

TEXT_ROOM = 3_600
"""What one text display takes at most, so that a head or a tail has room beside it in the message."""


@dataclass(frozen=True, slots=True)
class File:
    """A picture to be sent along: its component shows it by `attachment://name`."""

    name: str
    png: bytes
    alt: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A top-level component and what it says. `control`: it is, or belongs to, something to press."""

    component: Json
    said: str
    control: bool = False
    file: File | None = None


class Canvas:
    """Draws the parts of one post. `rich`: with sections and pictures; without, text and rows of controls only.

    `room` is what one text may take.
    """

    def __init__(self, *, rich: bool = True, room: int = TEXT_ROOM) -> None:
        self._rich, self._room = rich, room
        self._controls = 0
        self._pictures = 0

    def pieces(self, parts: Sequence[Part]) -> Iterator[Piece]:
        for part in parts:
            yield from self._pieces(part)

    def _pieces(self, part: Part) -> Iterator[Piece]:
        match part:
            case Heading(text=text):
                yield from self._heading(text)
            case Text(line=runs):
                yield from self._paragraphs(runs)
            case Quote(line=runs):
                yield from (said(markup.quote(some), f"> {plain_line(some)}") for some in self._split(runs))
            case Note(line=runs):
                yield from (said(markup.small(some), plain_line(some)) for some in self._split(runs))
            case Items():
                yield from self._items(part)
            case Table():
                yield from (said(markdown, plain_part(part) if n == 0 else "") for n, markdown in self._table(part))
            case Picture():
                yield from self._picture(part)
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
            yield said(markup.heading(plain_line(some)), plain_line(some))

    def _paragraphs(self, runs: Line, *, control: bool = False) -> Iterator[Piece]:
        for some in self._split(runs):
            yield replace(said(markup.paragraph(some), plain_line(some)), control=control)

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
        shown = markup.listing(lines, first if items.numbered else None)
        marks = (f"{first + n}." if items.numbered else "-" for n in range(len(lines)))
        return said(shown, "\n".join(f"{mark} {plain_line(one)}" for mark, one in zip(marks, lines, strict=True)))

    def _table(self, table: Table) -> Iterator[tuple[int, str]]:
        return enumerate(table_texts(table, self._room))

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
        yield Piece({"type": GALLERY, "items": [media]}, plain_part(picture), file=file)
        if size(" ".join(clean(picture.alt).split())) > ALT_TEXT:
            yield from (replace(piece, said="") for piece in self._paragraphs((Words(picture.alt),)))

    # ------------------------------------------------------------ controls

    def _next(self, count: int) -> int:
        start, self._controls = self._controls, self._controls + count
        return start

    def _buttons(self, part: Buttons) -> Iterator[Piece]:
        cut = [one.label for one in part.buttons if size(" ".join(clean(one.label).split())) > BUTTON_LABEL]
        yield from (replace(piece, control=True) for piece in self._items(Items(tuple(line(label) for label in cut))))
        drawn = controls.buttons(part.buttons, self._next(len(part.buttons)))
        yield from self._rows(drawn, plain_part(part))

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
        told = plain_part(replace(part, label=""))
        if controls.are_short(part.options):
            yield from self._rows(drawn, told)
        elif self._rich and all(markup.line_weight(_lettered(n, one)) <= 400 for n, one in enumerate(part.options)):
            yield from self._beside(part.options, drawn)
        else:
            yield from self._lettered(part.options)
            yield from self._rows(drawn, "")

    def _beside(self, options: Sequence[Option], drawn: Sequence[Json]) -> Iterator[Piece]:
        """Each option with its button at its side."""
        for n, (one, control) in enumerate(zip(options, drawn, strict=True)):
            shown = text(markup.paragraph(_lettered(n, one)))
            yield Piece({"type": SECTION, "components": [shown], "accessory": control}, f"{letter(n)}) {one.text}", control=True)

    def _menus(self, part: Choose) -> Iterator[Piece]:
        """Menus, and for several choices the button that sends them. Options are written out above where a quiz asks for a
        reader's judgement, or where a menu would cut them."""
        told = plain_part(part)
        if part.many or not controls.fits_menu(part.options):
            yield from self._paragraphs((Words(part.label),), control=True)
            yield from self._lettered(part.options)
            told = ""
            part = replace(
                part, options=tuple(Option(one.value, f"{letter(n)}) {one.text}") for n, one in enumerate(part.options))
            )
        for n, menu in enumerate(controls.menus(part, self._next(-(-len(part.options) // 25)))):
            yield Piece({"type": controls.ROW, "components": [menu]}, told if n == 0 else "", control=True)
        if part.many:
            yield from self._rows([controls.check(part, self._next(1))], f"[{part.submit}]")

    def _lettered(self, options: Sequence[Option]) -> Iterator[Piece]:
        """A) B) C) with the whole texts, each on a line of its own."""
        runs: list[Words] = []
        for n, one in enumerate(options):
            runs += [*_lettered(n, one), Words("\n" if n < len(options) - 1 else "")]
        yield from self._paragraphs(tuple(runs), control=True)

    def _rows(self, drawn: Sequence[Json], told: str) -> Iterator[Piece]:
        for n, row in enumerate(controls.rows(drawn)):
            yield Piece(row, "" if n else told, control=True)


def said(markdown: str, plain: str) -> Piece:
    return Piece(text(markdown), plain)


def text(markdown: str) -> Json:
    return {"type": TEXT, "content": markdown}


def _lettered(n: int, one: Option) -> tuple[Words, ...]:
    return (bold(f"{letter(n)}) "), Words(one.text))


def _item_weight(one: Line) -> int:
    return markup.line_weight(one) + 8
