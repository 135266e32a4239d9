"""Quizzes through the desk: asked privately one by one, explained at once, measured at the first answer, safe over a restart."""

import json
from dataclasses import replace

import pytest

from bot.core.chat import POSTS, Action, Answer, Declined, Form, Person, Reply, SelectField, Shown, TextField
from bot.core.curriculum import Choices, Curriculum, Matching, Numeric, Ordering, Question, Short
from bot.core.ports import Given, LessonStanding
from bot.core.quiz_tasks import rights
from tests.conftest import ADA, CHANNEL, GRACE, Build, Stage, button, choice, parts, text
from tests.core.learners import (
    answer_all,
    asked,
    changed,
    fill,
    give,
    onward,
    opened,
    questions,
    reduced,
    take,
    values_of,
    without,
)

ONE_OF_EACH = {
    "single": ("rlhf", "Q3-01"),
    "multi": ("rlhf", "Q3-04"),
    "truefalse": ("rlhf", "Q3-06"),
    "ordering": ("rlhf", "Q3-08"),
    "matching": ("rlhf", "Q3-09"),
    "numeric": ("rlhf", "Q3-10"),
    "short": ("rlhf", "Q3-12"),
}
FIVE = ("Q3-01", "Q3-02", "Q3-03", "Q3-06", "Q3-07")


def shown(answer: Answer) -> Shown:
    if isinstance(answer, Declined):
        return Shown.PRIVATELY
    assert isinstance(answer, Reply)
    return answer.shown


def labels(answer: Answer) -> list[str]:
    return [b.label for part in parts(answer) if part.kind == "buttons" for b in part.buttons]


async def standing(stage: Stage, person: Person = ADA) -> LessonStanding:
    return await stage.database.write(lambda records: records.standing(records.know(person, stage.clock.now()), ["rlhf"])[0])


async def kept(stage: Stage, attempt: int) -> list[Given]:
    return await stage.database.read(lambda records: records.given(attempt))


async def ask(build: Build, course: Curriculum, question_id: str) -> tuple[Stage, Question, Answer]:
    """A stage on which just this question of the RLHF lesson is asked."""
    stage = build(course=reduced(course, "rlhf", question_id))
    answer = await stage.types(ADA, "/quiz rlhf")
    return stage, asked(course, answer)[1], answer


# ---------------------------------------------------------------- asking


async def test_without_a_topic_the_quizzes_are_listed_and_one_is_picked(stage: Stage, course: Curriculum) -> None:
    answer = await stage.types(ADA, "/quiz")
    picker = choice(answer)
    assert [option.value for option in picker.options] == [lesson.slug for lesson in course.lessons]
    first = await stage.presses(ADA, picker.action, "decision")
    assert asked(course, first)[0].slug == "decision"


async def test_a_quiz_is_private_and_asks_five_questions_one_by_one(stage: Stage, course: Curriculum) -> None:
    question = await stage.types(ADA, "/quiz rlhf")
    names = set()
    for number in range(1, 6):
        assert shown(question) is (Shown.PRIVATELY if number == 1 else Shown.INSTEAD)
        assert f"· quiz · question {number} of 5" in text(question)
        names.add(asked(course, question)[1].id)
        feedback = await give(stage, course, question)
        assert shown(feedback) is Shown.INSTEAD
        question = await onward(stage, feedback)
    assert len(names) == 5
    assert "5 of 5 right" in text(question)
    assert stage.chat.said() == []


async def test_asking_again_goes_on_with_the_same_quiz(stage: Stage, course: Curriculum) -> None:
    first = await stage.types(ADA, "/quiz rlhf")
    assert text(await stage.types(ADA, "/quiz RLHF")) == text(first)
    second = await onward(stage, await give(stage, course, first))
    assert text(await stage.types(ADA, "/quiz rlhf")) == text(second)


async def test_a_quiz_answered_to_its_end_shows_how_it_went_though_nobody_pressed_on(stage: Stage, course: Curriculum) -> None:
    question = await stage.types(ADA, "/quiz rlhf")
    for number in range(5):
        feedback = await give(stage, course, question)
        question = feedback if number == 4 else await onward(stage, feedback)
    result = await stage.types(ADA, "/quiz rlhf")
    assert "5 of 5 right" in text(result)
    assert (await standing(stage)).passed_at
    assert "question 1 of 5" in text(await stage.presses(ADA, button(result, "Other questions")))


async def test_a_second_quiz_asks_other_questions(stage: Stage, course: Curriculum) -> None:
    first: set[str] = set()
    second: set[str] = set()
    for names in (first, second):
        question = await stage.types(ADA, "/quiz rlhf")
        for _ in range(5):
            names.add(asked(course, question)[1].id)
            question = await onward(stage, await give(stage, course, question))
    assert not first & second


# ---------------------------------------------------------------- answers stay here until they are given


async def test_no_control_tells_which_answer_is_right(build: Build, course: Curriculum) -> None:
    for lesson, question in questions(course):
        stage = build(course=reduced(course, lesson.slug, question.id))
        answer = await stage.types(ADA, f"/quiz {lesson.slug}")
        form = await opened(stage, answer) if "Answer" in labels(answer) else None
        await stage.database.close()
        assert isinstance(answer, Reply)
        sent = POSTS.dump_json(answer.post).decode() + (repr(form) if form else "")
        assert '"right"' not in sent
        assert question.why not in sent
        assert not [remark for remark in _remarks(question) if remark and remark in sent], question.id
        for part in answer.post.parts:
            if part.kind == "choose":
                assert [option.value for option in part.options] == [str(n) for n in range(len(part.options))]
                assert part.action.args[1:] == (question.id,)
        for field in form.fields if form else ():
            if isinstance(field, SelectField):
                assert [option.value for option in field.options] == [str(n) for n in range(len(field.options))]
                assert field.value == ()
            else:
                assert field.value == ""


def _remarks(question: Question) -> list[str]:
    match question.task:
        case Choices(options):
            return [option.remark for option in options]
        case Ordering(_, remark):
            return [remark]
        case Matching(_, remark, extra):
            return [remark, extra.remark if extra else ""]
        case Numeric(answer, remark=remark, traps=traps):
            return [remark, *(trap.remark for trap in traps), f"{answer:,.10g}"] if answer > 100 else [remark]
        case Short(rubric, _, model):
            return [model, *(point.point for point in rubric)]


async def test_the_number_of_right_options_is_not_told(build: Build, course: Curriculum) -> None:
    _, _, answer = await ask(build, course, "Q3-04")
    assert choice(answer).label == "Choose all that apply."


# ---------------------------------------------------------------- feedback


@pytest.mark.parametrize("kind", ONE_OF_EACH)
@pytest.mark.parametrize("right", [True, False])
async def test_every_kind_of_question_is_explained_at_once(build: Build, course: Curriculum, kind: str, right: bool) -> None:
    stage, question, answer = await ask(build, course, ONE_OF_EACH[kind][1])
    assert question.type == kind
    feedback = await give(stage, course, answer, right=right)
    said = text(feedback)
    assert question.stem in said
    assert question.why in said
    assert ("Right." if right else "Not quite.") in said
    assert labels(feedback)[0] == "How did I do?"
    passage = next(lesson.passage(question.passage) for lesson in course.lessons if lesson.slug == "rlhf")
    assert passage
    assert passage.heading in text(await stage.presses(ADA, Action("lesson.passage", ("rlhf", question.passage))))
    if kind != "short":
        assert button(feedback, "Show the passage") == Action("lesson.passage", ("rlhf", question.passage))


async def test_every_wrong_option_of_a_question_is_answered_for_itself(build: Build, course: Curriculum) -> None:
    question = next(question for _, question in questions(course) if question.id == "Q3-01")
    assert isinstance(question.task, Choices)
    stage = build(course=reduced(course, "rlhf", "Q3-01"))
    for number, option in enumerate(question.task.options):
        person = Person("fake", "w", f"p{number}", "P")
        answer = await stage.types(person, "/quiz rlhf")
        feedback = await stage.presses(person, choice(answer).action, *values_of(choice(answer), option.text))
        assert f"Your answer: {option.text}" in text(feedback)
        if option.right:
            assert "Right." in text(feedback)
            assert "The answer:" not in text(feedback)
        else:
            assert option.remark in text(feedback)
            assert "The answer: Give chosen answers higher scores than rejected ones" in text(feedback)


async def test_a_wrong_order_is_answered_with_the_right_one(build: Build, course: Curriculum) -> None:
    stage, question, answer = await ask(build, course, "Q3-08")
    assert isinstance(question.task, Ordering)
    feedback = await give(stage, course, answer, right=False)
    assert f"Your answer:\n\n1. {question.task.items[1]}\n2. {question.task.items[0]}" in text(feedback)
    assert "The answer:\n\n" + "\n".join(f"{n}. {item}" for n, item in enumerate(question.task.items, 1)) in text(feedback)


async def test_an_item_used_twice_is_refused_and_can_be_put_right(build: Build, course: Curriculum) -> None:
    stage, question, answer = await ask(build, course, "Q3-08")
    assert isinstance(question.task, Ordering)
    items = list(question.task.items)
    refusal = await fill(stage, answer, [items[0], items[0], *items[2:]])
    assert "Use every item once" in text(refusal)
    assert shown(refusal) is Shown.PRIVATELY
    assert await kept(stage, 1) == []
    assert "Right." in text(await fill(stage, answer, items))


async def test_a_row_left_out_is_refused_and_can_be_put_right(build: Build, course: Curriculum) -> None:
    stage, question, answer = await ask(build, course, "Q3-09")
    form = await opened(stage, answer)
    refusal = await stage.sends(ADA, form.action, f0="0", f1="1")
    assert "Choose something in every row" in text(refusal)
    assert await kept(stage, 1) == []
    assert isinstance(question.task, Matching)
    assert "Right." in text(await fill(stage, answer, list(rights(question.task)[: len(question.task.pairs)])))


async def test_what_is_offered_in_a_form_stands_in_the_order_shown(build: Build, course: Curriculum) -> None:
    stage, _, answer = await ask(build, course, "Q3-09")
    form = await opened(stage, answer)
    field = form.fields[0]
    assert isinstance(field, SelectField)
    assert "\n".join(f"- {option.text}" for option in field.options) in text(answer)


async def test_a_number_nobody_can_read_is_refused_and_can_be_put_right(build: Build, course: Curriculum) -> None:
    stage, _, answer = await ask(build, course, "Q3-10")
    form = await opened(stage, answer)
    for typed in ("about three quarters", "", "9" * 500):
        refusal = await stage.sends(ADA, form.action, answer=typed)
        assert "Nothing was counted." in text(refusal)
    assert await kept(stage, 1) == []
    assert "Your answer: 73%" in text(await stage.sends(ADA, form.action, answer=" 73% "))


async def test_nothing_chosen_is_asked_for_again(build: Build, course: Curriculum) -> None:
    stage, _, answer = await ask(build, course, "Q3-04")
    assert "Choose at least one option" in text(await stage.presses(ADA, choice(answer).action))
    assert await kept(stage, 1) == []


# ---------------------------------------------------------------- written answers


async def test_a_written_answer_is_put_beside_the_model_and_marked_by_its_writer(build: Build, course: Curriculum) -> None:
    stage, question, answer = await ask(build, course, "Q3-12")
    task = question.task
    assert isinstance(task, Short)
    form = await opened(stage, answer)
    assert isinstance(form.fields[0], TextField)
    hint = task.rubric[0].wordings[0]
    marking = await stage.sends(ADA, form.action, answer=f"I would say {hint}, mostly.")
    said = text(marking)
    assert f"> I would say {hint}, mostly." in said
    assert task.answer in said
    assert f"Your words seem to touch on:\n\n- {task.rubric[0].point}" in said
    assert task.rubric[-1].missing in said
    assert [option.text for option in choice(marking).options] == [point.point for point in task.rubric]
    enough = [str(n) for n in range(task.needed)]
    marked = await stage.presses(ADA, choice(marking).action, *enough)
    assert f"Right. {task.needed} of {len(task.rubric)} points, by your own marking. {task.needed} were needed." in text(marked)
    assert (await standing(stage)).first_right == 1


async def test_one_point_too_few_is_not_enough(build: Build, course: Curriculum) -> None:
    stage, question, answer = await ask(build, course, "Q3-12")
    assert isinstance(question.task, Short)
    form = await opened(stage, answer)
    marking = await stage.sends(ADA, form.action, answer="Something.")
    few = [str(n) for n in range(question.task.needed - 1)]
    assert "Not quite." in text(await stage.presses(ADA, choice(marking).action, *few))
    assert (await standing(stage)).first_right == 0


async def test_a_marking_is_given_once(build: Build, course: Curriculum) -> None:
    stage, _, answer = await ask(build, course, "Q3-12")
    form = await opened(stage, answer)
    marking = await stage.sends(ADA, form.action, answer="Something.")
    await stage.presses(ADA, button(marking, "None of them"))
    again = await stage.presses(ADA, choice(marking).action, "0", "1", "2", "3")
    assert text(again) == "You have marked this answer already. Go on with /quiz rlhf."
    assert [entry.right for entry in await kept(stage, 1)] == [False]


async def test_a_marking_of_nothing_is_asked_for_again_since_none_has_its_own_button(build: Build, course: Curriculum) -> None:
    stage, _, answer = await ask(build, course, "Q3-12")
    marking = await stage.sends(ADA, (await opened(stage, answer)).action, answer="Something.")
    refusal = await stage.presses(ADA, choice(marking).action)
    assert text(refusal) == "Tick the points that your answer makes first, or press None of them."
    assert [entry.right for entry in await kept(stage, 1)] == [None]


@pytest.mark.parametrize("value", ["9", "-1", "x", "9" * 5000])
async def test_points_that_were_not_offered_are_refused(build: Build, course: Curriculum, value: str) -> None:
    stage, _, answer = await ask(build, course, "Q3-12")
    marking = await stage.sends(ADA, (await opened(stage, answer)).action, answer="Something.")
    assert "no longer works" in text(await stage.presses(ADA, choice(marking).action, "0", value))
    assert [entry.right for entry in await kept(stage, 1)] == [None]


async def test_a_written_answer_waits_for_its_marking(build: Build, course: Curriculum) -> None:
    stage, _, answer = await ask(build, course, "Q3-12")
    form = await opened(stage, answer)
    marking = await stage.sends(ADA, form.action, answer="My first words.")
    assert text(await stage.types(ADA, "/quiz rlhf")) == text(marking)
    assert text(await stage.presses(ADA, Action("quiz.next", ("1",)))) == text(marking)
    assert text(await stage.sends(ADA, form.action, answer="Other words.")) == text(marking)
    assert (await standing(stage)).passed_at is None


async def test_a_form_opened_before_the_marking_is_refused_after_it(build: Build, course: Curriculum) -> None:
    stage, _, answer = await ask(build, course, "Q3-12")
    form = await opened(stage, answer)
    marking = await stage.sends(ADA, form.action, answer="My first words.")
    await stage.presses(ADA, button(marking, "None of them"))
    again = await stage.sends(ADA, form.action, answer="Better words.")
    assert text(again) == "You have answered and marked this one. Go on with /quiz rlhf."


async def test_marking_what_was_not_written_is_refused(build: Build, course: Curriculum) -> None:
    stage, _, _ = await ask(build, course, "Q3-12")
    assert "no longer works" in text(await stage.presses(ADA, Action("quiz.none", ("1", "Q3-12"))))
    assert await kept(stage, 1) == []


@pytest.mark.parametrize("length", [2001, 10_000])
async def test_too_long_an_answer_is_refused_and_not_counted(build: Build, course: Curriculum, length: int) -> None:
    stage, _, answer = await ask(build, course, "Q3-12")
    refusal = await stage.sends(ADA, (await opened(stage, answer)).action, answer="x" * length)
    assert f"That is {length:,} characters; I can read 2,000." in text(refusal)
    assert await kept(stage, 1) == []


# ---------------------------------------------------------------- once


@pytest.mark.parametrize("kind", [kind for kind in ONE_OF_EACH if kind != "short"])
async def test_a_second_answer_shows_the_first_and_does_not_count(build: Build, course: Curriculum, kind: str) -> None:
    stage, question, answer = await ask(build, course, ONE_OF_EACH[kind][1])
    forms = [await opened(stage, answer) for _ in range(2)] if kind in ("ordering", "matching", "numeric") else []
    first = await give(stage, course, answer, right=False)
    if forms:
        again = await stage.sends(ADA, forms[1].action, CHANNEL, **_right_fields(question, forms[1]))
    else:
        again = await give(stage, course, answer, right=True)
    assert "You had answered this one already; your first answer counts." in text(again)
    assert "Not quite." in text(again)
    assert text(again).replace("You had answered this one already; your first answer counts.\n\n", "") == text(first)
    assert [entry.right for entry in await kept(stage, 1)] == [False]


def _right_fields(question: Question, form: Form) -> dict[str, str | tuple[str, ...]]:
    wanted: list[str]
    match question.task:
        case Ordering(items):
            wanted = list(items)
        case Matching(pairs):
            wanted = [right for _, right in pairs]
        case Numeric(answer):
            return {"answer": str(answer)}
        case _:
            raise AssertionError(question.type)
    rows: dict[str, str | tuple[str, ...]] = {}
    for field, item in zip(form.fields, wanted, strict=True):
        assert isinstance(field, SelectField)
        rows[field.name] = next(option.value for option in field.options if option.text == item)
    return rows


@pytest.mark.parametrize("kind", ["ordering", "matching", "numeric", "short"])
async def test_the_form_of_an_answered_question_is_not_opened_again(build: Build, course: Curriculum, kind: str) -> None:
    stage, _, answer = await ask(build, course, ONE_OF_EACH[kind][1])
    await give(stage, course, answer)
    again = await stage.presses(ADA, button(answer, "Answer"))
    assert text(again) == "You have answered this one, and your first answer counts. Go on with /quiz rlhf."


async def test_the_same_answer_delivered_twice_counts_once(build: Build, course: Curriculum) -> None:
    stage, _, answer = await ask(build, course, "Q3-01")
    control = choice(answer)
    await stage.presses(ADA, control.action, "0", event="same")
    await stage.presses(ADA, control.action, "0", event="same")
    assert len(await kept(stage, 1)) == 1


async def test_first_answers_are_measured_once_across_attempts(build: Build, course: Curriculum) -> None:
    stage = build(course=reduced(course, "rlhf", *FIVE))
    result = await take(stage, course, "rlhf", False, False, False, True, True)
    assert (await standing(stage)).first_right == 2
    await answer_all(stage, course, await stage.presses(ADA, button(result, "Redo what I missed")), True, True, True)
    await take(stage, course, "rlhf")
    after = await standing(stage)
    assert (after.first_right, after.first_given) == (2, 5)


# ---------------------------------------------------------------- whose


async def test_somebody_elses_quiz_is_refused(build: Build, course: Curriculum) -> None:
    stage, _, answer = await ask(build, course, "Q3-10")
    form = await opened(stage, answer)
    refusals = [
        await stage.presses(GRACE, button(answer, "Answer")),
        await stage.presses(GRACE, Action("quiz.pick", ("1", "Q3-10")), "0"),
        await stage.presses(GRACE, Action("quiz.next", ("1",))),
        await stage.presses(GRACE, Action("quiz.redo", ("1",))),
        await stage.presses(GRACE, Action("quiz.none", ("1", "Q3-10"))),
        await stage.presses(GRACE, Action("quiz.mark", ("1", "Q3-10")), "0"),
        await stage.sends(GRACE, form.action, answer="0.73"),
    ]
    for refusal in refusals:
        assert text(refusal) == "That is somebody else's quiz. Start your own with /quiz rlhf."
        assert shown(refusal) is Shown.PRIVATELY
    assert await kept(stage, 1) == []


@pytest.mark.parametrize("forged", ["0", "2", "-1", "x", "", "1.0", "9" * 18, "9" * 30, "9" * 5000, "1 OR 1=1"])
async def test_an_attempt_that_does_not_exist_is_refused(build: Build, course: Curriculum, forged: str) -> None:
    stage, _, _ = await ask(build, course, "Q3-10")
    for answer in (
        await stage.presses(ADA, Action("quiz.pick", (forged, "Q3-10")), "0"),
        await stage.presses(ADA, Action("quiz.form", (forged, "Q3-10"))),
        await stage.presses(ADA, Action("quiz.next", (forged,))),
        await stage.presses(ADA, Action("quiz.redo", (forged,))),
        await stage.sends(ADA, Action("quiz.sent", (forged, "Q3-10")), answer="1"),
    ):
        assert text(answer) == "That quiz no longer exists. Start a new one with /quiz."


@pytest.mark.parametrize("name", ["Q3-01", "Q9-99", "", "x" * 5000])
async def test_a_question_of_another_attempt_is_refused(build: Build, course: Curriculum, name: str) -> None:
    stage, _, _ = await ask(build, course, "Q3-10")
    for answer in (
        await stage.presses(ADA, Action("quiz.pick", ("1", name)), "0"),
        await stage.presses(ADA, Action("quiz.form", ("1", name))),
        await stage.sends(ADA, Action("quiz.sent", ("1", name)), answer="1"),
    ):
        assert "no longer works" in text(answer)
    assert await kept(stage, 1) == []


@pytest.mark.parametrize("value", ["9", "-1", "x", "9" * 5000])
async def test_an_option_that_was_not_offered_is_refused(build: Build, course: Curriculum, value: str) -> None:
    stage, _, answer = await ask(build, course, "Q3-01")
    assert "no longer works" in text(await stage.presses(ADA, choice(answer).action, value))
    assert await kept(stage, 1) == []


async def test_somebody_who_has_changed_their_name_keeps_their_quiz(build: Build, course: Curriculum) -> None:
    stage, _, answer = await ask(build, course, "Q3-10")
    renamed = replace(ADA, name="Ada Lovelace")
    assert isinstance(await opened(stage, answer, renamed), Form)


# ---------------------------------------------------------------- the end, and again


async def test_seventy_percent_pass(build: Build, course: Curriculum) -> None:
    stage = build(course=reduced(course, "rlhf", *FIVE))
    result = await take(stage, course, "rlhf", True, True, True, True, False)
    assert "4 of 5 right" in text(result)
    assert "Passed: 70% is enough." in text(result)
    assert (await standing(stage)).passed_at


async def test_less_does_not_and_the_way_on_is_shown(build: Build, course: Curriculum) -> None:
    stage = build(course=reduced(course, "rlhf", *FIVE))
    result = await take(stage, course, "rlhf", True, True, True, False, False)
    assert "3 of 5 right" in text(result)
    assert "Not passed yet: it takes 70%." in text(result)
    assert (await standing(stage)).passed_at is None
    assert labels(result) == ["Redo what I missed", "Open the lab", "My progress", "Other questions"]


async def test_the_end_names_what_to_look_at_again(build: Build, course: Curriculum) -> None:
    small = reduced(course, "rlhf", *FIVE)
    stage = build(course=small)
    result = await take(stage, course, "rlhf", False, False, False, False, False)
    lesson = course.lessons[2]
    for name in FIVE:
        question = lesson.question(name)
        assert question
        passage = lesson.passage(question.passage)
        assert passage
        assert passage.heading in text(result)
        assert passage.mark not in text(result)


async def test_what_was_missed_is_asked_again_and_only_that_and_passes(build: Build, course: Curriculum) -> None:
    stage = build(course=reduced(course, "rlhf", *FIVE))
    result = await take(stage, course, "rlhf", True, True, False, False, False)
    missed = {entry.question for entry in await kept(stage, 1) if not entry.right}
    question = await stage.presses(ADA, button(result, "Redo what I missed"))
    assert "what you missed, once more · question 1 of 3" in text(question)
    names = set()
    for right in (True, True, False):
        names.add(asked(course, question)[1].id)
        question = await onward(stage, await give(stage, course, question, right=right))
    assert names == missed
    assert "4 of 5 right" in text(question)
    assert "Passed" in text(question)
    assert "Your score still shows your first answers" in text(question)
    assert (await standing(stage)).passed_at


async def test_a_second_redo_asks_only_what_is_still_missed(build: Build, course: Curriculum) -> None:
    stage = build(course=reduced(course, "rlhf", *FIVE))
    result = await take(stage, course, "rlhf", False, False, False, False, False)
    result = await answer_all(
        stage, course, await stage.presses(ADA, button(result, "Redo what I missed")), True, True, True, False, False
    )
    assert "3 of 5 right" in text(result)
    question = await stage.presses(ADA, button(result, "Redo what I missed"))
    assert "question 1 of 2" in text(question)
    result = await answer_all(stage, course, question, True, True)
    assert "5 of 5 right" in text(result)
    assert "Everything right." in text(result)
    assert "Redo what I missed" not in labels(result)


async def test_redoing_twice_at_once_is_one_redo(build: Build, course: Curriculum) -> None:
    stage = build(course=reduced(course, "rlhf", *FIVE))
    result = await take(stage, course, "rlhf", False, False, False, True, True)
    redo = button(result, "Redo what I missed")
    first = await stage.presses(ADA, redo)
    assert text(await stage.presses(ADA, redo)) == text(first)


async def test_there_is_nothing_to_redo_before_the_end_or_when_all_is_right(build: Build, course: Curriculum) -> None:
    stage = build(course=reduced(course, "rlhf", *FIVE))
    first = await stage.types(ADA, "/quiz rlhf")
    await give(stage, course, first, right=False)
    early = await stage.presses(ADA, Action("quiz.redo", ("1",)))
    assert text(early) == "There is nothing to redo in this quiz. For other questions, type /quiz rlhf."
    await take(stage, course, "prompting")
    assert "nothing to redo" in text(await stage.presses(ADA, Action("quiz.redo", ("2",))))


async def test_practice_after_a_pass_never_takes_it_away(build: Build, course: Curriculum) -> None:
    stage = build(course=reduced(course, "rlhf", *FIVE))
    await take(stage, course, "rlhf")
    passed = (await standing(stage)).passed_at
    stage.clock.pass_(days=1)
    result = await take(stage, course, "rlhf", False, False, False, False, False)
    assert "You have passed this quiz already, and that stays." in text(result)
    assert "Not passed yet" not in text(result)
    assert (await standing(stage)).passed_at == passed


async def test_how_it_went_can_be_looked_at_again(build: Build, course: Curriculum) -> None:
    stage = build(course=reduced(course, "rlhf", *FIVE))
    result = await take(stage, course, "rlhf", True, True, True, True, False)
    assert text(await stage.presses(ADA, Action("quiz.next", ("1",)))) == text(result)


# ---------------------------------------------------------------- restarts and changed courses


async def test_an_open_quiz_survives_a_restart_as_it_was_shown(build: Build, course: Curriculum) -> None:
    stage = build()
    question = await onward(stage, await give(stage, course, await stage.types(ADA, "/quiz rlhf")))
    await stage.database.close()

    again = build(seed=99)
    assert text(await again.types(ADA, "/quiz rlhf")) == text(question)
    assert "4 of 5 right" in text(await answer_all(again, course, question, True, True, True, False))
    assert (await standing(again)).first_given == 5


async def test_a_written_answer_waits_for_its_marking_over_a_restart(build: Build, course: Curriculum) -> None:
    stage, _, answer = await ask(build, course, "Q3-12")
    marking = await stage.sends(ADA, (await opened(stage, answer)).action, answer="“My” words \\ with 🦜")
    await stage.database.close()
    again = build(course=reduced(course, "rlhf", "Q3-12"), seed=99)
    assert text(await again.types(ADA, "/quiz rlhf")) == text(marking)


async def test_a_question_that_has_left_the_course_is_refused_and_the_quiz_begun_anew(build: Build, course: Curriculum) -> None:
    stage = build(course=reduced(course, "rlhf", *FIVE))
    question = await stage.types(ADA, "/quiz rlhf")
    name = asked(course, question)[1].id
    await give(stage, course, question)
    await stage.database.close()

    fewer = changed(
        course, "rlhf", lambda lesson: replace(lesson, questions=tuple(q for q in lesson.questions if q.id not in FIVE))
    )
    again = build(course=fewer)
    gone = await again.presses(ADA, choice(question).action, "0")
    assert text(gone) == "That question is no longer in the course. Start a new quiz with /quiz rlhf."
    assert "no longer in the course" in text(await again.presses(ADA, Action("quiz.next", ("1",))))
    fresh = await again.types(ADA, "/quiz rlhf")
    assert "question 1 of 5" in text(fresh)
    assert asked(fewer, fresh)[1].id != name
    assert (
        text(await again.presses(ADA, Action("quiz.next", ("1",)))) == "That quiz no longer exists. Start a new one with /quiz."
    )
    assert (await standing(again)).first_given == 1


async def test_the_quiz_of_a_lesson_that_has_left_the_course_is_refused(build: Build, course: Curriculum) -> None:
    stage = build()
    question = await stage.types(ADA, "/quiz rlhf")
    await stage.database.close()
    again = build(course=without(course, "rlhf"))
    name = asked(course, question)[1].id
    answer = await again.presses(ADA, Action("quiz.pick", ("1", name)), "0")
    assert text(answer) == "That quiz no longer exists. Start a new one with /quiz."


async def test_a_finished_quiz_whose_misses_have_left_the_course_has_nothing_to_redo(build: Build, course: Curriculum) -> None:
    stage = build(course=reduced(course, "rlhf", *FIVE))
    await take(stage, course, "rlhf", False, False, False, False, False)
    await stage.database.close()
    again = build(course=reduced(course, "rlhf", "Q3-04", "Q3-05", "Q3-08", "Q3-09", "Q3-10"))
    assert "nothing to redo" in text(await again.presses(ADA, Action("quiz.redo", ("1",))))
    assert "question 1 of 5" in text(await again.types(ADA, "/quiz rlhf"))


async def test_answers_are_kept_as_positions_in_the_bank_not_as_shown(build: Build, course: Curriculum) -> None:
    stage, question, answer = await ask(build, course, "Q3-01")
    await give(stage, course, answer)
    assert isinstance(question.task, Choices)
    right = next(n for n, option in enumerate(question.task.options) if option.right)
    assert json.loads((await kept(stage, 1))[0].answer) == [right]


async def test_a_misconception_is_kept_with_the_answer(build: Build, course: Curriculum) -> None:
    stage, question, answer = await ask(build, course, "Q3-01")
    assert isinstance(question.task, Choices)
    wrong = next(option for option in question.task.options if option.misconception)
    await stage.presses(ADA, choice(answer).action, *values_of(choice(answer), wrong.text))
    assert (await kept(stage, 1))[0].misconception == wrong.misconception
