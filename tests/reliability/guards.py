"""A guard taken away: the control that shows that the judge sees what it should."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from tests.reliability.probe import CHATS


def take_away(name: str) -> None:
    """Before the bot starts. Raises KeyError for a guard there is not."""
    GUARDS[name]()


def _never_look() -> None:
    """A post whose receipt was lost is made again without looking for it."""

    async def find(*_args: Any) -> None:
        return None

    for module, name in CHATS.items():
        try:
            chat = getattr(import_module(module), name)
        except ImportError:
            continue
        chat.find, chat.settle = find, 0.0


def _always_new() -> None:
    """What is delivered twice is heard twice."""
    records = import_module("bot.store.records").Records
    records.hear_once = lambda *_args: True


GUARDS: dict[str, Callable[[], None]] = {"look first": _never_look, "hear once": _always_new}
