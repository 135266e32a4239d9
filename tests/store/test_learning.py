"""Reading, quizzes and what they add up to."""

import pytest
from sqlalchemy import text

from bot.core.ports import Attempt, Given, LessonStanding
from bot.store.records import Records
from tests.store.people import ADA, GRACE, LATER, NOW, lab_of


@pytest.fixture
def ada(records: Records) -> int:
    return records.know(ADA, NOW)


def begun(records: Records, who: int, redo_of: int | None = None) -> Attempt:
    return records.start_attempt(who, "rlhf", ["q1", "q2"], 2**40, redo_of, NOW)


# ---------------------------------------------------------------- reading


def test_the_last_section_is_reached_for_the_first_time_once(records: Records, ada: int) -> None:
    assert records.section(ada, "rlhf") is None
    assert not records.read_section(ada, "rlhf", 0, last=False, now=NOW)
    assert records.read_section(ada, "rlhf", 4, last=True, now=NOW)
    assert not records.read_section(ada, "rlhf", 4, last=True, now=LATER)
    assert records.standing(ada, ["rlhf"])[0].read_at == NOW


def test_the_section_last_looked_at_is_kept_even_when_going_back(records: Records, ada: int) -> None:
    records.read_section(ada, "rlhf", 4, last=True, now=NOW)
    records.read_section(ada, "rlhf", 2, last=False, now=LATER)
    assert records.section(ada, "rlhf") == 2
    assert records.standing(ada, ["rlhf"])[0].read_at == NOW


# ---------------------------------------------------------------- quizzes


def test_only_one_attempt_is_open_for_a_person_and_a_lesson(records: Records, ada: int) -> None:
    assert records.open_attempt(ada, "rlhf") is None
    first = begun(records, ada)
    assert first.questions == ("q1", "q2")
    assert (first.seed, first.redo_of, first.finished_at) == (2**40, None, None)
    assert records.start_attempt(ada, "rlhf", ["q9"], 1, None, LATER) == first
    assert records.open_attempt(ada, "rlhf") == records.attempt(first.id) == first
    assert records.start_attempt(ada, "pretraining", ["p1"], 1, None, NOW) != first
    assert begun(records, records.know(GRACE, NOW)) != first


def test_an_attempt_is_finished_once_and_makes_room_for_a_redo(records: Records, ada: int) -> None:
    first = begun(records, ada)
    assert records.finish_attempt(first.id, LATER)
    assert not records.finish_attempt(first.id, LATER)
    assert not records.finish_attempt(999, LATER)
    kept = records.attempt(first.id)
    assert kept
    assert kept.finished_at == LATER
    again = begun(records, ada, redo_of=first.id)
    assert (again.id != first.id, again.redo_of) == (True, first.id)


def test_answers_come_back_in_the_order_given(records: Records, ada: int) -> None:
    attempt = begun(records, ada)
    assert records.give(attempt, "q2", '"b"', False, "m1", NOW)
    assert records.give(attempt, "q1", '["a","c"]', None, "", NOW)
    assert records.given(attempt.id) == [Given("q2", '"b"', False, True, "m1"), Given("q1", '["a","c"]', None, True, "")]


def test_a_question_is_answered_once_in_an_attempt(records: Records, ada: int) -> None:
    attempt = begun(records, ada)
    assert records.give(attempt, "q1", '"b"', False, "", NOW)
    assert not records.give(attempt, "q1", '"a"', True, "", NOW)
    assert records.given(attempt.id) == [Given("q1", '"b"', False, True, "")]


def test_only_the_very_first_answer_counts_as_the_first(records: Records, ada: int) -> None:
    first = begun(records, ada)
    records.give(first, "q1", '"b"', False, "", NOW)
    records.finish_attempt(first.id, NOW)
    again = begun(records, ada, redo_of=first.id)
    assert records.give(again, "q1", '"a"', True, "", LATER)
    assert [given.first for given in records.given(again.id)] == [False]
    standing = records.standing(ada, ["rlhf"])[0]
    assert (standing.first_right, standing.first_given) == (0, 1)


def test_a_written_answer_is_marked_once(records: Records, ada: int) -> None:
    attempt = begun(records, ada)
    records.give(attempt, "q1", '"because"', None, "", NOW)
    assert not records.mark(attempt.id, "q2", right=True)
    assert records.mark(attempt.id, "q1", right=False)
    assert not records.mark(attempt.id, "q1", right=True)
    assert records.given(attempt.id)[0].right is False


def test_a_dropped_attempt_is_forgotten_but_its_first_answers_stay_the_first(records: Records, ada: int) -> None:
    gone = begun(records, ada)
    records.give(gone, "q1", '"b"', False, "", NOW)
    records.drop_attempt(gone.id)
    assert records.open_attempt(ada, "rlhf") is None
    assert records.attempt(gone.id) is None
    assert records.given(gone.id) == []
    assert not records.finish_attempt(gone.id, NOW)
    fresh = begun(records, ada)
    records.give(fresh, "q1", '"a"', True, "", LATER)
    assert [given.first for given in records.given(fresh.id)] == [False]


def test_questions_seen_are_those_answered_in_any_attempt_at_the_lesson(records: Records, ada: int) -> None:
    attempt = begun(records, ada)
    assert records.seen_questions(ada, "rlhf") == set()
    records.give(attempt, "q1", '"b"', False, "", NOW)
    records.drop_attempt(attempt.id)
    assert records.seen_questions(ada, "rlhf") == {"q1"}
    assert records.seen_questions(ada, "pretraining") == set()


def test_a_quiz_is_passed_and_a_lesson_completed_for_the_first_time_once(records: Records, ada: int) -> None:
    for achieve in (records.pass_quiz, records.complete):
        assert achieve(ada, "rlhf", NOW)
        assert not achieve(ada, "rlhf", LATER)
        assert achieve(ada, "pretraining", LATER)


# ---------------------------------------------------------------- standing


def test_who_has_done_nothing_stands_at_the_beginning_of_every_lesson(records: Records, ada: int) -> None:
    assert records.standing(ada, ["b", "a"]) == [LessonStanding("b"), LessonStanding("a")]
    assert records.standing(ada, []) == []


def test_standing_puts_everything_together_and_nobody_elses(records: Records, ada: int) -> None:
    grace = records.know(GRACE, NOW)
    for who in (ada, grace):
        attempt = begun(records, who)
        records.give(attempt, "q1", '"a"', True, "", NOW)
        records.give(attempt, "q2", '"b"', who == grace, "", NOW)
    records.read_section(ada, "rlhf", 3, last=True, now=NOW)
    records.pass_quiz(ada, "rlhf", NOW)
    lab = lab_of(records, ada)
    records.answer_exit(lab, ada, "Because.", LATER)
    lab_of(records, ada, "e2")
    records.complete(ada, "rlhf", LATER)
    assert records.standing(ada, ["rlhf", "pretraining"]) == [
        LessonStanding("rlhf", 3, NOW, 1, 2, NOW, lab_open=True, exit_at=LATER, completed_at=LATER),
        LessonStanding("pretraining"),
    ]


# ---------------------------------------------------------------- the view


def test_the_view_answers_who_has_done_what_when_and_at_the_first_attempt_or_later(records: Records, ada: int) -> None:
    records.read_section(ada, "rlhf", 2, last=False, now=NOW)
    first = begun(records, ada)
    records.give(first, "q1", '"b"', False, "", NOW)
    records.finish_attempt(first.id, NOW)
    records.give(begun(records, ada, first.id), "q1", '"a"', True, "", LATER)
    records.pass_quiz(ada, "rlhf", LATER)
    lab = lab_of(records, ada)
    records.answer_exit(lab, ada, "Because.", LATER)
    records.complete(ada, "rlhf", LATER)
    rows = records._connection.execute(text('SELECT * FROM learning ORDER BY what, at, "first" DESC')).all()
    at, later = "2026-11-23T08:00:00.123456Z", "2026-11-23T09:00:00.123456Z"
    assert [tuple(row) for row in rows] == [
        ("Ada", "slack", "rlhf", "answer", "q1", at, True, False),
        ("Ada", "slack", "rlhf", "answer", "q1", later, False, True),
        ("Ada", "slack", "rlhf", "completed", None, later, None, None),
        ("Ada", "slack", "rlhf", "lab exit", str(lab.id), later, None, None),
        ("Ada", "slack", "rlhf", "quiz passed", None, later, None, None),
        ("Ada", "slack", "rlhf", "section", "2", at, None, None),
    ]
