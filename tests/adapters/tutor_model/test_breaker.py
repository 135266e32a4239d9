from datetime import timedelta

import pytest

from bot.adapters.tutor.model.breaker import FAILURES, Breaker
from bot.adapters.tutor.model.outcomes import Outcome
from tests.fakes import START

SECOND = timedelta(seconds=1)
UNCOUNTED = (Outcome.OK, Outcome.LENGTH, Outcome.CONTENT_FILTER, Outcome.EMPTY, Outcome.CONTEXT)


def opened() -> Breaker:
    breaker = Breaker()
    for n in range(FAILURES):
        assert breaker.admit(START + n * SECOND)
        breaker.note(Outcome.TIMEOUT, START + n * SECOND)
    return breaker


LAST = START + (FAILURES - 1) * SECOND


def test_five_failures_in_a_minute_open_it_for_half_a_minute() -> None:
    breaker = opened()
    assert breaker.until(LAST) == LAST + 30 * SECOND
    assert not breaker.admit(LAST + 29 * SECOND)
    assert breaker.admit(LAST + 30 * SECOND)


def test_failures_spread_over_more_than_a_minute_do_not_open_it() -> None:
    breaker = Breaker()
    for n in range(20):
        now = START + n * 16 * SECOND
        assert breaker.admit(now)
        breaker.note(Outcome.SERVER, now)
    assert breaker.until(START) is None


def test_after_a_rest_one_probe_is_let_through_and_a_good_one_closes_it() -> None:
    breaker, now = opened(), LAST + 30 * SECOND
    assert [breaker.admit(now) for _ in range(3)] == [True, False, False]
    breaker.note(Outcome.OK, now)
    assert [breaker.admit(now) for _ in range(3)] == [True, True, True]
    assert breaker.until(now) is None


def test_every_failed_probe_doubles_the_rest_up_to_ten_minutes() -> None:
    breaker, now = opened(), LAST
    rests = []
    for _ in range(7):
        until = breaker.until(now)
        assert until is not None
        rests.append((until - now).total_seconds())
        now = until
        assert breaker.admit(now)
        breaker.note(Outcome.NETWORK, now)
    assert rests == [30, 60, 120, 240, 480, 600, 600]


def test_a_probe_given_up_by_its_learner_makes_room_for_another() -> None:
    breaker, now = opened(), LAST + 30 * SECOND
    assert breaker.admit(now)
    breaker.release()
    assert breaker.admit(now)


@pytest.mark.parametrize("outcome", [Outcome.AUTH, Outcome.CONFIG])
def test_wrong_settings_latch_it_until_the_program_starts_anew(outcome: Outcome) -> None:
    breaker = Breaker()
    breaker.note(outcome, START)
    assert breaker.latched is outcome
    assert not breaker.admit(START + timedelta(days=30))
    assert breaker.until(START) is None


def test_a_used_up_quota_rests_for_an_hour() -> None:
    breaker = Breaker()
    breaker.note(Outcome.QUOTA, START)
    assert breaker.until(START) == START + timedelta(hours=1)
    assert breaker.admit(START + timedelta(hours=1))


@pytest.mark.parametrize(("asked", "waits"), [(7.0, 7), (None, 10)])
def test_a_busy_server_gets_the_wait_it_asks_for(asked: float | None, waits: int) -> None:
    breaker = Breaker()
    breaker.note(Outcome.RATE, START, asked)
    assert breaker.until(START) == START + waits * SECOND
    assert breaker.admit(START + waits * SECOND)


@pytest.mark.parametrize("outcome", UNCOUNTED)
def test_what_is_not_the_servers_failure_never_opens_it(outcome: Outcome) -> None:
    breaker = Breaker()
    for _ in range(50):
        breaker.note(outcome, START)
    assert breaker.admit(START)
