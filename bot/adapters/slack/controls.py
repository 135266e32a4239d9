"""Buttons and choices as blocks, and what a press on them means.

Nothing is remembered between the two. A button's `value` is its action. A choice's action stands in the `block_id` of its
controls, so that the `value` of an option, or of a lettered button, is the option's own. `action_id` says which it is:

    press:0   a button            value: the action
    pick:0    one option          value: the option, action in the block_id; sent at once
    tick:0    ticked boxes        heard of at every tick, and ignored
    send:0    the button beneath  the action in the block_id, the options in the state of the same block
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.adapters.slack.limits import (
    ACTION_ELEMENTS,
    BOX_OPTIONS,
    BUTTON_TEXT,
    MENU_OPTIONS_IN_A_MESSAGE,
    OPTION_TEXT,
    OPTION_VALUE,
    PLACEHOLDER,
    TooBig,
    literal,
    shorten,
    size,
)
from bot.core.chat import Action, Button, Choose, Line, Option, Words, bold
from bot.core.errors import StaleChoice
from bot.core.splitting import letter

Json = dict[str, Any]

_KEY_CHARS = 64
_TICKS = (ACTION_ELEMENTS - 1) * BOX_OPTIONS

# ---------------------------------------------------------------- out


def block_id(place: str, key: str | None, action: Action | None = None) -> str:
    """Unique in its message by `place`; new for each version of a message by `key`, lest Slack keeps an old choice ticked."""
    word = re.sub(r"[^\w.-]", "-", key or "")[:_KEY_CHARS]
    return f"{place}:{word}:{action.encode() if action else ''}"


def button_blocks(buttons: Sequence[Button], place: str, key: str | None) -> Iterator[Json]:
    for n, some in enumerate(_chunks(buttons, ACTION_ELEMENTS)):
        pressed = [_button(f"press:{m}", one.label, one.action.encode(), one.style) for m, one in enumerate(some)]
        yield _actions(block_id(f"{place}.{n}", key), pressed)


def choose_blocks(choose: Choose, place: str, key: str | None) -> Iterator[Json]:
    """The controls alone; `lettered` says whether the options' texts must stand above them."""
    for n, elements in enumerate(_choose_elements(choose)):
        yield _actions(block_id(f"{place}.{n}", key, choose.action), elements)


def _choose_elements(choose: Choose) -> Iterator[list[Json]]:
    if not choose.options:
        return
    if choose.many:
        yield _boxes(choose)
    elif choose.menu:
        yield from ([one] for one in _menus(choose))
    elif lettered(choose):
        marks = [_button(f"pick:{n}", mark(n), _value(one)) for n, one in enumerate(choose.options)]
        yield from (list(some) for some in _chunks(marks, ACTION_ELEMENTS))
    else:
        yield [{"type": "radio_buttons", "action_id": "pick:0", "options": [option(one) for one in choose.options]}]


def _boxes(choose: Choose) -> list[Json]:
    if len(choose.options) > _TICKS:
        raise TooBig(f"{len(choose.options)} options to tick; Slack takes {_TICKS}")
    shown = marked(choose.options) if lettered(choose) else choose.options
    groups = [
        {"type": "checkboxes", "action_id": f"tick:{n}", "options": [option(one) for one in some]}
        for n, some in enumerate(_chunks(shown, BOX_OPTIONS))
    ]
    return [*groups, _button("send:0", choose.submit, choose.action.encode(), "primary")]


def _menus(choose: Choose) -> Iterator[Json]:
    shown = previewed(choose.options) if lettered(choose) else choose.options
    prompt = {"placeholder": plain_text(choose.label, PLACEHOLDER)} if choose.label.strip() else {}
    for n, some in enumerate(_chunks(shown, MENU_OPTIONS_IN_A_MESSAGE)):
        yield {"type": "static_select", "action_id": f"pick:{n}", "options": [option(one) for one in some], **prompt}


def _actions(block_id: str, elements: list[Json]) -> Json:
    return {"type": "actions", "block_id": block_id, "elements": elements}


def _button(action_id: str, label: str, value: str, style: str = "plain") -> Json:
    looks = {} if style == "plain" else {"style": style}
    return {"type": "button", "action_id": action_id, "text": plain_text(label, BUTTON_TEXT), "value": value, **looks}


# ---------------------------------------------------------------- options


def plain_text(text: str, limit: int) -> Json:
    return {"type": "plain_text", "text": shorten(text, limit), "emoji": False}


def option(one: Option) -> Json:
    return {"text": plain_text(one.text, OPTION_TEXT), "value": _value(one)}


def _value(one: Option) -> str:
    if not 0 < len(one.value) <= OPTION_VALUE:
        raise TooBig(f"not an option Slack can carry: {one.value!r}")
    return one.value


def lettered(choose: Choose) -> bool:
    """Whether the options are shown as a list with letters, and the controls name the letters."""
    return is_long(choose.options) or (len(choose.options) > BOX_OPTIONS and not choose.many and not choose.menu)


def is_long(options: Sequence[Option]) -> bool:
    """Whether a text is longer than Slack shows in an option."""
    return any(size(literal(one.text)) > OPTION_TEXT for one in options)


def mark(position: int) -> str:
    return letter(position)


def marked(options: Sequence[Option]) -> tuple[Option, ...]:
    """Letters alone: the texts stand right above."""
    return tuple(Option(one.value, mark(n)) for n, one in enumerate(options))


def previewed(options: Sequence[Option]) -> tuple[Option, ...]:
    """Letters with the beginning of each text: a menu covers what stands above it."""
    return tuple(Option(one.value, f"{mark(n)}) {one.text}") for n, one in enumerate(options))


def letters(options: Sequence[Option]) -> Line:
    """A) B) C) with the whole texts, each on a line of its own."""
    runs: list[Words] = []
    for n, one in enumerate(options):
        runs += [bold(f"{mark(n)}) "), Words(one.text + ("\n" if n < len(options) - 1 else ""))]
    return tuple(runs)


def _chunks(things: Sequence[Any], length: int) -> Iterator[Sequence[Any]]:
    for start in range(0, len(things), length):
        yield things[start : start + length]


# ---------------------------------------------------------------- in


@dataclass(frozen=True, slots=True)
class Pressed:
    """What was asked for, by whomever and wherever: the payload's `user`, `channel` and `message` say that."""

    action: Action
    values: tuple[str, ...] = ()


def pressed(payload: Mapping[str, Any]) -> Pressed | None:
    """What a `block_actions` payload asks for; None for a box ticked, which waits for its button.

    Raises StaleChoice for whatever no control of ours sends.
    """
    match payload:
        case {"actions": [{"action_id": str(name), "block_id": str(block)} as done, *_]}:
            return _read(name.partition(":")[0], block, done, payload)
        case _:
            raise StaleChoice


def _read(kind: str, block: str, done: Mapping[str, Any], payload: Mapping[str, Any]) -> Pressed | None:
    match kind, done:
        case "press", {"value": str(code)}:
            return Pressed(Action.decode(code))
        case "pick", {"value": str(value)} | {"selected_option": {"value": str(value)}}:
            return Pressed(_action_of(block), (value,))
        case "tick", _:
            return None
        case "send", _:
            return Pressed(_action_of(block), tuple(_ticked(payload, block)))
        case _:
            raise StaleChoice


def _action_of(block: str) -> Action:
    place, _, rest = block.partition(":")
    code = rest.partition(":")[2]
    if not place or not code:
        raise StaleChoice
    return Action.decode(code)


def _ticked(payload: Mapping[str, Any], block: str) -> Iterator[str]:
    """The ticked options of that block, in the order shown. Nothing where Slack sent no state: the core asks to choose then."""
    match payload:
        case {"state": {"values": dict(values)}} | {"view": {"state": {"values": dict(values)}}}:
            boxes: Mapping[str, Any] = values.get(block) or {}
        case _:
            return
    for name in sorted(boxes, key=lambda name: (len(name), name)):
        match boxes[name]:
            case {"selected_options": [*chosen]}:
                yield from (str(one["value"]) for one in chosen)
