"""What labs have taken of a language model, for a cohort's leads: tokens always, money only where the operator named a price."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from bot.core.chat import Items, Line, Part, bold, line, note, para
from bot.core.curriculum import Curriculum
from bot.core.errors import shorten
from bot.core.ports import Cost

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Prices:
    """Of a million tokens read and a million written. There is no default: prices age faster than programs."""

    read: Decimal
    written: Decimal
    currency: str = ""

    def of(self, cost: Cost) -> Decimal:
        return (self.read * cost.prompt + self.written * cost.completion) / MILLION


def month_of(now: datetime) -> datetime:
    """Its first instant, by UTC, as budgets count."""
    return now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def cost_parts(costs: Sequence[Cost], curriculum: Curriculum, prices: Prices | None) -> tuple[Part, ...]:
    """Nothing where no model was asked."""
    if not costs:
        return ()
    rows = [_row(cost, _title(curriculum, cost.lesson), prices) for cost in costs]
    if len(costs) > 1:
        both = (sum(c.answers for c in costs), sum(c.prompt for c in costs), sum(c.completion for c in costs))
        rows.append(_row(Cost("", *both), "Together", prices))
    told = "Members' labs this month, by UTC; the order is input, output."
    return (para(bold("Language model")), Items(tuple(rows)), note(told))


def _title(curriculum: Curriculum, slug: str) -> str:
    lesson = curriculum.get(slug)
    return shorten(lesson.title, 50) if lesson else slug


def _row(cost: Cost, title: str, prices: Prices | None) -> Line:
    answers = "1 answer" if cost.answers == 1 else f"{cost.answers:,} answers"
    tokens = f"{cost.prompt:,} + {cost.completion:,} tokens"
    money = f" · {prices.of(cost):.2f} {prices.currency}".rstrip() if prices else ""
    return line(bold(title), f" · {answers} · {tokens}{money}")
