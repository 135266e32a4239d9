"""Access to workspaces is kept sealed, renewed by one at a time, and lost and found again with the calendars there."""

from datetime import timedelta

import pytest

from bot.core.chat import Place
from bot.core.ports import Absence, Installation
from bot.store.records import Records
from tests.store.people import BERLIN, LATER, NOW, WALL, scheduled

HOME = Installation("slack", "T1", "Course", "UBOT", "BBOT", None, "sealed-1", LATER, NOW)


def test_an_installation_comes_back_as_it_was_kept_and_a_newer_one_takes_its_place(records: Records) -> None:
    assert records.installation("slack", "T1") is None
    records.install(HOME)
    assert records.installation("slack", "T1") == HOME
    anew = Installation("slack", "T1", "Course", "UBOT", "BBOT2", "E1", "sealed-2", None, LATER)
    records.install(anew)
    assert records.installations("slack") == [anew]
    assert records.installations("discord") == []


def test_its_sealed_tokens_are_not_in_what_is_printed_of_it() -> None:
    assert "sealed-1" not in repr(HOME)


def test_tokens_are_renewed_by_one_at_a_time_and_by_another_when_that_one_is_gone(records: Records) -> None:
    records.install(HOME)
    assert records.claim_renewal(HOME, NOW, LATER)
    assert not records.claim_renewal(HOME, NOW, LATER)
    assert records.claim_renewal(HOME, LATER, LATER + timedelta(minutes=1))


def test_renewed_tokens_free_the_claim_and_whoever_read_the_old_ones_does_not_get_it(records: Records) -> None:
    records.install(HOME)
    records.claim_renewal(HOME, NOW, LATER)
    assert records.reseal(HOME, "sealed-2", LATER + timedelta(hours=12))
    assert not records.reseal(HOME, "sealed-3", None)
    assert not records.claim_renewal(HOME, NOW, LATER)
    kept = records.installation("slack", "T1")
    assert kept
    assert (kept.sealed, kept.expires_at) == ("sealed-2", LATER + timedelta(hours=12))
    assert records.claim_renewal(kept, NOW, LATER)


def test_a_lost_workspace_keeps_no_token_and_its_calendars_wait_until_it_is_back(records: Records) -> None:
    records.install(HOME)
    cohort = scheduled(records)
    elsewhere = records.create_cohort(Place("slack", "T2", "C9"), "Elsewhere", NOW)
    assert elsewhere
    records.set_schedule(elsewhere.id, BERLIN, WALL, LATER, NOW)
    assert records.lose_workspace("slack", "T1", "Install me again.", NOW)
    assert not records.lose_workspace("slack", "T1", "Said a second time.", LATER)
    assert records.installation("slack", "T1") is None
    assert records.absence("slack", "T1") == Absence("slack", "T1", NOW, "Install me again.")
    assert records.absences() == [Absence("slack", "T1", NOW, "Install me again.")]
    assert [due.cohort for due in records.due_schedules(LATER)] == [elsewhere.id]
    assert records.next_due() == LATER
    records.install(HOME)
    assert records.absence("slack", "T1") is None
    assert [due.cohort for due in records.due_schedules(LATER)] == [cohort.id, elsewhere.id]
    assert records.next_due() == NOW


def test_a_workspace_that_was_never_lost_cannot_be_found_again(records: Records) -> None:
    assert not records.regain_workspace("slack", "T1")
    assert records.lose_workspace("slack", "T1", "Why.", NOW)
    assert records.regain_workspace("slack", "T1")


@pytest.mark.parametrize("minutes", [0, 9])
def test_a_ticket_is_good_once_and_in_time(records: Records, minutes: int) -> None:
    now = NOW + timedelta(minutes=minutes)
    records.keep_ticket("one", NOW, NOW + timedelta(minutes=10))
    assert not records.use_ticket("another", now)
    assert records.use_ticket("one", now)
    assert not records.use_ticket("one", now)


def test_an_expired_ticket_is_worth_nothing_and_thrown_away_with_the_next(records: Records) -> None:
    records.keep_ticket("one", NOW, LATER)
    assert not records.use_ticket("one", LATER)
    records.keep_ticket("two", LATER, LATER + timedelta(minutes=10))
    assert not records.use_ticket("one", NOW)
