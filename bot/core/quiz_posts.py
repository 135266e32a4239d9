"""What a quiz shows: a question, the feedback to an answer, and how it went."""

import json
from collections.abc import Sequence

from bot.core.chat import (
    Action,
    Button,
    Buttons,
    Choose,
    Form,
    FormField,
    Heading,
    Items,
    Line,
    Note,
    Option,
    Part,
    Post,
    Quote,
    SelectField,
    TextField,
    bold,
    line,
    note,
    para,
)
from bot.core.curriculum import Choices, Lesson, Matching, Numeric, Ordering, Question, Short
from bot.core.errors import shorten
from bot.core.ports import Attempt, Given, Mentions
from bot.core.quiz_tasks import PASS_MARK, Verdict, order, right_answer, rights

_ORDINALS = ("First", "Second", "Third", "Fourth", "Fifth")


def _head(lesson: Lesson, attempt: Attempt, question: Question) -> Note:
    kind = "what you missed, once more" if attempt.redo_of else "quiz"
    return note(f"{lesson.title} · {kind} · question {attempt.questions.index(question.id) + 1} of {len(attempt.questions)}")


def _code(attempt: Attempt, question: Question) -> tuple[str, ...]:
    return str(attempt.id), question.id


def question_post(lesson: Lesson, attempt: Attempt, question: Question) -> Post:
    parts: list[Part] = [_head(lesson, attempt, question), para(bold(question.stem))]
    return Post((*parts, *_asking(attempt, question)))


def _asking(attempt: Attempt, question: Question) -> tuple[Part, ...]:
    """The controls, and the things to order or match, which no button can hold."""
    code = _code(attempt, question)
    answer = Button("Answer", Action("quiz.form", code), "primary")
    match question.task:
        case Choices(options, many, shuffle):
            shown = order(question, len(options), attempt.seed) if shuffle else range(len(options))
            choices = tuple(Option(str(position), options[n].text) for position, n in enumerate(shown))
            label = "Choose all that apply." if many else ""
            return (Choose(label, Action("quiz.pick", code), choices, many=many),)
        case Ordering(items):
            shown = order(question, len(items), attempt.seed)
            return Items(tuple(line(items[n]) for n in shown)), Buttons((answer,))
        case Matching(pairs) as task:
            texts = rights(task)
            shown = order(question, len(texts), attempt.seed)
            lefts = Items(tuple(line(left) for left, _ in pairs), numbered=True)
            uses = note("One of these fits nothing." if task.extra else "Each is used once.")
            return (
                lefts,
                para(bold("To match with:")),
                Items(tuple(line(texts[n]) for n in shown)),
                uses,
                Buttons((answer,)),
            )
        case Numeric():
            return (Buttons((answer,)),)
        case Short(rubric):
            return note(f"In your own words, two to five sentences. There are {len(rubric)} points to make."), Buttons((answer,))


def question_form(attempt: Attempt, question: Question) -> Form:
    fields: tuple[FormField, ...]
    match question.task:
        case Ordering(items):
            options = _options([items[n] for n in order(question, len(items), attempt.seed)])
            fields = tuple(SelectField(f"f{n}", _ORDINALS[n], options) for n in range(len(items)))
        case Matching(pairs) as task:
            texts = rights(task)
            options = _options([texts[n] for n in order(question, len(texts), attempt.seed)])
            fields = tuple(SelectField(f"f{n}", left, options) for n, (left, _) in enumerate(pairs))
        case Numeric(unit=unit):
            fields = (TextField("answer", f"Your answer in {unit}" if unit else "Your answer", hint="A number", limit=40),)
        case _:
            fields = (TextField("answer", "Your answer", long=True, hint="Two to five sentences", limit=2000),)
    return Form("Your answer", Action("quiz.sent", _code(attempt, question)), fields, (para(question.stem),), "Answer")


def _options(texts: Sequence[str]) -> tuple[Option, ...]:
    return tuple(Option(str(position), text) for position, text in enumerate(texts))


def feedback_post(
    lesson: Lesson, attempt: Attempt, question: Question, verdict: Verdict, *, last: bool, again: bool = False
) -> Post:
    """What an answer gets at once: right or not, the remark made for just this choice, and why."""
    parts: list[Part] = [_head(lesson, attempt, question), para(bold(question.stem))]
    if again:
        parts.append(note("You had answered this one already; your first answer counts."))
    parts += _said(verdict, numbered=isinstance(question.task, Ordering))
    parts.append(para(bold("Right." if verdict.right else "Not quite.")))
    parts += [para(remark) for remark in verdict.remarks]
    parts += _resolution(question, verdict)
    parts.append(_onward(lesson, attempt, question, last=last))
    return Post(tuple(parts))


def _said(verdict: Verdict, *, numbered: bool) -> list[Part]:
    if len(verdict.said) == 1:
        return [para("Your answer: ", verdict.said[0])]
    return [para("Your answer:"), Items(tuple(line(said) for said in verdict.said), numbered=numbered)]


def _resolution(question: Question, verdict: Verdict) -> list[Part]:
    answer = right_answer(question)
    if verdict.right or not answer or question.type == "truefalse":
        return [para(question.why)]
    if len(answer) == 1:
        return [para(bold("The answer: "), answer[0]), para(question.why)]
    numbered = isinstance(question.task, Ordering)
    return [
        para(bold("The answer:")),
        Items(tuple(line(item) for item in answer), numbered=numbered),
        para(question.why),
    ]


def _onward(lesson: Lesson, attempt: Attempt, question: Question, *, last: bool) -> Buttons:
    onward = Button("How did I do?" if last else "Next question", Action("quiz.next", (str(attempt.id),)), "primary")
    return Buttons((onward, Button("Show the passage", Action("lesson.passage", (lesson.slug, question.passage)))))


def marking_post(lesson: Lesson, attempt: Attempt, question: Question, text: str, mentions: Mentions) -> Post:
    """A written answer beside the model answer: the learner marks the points. Matching words is only a hint."""
    assert isinstance(question.task, Short)  # noqa: S101 - the caller asked for a written answer
    found = [point for point in question.task.rubric if mentions(text, point.wordings)]
    missing = [point for point in question.task.rubric if point not in found]
    parts: list[Part] = [_head(lesson, attempt, question), para(bold(question.stem)), Quote(line(text))]
    if found:
        parts += [para("Your words seem to touch on:"), Items(tuple(line(point.point) for point in found))]
    if missing:
        parts += [para("I did not find these; look again:"), Items(tuple(line(point.missing) for point in missing))]
    parts += [para(bold("A model answer: "), question.task.answer)]
    parts.append(note("I only compare words, so you decide. Tick each point that your answer really makes."))
    options = _options([point.point for point in question.task.rubric])
    parts.append(
        Choose(
            "Points my answer makes", Action("quiz.mark", _code(attempt, question)), options, many=True, submit="Mark my answer"
        )
    )
    parts.append(Buttons((Button("None of them", Action("quiz.none", _code(attempt, question))),)))
    return Post(tuple(parts))


def marked_post(lesson: Lesson, attempt: Attempt, question: Question, text: str, ticked: int, *, right: bool, last: bool) -> Post:
    """How a written answer was marked; their words and ours stay side by side, to learn from."""
    assert isinstance(question.task, Short)  # noqa: S101 - the caller asked for a written answer
    task = question.task
    verdict = f"{ticked} of {len(task.rubric)} points, by your own marking. {task.needed} were needed."
    parts: list[Part] = [
        _head(lesson, attempt, question),
        para(bold(question.stem)),
        Quote(line(text)),
        para(bold("Right. " if right else "Not quite. "), verdict),
        para(bold("A model answer: "), task.answer),
        para(question.why),
        _onward(lesson, attempt, question, last=last),
    ]
    return Post(tuple(parts))


def result_post(lesson: Lesson, attempt: Attempt, given: Sequence[Given], *, right: int, total: int, before: bool) -> Post:
    """The end of a quiz: the score, what to revisit and the next step.

    `right` of `total` counts redone questions; `before` says that the lesson's quiz was passed already.
    """
    passed = right >= PASS_MARK * total
    done = passed or before
    missed = [entry for entry in given if not entry.right]
    parts: list[Part] = [note(f"{lesson.title} · quiz"), Heading(f"{right} of {total} right")]
    parts.append(para(_outcome(attempt, passed=passed, perfect=right == total, before=before)))
    if missed:
        parts += [para(bold("Worth another look")), Items(tuple(_revisit(lesson, entry) for entry in missed))]
    buttons = []
    if missed:
        buttons.append(Button("Redo what I missed", Action("quiz.redo", (str(attempt.id),)), "plain" if done else "primary"))
    buttons += [
        Button("Open the lab", Action("lab.open", (lesson.slug,)), "primary" if done else "plain"),
        Button("My progress", Action("progress.show")),
        Button("Other questions", Action("quiz.open", (lesson.slug,))),
    ]
    return Post((*parts, Buttons(tuple(buttons))))


def _outcome(attempt: Attempt, *, passed: bool, perfect: bool, before: bool) -> str:
    kept = " Your score still shows your first answers; redoing is practice." if attempt.redo_of else ""
    if perfect:
        return "Everything right. The quiz is passed." + kept
    if passed:
        return "Passed: 70% is enough. You may still redo what you missed." + kept
    if before:
        return "Good practice. You have passed this quiz already, and that stays." + kept
    return "Not passed yet: it takes 70%. Redo just the ones you missed; you may use the explanations." + kept


def _revisit(lesson: Lesson, entry: Given) -> Line:
    question = lesson.question(entry.question)
    passage = lesson.passage(question.passage) if question else None
    where = passage.heading if passage else shorten(question.stem if question else entry.question, 80)
    misconception = lesson.misconceptions.get(entry.misconception)
    return line(bold(where), f": {misconception.truth}" if misconception else "")


def spoken(answer: str) -> str:
    """A written answer as it was written."""
    return str(json.loads(answer))
