"""The drawer of forms: what was typed stays at hand, since Discord closes a form when it is sent, and shows one as a first answer
only. Kept in memory: what is lost with it is a chance not to type again."""

import secrets
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from bot.core.chat import Action, Button, Buttons, Form, FormField, Post, SelectField, para
from bot.core.errors import StaleChoice

K = TypeVar("K")
V = TypeVar("V")

OPEN = Action("discord.form")
"""Opens a form that was kept: one that came too late, or that could not be taken as it was filled in."""
KEPT = 2_000


class Drawer:
    def __init__(self) -> None:
        self._offered: OrderedDict[str, tuple[str, Form]] = OrderedDict()
        self._open: OrderedDict[tuple[str, str], Form] = OrderedDict()
        self._filled: OrderedDict[str, Form] = OrderedDict()

    def opened(self, person: str, form: Form) -> None:
        _keep(self._open, (person, form.action.encode()), form)

    def sent(self, gesture: str, person: str, action: Action, fields: Mapping[str, tuple[str, ...]]) -> None:
        """Remember what was typed, for when it cannot be taken."""
        if form := self._open.get((person, action.encode())):
            filled = tuple(_with(field, fields.get(field.name, ())) for field in form.fields)
            _keep(self._filled, gesture, replace(form, fields=filled))

    def refilled(self, gesture: str) -> Form | None:
        """The form that gesture sent, as it was filled in."""
        return self._filled.pop(gesture, None)

    def offer(self, person: str, said: str, form: Form) -> Post:
        """A sentence with a button that opens the form."""
        memory = secrets.token_hex(6)
        _keep(self._offered, memory, (person, form))
        button = Button(f"Open: {form.title}", Action(OPEN.verb, (memory,)), "primary")
        return Post((para(said), Buttons((button,))))

    def taken_out(self, person: str, action: Action) -> Form:
        """The form behind a button of `offer`. Raises StaleChoice after a restart."""
        whose, form = self._offered.get(action.args[0] if action.args else "", ("", None))
        if form is None or whose != person:
            raise StaleChoice("That form is no longer open. Please begin once more.")
        return form


def _with(field: FormField, given: tuple[str, ...]) -> FormField:
    if isinstance(field, SelectField):
        return replace(field, value=given)
    return replace(field, value=next(iter(given), ""))


def _keep(drawer: OrderedDict[K, V], key: K, value: V) -> None:
    drawer[key] = value
    while len(drawer) > KEPT:
        drawer.popitem(last=False)
