"""What is heard on any platform."""

from dataclasses import dataclass
from typing import TypeAlias

from bot.core.chat.actions import Action
from bot.core.chat.people import Person, Place


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
