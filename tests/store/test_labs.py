"""A lab is opened once, pinned to its thread, and every word in it is kept in order."""

from datetime import timedelta

import pytest

from bot.core.chat import Place
from bot.core.ports import Lab, LabProgress, OpenLab, Shape, Turn
from bot.store.records import Records
from tests.store.people import ADA, CHANNEL, GRACE, LATER, NOW, THREAD, claimed, lab_of


@pytest.fixture
def ada(records: Records) -> int:
    return records.know(ADA, NOW)


def opened(records: Records, who: int) -> Lab:
    lab = lab_of(records, who)
    records.lab_opened(lab.id, THREAD, "1700.1")
    found = records.lab(lab.id)
    assert found
    return found


def test_one_gesture_opens_one_lab_and_puts_its_opening_on_the_ledger(records: Records, ada: int) -> None:
    lab = lab_of(records, ada)
    assert records.open_lab("e1", ada, "rlhf", "grace", "v1", CHANNEL, NOW) is None
    assert lab == Lab(lab.id, "rlhf", "grace", "v1", CHANNEL, None, None, ada, "opening", LabProgress(), 0)
    work = claimed(records).work
    assert (work.key, work.kind, work.lane) == (f"lab:{lab.id}:open", "lab", CHANNEL.lane)
    assert work.payload == {"lab": lab.id}


@pytest.mark.parametrize("thread", [THREAD, Place("slack", "T1", "D1", None, True), Place("slack", "T1", "P7", "9", True)])
def test_a_lab_is_found_by_its_thread_exactly_as_it_was_opened(records: Records, ada: int, thread: Place) -> None:
    lab = lab_of(records, ada)
    assert records.lab_in(thread) is None
    records.lab_opened(lab.id, thread, "root")
    found = records.lab_in(thread)
    assert found
    assert (found.id, found.thread, found.root) == (lab.id, thread, "root")
    assert records.lab_in(Place("slack", "T1", "C1", "other")) is None
    assert records.lab(999) is None


def test_the_latest_lab_that_is_not_closed_can_be_resumed(records: Records, ada: int) -> None:
    assert records.unfinished_lab(ada, "rlhf") is None
    first, second = lab_of(records, ada, "e1"), lab_of(records, ada, "e2")
    assert records.unfinished_lab(ada, "rlhf") == second
    records.move_lab(second.id, "closed", LabProgress(), NOW)
    assert records.unfinished_lab(ada, "rlhf") == first
    assert records.unfinished_lab(ada, "pretraining") is None
    assert records.unfinished_lab(records.know(GRACE, NOW), "rlhf") is None


def test_where_a_lab_stands_is_kept_whole(records: Records, ada: int) -> None:
    lab, progress = lab_of(records, ada), LabProgress(2, 1, 3, explained=True, answered=(0, 2))
    records.move_lab(lab.id, "open", progress, NOW)
    kept = records.lab(lab.id)
    assert kept
    assert (kept.stage, kept.progress) == ("open", progress)


def test_a_message_is_kept_once_and_asks_for_one_reply(records: Records, ada: int) -> None:
    lab = opened(records, ada)
    records.finish(claimed(records), "done", "r", "", NOW)
    assert records.hear_turn(lab, "m1", ada, "Hello", NOW)
    assert not records.hear_turn(lab, "m1", ada, "Hello", LATER)
    work = claimed(records).work
    assert (work.key, work.kind, work.lane) == (f"lab:{lab.id}:turn:1", "reply", THREAD.lane)
    assert work.payload == {"lab": lab.id, "turn": 1}
    assert records.turn(lab.id, 1) == Turn(1, ada, "Hello", NOW)
    assert records.turn(lab.id, 2) is None


def test_turns_come_back_oldest_first_and_only_the_owners_are_counted(records: Records, ada: int) -> None:
    lab, grace = opened(records, ada), records.know(GRACE, NOW)
    records.hear_turn(lab, "m1", ada, "One", NOW)
    records.say_turn(lab.id, "Two", NOW)
    records.hear_turn(lab, "m2", grace, "Three", LATER)
    assert [(turn.seq, turn.who, turn.text) for turn in records.turns(lab.id, 9)] == [
        (1, ada, "One"),
        (2, None, "Two"),
        (3, grace, "Three"),
    ]
    assert [turn.text for turn in records.turns(lab.id, 2)] == ["Two", "Three"]
    kept = records.lab(lab.id)
    assert kept
    assert kept.turns == 1
    assert records.voices(lab.id) == {ada: 1, grace: 1}


def test_replies_withheld_are_counted_for_whoever_asked(records: Records, ada: int) -> None:
    lab, grace = opened(records, ada), records.know(GRACE, NOW)
    for event, who in (("m1", ada), ("m2", grace), ("m3", ada)):
        records.hear_turn(lab, event, who, "Why?", NOW)
    for reply, shape in (("1", Shape(failed=("quiz",))), ("2", Shape("model", failed=("length",))), ("3", Shape())):
        records.say_turn(lab.id, "So.", NOW, reply=reply, shape=shape)
    records.say_turn(lab.id, "More.", NOW, reply="3.1", shape=Shape(failed=("repetition",)))
    assert [records.withheld(lab.id, who) for who in (ada, grace)] == [2, 0]


def test_the_exit_question_is_answered_once_and_closes_the_lab(records: Records, ada: int) -> None:
    lab = opened(records, ada)
    assert records.answer_exit(lab, ada, "Because.", NOW)
    assert not records.answer_exit(lab, ada, "No, wait.", LATER)
    kept = records.lab(lab.id)
    assert kept
    assert kept.stage == "closed"
    assert records.standing(ada, ["rlhf"])[0].exit_at == NOW


def test_a_gesture_is_heard_once(records: Records) -> None:
    assert records.hear_once("press:1", NOW)
    assert not records.hear_once("press:1", LATER)
    assert records.hear_once("press:2", NOW)


def test_open_labs_are_those_with_a_thread_that_are_not_closed_the_latest_first(records: Records, ada: int) -> None:
    grace = records.know(GRACE, NOW)
    lab_of(records, ada, "still opening")
    threads = [Place("slack", "T1", "C1", f"1700.{n}") for n in range(4)]
    labs = [lab_of(records, who, thread.lane) for who, thread in zip((ada, grace, ada, ada), threads, strict=True)]
    for lab, thread, stage, hours in zip(labs, threads, ("open", "exit", "closed", "open"), (1, 2, 3, 0), strict=True):
        records.lab_opened(lab.id, thread, "root")
        records.move_lab(lab.id, stage, LabProgress(), NOW + timedelta(hours=hours))  # type: ignore[arg-type]
    found = records.open_labs("slack", NOW, 9)
    assert [one.lab.thread for one in found] == [threads[1], threads[0], threads[3]]
    assert [one.owner for one in found] == [GRACE, ADA, ADA]
    assert found[0] == OpenLab(next(lab for lab in [records.lab(labs[1].id)] if lab), GRACE)
    assert len(records.open_labs("slack", NOW, 2)) == 2
    assert [one.lab.thread for one in records.open_labs("slack", LATER, 9)] == [threads[1], threads[0]]
    assert records.open_labs("discord", NOW, 9) == []


def test_how_far_a_platform_was_heard_is_kept_and_never_goes_back(records: Records) -> None:
    assert records.heard_until("slack") is None
    for until in (NOW, LATER, NOW):
        records.keep_heard_until("slack", until)
    assert records.heard_until("slack") == LATER
    assert records.heard_until("discord") is None
