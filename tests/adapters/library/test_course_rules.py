"""Every rule about order.yaml, labs, personas and what several lessons share, broken once."""

import shutil
import struct

import pytest

from tests.adapters.library.course import LAB, LESSON, ORDER, PERSONA, QUIZ, Course

FACE = "personas/nimbus.png"

RULES: dict[str, tuple[str, str, str, int | str, *tuple[str, ...]]] = {
    # name: the file, what stood there, what stands there now, the line complained of, what is said
    "course without title": (ORDER, "title: Reading a weather map\n", "", 1, "`title` is missing"),
    "no date": (ORDER, "2026-11-23 ", "November ", 2, "a date such as 2026-11-23"),
    "folder listed twice": (ORDER, "[fronts]", "[fronts, fronts]", 3, "in the list twice"),
    "folder not there": (ORDER, "[fronts]", "[fronts, frosts]", 3, "no folder “frosts”", "Did you mean “fronts”?"),
    "lab of nobody": (LAB, "persona: nimbus", "persona: nimbo", 1, "no persona “nimbo”", "Did you mean “nimbus”?"),
    "unknown calculator": (LAB, "goal: Read", "calculators: [lorra]\ngoal: Read", "[lorra]", "no calculator “lorra”", "“lora”"),
    "two starters": (LAB, "  - Will it be colder tonight?\n", "", "starters:", "3 to 6"),
    "starter too long": (LAB, "Will it be", f"Will {'x' * 75} be", "Will x", "75 at most"),
    "unknown section": (LAB, "  - section: line\n", "  - section: lime\n", "lime", "no section “lime”", "“line”"),
    "unknown lab passage": (LAB, "passage: arrival", "passage: arival", "arival", "no passage “arival”", "“arrival”"),
    "two hints": (LAB, "      - Which of the two kinds of air is heavier?\n", "", "hints:", "2 entries. Write 3."),
    "unknown misconception": (LAB, "id: M1-1", "id: M9-1", "M9-1", "no misconception “M9-1”"),
    "counter missing": (LAB, "        counter: If the front were", "        # If the front were", "id: M1-1", "`counter` is"),
    "idea without wordings": (
        LAB,
        "        any: [lifted, warm rises, pushed up]\n",
        "",
        "warm air is lifted",
        "`any` is missing",
    ),
    "no takeaway": (LAB, "takeaway:", "take-away:", "take-away", "Did you mean “takeaway”?"),
    "exit without answer": (LAB, "  answer: Where two", "  # Where two", "ask: Explain", "`answer` is missing"),
    "asked for no passage": (
        LAB,
        "  two-airs:\n",
        "  two-air:\n",
        "two-air:",
        "no passage “two-air”",
        "Did you mean “two-airs”?",
    ),
    "nothing asked": (LAB, "    - how do I read the pointy things\n", "    -\n", 54, "An entry of `cold-warm` is empty"),
    "asked at length": (LAB, "the pointy", f"the {'x' * 200} pointy", "the x", "200 at most"),
    "asked eleven times": (
        LAB,
        "    - how many hours until",
        "    - y\n" * 10 + "    - how many hours until",
        "arrival:",
        "1 to 10",
    ),
    "asked without a list": (LAB, "  lifting:\n    - why", "  lifting:\n    why", "  lifting:", "must be a list"),
    "asked twice": (
        LAB,
        "how many hours until it gets to my place",
        "How do I read the POINTY things",
        "POINTY",
        "first on line",
    ),
    "name everyone": (PERSONA, "Nimbus (map room)", "Everyone", 2, "refuse the name “Everyone”"),
    "name here": (PERSONA, "Nimbus (map room)", "HERE", 2, "refuse the name “HERE”"),
    "name with Discord": (PERSONA, "Nimbus (map room)", "Nimbus of disCORD", 2, "“discord” in it"),
    "name with Clyde": (PERSONA, "Nimbus (map room)", "Clyde", 2, "“clyde” in it"),
    "name with Slack": (PERSONA, "Nimbus (map room)", "Slackbot", 2, "“slack” in it"),
    "name with @": (PERSONA, "Nimbus (map room)", '"@nimbus"', 2, "“@” in it"),
    "name with #": (PERSONA, "Nimbus (map room)", '"nimbus #1"', 2, "“#” in it"),
    "name with colon": (PERSONA, "Nimbus (map room)", '"nimbus:map"', 2, "“:” in it"),
    "name too long": (PERSONA, "Nimbus (map room)", "x" * 81, 2, "80 at most"),
    "name missing": (PERSONA, "name: Nimbus (map room)\n", "", "face:", "`name` is missing"),
    "name with a control character": (PERSONA, "Nimbus (map room)", '"Nim\\abus"', 2, "U+0007"),
    "face not there": (PERSONA, "nimbus.png", "cumulus.png", 3, "no picture “cumulus.png” beside this file"),
    "face elsewhere": (PERSONA, "nimbus.png", "../nimbus.png", 3, "must be the name of a .png file"),
    "emoji missing": (PERSONA, 'emoji: "🌦️"\n', "", 2, "`emoji` is missing"),
    "persona without front matter": (PERSONA, "---\nname:", "name:", 1, "must begin with front matter"),
}


@pytest.mark.parametrize("rule", RULES)
def test_a_broken_rule_is_named_with_its_line(course: Course, rule: str) -> None:
    file, old, new, line, *said = RULES[rule]
    course.change(file, old, new)
    problems = course.problems()
    place = f"{file}:{line if isinstance(line, int) else course.line(file, line)}: "
    named = [problem for problem in problems if problem.startswith(place) and all(phrase in problem for phrase in said)]
    assert len(named) == 1, problems


def test_every_section_needs_a_lab_question(course: Course) -> None:
    course.change(LAB, "  - section: rain\n", "  - section: line\n")
    course.refuses(LAB, "questions:", "The section “rain” has no question in the lab")


def test_a_dated_note_will_do_for_a_lab(course: Course) -> None:
    course.change(LAB, "passage: arrival", "passage: new-symbol")
    assert course.problems() == ()


def test_a_dated_note_may_be_asked_for(course: Course) -> None:
    course.change(LAB, "  arrival:\n", "  new-symbol:\n")
    assert course.problems() == ()


def test_what_is_asked_may_be_left_out(course: Course) -> None:
    text = (course.folder / LAB).read_text("utf-8")
    course.write(LAB, text[: text.index("asked:")])
    assert course.read().curriculum.lessons[0].lab.asked == {}


def test_a_prompt_is_required(course: Course) -> None:
    text = (course.folder / PERSONA).read_text("utf-8")
    course.write(PERSONA, text[: text.index("You are Nimbus")])
    course.refuses(PERSONA, 6, "The prompt is missing")


def png(width: int, height: int, size: int = 100) -> bytes:
    head = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return head + bytes(size - len(head))


@pytest.mark.parametrize(
    ("face", "said"),
    [
        (b"GIF89a" + bytes(50), "is not a PNG"),
        (b"", "is not a PNG"),
        (png(128, 256), "128 by 256 pixels. Make it square."),
        (png(127, 127), "127 pixels wide. Make it 128 or more."),
        (png(512, 512, 256 * 1024 + 1), "256 at most"),
    ],
)
def test_a_picture_that_is_no_face_is_refused(course: Course, face: bytes, said: str) -> None:
    course.write(FACE, face)
    course.refuses(PERSONA, 3, said)


@pytest.mark.parametrize("face", [png(128, 128), png(512, 512, 256 * 1024)])
def test_a_square_picture_of_128_pixels_will_do(course: Course, face: bytes) -> None:
    course.write(FACE, face)
    assert course.problems() == ()


def test_a_folder_that_is_not_listed_is_named(course: Course) -> None:
    (course.folder / "lessons" / "clouds").mkdir()
    course.refuses(ORDER, 3, "The folder “clouds” is not in the list")


def test_a_folder_name_must_fit_into_a_button(course: Course) -> None:
    name = "f" * 25
    shutil.move(course.folder / "lessons/fronts", course.folder / f"lessons/{name}")
    course.change(ORDER, "[fronts]", f"[{name}]")
    course.refuses(ORDER, 3, "24 at most")


def second_lesson(course: Course, slug: str) -> None:
    shutil.copytree(course.folder / "lessons/fronts", course.folder / f"lessons/{slug}")
    course.change(ORDER, "[fronts]", f"[fronts, {slug}]")
    path = course.folder / f"lessons/{slug}/quiz.yaml"
    path.write_text(path.read_text("utf-8").replace("id: Q1-", "id: Q2-"), "utf-8")


def test_an_alias_belongs_to_one_lesson(course: Course) -> None:
    second_lesson(course, "clouds")
    course.change("lessons/clouds/lesson.md", "[front, weather]", "[cloud, weather]")
    course.refuses("lessons/clouds/lesson.md", 5, "The alias “weather” is also at lessons/fronts/lesson.md:5")


def test_an_alias_is_no_other_lessons_folder(course: Course) -> None:
    second_lesson(course, "weather")
    course.change("lessons/weather/lesson.md", "[front, weather]", "[cloud]")
    course.refuses(LESSON, 5, "The alias “weather” is also the folder name of a lesson, lessons/weather")


def test_a_question_id_is_used_once_in_the_course(course: Course) -> None:
    second_lesson(course, "clouds")
    course.change("lessons/clouds/lesson.md", "[front, weather]", "[cloud]")
    course.change("lessons/clouds/quiz.yaml", "id: Q2-07", "id: Q1-07")
    place = f"{QUIZ}:{course.line(QUIZ, 'Q1-07')}"
    course.refuses("lessons/clouds/quiz.yaml", "id: Q1-07", f"“Q1-07” is also at {place}")


def test_the_second_lesson_has_its_own_marks(course: Course) -> None:
    second_lesson(course, "clouds")
    course.change("lessons/clouds/lesson.md", "[front, weather]", "[cloud]")
    second = course.read().curriculum.lessons[1]
    assert [section.passages[0].mark for section in second.sections] == ["L2.1", "L2.2"]


def test_empty_folders_are_named(course: Course) -> None:
    shutil.rmtree(course.folder / "lessons")
    shutil.rmtree(course.folder / "personas")
    first, second = course.problems()
    assert first.startswith("lessons/order.yaml:1: This file cannot be opened.")
    assert second.startswith("personas:1: There are no personas in this folder.")


def test_problems_of_all_files_are_told_at_once(course: Course) -> None:
    course.change(ORDER, "2026-11-23 ", "someday ")
    course.change(LESSON, "minutes: 6", "minutes: six")
    course.change(QUIZ, "level: hard", "level: harsh")
    course.change(LAB, "persona: nimbus", "persona: nimbo")
    course.change(PERSONA, "nimbus.png", "cumulus.png")
    assert {problem.split(":")[0] for problem in course.problems()} == {ORDER, LESSON, QUIZ, LAB, PERSONA}


def test_a_missing_lab_is_asked_for(course: Course) -> None:
    (course.folder / LAB).unlink()
    course.refuses(LAB, 1, "cannot be opened. Write it: it holds the lab")
