"""A calendar counts its versions, and a change takes back what it had planned."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.ports import Rule
from bot.store.records import Records
from tests.store.people import BERLIN, LATER, NEW_YORK, NINE, NOW, WALL, claimed, cohort_of, scheduled


def test_a_calendar_comes_back_as_it_was_kept(records: Records) -> None:
    cohort = cohort_of(records)
    assert records.schedule(cohort.id) is None
    rule = Rule((4, 0), time(9, 30), "Europe/Berlin", date(2026, 12, 1))
    records.set_schedule(cohort.id, rule, WALL, NOW, NOW)
    kept = records.schedule(cohort.id)
    assert kept
    assert (kept.rule, kept.cursor, kept.next_due, kept.version, kept.paused) == (rule, WALL, NOW, 1, False)


def test_an_instant_is_kept_to_the_microsecond_and_given_back_in_utc(records: Records) -> None:
    local = NOW.astimezone(ZoneInfo("Asia/Kolkata"))
    cohort = cohort_of(records)
    records.set_schedule(cohort.id, BERLIN, WALL, local, NOW)
    kept = records.schedule(cohort.id)
    assert kept
    assert kept.next_due == NOW
    assert kept.next_due.tzinfo is UTC


def test_a_naive_instant_and_an_aware_wall_time_are_refused(records: Records) -> None:
    cohort = cohort_of(records)
    with pytest.raises(Exception, match="needs its zone"):
        records.set_schedule(cohort.id, BERLIN, WALL, WALL, NOW)
    with pytest.raises(Exception, match="no zone of its own"):
        records.set_schedule(cohort.id, BERLIN, NOW, NOW, NOW)


def test_replacing_a_calendar_counts_its_version_and_ends_its_pause(records: Records) -> None:
    cohort = scheduled(records)
    records.pause(cohort.id, paused=True, cursor=WALL, next_due=None, now=NOW)
    records.set_schedule(cohort.id, NEW_YORK, WALL, LATER, NOW)
    kept = records.schedule(cohort.id)
    assert kept
    assert (kept.version, kept.paused, kept.rule, kept.next_due) == (3, False, NEW_YORK, LATER)


def test_a_pause_that_changes_nothing_says_so(records: Records) -> None:
    cohort = scheduled(records)
    assert not records.pause(cohort.id, paused=False, cursor=WALL, next_due=LATER, now=NOW)
    assert records.pause(cohort.id, paused=True, cursor=WALL, next_due=None, now=NOW)
    assert not records.pause(cohort.id, paused=True, cursor=WALL, next_due=None, now=NOW)
    assert not records.pause(999, paused=True, cursor=WALL, next_due=None, now=NOW)
    kept = records.schedule(cohort.id)
    assert kept
    assert (kept.version, kept.paused, kept.next_due) == (2, True, None)


def test_a_calendar_is_due_from_its_instant_on_unless_paused(records: Records) -> None:
    cohort = scheduled(records)
    assert records.due_schedules(NOW - timedelta(microseconds=1)) == []
    assert records.due_schedules(NOW) == [records.schedule(cohort.id)]
    assert records.next_due() == NOW
    records.pause(cohort.id, paused=True, cursor=WALL, next_due=NOW, now=NOW)
    assert records.due_schedules(NOW) == []
    assert records.next_due() is None


def test_a_calendar_moves_on_once_and_never_after_a_change(records: Records) -> None:
    cohort = scheduled(records)
    read = records.schedule(cohort.id)
    assert read
    nine = datetime.fromisoformat(NINE)
    assert records.advance(read, nine, LATER)
    assert not records.advance(read, WALL, NOW)
    moved = replace(read, cursor=nine, next_due=LATER)
    assert records.schedule(cohort.id) == moved
    records.set_schedule(cohort.id, BERLIN, nine, LATER, NOW)
    assert not records.advance(moved, nine, None)


@pytest.mark.parametrize("change", ["edit", "pause"])
def test_a_change_frees_what_was_planned_and_not_begun(records: Records, change: str) -> None:
    cohort = scheduled(records)
    assert records.plan_digest(cohort, NINE, "rlhf", late=False, version=1, now=NOW)
    if change == "edit":
        records.set_schedule(cohort.id, NEW_YORK, WALL, LATER, NOW)
    else:
        records.pause(cohort.id, paused=True, cursor=WALL, next_due=None, now=NOW)
    assert records.occasions(cohort.id) == []
    assert records.lessons_sent(cohort.id) == set()
    assert records.claim("me", NOW, 9, 45) == []


def test_nine_in_berlin_taken_back_can_be_planned_for_nine_in_new_york(records: Records) -> None:
    cohort = scheduled(records)
    for version in (1, 2, 3):
        assert records.plan_digest(cohort, NINE, "rlhf", late=False, version=version, now=NOW)
        records.set_schedule(cohort.id, NEW_YORK, WALL, LATER, NOW)
    assert records.plan_digest(cohort, NINE, "rlhf", late=False, version=4, now=NOW)
    assert claimed(records).work.key == f"digest:{cohort.id}:{NINE}"


def test_a_digest_begun_before_a_change_is_left_alone(records: Records) -> None:
    cohort = scheduled(records)
    records.plan_digest(cohort, NINE, "rlhf", late=False, version=1, now=NOW)
    claim = records.intend(claimed(records), NOW)
    assert claim
    records.set_schedule(cohort.id, NEW_YORK, WALL, LATER, NOW)
    assert [entry.state for entry in records.occasions(cohort.id)] == ["planned"]
    records.finish(claim, "done", "1700.9", "", NOW)


def test_a_digest_a_lead_asked_for_outlives_a_change(records: Records) -> None:
    cohort = scheduled(records)
    records.plan_digest(cohort, NINE, "rlhf", late=False, version=None, now=NOW)
    records.set_schedule(cohort.id, NEW_YORK, WALL, LATER, NOW)
    assert records.lessons_sent(cohort.id) == {"rlhf"}
    assert records.intend(claimed(records), NOW)
