"""Work is done once, in the order of its lane, by whoever holds the lane."""

from datetime import timedelta

import pytest

from bot.core.ports import Claim, Failed, Lost
from bot.store.records import Records
from tests.store.people import LATER, NEW_YORK, NINE, NOW, WALL, claimed, scheduled

LEASE = 45.0
EXPIRED = NOW + timedelta(seconds=LEASE)


def put(records: Records, *keys: str, lane: str = "a") -> None:
    for key in keys:
        assert records.enqueue(key, "test", lane, {"key": key}, NOW)


def keys(claims: list[Claim]) -> list[str]:
    return [claim.work.key for claim in claims]


def test_a_key_is_enqueued_once_for_ever(records: Records) -> None:
    put(records, "k")
    assert not records.enqueue("k", "test", "b", {}, NOW)
    records.finish(claimed(records), "done", "ref", "", NOW)
    assert not records.enqueue("k", "test", "b", {}, NOW)


def test_work_comes_back_as_it_was_put_on(records: Records) -> None:
    records.enqueue("k", "test", "a", {"text": "Zoë", "n": [1, None]}, NOW)
    claim = claimed(records)
    assert (claim.work.key, claim.work.kind, claim.work.lane) == ("k", "test", "a")
    assert claim.work.payload == {"text": "Zoë", "n": [1, None]}
    assert (claim.work.attempts, claim.work.intent_at, claim.work.ref) == (0, None, None)
    assert claim.until == EXPIRED


def test_a_lane_is_held_by_one_and_worked_in_order(records: Records) -> None:
    put(records, "1", "2", "3")
    for key in ("1", "2", "3"):
        claims = records.claim("me", NOW, 9, LEASE)
        assert keys(claims) == [key]
        assert records.claim("you", NOW, 9, LEASE) == []
        records.finish(claims[0], "done", "ref", "", NOW)
    assert records.claim("me", NOW, 9, LEASE) == []
    assert records.next_work() is None


def test_no_more_lanes_are_claimed_than_there_are_slots(records: Records) -> None:
    for lane in "abc":
        put(records, f"k{lane}", lane=lane)
    assert len(records.claim("me", NOW, 2, LEASE)) == 2
    assert len(records.claim("me", NOW, 2, LEASE)) == 1
    assert records.claim("me", NOW, 2, LEASE) == []


def test_work_put_on_a_held_lane_is_next_when_it_is_let_go(records: Records) -> None:
    put(records, "1")
    claim = claimed(records)
    put(records, "2")
    assert records.claim("you", NOW, 9, LEASE) == []
    records.finish(claim, "done", "ref", "", NOW)
    assert records.next_work() == NOW
    assert keys(records.claim("you", NOW, 9, LEASE)) == ["2"]


def test_an_expired_lease_is_taken_over_and_the_old_holder_has_lost_it(records: Records) -> None:
    put(records, "k")
    old = claimed(records)
    assert records.claim("you", EXPIRED - timedelta(microseconds=1), 9, LEASE) == []
    new = claimed(records, EXPIRED)
    assert new.fence == old.fence + 1
    with pytest.raises(Lost):
        records.renew(old, EXPIRED, LEASE)
    with pytest.raises(Lost):
        records.intend(old, EXPIRED)
    with pytest.raises(Lost):
        records.record(old, "ref")
    with pytest.raises(Lost):
        records.release(old, LATER, "", sent=False)
    with pytest.raises(Lost):
        records.finish(old, "done", "ref", "", EXPIRED)
    assert records.intend(new, EXPIRED)


def test_a_lane_let_go_is_lost_to_whoever_let_it_go(records: Records) -> None:
    put(records, "1", "2")
    claim = claimed(records)
    records.finish(claim, "done", "ref", "", NOW)
    with pytest.raises(Lost):
        records.finish(claim, "done", "ref", "", NOW)


def test_a_renewed_lease_lasts_from_now_on(records: Records) -> None:
    put(records, "k")
    claim = records.renew(claimed(records), EXPIRED, LEASE)
    assert claim.until == EXPIRED + timedelta(seconds=LEASE)
    assert records.claim("you", EXPIRED, 9, LEASE) == []
    assert records.next_work() == claim.until


def test_an_intent_and_a_receipt_survive_the_one_who_made_them(records: Records) -> None:
    put(records, "k")
    intended = records.intend(claimed(records), NOW)
    assert intended
    assert intended.work.intent_at == NOW
    assert records.record(intended, "1700.1").work.ref == "1700.1"
    heir = claimed(records, EXPIRED)
    assert (heir.work.intent_at, heir.work.ref) == (NOW, "1700.1")
    assert (heir.work.attempts, heir.work.faults) == (0, 0)


def test_finishing_without_a_receipt_keeps_the_one_recorded(records: Records) -> None:
    put(records, "k")
    claim = records.record(claimed(records), "1700.1")
    records.finish(claim, "done", None, "", NOW)
    assert _column(records, "ref") == "1700.1"


@pytest.mark.parametrize(("sent", "kept"), [(True, NOW), (False, None)])
def test_what_is_released_comes_again_and_remembers_its_intent_if_it_may_have_been_sent(
    records: Records, sent: bool, kept: object
) -> None:
    put(records, "1", "2")
    claim = records.intend(claimed(records), NOW)
    assert claim
    records.release(claim, LATER, "timeout", sent=sent)
    assert records.next_work() == LATER
    assert records.claim("you", NOW, 9, LEASE) == []
    again = claimed(records, LATER)
    assert (again.work.key, again.work.intent_at) == ("1", kept)


def test_what_failed_is_counted_by_whose_doing_it_was_and_waiting_is_not(records: Records) -> None:
    put(records, "k")
    why: tuple[Failed, ...] = ("trouble", "fault", "", "trouble")
    for failed in why:
        records.release(claimed(records, LATER), LATER, "why", sent=False, failed=failed)
    again = claimed(records, LATER)
    assert (again.work.attempts, again.work.faults) == (2, 1)


def test_how_often_a_process_ended_without_a_word_is_counted_and_an_orderly_end_is_not(records: Records) -> None:
    put(records, "1", "2")
    now = NOW
    records.release(claimed(records), now, "", sent=False)
    for times in range(3):
        (claim,) = records.claim("me", now, 1, LEASE)
        assert (claim.work.key, claim.work.vanished) == ("1", times)
        now += timedelta(seconds=LEASE)
    assert records.heal(now, alone=True) == 1
    (claim,) = records.claim("me", now, 1, LEASE)
    assert (claim.work.vanished, claim.work.attempts, claim.work.faults) == (3, 0, 0)
    records.finish(claim, "dead", None, "gave up", now)
    (claim,) = records.claim("me", now, 1, LEASE)
    assert (claim.work.key, claim.work.vanished) == ("2", 0)


def test_new_work_does_not_overtake_what_waits_before_it(records: Records) -> None:
    put(records, "1")
    records.release(claimed(records), LATER, "busy", sent=False)
    put(records, "2")
    assert records.claim("me", NOW, 9, LEASE) == []
    assert records.next_work() == LATER
    assert keys(records.claim("me", LATER, 9, LEASE)) == ["1"]


def test_dead_work_lets_the_lane_go_on(records: Records) -> None:
    put(records, "1", "2")
    records.finish(claimed(records), "dead", None, "no such channel", NOW)
    assert keys(records.claim("me", NOW, 9, LEASE)) == ["2"]


# ---------------------------------------------------------------- work of a calendar


@pytest.mark.parametrize("change", ["edit", "pause"])
def test_a_digest_whose_calendar_changed_under_the_lease_is_cancelled_and_freed(records: Records, change: str) -> None:
    cohort = scheduled(records)
    records.plan_digest(cohort, NINE, "rlhf", late=False, version=1, now=NOW)
    claim = claimed(records)
    if change == "edit":
        records.set_schedule(cohort.id, NEW_YORK, WALL, LATER, NOW)
    else:
        records.pause(cohort.id, paused=True, cursor=WALL, next_due=None, now=NOW)
    assert records.intend(claim, NOW) is None
    assert records.occasions(cohort.id) == []
    with pytest.raises(Lost):
        records.renew(claim, NOW, LEASE)


def test_a_second_intent_after_a_change_is_cancelled_and_freed(records: Records) -> None:
    cohort = scheduled(records)
    records.plan_digest(cohort, NINE, "rlhf", late=False, version=1, now=NOW)
    claim = records.intend(claimed(records), NOW)
    assert claim
    records.set_schedule(cohort.id, NEW_YORK, WALL, LATER, NOW)
    assert records.lessons_sent(cohort.id) == {"rlhf"}
    assert records.intend(claim, NOW) is None
    assert records.plan_digest(cohort, NINE, "rlhf", late=False, version=2, now=NOW)


def test_cancelling_an_old_digest_leaves_its_successor_alone(records: Records) -> None:
    cohort = scheduled(records)
    records.plan_digest(cohort, NINE, "rlhf", late=False, version=1, now=NOW)
    claim = claimed(records)
    records.set_schedule(cohort.id, NEW_YORK, WALL, LATER, NOW)
    records.plan_digest(cohort, NINE, "rlhf", late=False, version=2, now=NOW)
    assert records.intend(claim, NOW) is None
    assert records.lessons_sent(cohort.id) == {"rlhf"}
    successor = records.intend(claimed(records), NOW)
    assert successor
    assert successor.work.key == claim.work.key


def test_an_unchanged_calendar_lets_its_digest_go_out(records: Records) -> None:
    cohort = scheduled(records)
    records.plan_digest(cohort, NINE, "rlhf", late=False, version=1, now=NOW)
    assert records.intend(claimed(records), NOW)


# ---------------------------------------------------------------- healing


def test_a_lane_that_sleeps_on_its_work_is_woken(records: Records) -> None:
    put(records, "1", lane="a")
    put(records, "2", lane="b")
    _run(records, "UPDATE lanes SET due_at = NULL WHERE lane = 'a'")
    _run(records, "DELETE FROM lanes WHERE lane = 'b'")
    assert records.claim("me", NOW, 9, LEASE) == []
    assert records.heal(NOW, alone=False) == 2
    assert sorted(keys(records.claim("me", NOW, 9, LEASE))) == ["1", "2"]


def test_a_healthy_ledger_needs_no_healing(records: Records) -> None:
    put(records, "1")
    assert records.heal(NOW, alone=True) == 0
    records.finish(claimed(records), "done", "ref", "", NOW)
    assert records.heal(NOW, alone=True) == 0


def test_leases_of_an_earlier_process_end_only_for_one_that_is_alone(records: Records) -> None:
    put(records, "1")
    claim = claimed(records)
    assert records.heal(NOW, alone=False) == 0
    assert records.claim("you", NOW, 9, LEASE) == []
    assert records.heal(NOW, alone=True) == 1
    with pytest.raises(Lost):
        records.renew(claim, NOW, LEASE)
    assert claimed(records).fence == claim.fence + 1


def _run(records: Records, statement: str) -> None:
    records._connection.exec_driver_sql(statement)


def _column(records: Records, name: str) -> object:
    return records._connection.exec_driver_sql(f"SELECT {name} FROM work").scalar_one()


def test_what_was_kept_by_a_clock_that_was_ahead_becomes_due(records: Records) -> None:
    put(records, "1")
    claim = records.intend(claimed(records, LATER), LATER)
    assert claim
    records.release(claim, LATER + timedelta(seconds=30), "no clear answer", sent=True)
    assert records.hasten(NOW, 7200) == 0
    assert records.claim("me", NOW, 9, LEASE) == []
    assert records.hasten(NOW, 0) == 1
    (again,) = records.claim("me", NOW, 9, LEASE)
    assert again.work.intent_at == NOW
