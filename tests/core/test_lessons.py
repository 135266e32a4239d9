"""Lessons: section by section, privately, and the place is kept."""

from dataclasses import replace
from datetime import datetime

import pytest

from bot.core.chat import Action, Answer, Reply, Shown
from bot.core.curriculum import Curriculum
from bot.core.ports import LessonStanding
from tests.conftest import ADA, GRACE, Build, Stage, button, choice, parts, text
from tests.core.learners import changed, without


def shown(answer: Answer) -> Shown:
    assert isinstance(answer, Reply)
    return answer.shown


def labels(answer: Answer) -> list[str]:
    return [b.label for part in parts(answer) if part.kind == "buttons" for b in part.buttons]


async def standing(stage: Stage, lesson: str = "rlhf") -> LessonStanding:
    return await stage.database.write(lambda records: records.standing(records.know(ADA, stage.clock.now()), [lesson])[0])


async def read_whole(stage: Stage, topic: str = "rlhf") -> Answer:
    page = await stage.types(ADA, f"/lesson {topic}")
    while "Next" in labels(page):
        page = await stage.presses(ADA, button(page, "Next"))
    return page


async def test_without_a_topic_the_lessons_are_listed_and_one_is_picked(stage: Stage, course: Curriculum) -> None:
    answer = await stage.types(ADA, "/lesson")
    picker = choice(answer)
    assert [option.value for option in picker.options] == [lesson.slug for lesson in course.lessons]
    assert [option.text[:3] for option in picker.options] == ["1. ", "2. ", "3. ", "4. "]
    page = await stage.presses(ADA, picker.action, "prompting")
    assert "Lesson 2 of 4" in text(page)


async def test_a_pick_of_nothing_asks_for_one(stage: Stage) -> None:
    answer = await stage.presses(ADA, Action("lesson.pick"))
    assert text(answer) == "Choose one from the list first."


async def test_a_lesson_is_read_from_its_first_section_to_its_last(stage: Stage, course: Curriculum) -> None:
    for lesson in course.lessons:
        page = await stage.types(ADA, f"/lesson {lesson.slug}")
        assert shown(page) is Shown.PRIVATELY
        assert "Back" not in labels(page)
        for number, section in enumerate(lesson.sections, 1):
            said = text(page)
            assert f"section {number} of {len(lesson.sections)}" in said
            assert section.title in said
            assert all(passage.heading in said for passage in section.passages)
            if number < len(lesson.sections):
                page = await stage.presses(ADA, button(page, "Next"))
                assert shown(page) is Shown.INSTEAD
        assert labels(page) == ["Back", "Take the quiz", "Open the lab", "Since then"]
        assert button(page, "Take the quiz") == Action("quiz.open", (lesson.slug,))
        assert button(page, "Open the lab") == Action("lab.open", (lesson.slug,))


async def test_every_figure_shown_has_its_sources_below(stage: Stage, course: Curriculum) -> None:
    for lesson in course.lessons:
        page = await stage.types(ADA, f"/lesson {lesson.slug}")
        for section in lesson.sections:
            for passage in section.passages:
                assert all(source in text(page) for source in passage.sources)
            page = await stage.presses(ADA, button(page, "Next")) if "Next" in labels(page) else page


async def test_back_goes_back(stage: Stage) -> None:
    first = await stage.types(ADA, "/lesson rlhf")
    second = await stage.presses(ADA, button(first, "Next"))
    assert text(await stage.presses(ADA, button(second, "Back"))) == text(first)


async def test_a_lesson_goes_on_where_it_was_left(build: Build) -> None:
    stage = build()
    page = await stage.types(ADA, "/lesson rlhf")
    for _ in range(3):
        page = await stage.presses(ADA, button(page, "Next"))
    await stage.database.close()

    again = build()
    resumed = await again.types(ADA, "/lesson RLHF")
    assert "section 4 of 8 · you left off here" in text(resumed)
    assert "section 1 of 8" in text(await again.presses(ADA, button(resumed, "From the start")))
    assert "you left off" not in text(await again.types(ADA, "/lesson rlhf"))


async def test_a_place_is_kept_for_each_reader_and_lesson(stage: Stage) -> None:
    await stage.presses(ADA, button(await stage.types(ADA, "/lesson rlhf"), "Next"))
    assert "section 1 of" in text(await stage.types(GRACE, "/lesson rlhf"))
    assert "section 1 of" in text(await stage.types(ADA, "/lesson prompting"))
    assert "section 2 of" in text(await stage.types(ADA, "/lesson rlhf"))


async def test_a_lesson_read_to_its_end_begins_again_and_stays_read(stage: Stage) -> None:
    await read_whole(stage)
    first = (await standing(stage)).read_at
    stage.clock.pass_(days=1)
    page = await stage.types(ADA, "/lesson rlhf")
    assert "section 1 of 8" in text(page)
    assert "you left off" not in text(page)
    await read_whole(stage)
    assert (await standing(stage)).read_at == first


async def test_a_lesson_counts_as_read_at_its_last_section_and_not_before(stage: Stage) -> None:
    read: datetime | None = None
    page = await stage.types(ADA, "/lesson rlhf")
    while "Next" in labels(page):
        assert (await standing(stage)).read_at is None
        page = await stage.presses(ADA, button(page, "Next"))
        read = (await standing(stage)).read_at
    assert read == stage.clock.now()


async def test_the_dated_notes_stand_apart_from_the_lesson(stage: Stage, course: Curriculum) -> None:
    for lesson in course.lessons:
        last = await read_whole(stage, lesson.slug)
        notes = await stage.presses(ADA, button(last, "Since then"))
        said = text(notes)
        assert shown(notes) is Shown.INSTEAD
        for dated in lesson.since:
            assert dated.heading in said
            assert dated.heading not in text(last)
        assert text(await stage.presses(ADA, button(notes, "Back to the lesson"))) == text(last)


async def test_a_passage_is_one_tap_away_and_leaves_the_page_standing(stage: Stage, course: Curriculum) -> None:
    for lesson in course.lessons:
        for passage in (*lesson.passages(), *lesson.since):
            answer = await stage.presses(ADA, Action("lesson.passage", (lesson.slug, passage.id)))
            assert shown(answer) is Shown.PRIVATELY
            assert passage.heading in text(answer)
            assert text(answer).startswith(f"{passage.mark} · {lesson.title}")
            assert "Sources: \n" not in f"{text(answer)}\n"


async def test_what_a_changed_course_no_longer_has_is_refused_with_the_way_on(build: Build, course: Curriculum) -> None:
    def shorter(course: Curriculum) -> Curriculum:
        return changed(course, "rlhf", lambda lesson: replace(lesson, sections=lesson.sections[:2], since=()))

    stage = build(course=shorter(without(course, "prompting")))
    for action, sentence in [
        (Action("lesson.turn", ("rlhf", "5")), "That page is no longer in the lesson. Open it afresh with /lesson rlhf."),
        (
            Action("lesson.passage", ("rlhf", "cai-gone")),
            "That passage is no longer in the lesson. Read it as it is now with /lesson rlhf.",
        ),
        (
            Action("lesson.since", ("rlhf",)),
            "The dated notes are no longer in the lesson. Read it as it is now with /lesson rlhf.",
        ),
        (
            Action("lesson.turn", ("prompting", "0")),
            "That lesson is no longer in the course. Type /lesson to see the lessons there are.",
        ),
        (
            Action("lesson.passage", ("prompting", "x")),
            "That lesson is no longer in the course. Type /lesson to see the lessons there are.",
        ),
    ]:
        answer = await stage.presses(ADA, action)
        assert (text(answer), shown(answer)) == (sentence, Shown.PRIVATELY)


async def test_a_reader_behind_the_end_of_a_shortened_lesson_begins_again(build: Build, course: Curriculum) -> None:
    stage = build()
    page = await stage.types(ADA, "/lesson rlhf")
    for _ in range(5):
        page = await stage.presses(ADA, button(page, "Next"))
    await stage.database.close()
    again = build(course=changed(course, "rlhf", lambda lesson: replace(lesson, sections=lesson.sections[:3])))
    assert "section 1 of 3" in text(await again.types(ADA, "/lesson rlhf"))


@pytest.mark.parametrize("page", ["-1", "8", "x", "", "9" * 30, "9" * 5000, "1.0"])
async def test_a_forged_page_is_refused_and_keeps_the_place(stage: Stage, page: str) -> None:
    await stage.types(ADA, "/lesson rlhf")
    answer = await stage.presses(ADA, Action("lesson.turn", ("rlhf", page)))
    assert text(answer).startswith("That page is no longer in the lesson.")
    assert (await standing(stage)).section == 0


async def test_a_lesson_of_one_section_is_read_when_it_is_opened(build: Build, course: Curriculum) -> None:
    stage = build(course=changed(course, "rlhf", lambda lesson: replace(lesson, sections=lesson.sections[:1], since=())))
    page = await stage.types(ADA, "/lesson rlhf")
    assert labels(page) == ["Take the quiz", "Open the lab"]
    assert (await standing(stage)).read_at == stage.clock.now()
