"""Every rule about lesson.md, broken once: the complaint names the line and says what to do."""

import pytest

from tests.adapters.library.course import LESSON, Course

MET = "  Met20: Met Office, 2020. How to read a weather map."
WORKED = "60 km/h the same front needs 120 / 60 = 2 hours. [@worked]"
DIGEST = "went through. A front is"
TABLE = "| Both, in purple | Occluded front | A cold front has caught up with a warm one |"
LONG = "word " * 600


RULES: dict[str, tuple[str, str, int | str, *tuple[str, ...]]] = {
    # name: what stood there, what stands there now, the line complained of (its number, or words in it), what is said
    "title missing": ("title: What a front is\n", "", 2, "`title` is missing. Add it."),
    "title too long for a menu": ("title: What", f"title: {'x' * 75}", 2, "75 at most"),
    "minutes not a number": ("minutes: 6", "minutes: six", "minutes", "whole number"),
    "minutes out of range": ("minutes: 6", "minutes: 0", "minutes", "from 1 to 120"),
    "unknown field": ("summary: Why", "sumary: x\nsummary: Why", "sumary", "Did you mean “summary”?"),
    "field twice": ("minutes: 6", "minutes: 6\nminutes: 7", "minutes: 7", "second time"),
    "text where a list belongs": ("aliases: [front, weather]", "aliases: front", "aliases", "must be a list"),
    "list where text belongs": ("title: What a front is", "title: [What]", 2, "must be text, but this is a list"),
    "mapping where text belongs": ("weather]", "sky: blue]", "aliases", "is a mapping", "in quotes"),
    "empty field": ("summary: Why the sky changes in a line, and how the map shows it.", "summary:", "summary", "is empty"),
    "alias not a word": ("[front, weather]", "[front, Weather Map]", "aliases", "small letters, digits and hyphens"),
    "alias twice": ("[front, weather]", "[front, front]", "aliases", "also at lessons/fronts/lesson.md:5"),
    "misconception without truth": (
        "    truth: It is the edge between two air masses; clouds are what happens there.\n",
        "",
        "    says:",
        "`truth` is missing",
    ),
    "misconception nobody uses": (
        "sources:\n",
        "  M1-2:\n    says: Fronts are drawn at random.\n    truth: They are measured.\nsources:\n",
        "  M1-2:",
        "uses the misconception “M1-2”",
    ),
    "objective nobody tests": (
        "  - Explain why rain falls along the line",
        "  - Explain why rain falls along the line\n  - Name three clouds",
        "Name three",
        "tests objective 3, “Name three clouds”",
    ),
    "source called worked": (MET, f"{MET}\n  worked: Us.", "  worked: Us.", "cannot be called “worked”"),
    "source never cited": (MET, f"{MET}\n  Wmo17: World Met.", "Wmo17", "“Wmo17” is never cited"),
    "unknown citation": (WORKED, WORKED.replace("worked", "Met2O"), "60 km/h", "no source “Met2O”", "Did you mean “Met20”?"),
    "malformed citation": (WORKED, f"{WORKED} [@Met20, p. 3]", "Measure how far", "not well formed", "[@One; @Two]"),
    "figure without source": (WORKED, "60 km/h the same front needs 2 hours.", "Measure how far", "figure here without a source"),
    "figure in a table": (TABLE, "| Both | Occluded | 12% of days |", "| On the map", "figure here without a source"),
    "no front matter": ("---\ntitle", "title", 1, "must begin with front matter"),
    "part twice": ("# Since then", "# Digest", 66, "second time"),
    "part unknown": ("# Since then", "# Sinse then", "# Sinse", "Did you mean “Since then”?"),
    "text before the digest": ("# Digest\n", "Hello.\n\n# Digest\n", "Hello.", "belongs under “# Digest”"),
    "text before a section": ("# Lesson\n", "# Lesson\n\nHello.\n", "Hello.", "begin a section with ##"),
    "text before a passage": ("{#rain}\n", "{#rain}\n\nHello.\n", "Hello.", "begin a passage with ###"),
    "digest without question": ("> Look out of the window.", "Look out of the window.", "Look out", "one question to carry"),
    "digest question asks nothing": ("which kind is coming?", "which is coming.", "> Look out", "one question to carry"),
    "digest too long in words": (DIGEST, f"{'so ' * 100}{DIGEST}", "# Digest", "words. Write 60 to 200"),
    "digest too long in characters": (DIGEST, f"{'sesquipedalian' * 60} {DIGEST}", "# Digest", "1,200 at most"),
    "heading without id": (" {#new-symbol}", "", "### 2024", "{#2024-a-new}"),
    "id taken": ("{#new-symbol}", "{#lifting}", "### 2024", "“lifting” is taken on line"),
    "id in capitals": ("{#new-symbol}", "{#New}", "### 2024", "small letters, digits and hyphens"),
    "id too long": ("{#new-symbol}", f"{{#{'x' * 41}}}", "### 2024", "40 at most"),
    "heading of two words": ("### Why rain falls along a front", "### Rainy fronts", "### Rainy", "Write three to eight"),
    "heading of nine words": ("### Why rain", "### Why so much more rain", "### Why so", "Write three to eight"),
    "heading too long": ("### Why rain falls", f"### Why {'x' * 150}", "### Why x", "150 at most"),
    "dated note without year": ("### 2024: a new symbol", "### A new symbol of late", "### A new", "begins with its year"),
    "passage without text": (
        "# Since then",
        "### One more empty passage {#e}\n\n# Since then",
        "### One",
        "Nothing stands below",
    ),
    "passage too long": (WORKED, f"{LONG}{WORKED}", "### When the front", "2,800 at most"),
    "deeper heading": ("1. The lifted", "#### Step by step\n\n1. The lifted", "####", "heading of this level"),
    "thirteen rows": (TABLE, "\n".join([TABLE] * 11), "| On the map", "13 rows; 12 at most"),
    "row too long": (TABLE, f"{TABLE} more |", TABLE, "4 cells and the table's head 3"),
    "link": ("*air mass*", "[air mass](https://example.org)", "[air mass]", "Links are not allowed"),
    "bare link": ("*air mass*", "<https://example.org>", "<https", "Links are not allowed"),
    "picture": ("*air mass*", "![air](a.png)", "![air]", "Pictures cannot be shown"),
    "code block": ("1. The lifted", "```\ncode\n```\n\n1. The lifted", "```", "block of code"),
    "ruled line": ("1. The lifted", "***\n\n1. The lifted", "***", "ruled line"),
    "line break": ("cloud.\n\n### Cold", "cloud.\\\nYes.\n\n### Cold", "cloud.\\", "forced line break"),
    "list in a list": ("2. Cooler air", "   - in it\n2. Cooler air", "1. The lifted", "no list within a list"),
    "list from a year": ("1. The lifted", "2024. A year.\n\nThen\n\n1. The lifted", "2024. A", "write 2024\\."),
    "quotation of two": ("> Look out", "> One.\n>\n> Look out", "> One.", "one paragraph and nothing else"),
    "zero-width": ("hardly mix", "hardly\u200b mix", "they hardly", "U+200B ZERO WIDTH SPACE"),
    "bidi override": ("hardly mix", "hardly \u202emix", "they hardly", "U+202E RIGHT-TO-LEFT OVERRIDE"),
    "control character": ("hardly mix", "hardly \x07mix", "they hardly", "U+0007"),
    "zero-width by name": ("hardly mix", "hardly &#x200b; mix", "Air that has lain", "U+200B ZERO WIDTH SPACE"),
    "tab": ("  - Explain why", "\t- Explain why", "\t- Explain", "a tab, use spaces"),
}


@pytest.mark.parametrize("rule", RULES)
def test_a_broken_rule_is_named_with_its_line(course: Course, rule: str) -> None:
    old, new, line, *said = RULES[rule]
    course.change(LESSON, old, new)
    course.refuses(LESSON, line, *said)


def test_a_missing_part_is_asked_for(course: Course) -> None:
    text = (course.folder / LESSON).read_text("utf-8")
    course.write(LESSON, text[: text.index("# Digest")] + text[text.index("# Lesson") :])
    course.refuses(LESSON, 1, "The part “# Digest” is missing")


def test_a_short_digest_is_refused(course: Course) -> None:
    text = (course.folder / LESSON).read_text("utf-8")
    course.write(LESSON, text[: text.index("Bright at noon")] + "Short. [@worked]\n\n" + text[text.index("> Look out") :])
    course.refuses(LESSON, "# Digest", "The digest has 18 words. Write 60 to 200")


def test_a_figure_in_a_heading_needs_a_source_below_it(course: Course) -> None:
    course.change(LESSON, "### 2024: a new symbol", "### 2024: 12 new symbols")
    assert course.problems() == ()
    course.change(LESSON, "and who reports it. [@Met20]", "and who reports it.")
    course.refuses(LESSON, "### 2024", "figure in the heading without a source")


def test_a_figure_in_a_section_heading_needs_a_source_below_it(course: Course) -> None:
    course.change(LESSON, "## Rain along the line", "## Rain along 40% of the line")
    assert course.problems() == ()


def test_a_wide_or_long_table_is_refused(course: Course) -> None:
    row = "| a | b | c | d | e | f |\n"
    course.change(LESSON, "Measure how far", f"{row}{'| - ' * 6}|\n{row}\nMeasure how far")
    course.refuses(LESSON, "| a |", "6 columns; 5 at most")
    course.change(LESSON, f"{'| - ' * 6}|\n{row}", f"{'| - ' * 6}|\n{row.replace('a', 'x' * 2_800)}")
    assert any("The table has 2,822 characters; 2,800 at most" in problem for problem in course.problems()), course.problems()


def test_a_section_without_passages_is_refused(course: Course) -> None:
    course.change(LESSON, "# Since then", "## Empty {#empty}\n\n# Since then")
    place = f"{LESSON}:{course.line(LESSON, '## Empty')}: "
    assert any(problem.startswith(place) and "has no passages" in problem for problem in course.problems())


def test_a_lesson_in_another_encoding_is_refused_with_its_line(course: Course) -> None:
    text = (course.folder / LESSON).read_bytes()
    course.write(LESSON, text.replace(b"hardly mix", b"hardly m\xefx"))
    place = (course.folder / LESSON).read_bytes().count(b"\n", 0, text.index(b"hardly mix")) + 1
    course.refuses(LESSON, place, "not valid UTF-8")


def test_yaml_that_cannot_be_read_is_named_with_its_line(course: Course) -> None:
    course.change(LESSON, "summary: Why", "summary: Because: why")
    course.refuses(LESSON, "summary", "not valid YAML", "in quotes")


def test_empty_front_matter_is_refused(course: Course) -> None:
    course.write(LESSON, "---\n---\n" + (course.folder / LESSON).read_text("utf-8").split("---\n", 2)[2])
    assert course.problems()[0].startswith(f"{LESSON}:1: Nothing is written here.")


def test_all_problems_of_a_file_are_told_at_once_from_the_top(course: Course) -> None:
    course.change(LESSON, "minutes: 6", "minutes: six")
    course.change(LESSON, "{#new-symbol}", "{#New}")
    course.change(LESSON, "*air mass*", "[air mass](https://example.org)")
    lines = [int(problem.split(":")[1]) for problem in course.problems()]
    assert len(lines) == 3
    assert lines == sorted(lines)


def test_an_empty_heading_is_refused(course: Course) -> None:
    course.change(LESSON, "### 2024: a new symbol {#new-symbol}", "### {#new-symbol}")
    assert f"{LESSON}:68: The heading is empty. Write it." in course.problems()


def test_a_lesson_without_sections_is_refused(course: Course) -> None:
    text = (course.folder / LESSON).read_text("utf-8")
    course.write(LESSON, text[: text.index("## The line on the map")] + text[text.index("# Since then") :])
    assert any(problem.startswith(f"{LESSON}:30: The lesson has no sections.") for problem in course.problems())


def test_a_character_yaml_does_not_know_is_refused(course: Course) -> None:
    course.change(LESSON, "summary: Why", "summary: \ufffe Why")
    course.refuses(LESSON, 1, "not valid YAML")
