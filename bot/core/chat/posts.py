"""What is shown: runs of text, lines of runs, parts of lines, posts of parts."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal, TypeAlias

from pydantic import Base64Bytes, Field, TypeAdapter

from bot.core.chat.actions import Action, Button, Option
from bot.core.chat.people import Speaker


@dataclass(frozen=True, slots=True)
class Words:
    """A run of literal text. Never parsed: a mention or a link typed by a learner stays letters."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    kind: Literal["words"] = "words"


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant, shown in each reader's own zone where the platform can. `zone` is the cohort's, for where it cannot."""

    at: datetime
    zone: str = "UTC"
    kind: Literal["moment"] = "moment"


Run: TypeAlias = Annotated[Words | Moment, Field(discriminator="kind")]
Line: TypeAlias = tuple[Run, ...]


def line(*runs: str | Words | Moment) -> Line:
    """A line of runs; a bare string is literal text."""
    return tuple(Words(run) if isinstance(run, str) else run for run in runs)


def bold(text: str) -> Words:
    return Words(text, bold=True)


@dataclass(frozen=True, slots=True)
class Heading:
    text: str
    kind: Literal["heading"] = "heading"


@dataclass(frozen=True, slots=True)
class Text:
    line: Line
    kind: Literal["text"] = "text"


@dataclass(frozen=True, slots=True)
class Items:
    lines: tuple[Line, ...]
    numbered: bool = False
    kind: Literal["items"] = "items"


@dataclass(frozen=True, slots=True)
class Quote:
    line: Line
    kind: Literal["quote"] = "quote"


@dataclass(frozen=True, slots=True)
class Note:
    """Small print: sources, who sees this, what happens next."""

    line: Line
    kind: Literal["note"] = "note"


def para(*runs: str | Words | Moment) -> Text:
    """A paragraph; a bare string is literal text."""
    return Text(line(*runs))


def note(*runs: str | Words | Moment) -> Note:
    return Note(line(*runs))


@dataclass(frozen=True, slots=True)
class Table:
    header: tuple[Line, ...]
    rows: tuple[tuple[Line, ...], ...]
    kind: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture with its text equivalent. `png` holds the bytes, or `ref` the place where an adapter put them."""

    alt: str
    png: Base64Bytes = b""
    ref: str = ""
    kind: Literal["picture"] = "picture"


@dataclass(frozen=True, slots=True)
class File:
    """A file handed to one person. `text` is its content; `says` tells what it is, for where it cannot be handed over at once."""

    name: str
    text: str = field(repr=False)
    says: str
    kind: Literal["file"] = "file"


@dataclass(frozen=True, slots=True)
class Buttons:
    buttons: tuple[Button, ...]
    kind: Literal["buttons"] = "buttons"


@dataclass(frozen=True, slots=True)
class Choose:
    """Pick one of the options (sent at once) or, with `many`, any number of them (sent by the button `submit`).

    `menu` asks for a compact drop-down instead of a list. The chosen values arrive as `Press.values`.
    """

    label: str
    action: Action
    options: tuple[Option, ...]
    many: bool = False
    menu: bool = False
    submit: str = "Check"
    kind: Literal["choose"] = "choose"


Part: TypeAlias = Annotated[
    Heading | Text | Items | Quote | Note | Table | Picture | File | Buttons | Choose, Field(discriminator="kind")
]


@dataclass(frozen=True, slots=True)
class Post:
    """Something shown, under the bot's own name or a persona's. `names`: whom it names beside its reader, by their ids."""

    parts: tuple[Part, ...]
    speaker: Speaker | None = None
    names: tuple[str, ...] = ()


POSTS: TypeAdapter[Post] = TypeAdapter(Post)
"""Both directions of the codec for a stored post: `dump_json` and `validate_json` agree."""
