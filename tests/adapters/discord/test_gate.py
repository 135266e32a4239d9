"""No second has more calls than Discord allows, and nobody overtakes."""

from itertools import pairwise

import pytest

from bot.adapters.discord.gate import MOST, SPAN, Gate


class Time:
    """Stands still; who sleeps learns until when."""

    def __init__(self) -> None:
        self.at = 1000.0

    def now(self) -> float:
        return self.at


async def moments(count: int) -> list[float]:
    """When each call of so many at once may be made, in the order of asking."""
    time, made = Time(), list[float]()

    async def sleep(seconds: float) -> None:
        made[-1] += seconds

    gate = Gate(time.now, sleep)
    for _ in range(count):
        made.append(time.at)
        await gate.turn()
    return made


async def test_no_second_has_more_than_is_allowed_and_none_is_wasted() -> None:
    made = await moments(4 * MOST)
    for first, beyond in zip(made, made[MOST:], strict=False):
        assert beyond - first >= SPAN - 1e-6
    assert made[-1] - made[0] <= 3 * SPAN + 1e-6


async def test_who_asks_first_goes_first() -> None:
    assert all(one <= other for one, other in pairwise(await moments(2 * MOST + 1)))


async def test_a_pause_is_not_saved_up() -> None:
    time, slept = Time(), list[float]()

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    gate = Gate(time.now, sleep)
    for _ in range(MOST):
        await gate.turn()
    time.at += 60
    for _ in range(MOST):
        await gate.turn()
    assert not slept
    await gate.turn()
    assert slept == [pytest.approx(SPAN)]
