"""The calculators' formulas give the course's check values."""

import math

import pytest

from bot.core.calculators import formulas as f
from bot.core.calculators.formulas import MB, MIB, Rates

GPT3_QV, LLAMA7_QV = [(12_288, 12_288)] * 2, [(4096, 4096)] * 2
LLAMA7_ALL = [(4096, 4096)] * 4 + [(11_008, 4096)] * 2 + [(4096, 11_008)]
LLAMA70_QV = [(8192, 8192), (1024, 8192)]
LLAMA70_ALL = [(8192, 8192), (1024, 8192), (1024, 8192), (8192, 8192), (28_672, 8192), (28_672, 8192), (8192, 28_672)]


@pytest.mark.parametrize(
    ("layers", "shapes", "rank", "parameters"),
    [
        (96, GPT3_QV, 1, 4_718_592),
        (96, GPT3_QV, 4, 18_874_368),
        (96, GPT3_QV, 8, 37_748_736),
        (32, LLAMA7_QV, 8, 4_194_304),
        (32, LLAMA7_ALL, 16, 39_976_960),
        (80, LLAMA70_QV, 8, 16_384_000),
        (80, LLAMA70_ALL, 8, 103_546_880),
        (80, LLAMA70_ALL, 16, 207_093_760),
        (80, LLAMA70_ALL, 64, 828_375_040),
    ],
)
def test_an_adapter_has_as_many_parameters_as_in_the_table(
    layers: int, shapes: list[tuple[int, int]], rank: int, parameters: int
) -> None:
    assert f.lora_parameters(layers, shapes, rank) == parameters


@pytest.mark.parametrize(
    ("parameters", "megabytes"), [(18_874_368, 37.7), (16_384_000, 32.8), (207_093_760, 414.2), (828_375_040, 1656.8)]
)
def test_an_adapter_takes_two_bytes_a_parameter(parameters: int, megabytes: float) -> None:
    assert round(f.adapter_bytes(parameters) / MB, 1) == megabytes
    assert f.adapter_bytes(parameters, 4) == 2 * f.adapter_bytes(parameters)
    assert f.adapter_bytes(18_874_368) / MIB == 36


@pytest.mark.parametrize(
    ("removable", "k", "m", "prompted", "tuned", "saving", "requests"),
    [
        (500, 1, 1, 1300, 800, 500, 10_000),
        (500, 1, 0.1, 850, 800, 50, 100_000),
        (500, 1.5, 1, 1300, 1200, 100, 50_000),
        (500, 1.5, 0.1, 850, 1200, -350, None),
        (500, 2, 1, 1300, 1600, -300, None),
        (3000, 1, 0.1, 1100, 800, 300, 16_667),
        (3000, 2, 1, 3800, 1600, 2200, 2_273),
        (3000, 1.5, 0.1, 1100, 1200, -100, None),
    ],
)
def test_a_tuned_model_pays_for_itself_after_as_many_requests_as_in_the_table(
    removable: float, k: float, m: float, prompted: float, tuned: float, saving: float, requests: int | None
) -> None:
    cached = {"hit": 1.0, "read": m} if m < 1 else {}
    sums = f.break_even(Rates(removable, 200, 150, 1, 4, k, 4 * k, 5_000_000, **cached))
    assert (sums.prompted, sums.tuned, sums.saving) == pytest.approx((prompted, tuned, saving))
    assert sums.requests == requests
    per_million = Rates(removable, 200, 150, 1e-6, 4e-6, k * 1e-6, 4e-6 * k, 5, **cached)
    assert f.break_even(per_million).requests == requests


@pytest.mark.parametrize(("m", "smallest"), [(1.0, 400), (0.1, 4000)])
def test_the_smallest_prompt_worth_removing(m: float, smallest: float) -> None:
    rates = Rates(500, 200, 150, 1, 4, 1.5, 6, 5_000_000, hit=1.0, read=m)
    assert f.break_even(rates).smallest == pytest.approx(smallest)


def test_eight_hits_in_ten_cost_0_28_of_the_price_and_equal_costs_never_pay() -> None:
    assert f.cache_factor(Rates(0, 0, 0, 0, 0, 0, 0, 0, hit=0.8, read=0.1)) == pytest.approx(0.28)
    assert f.break_even(Rates(0, 200, 150, 0.1, 0.4, 0.1, 0.4, 1)).requests is None
    assert f.break_even(Rates(0, 1, 1, 0, 0, 1, 1, 1)).smallest == math.inf


@pytest.mark.parametrize(
    ("gap", "p", "chosen", "other"),
    [
        (0, 0.5, 0.6931, 0.6931),
        (0.5, 0.6225, 0.4741, 0.9741),
        (1, 0.7311, 0.3133, 1.3133),
        (2, 0.8808, 0.1269, 2.1269),
        (3, 0.9526, 0.0486, 3.0486),
    ],
)
def test_a_gap_of_scores_is_a_probability_and_a_loss(gap: float, p: float, chosen: float, other: float) -> None:
    found = (f.preferred(gap), f.preference_loss(gap), f.preference_loss(-gap))
    assert tuple(round(value, 4) for value in found) == (p, chosen, other)
    assert f.preferred(gap) + f.preferred(-gap) == pytest.approx(1)


def test_more_checks_of_preferences() -> None:
    assert round(f.log_likelihood([1.2, 0.3, -0.5]), 4) == -1.7917
    assert [f.pairs(4), f.pairs(9)] == [6, 36]
    assert [round(f.implied_gap(rate), 3) for rate in (0.85, 0.71, 0.724)] == [1.735, 0.895, 0.964]
    assert f.preference_loss(-5000) == 5000
    assert (f.preferred(-5000), f.preferred(5000)) == (0, 1)


@pytest.mark.parametrize(
    ("n", "kl", "root", "rate"),
    [
        (1, 0, 0, 0.5),
        (2, 0.1931, 0.439, 0.667),
        (4, 0.6363, 0.798, 0.8),
        (8, 1.2044, 1.097, 0.889),
        (16, 1.8351, 1.355, 0.941),
        (64, 3.1745, 1.782, 0.985),
        (256, 4.5491, 2.133, 0.996),
    ],
)
def test_best_of_n_moves_as_far_and_wins_as_often_as_in_the_table(n: int, kl: float, root: float, rate: float) -> None:
    assert (round(f.best_of_n_kl(n), 4), round(math.sqrt(f.best_of_n_kl(n)), 3)) == (kl, root)
    assert round(f.best_of_n_win_rate(n), 3) == rate
