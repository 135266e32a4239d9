import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.adapters.pictures import Charts, Step, draw_report, steps
from bot.core.curriculum import Curriculum
from bot.core.ports import Counts, LessonStanding, Pictures
from tests.adapters.tutor.small_course import BREAD, WEATHER

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
FRESH = LessonStanding("bread")
FINISHED = LessonStanding("bread", 1, NOW, 4, 5, NOW, False, NOW, NOW)
BEGUN = LessonStanding("bread", 0, None, 2, 3, None, True)


@pytest.fixture
async def charts() -> AsyncIterator[Charts]:
    charts = Charts()
    yield charts
    charts.close()


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG")
    return int.from_bytes(png[16:20]), int.from_bytes(png[20:24])


def test_every_state_is_said_in_words() -> None:
    assert steps(BREAD, FRESH) == (
        Step("open", "Lesson", "not begun"),
        Step("open", "Quiz", "not begun"),
        Step("open", "Lab", "not begun"),
    )
    assert steps(BREAD, BEGUN) == (
        Step("begun", "Lesson", "section 1 of 2"),
        Step("begun", "Quiz", "2 of 3 at first try"),
        Step("begun", "Lab", "under way"),
    )
    assert steps(BREAD, FINISHED) == (
        Step("done", "Lesson read"),
        Step("done", "Quiz passed", "4 of 5 at first try"),
        Step("done", "Lab done"),
    )


async def test_the_picture_has_two_dots_for_every_pixel_of_a_phone(charts: Charts) -> None:
    pictures: Pictures = charts
    width, height = size(await pictures.progress((BREAD, WEATHER), (FINISHED, BEGUN)))
    assert width == 780
    assert height == 2 * (106 + 2 * 102 + 4)


async def test_the_same_standing_gives_the_same_picture(charts: Charts) -> None:
    first = await charts.progress((BREAD,), (BEGUN,))
    assert await charts.progress((BREAD,), (BEGUN,)) == first
    assert await charts.progress((BREAD,), (FINISHED,)) != first


async def test_a_lesson_without_a_standing_is_not_begun(charts: Charts) -> None:
    assert await charts.progress((BREAD,), ()) == await charts.progress((BREAD,), (FRESH,))


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("How bread rises", 1),
        ("Why a dough that rests for a whole night in the fridge needs no kneading", 2),
        ("long " * 60, 2),
        ("unbroken" * 30, 2),
        ("كيف يرتفع الخبز", 1),
        ("איך לחם תופח", 1),
        ("パンはなぜ膨らむのか", 1),
        ("$x^2$ \\frac _ & 5 % 🍞", 1),
        ("   ", 1),
        ("", 1),
        ("\u202eevil\u200b", 1),
    ],
)
async def test_any_title_is_drawn_in_one_or_two_lines(charts: Charts, title: str, lines: int) -> None:
    _, height = size(await charts.progress((replace(BREAD, title=title),), (BEGUN,)))
    assert height == 2 * (106 + 102 + 20 * (lines - 1) + 4)


async def test_an_empty_course_is_still_a_picture(charts: Charts) -> None:
    assert size(await charts.progress((), ()))[0] == 780


async def test_the_event_loop_goes_on_while_a_picture_is_drawn(charts: Charts) -> None:
    beats = 0
    drawing = asyncio.ensure_future(charts.progress((BREAD, WEATHER), (FINISHED, BEGUN)))
    while not drawing.done():
        beats += 1
        await asyncio.sleep(0)
    assert beats > 10


def test_matplotlib_is_not_loaded_before_a_picture_is_wanted() -> None:
    code = "import sys, bot.adapters.pictures as p; p.Charts(); sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_report_is_drawn_for_any_number_of_members(course: Curriculum) -> None:
    for members in (0, 1, 7, 1200):
        counts = [Counts(members, members, members // 2, 0) for _ in course.lessons]
        assert draw_report("=Team; 日本語", course.lessons, counts).startswith(b"\x89PNG")
