"""Reads learners.yaml, which a lesson may have: scripted learners for `evaluate`."""

from pathlib import Path

from bot.adapters.library.marked import Fields, Problems, Sheet
from bot.core.curriculum import Curriculum, Lesson
from bot.core.errors import BadContent
from bot.core.evaluation import Learner

FIELDS = ("kind", "question", "says", "contains", "never", "good", "bad")


def read_learners(lessons: Path, curriculum: Curriculum) -> list[Learner]:
    """The scripted learners of all lessons, in their order. Raises BadContent with every problem found."""
    problems = Problems()
    found = [learner for lesson in curriculum.lessons for learner in _of(lesson, lessons / lesson.slug, problems)]
    if problems.found:
        raise BadContent(problems.sentences())
    return found


def _of(lesson: Lesson, folder: Path, problems: Problems) -> list[Learner]:
    path = folder / "learners.yaml"
    if not path.exists():
        return []
    sheet = Sheet(path, problems)
    text = sheet.text("scripted learners")
    return (
        []
        if text is None
        else [_learner(lesson, one) for one in Fields.of_text(sheet, text, ("learners",)).maps("learners", FIELDS)]
    )


def _learner(lesson: Lesson, fields: Fields) -> Learner:
    return Learner(
        lesson=lesson.slug,
        kind=fields.text("kind"),
        says=_texts(fields, "says"),
        question=_question(lesson, fields),
        contains=tuple(tuple(filter(None, map(str.strip, group.split("|")))) for group in _texts(fields, "contains")),
        never=_texts(fields, "never"),
        good=fields.text("good"),
        bad=fields.text("bad"),
    )


def _texts(fields: Fields, name: str) -> tuple[str, ...]:
    return tuple(placed.text for placed in fields.texts(name)) if name in fields else ()


def _question(lesson: Lesson, fields: Fields) -> int:
    """The index of the lab's question that rests on the passage named, or -1 where none is open."""
    if "question" not in fields:
        return -1
    passage = fields.text("question")
    number = next((n for n, asked in enumerate(lesson.lab.questions) if asked.passage == passage), None)
    if number is None:
        known = ", ".join(asked.passage for asked in lesson.lab.questions)
        fields.wrong("question", f"No question of the lab rests on a passage “{passage}”. There are: {known}.")
    return -1 if number is None else number
