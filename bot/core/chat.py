"""The words all platforms share: who speaks, where, what is shown and what is heard.

Everything here is plain data. Core text is written as these values; an adapter renders them and decides nothing.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Annotated, Literal, TypeAlias

from pydantic import Base64Bytes, Field, TypeAdapter

# ---------------------------------------------------------------- who and where


@dataclass(frozen=True, slots=True)
class Person:
    """One account in one workspace. `id` is the platform's own; `name` is what others see and is never trusted as markup."""

    platform: str
    workspace: str
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Place:
    """A channel, a thread in it (`thread` set), or a direct message (`direct`)."""

    platform: str
    workspace: str
    channel: str
    thread: str | None = None
    direct: bool = False

    @property
    def lane(self) -> str:
        """The place as one string: what is said here is said in order."""
        return ":".join(part for part in (self.platform, self.workspace, self.channel, self.thread) if part)

    @property
    def parent(self) -> "Place":
        """The channel (or direct message) this thread belongs to."""
        return Place(self.platform, self.workspace, self.channel, None, self.direct)


@dataclass(frozen=True, slots=True)
class Speaker:
    """The name and face a post is shown under. `face` names a picture of the course's personas folder."""

    name: str
    face: str
    emoji: str


# ---------------------------------------------------------------- what is written


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
class Action:
    """What a control asks for: a verb and its arguments. Carries ids only, never an answer.

    `encode` and `decode` agree for every action; the code is at most 90 characters: Discord's `custom_id` holds 100, and its
    adapter needs some to say which control it is.
    """

    verb: str
    args: tuple[str, ...] = ()

    def encode(self) -> str:
        code = "|".join((self.verb, *self.args))
        if len(code) > 90 or any("|" in part for part in (self.verb, *self.args)):
            raise ValueError(f"not an action a platform can carry: {self.verb}")
        return code

    @classmethod
    def decode(cls, code: str) -> "Action":
        verb, *args = code.split("|")
        return cls(verb, tuple(args))


def whole(text: str) -> int | None:
    """The number a control carried; None for what none of ours ever did, since forged ones come back, too."""
    return int(text) if len(text) <= 18 and text.isdecimal() else None


@dataclass(frozen=True, slots=True)
class Button:
    label: str
    action: Action
    style: Literal["plain", "primary", "danger"] = "plain"


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose. `value` travels to the platform and back; `text` is shown."""

    value: str
    text: str


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
    """Something shown, under the bot's own name or a persona's."""

    parts: tuple[Part, ...]
    speaker: Speaker | None = None


POSTS: TypeAdapter[Post] = TypeAdapter(Post)
"""Both directions of the codec for a stored post: `dump_json` and `validate_json` agree."""


@dataclass(frozen=True, slots=True)
class TextField:
    name: str
    label: str
    value: str = ""
    hint: str = ""
    long: bool = False
    limit: int = 2000
    required: bool = True
    kind: Literal["text"] = "text"


@dataclass(frozen=True, slots=True)
class SelectField:
    """One choice from a list, or with `many` several, or none."""

    name: str
    label: str
    options: tuple[Option, ...]
    value: tuple[str, ...] = ()
    many: bool = False
    kind: Literal["select"] = "select"


FormField: TypeAlias = Annotated[TextField | SelectField, Field(discriminator="kind")]


@dataclass(frozen=True, slots=True)
class Form:
    """Questions asked in a window of their own. At most five fields, as many as Discord's modal holds."""

    title: str
    action: Action
    fields: tuple[FormField, ...]
    intro: tuple[Part, ...] = ()
    submit: str = "Send"


FORMS: TypeAdapter[Form] = TypeAdapter(Form)


class Shown(Enum):
    """Where an answer appears: to the person alone, for all in the place, or instead of the message that was pressed."""

    PRIVATELY = "privately"
    OPENLY = "openly"
    INSTEAD = "instead"


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to whoever asked. INSTEAD keeps the audience of the message it replaces."""

    post: Post
    shown: Shown = Shown.PRIVATELY


@dataclass(frozen=True, slots=True)
class Declined:
    """A form was sent back with something that cannot be taken: it stays open, with what was typed, and this beside it."""

    sentence: str
    field: str = ""


Answer: TypeAlias = Reply | Form | Declined | None
"""What a use case gives back. None: nothing more to say here, what was asked for appears by itself."""


# ---------------------------------------------------------------- what is heard


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command: `name` without the slash, `text` the rest as typed. `event` is unique to this gesture."""

    person: Person
    place: Place
    event: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Said:
    """A message in a thread, a direct message, or one that calls the bot."""

    person: Person
    place: Place
    event: str
    text: str


@dataclass(frozen=True, slots=True)
class Press:
    """A button pressed or a choice made. `values` are the chosen options, empty for a button."""

    person: Person
    place: Place
    event: str
    action: Action
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Submit:
    """A form sent back: every field by name; a select gives its values, a text one string."""

    person: Person
    place: Place
    event: str
    action: Action
    fields: dict[str, tuple[str, ...]]

    def text(self, name: str) -> str:
        """The field's text, or the empty string where it was left out."""
        return next(iter(self.fields.get(name, ())), "").strip()


Heard: TypeAlias = Command | Said | Press | Submit
