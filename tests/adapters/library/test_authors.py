"""docs/authors.md shows the example course: every example in it is taken from files that are read without a problem."""

import re

import pytest

from tests.adapters.library.course import EXAMPLE, LAB, LESSON, ORDER, PERSONA, QUIZ, ROOT, Course

DOCUMENT = (ROOT / "docs" / "authors.md").read_text("utf-8")
FILES = {"order.yaml": ORDER, "lesson.md": LESSON, "quiz.yaml": QUIZ, "lab.yaml": LAB, "personas/NAME.md": PERSONA}


def example(heading: str) -> list[str]:
    """The lines of the first fenced block below a heading of the document."""
    section = DOCUMENT.split(f"\n## {heading}\n", 1)[1]
    found = re.search(r"```\w+\n(.*?)\n```", section, re.DOTALL)
    assert found, heading
    return found.group(1).split("\n")


def test_the_example_course_has_no_problems(course: Course) -> None:
    assert course.problems() == ()


@pytest.mark.parametrize("heading", FILES)
def test_every_example_in_the_document_is_part_of_the_example_course(heading: str) -> None:
    rows = iter((EXAMPLE / FILES[heading]).read_text("utf-8").split("\n"))
    for wanted in example(heading):
        start = wanted.removesuffix(" …")
        assert any(row.startswith(start) if start != wanted else row == wanted for row in rows), (
            f"{FILES[heading]} lacks {wanted!r}"
        )


def test_the_headings_shown_in_passing_are_those_of_the_example_course() -> None:
    lesson = (EXAMPLE / LESSON).read_text("utf-8")
    shown = re.findall(r"`(#{2,3} [^`]+\{#[^`]+\})`", DOCUMENT)
    assert shown
    assert all(f"\n{heading}\n" in lesson for heading in shown)
