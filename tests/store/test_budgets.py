"""What a model may cost is reserved once, settled once, and never more than is allowed."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.core.ports import Allowance, Cost, Grant, Purpose, Spent
from bot.store.records import Records
from tests.store.people import ADA, GRACE, NOW, scheduled

ALLOWED = Allowance(answers=3, tokens=10_000, month=12_000)


@pytest.fixture
def ada(records: Records) -> int:
    return records.know(ADA, NOW)


def ask(records: Records, who: int, key: str, tokens: int = 3000, lesson: str = "rlhf") -> Grant:
    records.enqueue(key, "reply", "lane", {}, NOW)
    return records.reserve(Purpose(key, who, "slack", "T1", lesson), tokens, ALLOWED, NOW)


def unsound(records: Records) -> list[str]:
    return [broken.name for broken in records.broken(NOW) if broken.name.startswith("I10")]


def rows(records: Records) -> list[tuple[object, ...]]:
    return [tuple(row) for row in records._connection.execute(text("SELECT * FROM budgets ORDER BY scope"))]


def test_an_answer_is_counted_with_what_it_took(records: Records, ada: int) -> None:
    assert ask(records, ada, "a") == Grant(left=2)
    assert rows(records)[0][1:] == ("2026-11-23", 3000, 0, 1)
    records.settle("a", Spent(1500, 100, counted=True), NOW)
    assert rows(records) == [
        (f"person:{ada}", "2026-11-23", 0, 1600, 1),
        ("workspace:slack:T1", "2026-11", 0, 1600, 1),
    ]
    assert records.costs(None, NOW) == [Cost("rlhf", 1, 1500, 100)]
    assert records.costs(None, NOW + timedelta(seconds=1)) == []


def test_replies_are_counted_by_the_checks_they_failed(records: Records, ada: int) -> None:
    for key, failed in (("a", ()), ("b", ("length", "number")), ("c", ("number",))):
        ask(records, ada, key, 100)
        records.settle(key, Spent(10, 10), NOW, failed)
    assert records.checked(NOW) == (3, {"number": 2, "length": 1})
    assert records.checked(NOW + timedelta(seconds=1)) == (0, {})


def test_work_taken_up_again_reserves_nothing_more_and_settles_once(records: Records, ada: int) -> None:
    ask(records, ada, "a")
    assert ask(records, ada, "a") == Grant(left=2)
    for _ in range(2):
        records.settle("a", Spent(10, 10), NOW)
    assert [row[2:] for row in rows(records)] == [(0, 20, 1)] * 2
    assert len(records.costs(None, NOW)) == 1


def test_what_is_not_known_is_settled_as_it_was_reserved_and_what_was_not_asked_costs_nothing(records: Records, ada: int) -> None:
    ask(records, ada, "unknown")
    records.settle("unknown", None, NOW)
    ask(records, ada, "unasked")
    records.settle("unasked", Spent(), NOW)
    assert [row[2:] for row in rows(records)] == [(0, 3000, 1)] * 2


def test_what_was_never_reserved_settles_to_nothing(records: Records, ada: int) -> None:
    records.settle("never", Spent(10, 10), NOW)
    assert rows(records) == []


def test_the_day_of_one_person_ends_by_answers_or_by_tokens_and_the_next_begins_anew(records: Records, ada: int) -> None:
    assert [ask(records, ada, key, 100).refused for key in "abcd"] == ["", "", "", "person"]
    grace = records.know(GRACE, NOW)
    assert [ask(records, grace, key, 4000).refused for key in "efg"] == ["", "", "person"]
    tomorrow = Purpose("h", ada, "slack", "T1", "rlhf")
    assert records.reserve(tomorrow, 100, ALLOWED, NOW + timedelta(days=1)).refused == ""
    assert unsound(records) == ["I10 in hand"]


def test_a_workspace_that_is_used_up_takes_nothing_from_anybodys_day(records: Records, ada: int) -> None:
    grace = records.know(GRACE, NOW)
    assert [ask(records, ada, "a", 9000).refused, ask(records, grace, "b", 9000).refused] == ["", "workspace"]
    assert next(row for row in rows(records) if row[0] == f"person:{grace}")[2:] == (0, 0, 0)
    assert unsound(records) == []
    elsewhere = Purpose("c", grace, "slack", "T2", "rlhf")
    assert records.reserve(elsewhere, 9000, ALLOWED, NOW).refused == ""


def test_what_is_left_counts_answers_and_tokens(records: Records, ada: int) -> None:
    assert ask(records, ada, "a", 6000).left == 0
    records.settle("a", Spent(900, 100), NOW)
    assert ask(records, ada, "b", 3000).left == 1


def test_a_cohorts_cost_is_that_of_its_members(records: Records, ada: int) -> None:
    cohort = scheduled(records)
    records.join(cohort.id, ada, NOW)
    grace = records.know(GRACE, NOW)
    for who, key in ((ada, "a"), (grace, "b")):
        ask(records, who, key)
        records.settle(key, Spent(100, 10), NOW)
    assert records.costs(cohort.id, NOW) == [Cost("rlhf", 1, 100, 10)]
    assert records.costs(None, NOW) == [Cost("rlhf", 2, 200, 20)]


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("I10 reserved", "UPDATE budgets SET reserved = reserved + 1"),
        ("I10 in hand", "UPDATE work SET state = 'done'"),
        ("I10 spent", "DELETE FROM usage"),
    ],
)
def test_what_is_wrong_with_a_budget_is_found_by_name(records: Records, ada: int, name: str, damage: str) -> None:
    ask(records, ada, "a")
    ask(records, ada, "b")
    records.settle("b", Spent(10, 10), NOW)
    assert unsound(records) == []
    records._connection.execute(text(damage))
    assert name in unsound(records)
