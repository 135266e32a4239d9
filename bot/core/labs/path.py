"""The authored path of a lab: its questions in order, a ladder of hints for each, the explanation after an attempt."""

from collections.abc import Callable
from dataclasses import replace

from bot.core.chat import Action, Button, Buttons, Part, bold, para
from bot.core.curriculum import LabQuestion, Lesson
from bot.core.lab_posts import question_parts
from bot.core.ports import Lab, LabProgress

Step = Callable[[Lab, Lesson], tuple[tuple[Part, ...], LabProgress]]


def present(lab: Lab, lesson: Lesson) -> LabQuestion | None:
    number = lab.progress.question
    return lesson.lab.questions[number] if 0 <= number < len(lesson.lab.questions) else None


def hint(lab: Lab, lesson: Lesson) -> tuple[tuple[Part, ...], LabProgress]:
    question = present(lab, lesson)
    if question is None:
        return (
            para("There is no wrong answer to the opening: say what you expect, in one sentence, and we test it."),
        ), lab.progress
    step = lab.progress.hints
    if step >= len(question.hints):
        return (para("That was my last hint. Try one sentence of your own, or press Explain."),), lab.progress
    label = f"Hint {step + 1} of {len(question.hints)}: "
    return (para(bold(label), question.hints[step]),), replace(lab.progress, hints=step + 1)


def explain(lab: Lab, lesson: Lesson) -> tuple[tuple[Part, ...], LabProgress]:
    """The effort gate: an attempt, or the whole ladder of hints, comes before the explanation."""
    question = present(lab, lesson)
    if question is None:
        return follow(lab, lesson)
    if not lab.progress.attempts and lab.progress.hints < len(question.hints):
        nudge = "First one sentence of your own, however rough; then I explain. If you are stuck, press Hint."
        return (para(nudge), *question_parts(question)), lab.progress
    see = Button("Show the passage", Action("lesson.passage", (lesson.slug, question.passage)))
    parts = (
        para(bold("Explanation: "), question.answer),
        para("What would you change in your own answer now?"),
        Buttons((see,)),
    )
    return parts, replace(lab.progress, explained=True)


def follow(lab: Lab, lesson: Lesson) -> tuple[tuple[Part, ...], LabProgress]:
    questions, answered = lesson.lab.questions, lab.progress.answered
    after = range(lab.progress.question + 1, len(questions))
    left = [n for n in (*after, *range(len(questions))) if n not in answered and n != lab.progress.question]
    if not left and lab.progress.question in range(len(questions)) and lab.progress.question not in answered:
        still = "This is the last question, and it is still open. Try it in a sentence, or press Finish the lab."
        return (para(still), *question_parts(questions[lab.progress.question])), lab.progress
    if not left:
        return (para("Those were all my questions. Press Finish the lab when you are ready for the last one."),), lab.progress
    return question_parts(questions[left[0]]), LabProgress(left[0], answered=answered)


STEPS: dict[str, Step] = {"hint": hint, "explain": explain, "next": follow}
