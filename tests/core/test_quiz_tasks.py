"""What a quiz asks and how an answer is judged, over the whole shipped question bank."""

import json
from collections import Counter
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.curriculum import Choices, Curriculum, Lesson, Matching, Numeric, Ordering, Question, Short
from bot.core.errors import BadInput, Refusal, StaleChoice
from bot.core.quiz_tasks import draw, judge, order, read_fields, read_values, right_answer, rights
from tests.core.learners import questions

TYPES = {"single", "multi", "truefalse", "ordering", "matching", "numeric", "short"}


def of(course: Curriculum, question_id: str) -> Question:
    return next(question for _, question in questions(course) if question.id == question_id)


def of_type(course: Curriculum, kind: type) -> list[Question]:
    return [question for _, question in questions(course) if isinstance(question.task, kind)]


# ---------------------------------------------------------------- drawing


def test_every_lesson_asks_in_all_seven_ways(course: Curriculum) -> None:
    for lesson in course.lessons:
        assert {question.type for question in lesson.questions} == TYPES


@pytest.mark.parametrize("seed", range(40))
def test_a_draw_has_five_questions_of_five_objectives(course: Curriculum, seed: int) -> None:
    for lesson in course.lessons:
        drawn = draw(lesson, set(), seed)
        objectives = [_question(lesson, name).objective for name in drawn]
        assert len(set(drawn)) == 5
        assert len(set(objectives)) == min(5, len(lesson.objectives))


def test_the_same_seed_draws_the_same_questions_and_others_draw_others(course: Curriculum) -> None:
    lesson = course.lessons[0]
    assert draw(lesson, set(), 3) == draw(lesson, set(), 3)
    assert len({draw(lesson, set(), seed) for seed in range(20)}) > 15


def test_the_order_asked_is_not_the_order_of_the_bank(course: Curriculum) -> None:
    lesson = course.lessons[0]
    bank = [question.id for question in lesson.questions]
    in_order = sum(list(drawn) == sorted(drawn, key=bank.index) for drawn in (draw(lesson, set(), seed) for seed in range(100)))
    assert in_order < 10


def test_three_draws_in_a_row_ask_everything_once_before_anything_twice(course: Curriculum) -> None:
    for lesson in course.lessons:
        seen: set[str] = set()
        for seed in range(2):
            drawn = draw(lesson, seen, seed)
            assert not seen & set(drawn)
            seen |= set(drawn)
        assert {question.id for question in lesson.questions} - seen <= set(draw(lesson, seen, 9))


def test_questions_not_seen_come_before_the_balance_of_objectives(course: Curriculum) -> None:
    lesson = course.lessons[0]
    fresh = {question.id for question in lesson.questions[:5]}
    assert set(draw(lesson, {question.id for question in lesson.questions} - fresh, 1)) == fresh


def test_a_bank_that_was_seen_whole_is_drawn_from_again(course: Curriculum) -> None:
    lesson = course.lessons[0]
    assert len(draw(lesson, {question.id for question in lesson.questions}, 1)) == 5


def test_a_small_bank_is_asked_whole(course: Curriculum) -> None:
    lesson = replace(course.lessons[0], questions=course.lessons[0].questions[:3])
    assert set(draw(lesson, set(), 1)) == {question.id for question in lesson.questions}


# ---------------------------------------------------------------- shuffling


@given(seed=st.integers(0, 2**31 - 1))
def test_options_are_shuffled_the_same_way_every_time(course: Curriculum, seed: int) -> None:
    for question in (of(course, "Q1-01"), of(course, "Q1-09"), of(course, "Q1-10")):
        shown = order(question, 5, seed)
        assert shown == order(question, 5, seed)
        assert sorted(shown) == [0, 1, 2, 3, 4]


@given(seed=st.integers(0, 2**31 - 1))
def test_an_ordering_is_never_shown_solved(course: Curriculum, seed: int) -> None:
    for question in of_type(course, Ordering):
        assert isinstance(question.task, Ordering)
        count = len(question.task.items)
        assert order(question, count, seed) != list(range(count))


def test_every_place_shows_the_right_option_about_equally_often(course: Curriculum) -> None:
    question = of(course, "Q1-01")
    assert isinstance(question.task, Choices)
    right = next(n for n, option in enumerate(question.task.options) if option.right)
    places = Counter(order(question, 4, seed).index(right) for seed in range(1000))
    assert all(170 < places[place] < 330 for place in range(4)), places


# ---------------------------------------------------------------- single, multi, true/false


def test_every_wrong_option_gets_a_remark_of_its_own(course: Curriculum) -> None:
    assert len(questions(course)) == 51
    for _, question in questions(course):
        if not isinstance(question.task, Choices):
            continue
        remarks = []
        for number, option in enumerate(question.task.options):
            verdict = judge(question, json.dumps([number]))
            assert verdict.said == (option.text,)
            if option.right:
                assert verdict.right is (question.type != "multi" or len(right_answer(question)) == 1)
                continue
            assert verdict.right is False
            assert option.remark
            assert option.remark in verdict.remarks[0]
            assert verdict.misconception == option.misconception
            remarks.append(option.remark)
        assert len(set(remarks)) == len(remarks), question.id


def test_the_right_options_alone_are_right_and_get_no_remark(course: Curriculum) -> None:
    for _, question in questions(course):
        if isinstance(question.task, Choices):
            answer = json.dumps([n for n, option in enumerate(question.task.options) if option.right])
            assert judge(question, answer).right is True
            assert judge(question, answer).remarks == ()


def test_several_choices_are_all_or_nothing(course: Curriculum) -> None:
    for question in (question for _, question in questions(course) if question.type == "multi"):
        assert isinstance(question.task, Choices)
        right = [n for n, option in enumerate(question.task.options) if option.right]
        wrong = [n for n, option in enumerate(question.task.options) if not option.right]
        short = judge(question, json.dumps(right[1:]))
        assert short.right is False
        assert short.remarks == ("You left out one of the right ones.",)
        everything = judge(question, json.dumps(sorted(right + wrong)))
        assert everything.right is False
        assert len(everything.remarks) == len(wrong)
        assert not any(remark.startswith("You left out") for remark in everything.remarks)


def test_the_first_misconception_among_the_wrong_choices_is_kept(course: Curriculum) -> None:
    question = of(course, "Q3-04")
    assert isinstance(question.task, Choices)
    assert judge(question, json.dumps(list(range(5)))).misconception == "M3-2"


def test_chosen_positions_are_read_as_they_were_shown(course: Curriculum) -> None:
    question = of(course, "Q1-01")
    shown = order(question, 4, 11)
    for position in range(4):
        assert json.loads(read_values(question, [str(position)], 11)) == [shown[position]]


def test_true_and_false_are_never_swapped(course: Curriculum) -> None:
    question = of(course, "Q3-06")
    for seed in range(20):
        assert json.loads(read_values(question, ["1"], seed)) == [1]


@pytest.mark.parametrize("values", [["4"], ["-1"], ["x"], ["0", "1"], ["9" * 5000], ["0.0"], [""], ["1", "x"], ["0", "99"]])
def test_values_no_option_had_are_stale(course: Curriculum, values: list[str]) -> None:
    with pytest.raises(StaleChoice):
        read_values(of(course, "Q1-01"), values, 1)


def test_a_choice_of_nothing_is_asked_for_again(course: Curriculum) -> None:
    with pytest.raises(BadInput, match="Choose at least one option"):
        read_values(of(course, "Q3-04"), [], 1)


def test_the_same_option_twice_is_one_choice(course: Curriculum) -> None:
    assert len(json.loads(read_values(of(course, "Q3-04"), ["2", "2"], 1))) == 1


def test_values_for_a_question_without_options_are_stale(course: Curriculum) -> None:
    with pytest.raises(StaleChoice):
        read_values(of(course, "Q1-09"), ["0"], 1)


# ---------------------------------------------------------------- ordering and matching


def test_an_order_in_rows_is_read_and_judged(course: Curriculum) -> None:
    for question in of_type(course, Ordering):
        assert isinstance(question.task, Ordering)
        shown = order(question, len(question.task.items), 5)
        rows = {f"f{n}": (str(shown.index(n)),) for n in range(len(shown))}
        assert judge(question, read_fields(question, rows, 5)).right is True
        rows["f0"], rows["f1"] = rows["f1"], rows["f0"]
        verdict = judge(question, read_fields(question, rows, 5))
        assert (verdict.right, verdict.remarks) == (False, (question.task.remark,))
        assert verdict.said[:2] == (question.task.items[1], question.task.items[0])


def test_an_item_in_two_rows_is_refused_and_nothing_is_counted(course: Curriculum) -> None:
    with pytest.raises(BadInput, match=r"Use every item once.*Nothing was counted"):
        read_fields(of(course, "Q1-09"), {f"f{n}": ("0",) for n in range(9)}, 5)


@pytest.mark.parametrize("value", ["", "-1", "9", "x", "9" * 5000])
@pytest.mark.parametrize("question_id", ["Q1-09", "Q1-10"])
def test_a_row_left_out_or_forged_is_refused(course: Curriculum, question_id: str, value: str) -> None:
    rows = {f"f{n}": (str(n),) for n in range(5)} | {"f1": (value,)}
    with pytest.raises(BadInput, match="Choose something in every row"):
        read_fields(of(course, question_id), rows, 5)
    del rows["f1"]
    with pytest.raises(BadInput, match="Choose something in every row"):
        read_fields(of(course, question_id), rows, 5)


def test_pairs_are_read_and_judged_and_the_extra_has_its_remark(course: Curriculum) -> None:
    for question in of_type(course, Matching):
        task = question.task
        assert isinstance(task, Matching)
        shown = order(question, len(rights(task)), 8)
        rows = {f"f{n}": (str(shown.index(n)),) for n in range(len(task.pairs))}
        assert judge(question, read_fields(question, rows, 8)).right is True
        swapped = rows | {"f0": rows["f1"], "f1": rows["f0"]}
        assert judge(question, read_fields(question, swapped, 8)).remarks == (task.remark,)
        assert task.extra
        extra = judge(question, read_fields(question, rows | {"f0": (str(shown.index(len(task.pairs))),)}, 8))
        assert extra.right is False
        assert task.extra.remark in extra.remarks[0]
        assert extra.misconception == task.extra.misconception


def test_one_right_hand_item_in_two_rows_is_simply_wrong(course: Curriculum) -> None:
    """Unlike an ordering: nobody said that each fits once, and a reader may believe it fits twice."""
    question = of(course, "Q1-10")
    assert judge(question, read_fields(question, {f"f{n}": ("0",) for n in range(5)}, 8)).right is False


def test_a_form_for_a_question_with_options_is_stale(course: Curriculum) -> None:
    with pytest.raises(StaleChoice):
        read_fields(of(course, "Q1-01"), {"answer": ("1",)}, 1)


# ---------------------------------------------------------------- numeric


@pytest.mark.parametrize(
    ("question_id", "typed"),
    [
        ("Q1-11", "1.8"), ("Q1-11", "1,8"), ("Q1-11", "1.8%"), ("Q1-11", "1.8 %"), ("Q1-11", "1.78 percent"),
        ("Q1-11", "1,783"), ("Q1-11", "~1.8%"),
        ("Q2-11", "300 million"), ("Q2-11", "300,000,000"), ("Q2-11", "300 000 000"), ("Q2-11", "300.000.000"), ("Q2-11", "3e8"),
        ("Q2-11", "300M tokens"), ("Q2-11", "0.3 billion"), ("Q2-11", "300000000 tokens"), ("Q2-11", "3 x 10^8"),
        ("Q3-10", "0.73"), ("Q3-10", "0,73"), ("Q3-10", ".731"), ("Q3-10", "0,731"), ("Q3-10", "73%"), ("Q3-10", "73,1 %"),
        ("Q3-11", "21"), ("Q3-11", "21 pairs"), ("Q3-11", "21.0"),
        ("Q4-10", "4,194,304"), ("Q4-10", "4.2 million"), ("Q4-10", "4.19M"), ("Q4-10", "4194304 parameters"),
        ("Q4-10", "4.194.304"),
        ("Q4-11", "50,000"), ("Q4-11", "50.000"), ("Q4-11", "50 000 requests"), ("Q4-11", "50k"), ("Q4-11", "5e4"),
    ],
)  # fmt: skip
def test_every_numeric_question_takes_its_answer_in_several_spellings(course: Curriculum, question_id: str, typed: str) -> None:
    question = of(course, question_id)
    verdict = judge(question, read_fields(question, {"answer": (typed,)}, 1))
    assert (verdict.right, verdict.said, verdict.remarks) == (True, (typed,), ())


def test_every_number_accepted_is_right_and_no_trap_stands_in_front_of_it(course: Curriculum) -> None:
    for question in of_type(course, Numeric):
        task = question.task
        assert isinstance(task, Numeric)
        for number in (task.low, task.answer, task.high):
            assert judge(question, json.dumps(f"{number:f}")).right is True, question.id
        for trap in task.traps:
            assert trap.high < task.low or trap.low > task.high, question.id


def test_every_trap_has_its_own_remark(course: Curriculum) -> None:
    for question in of_type(course, Numeric):
        task = question.task
        assert isinstance(task, Numeric)
        assert task.traps
        for trap in task.traps:
            for number in (trap.low, trap.high):
                verdict = judge(question, json.dumps(f"{number:f}"))
                assert (verdict.right, verdict.remarks) == (False, (trap.remark,)), (question.id, number)
                assert verdict.misconception == trap.misconception
        beyond = judge(question, json.dumps("123456789012"))
        assert (beyond.right, beyond.remarks) == (False, (task.remark,))


def test_a_number_nobody_can_read_is_refused_and_nothing_is_counted(course: Curriculum) -> None:
    for typed in ("", "a lot", "9" * 500):
        with pytest.raises(BadInput, match="Nothing was counted"):
            read_fields(of(course, "Q3-11"), {"answer": (typed,)}, 1)
    with pytest.raises(BadInput, match="There was no number"):
        read_fields(of(course, "Q3-11"), {}, 1)


# ---------------------------------------------------------------- short


@pytest.mark.parametrize("typed", ["", "   ", "\n\t"])
def test_an_empty_answer_is_asked_for_again(course: Curriculum, typed: str) -> None:
    with pytest.raises(BadInput, match="Write a sentence or two first"):
        read_fields(of(course, "Q1-12"), {"answer": (typed,)}, 1)


def test_a_written_answer_may_have_two_thousand_characters(course: Curriculum) -> None:
    question = of(course, "Q1-12")
    assert json.loads(read_fields(question, {"answer": ("x" * 2000,)}, 1)) == "x" * 2000
    with pytest.raises(BadInput, match=r"That is 10,000 characters; I can read 2,000\."):
        read_fields(question, {"answer": ("x" * 10_000,)}, 1)


def test_a_written_answer_is_kept_as_written_and_not_judged(course: Curriculum) -> None:
    question = of(course, "Q1-12")
    typed = "“It” depends: \u202eabc\u202c <b>e\u0301</b> 🦜"
    kept = read_fields(question, {"answer": (f"  {typed}\n",)}, 1)
    assert judge(question, kept).right is None
    assert judge(question, kept).said == (typed,)


# ---------------------------------------------------------------- whatever comes


@settings(max_examples=60)
@given(
    fields=st.dictionaries(st.sampled_from(["answer", *(f"f{n}" for n in range(6))]), st.lists(st.text(max_size=30)).map(tuple)),
    values=st.lists(st.text(max_size=5), max_size=5),
)
def test_whatever_comes_back_is_judged_or_refused(
    course: Curriculum, fields: dict[str, tuple[str, ...]], values: list[str]
) -> None:
    for _, question in questions(course):
        with suppress(Refusal):
            judge(question, read_fields(question, fields, 3))
        with suppress(Refusal):
            judge(question, read_values(question, values, 3))


def test_right_answers_are_told_in_words(course: Curriculum) -> None:
    assert right_answer(of(course, "Q1-11")) == ("1.8%",)
    assert right_answer(of(course, "Q2-11")) == ("300,000,000 tokens",)
    assert right_answer(of(course, "Q3-10")) == ("0.73",)
    assert right_answer(of(course, "Q1-12")) == ()
    assert all(" → " in pair for pair in right_answer(of(course, "Q1-10")))
    for question in of_type(course, Short):
        assert right_answer(question) == ()


def _question(lesson: Lesson, name: str) -> Question:
    question = lesson.question(name)
    assert question
    return question
