"""Every rule about quiz.yaml, broken once: the complaint names the line and says what to do."""

import pytest

from tests.adapters.library.course import LESSON, QUIZ, Course

RULES: dict[str, tuple[str, str, int | str, *tuple[str, ...]]] = {
    # name: what stood there, what stands there now, the line complained of (its number, or words in it), what is said
    "id missing": ("  - id: Q1-02\n    type: multi", "  - type: multi", "type: multi", "`id` is missing. Add it."),
    "id with a space": ("id: Q1-02", "id: Q1 02", "Q1 02", "letters, digits and hyphens"),
    "id too long": ("id: Q1-02", f"id: Q{'1' * 24}", "Q111", "24 at most"),
    "id twice": ("id: Q1-02", "id: Q1-01", 20, "“Q1-01” is also at lessons/fronts/quiz.yaml:2"),
    "unknown type": ("type: multi", "type: multy", "multy", "is not a type", "Did you mean “multi”?"),
    "unknown level": ("level: hard", "level: harsh", "harsh", "easy, medium, hard"),
    "objective out of range": ("objective: 1                 #", "objective: 3  #", "objective: 3", "from 1 to 2"),
    "unknown passage": ("passage: two-airs", "passage: two-air", "two-air", "no passage “two-air”", "“two-airs”"),
    "dated note": ("passage: two-airs", "passage: new-symbol", "new-symbol", "is a dated note"),
    "stem missing": ("    stem: A front can pass on a day without a cloud in the sky.\n", "", "id: Q1-03", "`stem` is missing"),
    "stem too long": ("stem: A front", f"stem: {'x' * 600} A front", "xxx", "600 at most"),
    "why missing": ("    why: Triangles point the way the cold air moves.\n", "", "id: Q1-01", "`why` is missing"),
    "field of another type": ("    unit: hours", "    items: [a]", "items: [a]", "`items` is not a field I know"),
    "unknown field": ("    unit: hours", "    units: hours", "units", "Did you mean “unit”?"),
    "citation": ("why: Triangles", "why: See [@Met20]. Triangles", "why: See", "holds a citation"),
    "hidden escape": ("why: Triangles point", 'why: "Tri\\u202Eangles" #', "why: ", "U+202E RIGHT-TO-LEFT OVERRIDE"),
    "two options": (
        "      - text: How many millimetres of rain will fall\n"
        "        remark: The symbols name the kind of front. How much rain it brings is not in them.\n"
        "      - text: How high the clouds reach\n"
        "        misconception: M1-1\n"
        "        remark: The line marks where two kinds of air meet at the ground, not the cloud above it.\n",
        "",
        26,
        "`options` has 2 entries. Write 3 to 6.",
    ),
    "option without remark": (
        "        remark: That is a warm front, drawn in red with half circles.\n",
        "",
        "Warm air sliding",
        "`remark` is missing",
    ),
    "option too long": ("How high the clouds reach", f"How {'x' * 200}", "How x", "200 at most"),
    "option twice": ("The edge of a bank of cloud", "cold air pushing in under warm air", "cold air pushing", "first on line 9"),
    "remark too long": ("remark: That is", f"remark: {'so ' * 60} That is", "so so", "60 at most"),
    "no right option": ("right: true\n      - text: The edge", "remark: It is.\n      - text: The edge", 8, "Exactly one option"),
    "two right options": (
        "        remark: Wind often",
        "        right: true\n        remark: Wind often",
        8,
        "here 2 do",
    ),
    "right with misconception": (
        "right: true\n      - text: The edge",
        "right: true\n        misconception: M1-1\n      - text: The edge",
        11,
        "stands for no misconception",
    ),
    "unknown misconception": (
        "    misconception: M1-1\n    why: Where both",
        "    misconception: M1-7\n    why: Where both",
        "M1-7",
        "no misconception “M1-7”",
        "Did you mean “M1-1”?",
    ),
    "truefalse without answer": ("    answer: true\n", "", "id: Q1-03", "`answer` is missing"),
    "item twice": ("- Rain falls", "- The warm air is lifted", 60, "twice, first on line 57"),
    "item too long": ("- Rain falls", f"- Rain {'x' * 75}", "Rain xxx", "75 at most"),
    "two items": (
        "      - The lifted air cools\n      - Droplets form and grow\n      - Rain falls\n",
        "",
        "items:",
        "3 to 5",
    ),
    "right side twice": (
        "right: Warm air slides up over cold air",
        "right: Cold air pushes in under warm air",
        74,
        "right sides",
    ),
    "left side twice": ("left: Both, in purple", "left: Blue triangles", 75, "left sides twice, first on line 71"),
    "extra that fits": ("text: The cloud ends", "text: Warm air slides up over cold air", 77, "right sides twice"),
    "pair without right": (
        "        right: A cold front has caught up with a warm one\n",
        "",
        "left: Both",
        "`right` is missing",
    ),
    "answer not a number": ("answer: 3\n", "answer: three\n", "answer: three", "must be a number in digits"),
    "answer outside": ("answer: 3\n", "answer: 4\n", "accept:", "4 lies outside `accept`"),
    "accept reversed": ("[2.9, 3.1]", "[3.1, 2.9]", "accept:", "low one first"),
    "accept of one": ("[2.9, 3.1]", "[2.9]", "accept:", "has 1 entries. Write 2."),
    "accept in words": ("[2.9, 3.1]", "[two, 3.1]", "accept:", "two numbers in digits"),
    "accept without end": ("[2.9, 3.1]", "[2.9, .inf]", "accept:", "two numbers in digits"),
    "trap overlaps": ("[99, 101]", "[3.1, 101]", "[3.1, 101]", "overlaps `accept`, 2.9 to 3.1"),
    "trap without remark": (
        "        remark: You took the speed away from the distance. Divide instead.\n",
        "",
        "[99, 101]",
        "`remark` is missing",
    ),
    "pass too high": ("pass: 2", "pass: 4", "pass: 4", "from 1 to 3"),
    "no wordings": ("any: [condenses, droplets, water falls]", "any: []", "any: []", "1 or more"),
    "telling length": (
        "The place where the wind is strongest",
        "The strong wind",
        "options:",
        "longest",
        "1 of the quiz's 1 single questions; half at most",
    ),
}


@pytest.mark.parametrize("rule", RULES)
def test_a_broken_rule_is_named_with_its_line(course: Course, rule: str) -> None:
    old, new, line, *said = RULES[rule]
    course.change(QUIZ, old, new)
    course.refuses(QUIZ, line, *said)


def test_a_quiz_of_four_questions_is_too_small(course: Course) -> None:
    text = (course.folder / QUIZ).read_text("utf-8")
    course.write(QUIZ, text[: text.index("  - id: Q1-05")])
    course.refuses(QUIZ, "questions:", "has 4 questions. Write 5 or more")


def test_half_of_the_right_options_may_be_the_longest(course: Course) -> None:
    course.change(QUIZ, "The place where the wind is strongest", "The strong wind")
    text = (course.folder / QUIZ).read_text("utf-8")
    second = text[text.index("  - id: Q1-01") : text.index("  - id: Q1-02")]
    course.write(
        QUIZ, text + second.replace("Q1-01", "Q1-08").replace("The strong wind", "The place where the wind is strongest")
    )
    assert course.problems() == ()


def test_multi_needs_something_right(course: Course) -> None:
    text = (course.folder / QUIZ).read_text("utf-8")
    start, end = text.index("  - id: Q1-02"), text.index("  - id: Q1-03")
    course.write(QUIZ, text[:start] + text[start:end].replace("right: true", "remark: It is.") + text[end:])
    course.refuses(QUIZ, 26, "No option is right")


def test_a_missing_quiz_is_asked_for(course: Course) -> None:
    (course.folder / QUIZ).unlink()
    course.refuses(QUIZ, 1, "cannot be opened. Write it: it holds the question bank")


def test_an_empty_quiz_is_asked_for(course: Course) -> None:
    course.write(QUIZ, "# nothing yet\n")
    course.refuses(QUIZ, 1, "Nothing is written here. The fields are: questions.")


def test_a_list_where_fields_belong_is_refused(course: Course) -> None:
    course.write(QUIZ, "- a\n- b\n")
    course.refuses(QUIZ, 1, "Fields are expected here", "a list")


def test_a_lesson_that_cannot_be_read_is_the_only_complaint(course: Course) -> None:
    course.change(LESSON, "title: What a front is", 'title: "What a front is')
    assert all(problem.startswith(f"{LESSON}:") for problem in course.problems())
    assert len(course.problems()) == 1


def test_a_tag_or_an_anchor_is_never_more_than_text(course: Course) -> None:
    course.change(QUIZ, "why: Triangles point the way", "why: !!python/object/apply:os.abort Triangles point the way")
    assert course.read().curriculum.lessons[0].questions[0].why == "Triangles point the way the cold air moves."


def test_right_is_true_or_false(course: Course) -> None:
    course.change(QUIZ, "right: true\n      - text: The edge", "right: yes\n      - text: The edge")
    assert f"{QUIZ}:10: `right` must be true or false." in course.problems()
