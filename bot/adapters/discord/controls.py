"""Buttons and choices as components, and what a press on them means. What a `custom_id` says is in `ids`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.adapters.discord.ids import Kind, Mark
from bot.adapters.discord.limits import (
    BUTTON_LABEL,
    BUTTON_SHOWN,
    OPTION_TEXT,
    PLACEHOLDER,
    ROW_BUTTONS,
    SELECT_OPTIONS,
    TooBig,
    clean,
    head_and_rest,
    shorten,
    size,
)
from bot.core.chat import Action, Button, Choose, Option
from bot.core.errors import StaleChoice
from bot.core.splitting import letter

Json = dict[str, Any]

ROW, BUTTON, SELECT, SECTION, TEXT, GALLERY, FILE, CONTAINER = 1, 2, 3, 9, 10, 12, 13, 17
_STYLES = {"primary": 1, "plain": 2, "danger": 4}
LETTERED = 10
"""So many options are written out with a button beside each; more are a menu."""


# ---------------------------------------------------------------- out


def rows(buttons: Sequence[Json]) -> list[Json]:
    return [{"type": ROW, "components": list(buttons[n : n + ROW_BUTTONS])} for n in range(0, len(buttons), ROW_BUTTONS)]


def buttons(some: Sequence[Button], start: int) -> list[Json]:
    """The controls; `start` is how many the message has had before them."""
    return [button(one.label, Mark(Kind.PRESS, one.action, start + n), one.style) for n, one in enumerate(some)]


def button(label: str, mark: Mark, style: str = "plain") -> Json:
    return {"type": BUTTON, "style": _STYLES[style], "label": shorten(label, BUTTON_LABEL), "custom_id": mark.encode()}


def option_buttons(choose: Choose, start: int) -> list[Json]:
    """One button for each option: with its text where all texts are short, else with its letter.

    Raises TooBig where an option's value cannot travel in a `custom_id`.
    """
    short = are_short(choose.options)
    return [
        button(one.text if short else letter(n), Mark(Kind.ONE, choose.action, start + n, one.value))
        for n, one in enumerate(choose.options)
    ]


def are_short(options: Sequence[Option]) -> bool:
    """Whether buttons can bear the texts themselves, and a phone shows them whole."""
    return len(options) <= ROW_BUTTONS and all(size(clean(one.text).strip()) <= BUTTON_SHOWN for one in options)


def as_buttons(choose: Choose) -> bool:
    """Whether a choice is made with buttons; otherwise with menus, whose values travel by themselves."""
    if choose.many or choose.menu or not 0 < len(choose.options) <= LETTERED:
        return False
    try:
        option_buttons(choose, 900)
    except TooBig:
        return False
    return True


def menus(choose: Choose, start: int) -> list[Json]:
    """Menus of 25 options each. Of `many`, what is chosen stays in the message until the button that follows is pressed."""
    kind = Kind.TICK if choose.many else Kind.SELECT
    found = []
    for n, at in enumerate(range(0, len(choose.options), SELECT_OPTIONS)):
        some = choose.options[at : at + SELECT_OPTIONS]
        mark = Mark(kind, choose.action, start + n)
        found.append(menu(choose.label, mark, some, fewest=0 if choose.many else 1, most=len(some) if choose.many else 1))
    return found


def check(choose: Choose, start: int) -> Json:
    return button(choose.submit, Mark(Kind.CHECK, choose.action, start), "primary")


def menu(label: str, mark: Mark, options: Sequence[Option], *, fewest: int, most: int) -> Json:
    prompt = {"placeholder": shorten(label, PLACEHOLDER)} if label.strip() else {}
    listed = [option(one) for one in options]
    return {"type": SELECT, "custom_id": mark.encode(), "options": listed, "min_values": fewest, "max_values": most, **prompt}


def option(one: Option) -> Json:
    """What is longer than a label goes on in the description under it. Raises TooBig for a value Discord does not take."""
    if not 0 < size(one.value) <= OPTION_TEXT:
        raise TooBig(f"not an option Discord can carry: {one.value!r}")
    label, rest = head_and_rest(one.text, OPTION_TEXT)
    return {"label": label, "value": one.value} | ({"description": shorten(rest, OPTION_TEXT)} if rest else {})


def fits_menu(options: Sequence[Option]) -> bool:
    """Whether every option can be read whole in a menu."""
    return all(size(" ".join(clean(one.text).split())) <= OPTION_TEXT for one in options)


# ---------------------------------------------------------------- in


@dataclass(frozen=True, slots=True)
class Pressed:
    """What was asked for, by whomever and wherever: the payload's member, channel and message say that."""

    action: Action
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ticked:
    """Something was chosen in a menu of several and nothing asked for yet: answer by showing the message with `components`
    (callback type 7), in which the choice stands; the button beside the menu reads it there. `v2`: it is a message of these."""

    components: list[Json]

    @property
    def v2(self) -> bool:
        return any(one["type"] != ROW for one in self.components)


def pressed(interaction: Mapping[str, Any]) -> Pressed | Ticked:
    """What a MESSAGE_COMPONENT interaction asks for. Raises StaleChoice for whatever no control of ours sends."""
    match interaction:
        case {"data": {"custom_id": str(code)} as data}:
            mark = Mark.decode(code)
        case _:
            raise StaleChoice
    values = _values(data)
    match mark.kind:
        case Kind.PRESS:
            return Pressed(mark.action)
        case Kind.ONE:
            return Pressed(mark.action, (mark.value,))
        case Kind.SELECT:
            return Pressed(mark.action, values)
        case Kind.TICK:
            return Ticked(_ticked(_components(interaction), code, values))
        case Kind.CHECK:
            return Pressed(mark.action, tuple(_chosen(_components(interaction), mark.action)))
        case _:
            raise StaleChoice


def _values(data: Mapping[str, Any]) -> tuple[str, ...]:
    given = data.get("values") or ()
    if not isinstance(given, list | tuple) or not all(isinstance(value, str) for value in given):
        raise StaleChoice
    return tuple(given)


def _components(interaction: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    match interaction:
        case {"message": {"components": [*components]}}:
            return components
        case _:
            raise StaleChoice


def _ticked(components: Sequence[Mapping[str, Any]], code: str, values: Sequence[str]) -> list[Json]:
    """The message's components as they may be sent again, with the options of one menu shown as chosen or not."""
    shown = [_resent(one) for one in components]
    for one in walk(shown):
        if one.get("custom_id") == code:
            for choice in one.get("options") or ():
                choice["default"] = choice["value"] in values
    return shown


def _chosen(components: Sequence[Mapping[str, Any]], action: Action) -> Iterator[str]:
    """What the menus of this action show as chosen, in the order of the options."""
    for one in walk(components):
        code = one.get("custom_id")
        if one.get("type") == SELECT and isinstance(code, str):
            mark = Mark.decode(code)
            if mark.kind is Kind.TICK and mark.action == action:
                yield from (str(choice["value"]) for choice in one.get("options") or () if choice.get("default"))


def walk(components: Sequence[Any]) -> Iterator[Any]:
    """All components, the nested ones among them."""
    for one in components:
        yield one
        yield from walk(one.get("components") or ())
        if accessory := one.get("accessory"):
            yield accessory


_SENT = {
    ROW: ("components",),
    BUTTON: ("style", "label", "custom_id", "disabled"),
    SELECT: ("custom_id", "options", "placeholder", "min_values", "max_values", "disabled"),
    SECTION: ("components", "accessory"),
    TEXT: ("content",),
    GALLERY: ("items",),
    FILE: ("file", "spoiler"),
    CONTAINER: ("components", "accent_color", "spoiler"),
    14: ("divider", "spacing"),
}
"""The fields of a component that came from Discord which go back to it, beside its number: it adds others, such as a picture's
proxy."""


def _resent(component: Mapping[str, Any]) -> Json:
    kind = component.get("type")
    if kind not in _SENT:
        raise StaleChoice
    sent: Json = {"type": kind} | {name: component[name] for name in ("id", *_SENT[kind]) if component.get(name) is not None}
    if "components" in sent:
        sent["components"] = [_resent(one) for one in sent["components"]]
    if "accessory" in sent:
        sent["accessory"] = _resent(sent["accessory"])
    if "options" in sent:
        sent["options"] = [_option_again(one) for one in sent["options"]]
    if "items" in sent:
        sent["items"] = [_item_again(one) for one in sent["items"]]
    return sent


def _option_again(one: Mapping[str, Any]) -> Json:
    return {name: one[name] for name in ("label", "value", "description", "default") if one.get(name) is not None}


def _item_again(one: Mapping[str, Any]) -> Json:
    told = {"description": one["description"]} if one.get("description") else {}
    return {"media": {"url": one["media"]["url"]}, **told}
