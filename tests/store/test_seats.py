"""A seat is held by one, for as long as its lease is renewed."""

from datetime import timedelta

from bot.store.records import Records
from tests.store.people import NOW

LEASE = 20.0
EXPIRED = NOW + timedelta(seconds=LEASE + 0.001)


def test_a_seat_is_taken_by_one(records: Records) -> None:
    assert records.take_seat("bell", "a", NOW, LEASE)
    assert not records.take_seat("bell", "b", NOW, LEASE)
    assert records.take_seat("gateway", "b", NOW, LEASE)
    assert records.seats_held(NOW) == {"bell": "a", "gateway": "b"}


def test_who_sits_may_stay(records: Records) -> None:
    records.take_seat("bell", "a", NOW, LEASE)
    assert records.take_seat("bell", "a", NOW + timedelta(seconds=LEASE / 2), LEASE)
    assert not records.take_seat("bell", "b", EXPIRED, LEASE)


def test_a_seat_whose_holder_has_gone_is_free_when_its_lease_ends(records: Records) -> None:
    records.take_seat("bell", "a", NOW, LEASE)
    assert records.seats_held(EXPIRED) == {}
    assert records.take_seat("bell", "b", EXPIRED, LEASE)
    assert not records.take_seat("bell", "a", EXPIRED, LEASE)


def test_a_seat_that_is_left_is_free_at_once(records: Records) -> None:
    records.take_seat("bell", "a", NOW, LEASE)
    records.leave_seat("bell", "b", NOW)
    assert records.seats_held(NOW) == {"bell": "a"}
    records.leave_seat("bell", "a", NOW)
    assert records.seats_held(NOW) == {}
    assert records.take_seat("bell", "b", NOW, LEASE)
