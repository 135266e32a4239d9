"""Forms as modals, and what comes back. A field's block bears its name; the modal's `callback_id` is the form's action."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, assert_never

from bot.adapters.slack.controls import Json, is_long, letters, option, plain_text, previewed
from bot.adapters.slack.limits import (
    BOX_OPTIONS,
    INPUT_LABEL,
    INPUT_TEXT,
    MENU_OPTIONS,
    PLACEHOLDER,
    PRIVATE_METADATA,
    VIEW_BLOCKS,
    VIEW_SUBMIT,
    VIEW_TITLE,
    TooBig,
    clean,
    literal,
    pieces,
    shorten,
    size,
)
from bot.adapters.slack.render import view_blocks
from bot.core.chat import Form, FormField, Heading, Option, Part, SelectField, Text, TextField

_FIELD = "field:"
_VALUE = "value"


def view(form: Form, *, private_metadata: str = "", key: str | None = None, reader_zone: str | None = None) -> Json:
    """The modal. `private_metadata` comes back with it. Raises TooBig for what cannot be shown whole."""
    if size(private_metadata) > PRIVATE_METADATA:
        raise TooBig("more private metadata than a modal holds")
    title = Heading(form.title)
    intro: list[Part] = [] if size(literal(form.title)) <= VIEW_TITLE else [title]
    blocks = view_blocks([*intro, *form.intro], key=key, reader_zone=reader_zone) + list(_field_blocks(form))
    if len(blocks) > VIEW_BLOCKS:
        raise TooBig(f"{len(blocks)} blocks in a modal")
    return {
        "type": "modal",
        "callback_id": form.action.encode(),
        "private_metadata": private_metadata,
        "title": plain_text(form.title, VIEW_TITLE),
        "submit": plain_text(form.submit, VIEW_SUBMIT),
        "blocks": blocks,
    }


def _field_blocks(form: Form) -> Iterator[Json]:
    """Each field as an input; options too long for a menu stand above the first field that has them, with letters."""
    listed: tuple[Option, ...] = ()
    for field in form.fields:
        if isinstance(field, SelectField) and is_long(field.options) and field.options != listed:
            listed = field.options
            yield from view_blocks([Text(letters(listed))])
        yield _input(field)


def _input(field: FormField) -> Json:
    """An input. Several choices may be none at all, as in the core; a single one must be made."""
    optional = not field.required if isinstance(field, TextField) else field.many
    label = plain_text(field.label, INPUT_LABEL)
    block = {"type": "input", "block_id": _FIELD + field.name, "label": label, "element": _element(field), "optional": optional}
    if isinstance(field, TextField) and size(literal(field.hint)) > PLACEHOLDER:
        block["hint"] = plain_text(field.hint, INPUT_LABEL)
    return block


def _element(field: FormField) -> Json:
    match field:
        case TextField():
            return _text_input(field)
        case SelectField():
            return _choice(field)
        case _:
            assert_never(field)


def _text_input(field: TextField) -> Json:
    limit = max(1, min(field.limit, INPUT_TEXT))
    element: Json = {"type": "plain_text_input", "action_id": _VALUE, "multiline": field.long, "max_length": limit}
    if value := next(pieces(clean(field.value), limit), ""):
        element["initial_value"] = value
    if field.hint.strip():
        element["placeholder"] = plain_text(field.hint, PLACEHOLDER)
    return element


def _choice(field: SelectField) -> Json:
    """A menu for one of many; boxes to tick for some of a few, a menu of several for some of many."""
    if not 0 < len(field.options) <= MENU_OPTIONS:
        raise TooBig(f"{len(field.options)} options in a form; Slack takes 1 to {MENU_OPTIONS}")
    boxes = field.many and len(field.options) <= BOX_OPTIONS
    shown = previewed(field.options) if is_long(field.options) else field.options
    options = [option(one) for one in shown]
    chosen = [one for one in options if one["value"] in field.value]
    kind = "checkboxes" if boxes else ("multi_static_select" if field.many else "static_select")
    element: Json = {"type": kind, "action_id": _VALUE, "options": options}
    if chosen:
        element |= {"initial_options": chosen} if field.many else {"initial_option": chosen[0]}
    return element


# ---------------------------------------------------------------- what comes back


def read(state: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Every field by name, from the `state` of a submitted view: a text as one string, a choice as its values."""
    values = state.get("values") or {}
    return {
        block.removeprefix(_FIELD): tuple(_given(inputs.get(_VALUE) or {}))
        for block, inputs in values.items()
        if block.startswith(_FIELD)
    }


def _given(element: Mapping[str, Any]) -> Iterator[str]:
    match element:
        case {"type": "plain_text_input"}:
            yield element.get("value") or ""
        case {"selected_options": [*chosen]}:
            yield from (str(one["value"]) for one in chosen)
        case {"selected_option": {"value": str(value)}}:
            yield value


def errors(wrong: Mapping[str, str]) -> Json:
    """The answer to a submission that keeps the modal open, with a sentence under each field named."""
    told = {_FIELD + name: shorten(sentence, INPUT_LABEL) for name, sentence in wrong.items()}
    return {"response_action": "errors", "errors": told}


def refused(view: Mapping[str, Any], sentence: str) -> Json:
    """The same for a refusal that names no field: under the last of the submitted view, beside the button just pressed.

    Raises LookupError for a view without a field of ours.
    """
    names = [str(block.get("block_id", "")) for block in _blocks(view) if block.get("type") == "input"]
    ours = [name.removeprefix(_FIELD) for name in names if name.startswith(_FIELD)]
    if not ours:
        raise LookupError("no field to show it under")
    return errors({ours[-1]: sentence})


def _blocks(view: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return view.get("blocks") or ()
