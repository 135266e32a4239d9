"""A lesson and an occurrence are claimed once, and what became of them is kept."""

import pytest

from bot.core.ports import Counts
from bot.store.records import Records
from tests.store.people import ADA, ALAN, BERLIN, GRACE, LATER, NINE, NOW, WALL, claimed, cohort_of, scheduled

TEN = "2026-11-23T10:00"


def test_a_planned_digest_is_on_the_ledger_in_the_lane_of_its_channel(records: Records) -> None:
    cohort = cohort_of(records)
    assert records.plan_digest(cohort, NINE, "rlhf", late=True, version=None, now=NOW)
    entry = records.occasions(cohort.id)[0]
    work = claimed(records).work
    assert (work.key, work.kind, work.lane) == (f"digest:{cohort.id}:{NINE}", "digest", "slack:T1:C1")
    assert work.payload == {"digest": entry.id}
    assert (entry.lesson, entry.state, entry.late, entry.error, entry.ref) == ("rlhf", "planned", True, "", None)
    assert records.occasion(entry.id) == entry


def test_a_lesson_is_planned_once_in_a_cohort(records: Records) -> None:
    cohort = cohort_of(records)
    assert records.plan_digest(cohort, NINE, "rlhf", late=False, version=None, now=NOW)
    assert not records.plan_digest(cohort, TEN, "rlhf", late=False, version=None, now=NOW)


def test_an_occurrence_brings_one_lesson_only(records: Records) -> None:
    cohort = cohort_of(records)
    assert records.plan_digest(cohort, NINE, "rlhf", late=False, version=None, now=NOW)
    assert not records.plan_digest(cohort, NINE, "pretraining", late=False, version=None, now=NOW)
    assert not records.note_occasion(cohort.id, NINE, "missed", NOW)


def test_a_calendar_that_was_changed_or_paused_plans_nothing(records: Records) -> None:
    cohort = scheduled(records)
    assert not records.plan_digest(cohort, NINE, "rlhf", late=False, version=2, now=NOW)
    records.pause(cohort.id, paused=True, cursor=WALL, next_due=None, now=NOW)
    assert not records.plan_digest(cohort, NINE, "rlhf", late=False, version=2, now=NOW)
    assert records.occasions(cohort.id) == []


def test_a_missed_and_a_skipped_occurrence_are_noted_once_without_a_lesson(records: Records) -> None:
    cohort = cohort_of(records)
    assert records.note_occasion(cohort.id, NINE, "missed", NOW)
    assert not records.note_occasion(cohort.id, NINE, "skipped", NOW)
    assert records.note_occasion(cohort.id, TEN, "skipped", NOW)
    assert not records.plan_digest(cohort, TEN, "rlhf", late=False, version=None, now=NOW)
    assert [(entry.occurrence, entry.state, entry.lesson) for entry in records.occasions(cohort.id)] == [
        (TEN, "skipped", None),
        (NINE, "missed", None),
    ]
    assert records.lessons_sent(cohort.id) == set()


@pytest.mark.parametrize("state", ["posted", "failed"])
def test_a_settled_digest_keeps_its_lesson(records: Records, state: str) -> None:
    cohort = cohort_of(records)
    records.plan_digest(cohort, NINE, "rlhf", late=False, version=None, now=NOW)
    digest = records.occasions(cohort.id)[0].id
    records.settle_digest(digest, state, "1700.5", "why", LATER)  # type: ignore[arg-type]
    entry = records.occasion(digest)
    assert entry
    assert (entry.state, entry.ref, entry.error) == (state, "1700.5", "why")
    assert entry.posted_at == (LATER if state == "posted" else None)
    assert records.lessons_sent(cohort.id) == {"rlhf"}


def test_no_digest_has_a_number_that_was_never_given(records: Records) -> None:
    assert records.occasion(999) is None
    assert not records.retry_digest(999, NOW)


def test_a_failed_digest_can_be_posted_again_and_again(records: Records) -> None:
    cohort = cohort_of(records)
    records.plan_digest(cohort, NINE, "rlhf", late=False, version=None, now=NOW)
    digest = records.occasions(cohort.id)[0].id
    keys = []
    for _ in range(3):
        claim = claimed(records)
        keys.append(claim.work.key)
        assert not records.retry_digest(digest, NOW)
        records.finish(claim, "dead", None, "no such channel", NOW)
        records.settle_digest(digest, "failed", None, "no such channel", NOW)
        assert records.retry_digest(digest, NOW)
        entry = records.occasion(digest)
        assert entry
        assert (entry.state, entry.error) == ("planned", "")
    base = f"digest:{cohort.id}:{NINE}"
    assert keys == [base, f"{base}#2", f"{base}#3"]


def test_a_retry_finds_a_key_even_where_one_was_given_back(records: Records) -> None:
    cohort = scheduled(records)
    records.enqueue("other", "x", "elsewhere", {}, LATER)
    records.plan_digest(cohort, NINE, "rlhf", late=False, version=1, now=NOW)
    given_back = claimed(records).work.id
    records.set_schedule(cohort.id, BERLIN, WALL, NOW, NOW)
    records.plan_digest(cohort, NINE, "rlhf", late=False, version=2, now=NOW)
    digest = records.occasions(cohort.id)[0].id
    for _ in range(given_back):
        records.settle_digest(digest, "failed", None, "", NOW)
        assert records.retry_digest(digest, NOW)


def test_counts_are_of_present_members_only(records: Records) -> None:
    cohort = cohort_of(records)
    ada, grace, alan = (records.know(person, NOW) for person in (ADA, GRACE, ALAN))
    for who in (ada, grace, alan):
        records.join(cohort.id, who, NOW)
        records.read_section(who, "rlhf", 4, last=True, now=NOW)
        records.complete(who, "pretraining", NOW)
    records.read_section(grace, "pretraining", 1, last=False, now=NOW)
    records.pass_quiz(ada, "rlhf", NOW)
    records.pass_quiz(alan, "rlhf", NOW)
    records.complete(ada, "rlhf", NOW)
    records.leave(cohort.id, alan, NOW)
    assert records.counts(cohort.id, "rlhf") == Counts(members=2, read=2, passed=1, finished=1)
    assert records.counts(cohort.id, "pretraining") == Counts(members=2, read=0, passed=0, finished=2)
    assert records.counts(999, "rlhf") == Counts(0, 0, 0, 0)
