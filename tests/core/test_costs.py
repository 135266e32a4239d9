"""A lead sees, privately, what the labs have cost; nobody else does, and nobody invents a price."""

from decimal import Decimal

import pytest

from bot.core.chat import Reply, Shown
from bot.core.costs import Prices
from bot.core.ports import Allowance, Spent
from tests.conftest import ADA, GRACE, Build, Stage, text
from tests.core.learners import open_lab
from tests.core.test_lab_budgets import Costly


async def talked(build: Build, prices: Prices | None) -> Stage:
    stage = build(tutor=Costly(Spent(90_000, 10_000, counted=True)), prices=prices, allowance=Allowance(tokens=10**7))
    await stage.types(ADA, "/cohort create Team")
    await stage.types(GRACE, "/cohort join")
    for topic in ("rlhf", "decision"):
        await stage.says(GRACE, "How?", await open_lab(stage, topic, GRACE))
    return stage


@pytest.mark.parametrize(
    ("prices", "money", "together"), [(None, "", ""), (Prices(Decimal(2), Decimal(9), "EUR"), " · 0.27 EUR", " · 0.54 EUR")]
)
async def test_a_lead_sees_tokens_for_each_lab_and_money_where_a_price_is_named(
    build: Build, prices: Prices | None, money: str, together: str
) -> None:
    stage = await talked(build, prices)
    answer = await stage.types(ADA, "/cohort status")
    assert isinstance(answer, Reply)
    assert answer.shown is Shown.PRIVATELY
    said = text(answer)
    assert f"1 answer · 90,000 + 10,000 tokens{money}\n" in said
    assert f"- Together · 2 answers · 180,000 + 20,000 tokens{together}\n" in said


async def test_a_member_sees_no_costs_and_a_new_month_begins_with_none(build: Build) -> None:
    stage = await talked(build, None)
    assert "tokens" not in text(await stage.types(GRACE, "/cohort status"))
    stage.clock.pass_(days=9)
    assert "tokens" not in text(await stage.types(ADA, "/cohort status"))
