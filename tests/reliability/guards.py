"""The guards, taken away one at a time: controls that show that the judge sees what it should."""

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
    """A gesture counts every time it is delivered."""
    records = import_module("bot.store.records").Records
    records.hear_once = lambda *_args: True
    labs = import_module("bot.store.records.labs")
    keep = labs.Labs.hear_turn

    def hear_turn(this: Any, lab: Any, event: str, *more: Any) -> bool:
        return bool(keep(this, lab, f"{event}:{this._next_seq(lab.id)}", *more))

    labs.Labs.hear_turn = records.hear_turn = hear_turn


def _forget() -> None:
    """What was said is acknowledged, and the work it means is put on no ledger that lasts."""
    app = import_module("bot.app").App

    async def nothing(*_args: Any, **_more: Any) -> list[Any]:
        return []

    app.hear = nothing


def _no_fence() -> None:
    """A holder whose lease has gone to another goes on as if it had not."""
    records = import_module("bot.store.records").Records
    records._hold = lambda *_args, **_more: None


GUARDS: dict[str, Callable[[], None]] = {
    "look first": _never_look,
    "hear once": _always_new,
    "keep first": _forget,
    "fence": _no_fence,
}
