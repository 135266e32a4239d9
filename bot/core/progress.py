"""Progress: where somebody stands, for their own eyes, and the next sensible step."""

import logging
from collections.abc import Sequence
from datetime import datetime

from bot.core.chat import (
    Action,
    Answer,
    Button,
    Buttons,
    Heading,
    Items,
    Line,
    Part,
    Person,
    Picture,
    Post,
    Reply,
    bold,
    line,
    note,
    para,
)
from bot.core.curriculum import Curriculum, Lesson
from bot.core.errors import shorten
from bot.core.ports import Clock, LessonStanding, Pictures, Records, Store

log = logging.getLogger(__name__)


def check_completion(records: Records, who: int, lesson: str, now: datetime) -> bool:
    """Keep that the lesson is complete once it is read, its quiz passed and its exit question answered. True the first time."""
    standing = records.standing(who, [lesson])[0]
    return bool(standing.read_at and standing.passed_at and standing.exit_at) and records.complete(who, lesson, now)


class Progress:
    def __init__(self, store: Store, clock: Clock, curriculum: Curriculum, pictures: Pictures) -> None:
        self._store, self._clock, self._curriculum, self._pictures = store, clock, curriculum, pictures

    async def show(self, person: Person) -> Answer:
        who = await self._store.write(lambda records: records.know(person, self._clock.now()))
        lessons = self._curriculum.lessons
        standing = await self._store.read(lambda records: records.standing(who, [lesson.slug for lesson in lessons]))
        return Reply(progress_post(self._curriculum, standing, await self._draw(lessons, standing)))

    async def _draw(self, lessons: Sequence[Lesson], standing: Sequence[LessonStanding]) -> bytes | None:
        try:
            return await self._pictures.progress(lessons, standing)
        except Exception:  # the text says the same: a picture that cannot be drawn must not hide it
            log.exception("The progress picture could not be drawn")
            return None


def progress_post(curriculum: Curriculum, standing: Sequence[LessonStanding], png: bytes | None) -> Post:
    pairs = list(zip(curriculum.lessons, standing, strict=True))
    done = sum(state.completed_at is not None for state in standing)
    parts: list[Part] = [Heading("Where you stand"), para(bold(f"{done} of {len(pairs)}"), " lessons complete.")]
    rows = tuple(_row(lesson, state) for lesson, state in pairs)
    if png:
        parts.append(Picture("\n".join("".join(run.text for run in row if run.kind == "words") for row in rows), png))
    else:
        parts.append(Items(rows))
    sentence, button = next_step(curriculum, standing)
    parts.append(para(bold("Next: "), sentence))
    if button:
        parts.append(Buttons((button,)))
    parts.append(
        note(
            "A lesson is complete when it is read, its quiz passed (70%, redone questions count) "
            "and its lab's exit question answered. Nobody else sees this, nor your quiz answers."
        )
    )
    return Post(tuple(parts))


def _row(lesson: Lesson, state: LessonStanding) -> Line:
    if state.completed_at:
        head = "complete"
    elif state == LessonStanding(lesson.slug):
        head = "not begun"
    else:
        head = "under way"
    return line(bold(f"{lesson.number}. {lesson.title}"), f" · {head}. {_reading(lesson, state)}; {_quiz(state)}; {_lab(state)}.")


def _reading(lesson: Lesson, state: LessonStanding) -> str:
    if state.read_at:
        return "Read"
    return "Not read" if state.section < 0 else f"Read up to section {state.section + 1} of {len(lesson.sections)}"


def _quiz(state: LessonStanding) -> str:
    if not state.first_given:
        return "quiz not taken"
    score = f"{state.first_right} of {state.first_given} right at the first try"
    return f"quiz passed ({score})" if state.passed_at else f"quiz not passed yet ({score})"


def _lab(state: LessonStanding) -> str:
    if state.exit_at:
        return "lab finished"
    return "lab open" if state.lab_open else "lab not begun"


def next_step(curriculum: Curriculum, standing: Sequence[LessonStanding]) -> tuple[str, Button | None]:
    """The first thing still open, in the order of the course."""
    for lesson, state in zip(curriculum.lessons, standing, strict=True):
        if state.completed_at:
            continue
        title = shorten(lesson.title, 60)
        if not state.read_at:
            label = "Read on" if state.section >= 0 else "Read the lesson"
            return f"read “{title}”.", Button(label, Action("lesson.open", (lesson.slug,)), "primary")
        if not state.passed_at:
            return f"take the quiz on “{title}”.", Button("Take the quiz", Action("quiz.open", (lesson.slug,)), "primary")
        verb = "go on with" if state.lab_open else "open"
        return f"{verb} the lab on “{title}”.", Button("Open the lab", Action("lab.open", (lesson.slug,)), "primary")
    return "nothing. You have completed the course; well done.", None
