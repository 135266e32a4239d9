"""A cohort has one channel, members who come and go, and leads."""

from dataclasses import replace

from bot.core.chat import Person, Place
from bot.store.records import Records
from tests.store.people import ADA, ALAN, CHANNEL, GRACE, LATER, NOW, THREAD, cohort_of, lab_of


def test_a_channel_is_the_home_of_one_cohort_only(records: Records) -> None:
    cohort = cohort_of(records)
    assert records.create_cohort(CHANNEL, "Another", NOW) is None
    assert records.create_cohort(THREAD, "Another", NOW) is None
    assert records.cohort(cohort.id) == cohort
    assert cohort.place == CHANNEL


def test_a_cohort_is_found_from_its_channel_and_from_any_thread_in_it(records: Records) -> None:
    cohort = cohort_of(records)
    assert records.cohort_at(CHANNEL) == records.cohort_at(THREAD) == cohort
    assert records.cohort_at(Place("slack", "T1", "C2")) is None
    assert records.cohort(999) is None


def test_a_platform_knows_whether_it_has_any_cohort(records: Records) -> None:
    assert not records.any_cohort("slack")
    cohort_of(records)
    assert records.any_cohort("slack")
    assert not records.any_cohort("discord")


def test_joining_counts_once_until_somebody_leaves(records: Records) -> None:
    cohort, ada = cohort_of(records), records.know(ADA, NOW)
    assert records.join(cohort.id, ada, NOW)
    assert not records.join(cohort.id, ada, NOW)
    assert records.leave(cohort.id, ada, NOW)
    assert not records.leave(cohort.id, ada, NOW)
    assert records.join(cohort.id, ada, LATER)


def test_a_stranger_cannot_leave_and_has_no_role(records: Records) -> None:
    cohort, ada = cohort_of(records), records.know(ADA, NOW)
    assert not records.leave(cohort.id, ada, NOW)
    assert records.role(cohort.id, ada) is None


def test_a_lead_who_leaves_comes_back_as_a_member(records: Records) -> None:
    cohort, ada = cohort_of(records), records.know(ADA, NOW)
    assert records.lead(cohort.id, ada, NOW)
    assert records.role(cohort.id, ada) == "lead"
    records.leave(cohort.id, ada, NOW)
    assert records.role(cohort.id, ada) is None
    assert records.leads(cohort.id) == []
    records.join(cohort.id, ada, LATER)
    assert records.role(cohort.id, ada) == "member"


def test_a_lead_is_made_once(records: Records) -> None:
    cohort, ada, grace = cohort_of(records), records.know(ADA, NOW), records.know(GRACE, NOW)
    records.join(cohort.id, ada, NOW)
    assert records.lead(cohort.id, ada, NOW)
    assert not records.lead(cohort.id, ada, NOW)
    records.join(cohort.id, grace, NOW)
    assert records.leads(cohort.id) == [ada]


def test_the_cohort_joined_last_comes_first(records: Records) -> None:
    ada, first = records.know(ADA, NOW), cohort_of(records)
    second = records.create_cohort(Place("slack", "T1", "C2"), "Second", NOW)
    assert second
    records.join(second.id, ada, NOW)
    records.join(first.id, ada, LATER)
    assert records.cohorts_of(ada) == [first, second]
    records.leave(first.id, ada, LATER)
    assert records.cohorts_of(ada) == [second]


def test_a_member_is_found_by_name_or_id_in_any_case(records: Records) -> None:
    cohort = cohort_of(records)
    zoe = records.know(Person("slack", "T1", "U7", "Zoë Ünal"), NOW)
    records.join(cohort.id, zoe, NOW)
    assert records.member_named(cohort.id, "ZOË ÜNAL") == zoe
    assert records.member_named(cohort.id, "u7") == zoe
    assert records.member_named(cohort.id, "Zoe") is None


def test_a_name_that_two_members_bear_finds_nobody(records: Records) -> None:
    cohort = cohort_of(records)
    for person in (GRACE, replace(ALAN, name="grace")):
        records.join(cohort.id, records.know(person, NOW), NOW)
    assert records.member_named(cohort.id, "Grace") is None


def test_who_has_left_is_not_found_by_name(records: Records) -> None:
    cohort, ada = cohort_of(records), records.know(ADA, NOW)
    records.join(cohort.id, ada, NOW)
    records.leave(cohort.id, ada, NOW)
    assert records.member_named(cohort.id, "Ada") is None


def test_a_channel_with_another_id_takes_its_cohort_and_its_labs_along(records: Records) -> None:
    cohort, ada = cohort_of(records), records.know(ADA, NOW)
    lab, private = lab_of(records, ada), lab_of(records, ada, "e2")
    records.lab_opened(lab.id, THREAD, THREAD.thread or "")
    records.lab_opened(private.id, Place("slack", "T1", "D1", "1.2", True), "1.2")
    assert records.move_channel(CHANNEL, "C9")
    assert records.cohort_at(CHANNEL) is None
    there = records.cohort_at(Place("slack", "T1", "C9"))
    assert there
    assert there.id == cohort.id
    moved = records.lab_in(Place("slack", "T1", "C9", THREAD.thread))
    assert moved
    assert (moved.id, moved.place.channel) == (lab.id, "C9")
    assert records.lab_in(THREAD) is None
    kept = records.lab_in(Place("slack", "T1", "D1", "1.2", True))
    assert kept
    assert kept.id == private.id
    assert not records.move_channel(CHANNEL, "C9")


def test_a_cohort_does_not_move_into_the_home_of_another(records: Records) -> None:
    cohort = cohort_of(records)
    other = records.create_cohort(Place("slack", "T1", "C9"), "Other", NOW)
    assert other
    assert not records.move_channel(CHANNEL, "C9")
    assert records.cohort(cohort.id) == cohort
    assert records.cohort(other.id) == other
