"""The invariants see what is wrong, and nothing else. Each is broken by hand, past everything that guards it."""

import pytest
from sqlalchemy import text

from bot.core.ports import Cohort, Lab, LabProgress
from bot.store.invariants import INVARIANTS, ROT
from bot.store.records import Records
from tests.store.people import ADA, LATER, NINE, NOW, THREAD, WALL, claimed, lab_of, scheduled


def everything(records: Records) -> tuple[Cohort, Lab, int]:
    """A cohort with a posted digest, a learner with two attempts, a lab with an answered message and an exit."""
    cohort, who = scheduled(records), records.know(ADA, NOW)
    records.plan_digest(cohort, NINE, "rlhf", late=False, version=1, now=NOW)
    claim = records.intend(claimed(records), NOW)
    assert claim
    records.finish(claim, "done", "ref", "", NOW)
    records.settle_digest(int(claim.work.payload["digest"]), "posted", "ref", "", NOW)
    for _ in range(2):
        attempt = records.start_attempt(who, "rlhf", ["q1"], 1, None, NOW)
        records.give(attempt, "q1", '"a"', True, "", NOW)
        records.finish_attempt(attempt.id, NOW)
    lab = lab_of(records, who)
    records.finish(claimed(records), "done", "root", "", NOW)
    records.lab_opened(lab.id, THREAD, "root")
    records.move_lab(lab.id, "open", LabProgress(), NOW)
    opened = records.lab(lab.id)
    assert opened
    assert records.hear_turn(opened, "m1", who, "hello", NOW)
    records.finish(claimed(records), "done", "reply", "", LATER)
    return cohort, opened, who


def names(records: Records) -> list[str]:
    return [broken.name for broken in records.broken(NOW)]


def test_nothing_is_wrong_with_an_empty_database(records: Records) -> None:
    assert names(records) == []


def test_nothing_is_wrong_with_a_course_under_way(records: Records) -> None:
    _, lab, who = everything(records)
    assert records.hear_turn(lab, "m2", who, "still there?", LATER)
    assert names(records) == []


BREAKS = [
    ("I2 receipt", "UPDATE work SET ref = NULL WHERE kind = 'reply'"),
    ("I3 order", "INSERT INTO work (id, key, kind, lane, payload, state, due_at, attempts, error, created_at) "
     "SELECT -1, 'k', kind, lane, payload, 'pending', due_at, 0, '', created_at FROM work WHERE kind = 'reply'"),
    ("I3 times", "UPDATE work SET done_at = '2026-11-23T07:00:00.000000Z' WHERE kind = 'lab'"),
    ("I4 one run", "UPDATE lanes SET owner = 'me', due_at = NULL"),
    ("I5 no rot", "UPDATE work SET state = 'pending' WHERE kind = 'reply'"),
    ("I6 live", "UPDATE lanes SET due_at = '2026-11-23T07:57:00.000000Z'"),
    ("I7 occurrence", "UPDATE digests SET state = 'planned'"),
    ("I7 orphan", "DELETE FROM digests"),
    ("I8 first", "UPDATE answers SET \"first\" = (attempt = (SELECT max(attempt) FROM answers))"),
    ("I9 replies", "DELETE FROM work WHERE kind = 'reply'"),
    ("I9 turns", "UPDATE work SET key = 'lab:7:turn:1', state = 'pending' WHERE kind = 'reply'"),
    ("I9 labs", "UPDATE labs SET stage = 'opening', id = id + 1000000"),
    ("I11 pause", "UPDATE schedules SET version = 2, changed_at = '2026-11-23T07:00:00.000000Z'"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "damage"), BREAKS)
def test_what_is_broken_is_found_by_name(records: Records, name: str, damage: str) -> None:
    everything(records)
    connection = records._connection
    if name in ("I9 labs", "I8 first"):
        connection.execute(text("DELETE FROM turns"))  # nothing else may be in the way of the damage
    if name == "I8 first":
        connection.execute(text('UPDATE answers SET "first" = false'))
    connection.execute(text(damage))
    found = {broken.name: broken for broken in records.broken(NOW)}
    assert name in found
    assert all(found[name].where)


@pytest.mark.parametrize(
    "guarded",
    [
        "INSERT INTO work (key, kind, lane, payload, state, due_at, attempts, error, created_at) "
        "SELECT key, kind, lane, payload, state, due_at, attempts, error, created_at FROM work",
        "INSERT INTO digests (cohort, occurrence, lesson, state, late, error, noted_at) "
        "SELECT cohort, 'other', lesson, state, late, error, noted_at FROM digests",
        "INSERT INTO digests (cohort, occurrence, lesson, state, late, error, noted_at) "
        "SELECT cohort, occurrence, 'other', state, late, error, noted_at FROM digests",
    ],
)
def test_what_must_happen_once_is_refused_by_the_schema_itself(records: Records, guarded: str) -> None:
    everything(records)
    with pytest.raises(Exception, match=r"(?i)unique"):
        records._connection.execute(text(guarded))


def test_the_one_innocent_reason_is_named(records: Records) -> None:
    everything(records)
    records._connection.execute(text("UPDATE lanes SET due_at = '2026-11-23T07:57:00.000000Z'"))
    (live,) = records.broken(NOW)
    assert (live.name, live.unless, len(live.where)) == ("I6 live", "Lectern was not running", 2)


def test_a_digest_begun_before_its_calendar_was_paused_is_as_it_should_be(records: Records) -> None:
    cohort, _, _ = everything(records)
    records.pause(cohort.id, paused=True, cursor=WALL, next_due=None, now=LATER)
    assert names(records) == []


def test_every_name_is_there_once() -> None:
    assert len({invariant.name for invariant in INVARIANTS}) == len(INVARIANTS)
    assert ROT.total_seconds() == 120
