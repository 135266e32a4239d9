"""Questions asked in a window of their own."""

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, TypeAdapter

from bot.core.chat.actions import Action, Option
from bot.core.chat.posts import Part


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
