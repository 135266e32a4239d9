"""A person is one account in one workspace."""

from dataclasses import replace

import pytest
from sqlalchemy.exc import NoResultFound

from bot.store.records import Records
from tests.store.people import ADA, LATER, NOW


def test_a_person_keeps_one_number_however_often_they_are_met(records: Records) -> None:
    assert records.know(ADA, NOW) == records.know(ADA, LATER)
    assert records.person(records.know(ADA, NOW)) == ADA


def test_the_latest_name_is_kept(records: Records) -> None:
    who = records.know(ADA, NOW)
    assert records.know(replace(ADA, name="Ada L."), LATER) == who
    assert records.person(who).name == "Ada L."


@pytest.mark.parametrize("other", [replace(ADA, platform="discord"), replace(ADA, workspace="T2"), replace(ADA, id="U9")])
def test_another_account_is_another_person(records: Records, other: object) -> None:
    assert records.know(ADA, NOW) != records.know(other, NOW)  # type: ignore[arg-type]


def test_nobody_has_a_number_that_was_never_given(records: Records) -> None:
    with pytest.raises(NoResultFound):
        records.person(999)
