"""Work is bounded: what cannot be answered soon is refused, and nothing of it is kept."""

import pytest

from bot.core.chat import Place
from bot.core.ports import Full, LabProgress
from bot.store.records import Records
from bot.store.records.ledger import MOST_IN_LANE, MOST_IN_WORKSPACE
from tests.store.people import ADA, CHANNEL, NINE, NOW, THREAD, lab_of, scheduled


def fill(records: Records, number: int, lane: str, *, lanes: int = 1, kind: str = "reply") -> None:
    for n in range(number):
        assert records.enqueue(f"{kind}{lane}{n}", kind, f"{lane}.{n % lanes}" if lanes > 1 else lane, {}, NOW)


def opened(records: Records) -> tuple[int, Records]:
    who = records.know(ADA, NOW)
    lab = lab_of(records, who)
    records.lab_opened(lab.id, THREAD, "root")
    records.move_lab(lab.id, "open", LabProgress(), NOW)
    return lab.id, records


def test_a_conversation_holds_so_much_and_no_more(records: Records) -> None:
    number, _ = opened(records)
    lab = records.lab(number)
    assert lab
    fill(records, MOST_IN_LANE - 1, THREAD.lane)
    assert records.hear_turn(lab, "m1", lab.owner, "one more", NOW)
    with pytest.raises(Full) as full:
        records.hear_turn(lab, "m2", lab.owner, "one too many", NOW)
    assert (full.value.ahead, full.value.lane) == (MOST_IN_LANE, True)
    assert not records.hear_turn(lab, "m1", lab.owner, "the same again", NOW)  # kept before: no refusal


def test_a_workspace_holds_so_much_and_leaves_the_others_alone(records: Records) -> None:
    number, _ = opened(records)
    lab = records.lab(number)
    assert lab
    fill(records, MOST_IN_WORKSPACE, "slack:T1:C9:1", lanes=50)
    with pytest.raises(Full) as full:
        records.hear_turn(lab, "m1", lab.owner, "too many here", NOW)
    assert (full.value.ahead, full.value.lane) == (MOST_IN_WORKSPACE + 1, False)
    with pytest.raises(Full):
        records.open_lab("e2", lab.owner, "rlhf", "grace", "v1", CHANNEL, NOW)
    elsewhere = Place("slack", "T10", "C1")
    assert records.open_lab("e3", lab.owner, "rlhf", "grace", "v1", elsewhere, NOW)


def test_digests_take_nobodys_room_and_are_never_refused(records: Records) -> None:
    fill(records, MOST_IN_WORKSPACE, "slack:T1:C9", lanes=50, kind="digest")
    number, _ = opened(records)
    lab = records.lab(number)
    assert lab
    assert records.hear_turn(lab, "m1", lab.owner, "room enough", NOW)
    fill(records, MOST_IN_WORKSPACE, "slack:T1:C8", lanes=50)
    cohort = scheduled(records)
    assert records.plan_digest(cohort, NINE, "rlhf", late=False, version=1, now=NOW)
