"""A guard taken away: the control that shows that the judge sees what it should."""

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import Any

from sqlalchemy import bindparam, delete, func, null, select

from bot.store.tables import answers, lanes, work
from tests.reliability.probe import CHATS


def take_away(name: str) -> None:
    """Before the bot starts. Raises KeyError for a guard there is not."""
    GUARDS[name]()


def _never_look() -> None:
    """A post whose receipt was lost is made again without looking for it."""

    async def find(*_args: Any, **_more: Any) -> None:
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


def _claim_anything() -> None:
    """Work is taken though somebody has it in hand, and kept though it is no longer one's own."""
    ledger: Any = import_module("bot.store.records.ledger")
    steps: Any = import_module("bot.store.records.steps")
    steps.DUE = select(work.c.lane, null().label("owner")).where(steps.PENDING).distinct().limit(bindparam("the_slots"))

    def hold(self: Any, claim: Any, step: Any = steps.HELD, **change: Any) -> None:
        fence = self._connection.execute(select(lanes.c.fence).where(lanes.c.lane == claim.work.lane)).scalar_one()
        self._run(step, the_lane=claim.work.lane, the_fence=fence, **change)

    ledger.Ledger._hold = hold


def _newest_first() -> None:
    """Whatever was said last in a thread is answered first."""
    steps: Any = import_module("bot.store.records.steps")
    newest = select(func.max(work.c.id)).where(work.c.lane == lanes.c.lane, steps.PENDING).correlate(lanes)
    steps.HEADS = (
        select(work)
        .where(work.c.lane.in_(bindparam("the_lanes", expanding=True)), steps.PENDING)
        .where(work.c.id.in_(select(newest.scalar_subquery()).select_from(lanes)))
    )


def _answer_anew() -> None:
    """An answer takes the place of the one before."""
    quizzes = import_module("bot.store.records.quizzes").Quizzes
    give = quizzes.give

    def anew(self: Any, attempt: Any, question: str, *more: Any) -> bool:
        there = delete(answers).where(answers.c.attempt == attempt.id, answers.c.question == question)
        self._connection.execute(there)
        return bool(give(self, attempt, question, *more))

    quizzes.give = anew


def _long_digests() -> None:
    """A digest takes several messages. Its paragraphs are numbered, so that the judge sees what is cut off or doubled."""
    digests: Any = import_module("bot.core.digests")
    chat: Any = import_module("bot.core.chat")
    brief = digests.digest_post
    more = [chat.para(f"Paragraph {n} of 12. " + "What is cut off here is not a lesson. " * 26) for n in range(1, 13)]

    def lengthy(*given: Any) -> Any:
        post = brief(*given)
        return replace(post, parts=(post.parts[0], *more, *post.parts[1:]))

    digests.digest_post = lengthy


GUARDS: dict[str, Callable[[], None]] = {
    "look first": _never_look,
    "hear once": _always_new,
    "lease": _claim_anything,
    "order": _newest_first,
    "first attempt": _answer_anew,
    "brevity": _long_digests,
}
