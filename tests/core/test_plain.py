"""A post as plain text: nothing that is shown is lost in it."""

from datetime import UTC, datetime

import pytest

from bot.core.chat import (
    Action,
    Button,
    Buttons,
    Choose,
    Heading,
    Items,
    Moment,
    Note,
    Option,
    Part,
    Picture,
    Post,
    Quote,
    Speaker,
    Table,
    Text,
    bold,
    line,
    note,
    para,
)
from bot.core.curriculum import Curriculum
from bot.core.plain import day_text, plain, plain_part
from bot.core.preview import previews

DO = Action("do")
DIGEST = Moment(datetime(2026, 12, 1, 8, 30, tzinfo=UTC), "Europe/Berlin")
OPTIONS = (Option("0", "yes"), Option("1", "no"))


@pytest.mark.parametrize(
    ("part", "text"),
    [
        (Heading("Where you stand"), "Where you stand"),
        (Text(line("a ", bold("b"), " c")), "a b c"),
        (Text(line("due ", DIGEST)), "due Tuesday 1 December 2026, 09:30 (Europe/Berlin)"),
        (Note(line("small")), "small"),
        (Quote(line("said")), "> said"),
        (Items((line("x"), line("y"))), "- x\n- y"),
        (Items((line("x"), line("y")), numbered=True), "1. x\n2. y"),
        (Items(()), ""),
        (Table((line("A"), line("B")), ((line("1"), line("2")), (line("3"), line("4")))), "A | B\n1 | 2\n3 | 4"),
        (Picture("Two of four lessons", b"png"), "[picture] Two of four lessons"),
        (Buttons((Button("Next", DO), Button("Back", DO))), "[Next] [Back]"),
        (Choose("Which?", DO, OPTIONS), "Which?\nA) yes\nB) no"),
        (Choose("", DO, OPTIONS, many=True), "A) yes\nB) no"),
        (Choose("Which?", DO, OPTIONS, menu=True), "Which?\n- yes\n- no"),
    ],
)
def test_every_part_has_its_plain_text(part: Part, text: str) -> None:
    assert plain_part(part) == text


def test_parts_stand_apart_and_empty_ones_leave_no_gap() -> None:
    assert plain(Post((Heading("One"), Items(()), para("Two"), note("Three")))) == "One\n\nTwo\n\nThree"


def test_what_is_said_is_kept_without_its_controls() -> None:
    post = Post((para("Hint 1 of 3: look."), Buttons((Button("Hint", DO),)), Choose("", DO, OPTIONS)), Speaker("Vera", "", ""))
    assert plain(post, controls=False) == "Hint 1 of 3: look."


def test_an_instant_is_told_in_the_cohorts_zone_across_midnight() -> None:
    late = Moment(datetime(2026, 12, 31, 23, 30, tzinfo=UTC), "Asia/Tokyo")
    assert plain_part(para(late)) == "Friday 1 January 2027, 08:30 (Asia/Tokyo)"


def test_a_day_is_told_in_english_with_two_digit_hours() -> None:
    assert day_text(datetime(2027, 3, 7, 6, 5)) == "Sunday 7 March 2027, 06:05"  # noqa: DTZ001 - a wall-clock time


def test_a_learners_markup_stays_letters() -> None:
    text = "<script>alert(1)</script> *b* @everyone \u202eabc e\u0301"
    assert plain(Post((para(text),))) == text


def test_every_post_of_the_course_has_a_plain_text(course: Curriculum) -> None:
    for lesson in course.lessons:
        for title, post in previews(course, lesson, "A banner."):
            assert plain(post).strip(), title
