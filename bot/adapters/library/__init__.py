"""Reads a course from its two folders, and names the file and line of everything that is wrong with it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.adapters.library import checks
from bot.adapters.library.lab import read_lab
from bot.adapters.library.lesson import LONGEST_HEADING, Page, check_id, read_lesson
from bot.adapters.library.marked import Fields, Problems, Sheet, near
from bot.adapters.library.personas import read_personas
from bot.adapters.library.prose import count_words, plain
from bot.adapters.library.quiz import FIELDS, Bank, read_quiz
from bot.core.curriculum import Curriculum, LabPlan, Lesson
from bot.core.errors import BadContent

LONGEST_SLUG = 24  # it travels in the 90 characters an action holds


@dataclass(frozen=True, slots=True)
class Library:
    """A course and the pictures of its personas, by file name."""

    curriculum: Curriculum
    faces: Mapping[str, bytes]


def read(lessons: Path, personas: Path) -> Library:
    """The course in those folders. Raises BadContent with every problem found, each with the file's path and line."""
    problems = Problems()
    order = Sheet(lessons / "order.yaml", problems)
    fields = _order(order)
    folders = _folders(order, fields)
    known, faces = read_personas(problems, personas)
    read_lessons = [_lesson(problems, lessons / folder, number, known) for number, folder in enumerate(folders, 1)]
    checks.check_words([(lesson.slug, page) for lesson, page, _ in read_lessons])
    checks.check_ids(bank for _, _, bank in read_lessons)
    curriculum = Curriculum(
        title=fields.text("title", limit=LONGEST_HEADING),
        checked=fields.day("checked"),
        lessons=tuple(lesson for lesson, _, _ in read_lessons),
        personas=known,
    )
    if problems.found:
        raise BadContent(problems.sentences())
    return Library(curriculum, faces)


def count(library: Library) -> str:
    """What there is, one line a lesson."""
    return "\n".join(_count(lesson) for lesson in library.curriculum.lessons)


def _order(order: Sheet) -> Fields:
    text = order.text("the course's title and the order of its lessons")
    known = ("title", "checked", "lessons")
    return Fields(order, None) if text is None else Fields.of_text(order, text, known)


def _folders(order: Sheet, fields: Fields) -> list[str]:
    """The folders listed that exist, in order."""
    listed = fields.texts("lessons")
    if "lessons" in fields:
        checks.check_folders(order, fields.line("lessons"), [placed.text for placed in listed])
    found: list[str] = []
    for placed in listed:
        check_id(order, placed, "The folder name", LONGEST_SLUG)
        if placed.text in found:
            order.wrong(placed.line, f"“{placed.text}” is in the list twice. Keep one.")
        elif not (order.path.parent / placed.text).is_dir():
            there = [path.name for path in order.path.parent.iterdir() if path.is_dir()]
            order.wrong(placed.line, f"There is no folder “{placed.text}” beside this file.{near(placed.text, there)}")
        else:
            found.append(placed.text)
    return found


def _lesson(problems: Problems, folder: Path, number: int, personas: Mapping[str, object]) -> tuple[Lesson, Page, Bank]:
    page = read_lesson(Sheet(folder / "lesson.md", problems), number)
    bank = read_quiz(Sheet(folder / "quiz.yaml", problems), page)
    lab = read_lab(Sheet(folder / "lab.yaml", problems), page, personas.keys())
    checks.check_bank(bank)
    if bank.questions and lab.questions:
        checks.check_use(page)
    return _joined(folder.name, page, bank, lab), page, bank


def _joined(slug: str, page: Page, bank: Bank, lab: LabPlan) -> Lesson:
    return Lesson(
        slug=slug,
        number=page.number,
        title=page.title,
        summary=page.summary,
        minutes=page.minutes,
        aliases=tuple(alias.text for alias in page.aliases),
        objectives=tuple(objective.text for objective in page.objectives),
        misconceptions=page.misconceptions,
        digest=page.digest,
        sections=page.sections,
        since=page.since,
        questions=bank.questions,
        lab=lab,
    )


def _count(lesson: Lesson) -> str:
    passages = list(lesson.passages())
    words = sum(count_words(plain(part)) for passage in passages for part in passage.parts)
    types = Counter(question.type for question in lesson.questions)
    bank = ", ".join(f"{types[kind]} {kind}" for kind in FIELDS if types[kind])
    sums = (
        _many(len(lesson.sections), "section"),
        _many(len(passages), "passage"),
        _many(len(lesson.since), "dated note"),
        _many(words, "word"),
        f"digest of {_many(lesson.digest.words, 'word')}",
        f"{_many(len(lesson.questions), 'question')} ({bank})",
        _many(len(lesson.lab.questions), "lab question"),
    )
    return f"{lesson.number}. {lesson.title} ({lesson.slug}): {', '.join(sums)}"


def _many(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
