"""Forms as modals, and what comes back. A field's `custom_id` is its name; the modal's says which form it is."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, assert_never

from bot.adapters.discord import markup
from bot.adapters.discord.controls import TEXT, Json, option
from bot.adapters.discord.ids import Kind, Mark
from bot.adapters.discord.limits import (
    BOX_OPTIONS,
    INPUT_PLACEHOLDER,
    INPUT_TEXT,
    LABEL,
    LABEL_DESCRIPTION,
    MESSAGE_TEXT,
    MODAL_PARTS,
    MODAL_TITLE,
    SELECT_OPTIONS,
    TooBig,
    clean,
    head_and_rest,
    shorten,
    size,
)
from bot.adapters.discord.parts import Canvas
from bot.core.chat import Action, Form, FormField, SelectField, TextField
from bot.core.errors import StaleChoice
from bot.core.plain import plain_part

LABELLED, INPUT, MENU, RADIO, BOXES = 18, 4, 3, 21, 22
RADIOS = 5
"""So many short options are shown at once; more, or longer ones, are a menu, which takes one line until it is opened."""


def modal(form: Form) -> Json:
    """The modal's `data`. Raises TooBig for what cannot be shown whole: more than five fields, or 25 options.

    The intro is shown above the fields. A modal has room for five things only: beside five fields the intro is left out where
    the message with the form's button shows it already (so it is with every question), and stands small under the first label.
    """
    if not 0 < len(form.fields) <= MODAL_PARTS:
        raise TooBig(f"{len(form.fields)} fields in a modal")
    intro = _intro(form)
    fields = [_field(field) for field in form.fields]
    if intro and len(fields) == MODAL_PARTS:
        fields[0].setdefault("description", shorten(_plain(form), LABEL_DESCRIPTION))
        intro = []
    return {
        "custom_id": Mark(Kind.FORM, form.action).encode(),
        "title": shorten(form.title, MODAL_TITLE),
        "components": [*intro, *fields],
    }


def _intro(form: Form) -> list[Json]:
    """The intro as one text; a title that had to be cut stands above it in full."""
    texts = [piece.component["content"] for piece in Canvas(rich=False).pieces(form.intro) if piece.component["type"] == TEXT]
    if size(" ".join(clean(form.title).split())) > MODAL_TITLE:
        texts.insert(0, markup.heading(form.title))
    shown = "\n\n".join(texts)
    if size(shown) > MESSAGE_TEXT:
        raise TooBig(f"an intro of {size(shown)} characters in a modal")
    return [{"type": TEXT, "content": shown}] if shown.strip() else []


def _plain(form: Form) -> str:
    return " ".join(map(plain_part, form.intro))


def _field(field: FormField) -> Json:
    """A field under its label. What is longer than a label goes on in the description."""
    label, rest = head_and_rest(field.label, LABEL)
    told = rest
    if isinstance(field, TextField) and size(" ".join(clean(field.hint).split())) > INPUT_PLACEHOLDER:
        told = f"{rest} {field.hint}".strip()
    shown: Json = {"type": LABELLED, "label": label, "component": _component(field)}
    return shown | ({"description": shorten(told, LABEL_DESCRIPTION)} if told else {})


def _component(field: FormField) -> Json:
    match field:
        case TextField():
            return _text(field)
        case SelectField():
            return _choice(field)
        case _:
            assert_never(field)


def _text(field: TextField) -> Json:
    limit = max(1, min(field.limit, INPUT_TEXT))
    component: Json = {
        "type": INPUT,
        "custom_id": field.name,
        "style": 2 if field.long else 1,
        "required": field.required,
        "max_length": limit,
    }
    value = clean(field.value)
    if value:
        component["value"] = value if size(value) <= limit else head_and_rest(value, limit)[0]
    if field.hint.strip():
        component["placeholder"] = shorten(field.hint, INPUT_PLACEHOLDER)
    return component


def _choice(field: SelectField) -> Json:
    """A few short options to choose one from stand open, as do boxes to tick; else a menu. Several may be none at all, as in
    the core; a single one must be made."""
    count = len(field.options)
    if not 0 < count <= SELECT_OPTIONS:
        raise TooBig(f"{count} options in a form; Discord takes 1 to {SELECT_OPTIONS}")
    options = [option(one) | ({"default": True} if one.value in field.value else {}) for one in field.options]
    component: Json = {"custom_id": field.name, "options": options, "required": not field.many}
    if field.many:
        most = {"min_values": 0, "max_values": count}
        return component | most | {"type": BOXES if count <= BOX_OPTIONS else MENU}
    return component | {"type": RADIO if 2 <= count <= RADIOS and _short(field) else MENU}


def _short(field: SelectField) -> bool:
    return all(size(clean(one.text)) <= LABEL for one in field.options)


# ---------------------------------------------------------------- what comes back


def read(data: Mapping[str, Any]) -> tuple[Action, dict[str, tuple[str, ...]]]:
    """The form's action and every field by name, from the `data` of a MODAL_SUBMIT interaction: a text as one string, a
    choice as its values. Raises StaleChoice for what no form of ours sends."""
    match data:
        case {"custom_id": str(code), "components": [*components]}:
            mark = Mark.decode(code)
        case _:
            raise StaleChoice
    if mark.kind is not Kind.FORM:
        raise StaleChoice
    return mark.action, {str(one["custom_id"]): tuple(_given(one)) for one in _inputs(components)}


def _inputs(components: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Labels hold one component, rows (as older clients may send) several; texts hold none."""
    for one in components:
        inner = one.get("component")
        for some in (inner,) if inner else one.get("components") or ():
            if "custom_id" in some:
                yield some


def _given(component: Mapping[str, Any]) -> Iterator[str]:
    match component:
        case {"values": [*values]}:
            yield from (str(value) for value in values)
        case {"value": str(value)}:
            yield value
