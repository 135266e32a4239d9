"""What a course without problems becomes."""

import hashlib
from datetime import date

from bot.adapters.library import count
from bot.core.chat import Items, Table, Text, Words
from bot.core.curriculum import Choice, Choices, Matching, Numeric, Ordering, Short, Trap
from tests.adapters.library.course import Course


def test_the_course_is_read_whole(course: Course) -> None:
    curriculum = course.read().curriculum
    (lesson,) = curriculum.lessons
    assert (curriculum.title, curriculum.checked) == ("Reading a weather map", date(2026, 11, 23))
    assert (lesson.slug, lesson.number, lesson.title, lesson.minutes) == ("fronts", 1, "What a front is", 6)
    assert lesson.aliases == ("front", "weather")
    assert lesson.misconceptions["M1-1"].says == "A front is the edge of a cloud."
    assert [section.id for section in lesson.sections] == ["line", "rain"]
    assert curriculum.find("weather") is lesson


def test_passages_know_their_section_mark_and_sources(course: Course) -> None:
    (lesson,) = course.read().curriculum.lessons
    met = "Met Office, 2020. How to read a weather map."
    assert [(passage.id, passage.section, passage.mark) for passage in lesson.passages()] == [
        ("two-airs", "line", "L1.1"),
        ("cold-warm", "line", "L1.1"),
        ("lifting", "rain", "L1.2"),
        ("arrival", "rain", "L1.2"),
    ]
    assert [passage.sources for passage in lesson.passages()] == [(met,), (met,), (met,), ("Worked out here",)]
    (note,) = lesson.since
    assert (note.id, note.mark, note.heading) == ("new-symbol", "L1 since", "2024: a new symbol")


def test_blocks_become_parts(course: Course) -> None:
    (lesson,) = course.read().curriculum.lessons
    cold, lifting = lesson.passage("cold-warm"), lesson.passage("lifting")
    assert cold
    assert lifting
    assert [type(part) for part in cold.parts] == [Text, Table]
    assert cold.parts[0] == Text((Words("The marks sit on the side towards which the front moves."),))
    steps = lifting.parts[1]
    assert isinstance(steps, Items)
    assert steps.numbered
    assert steps.lines[2] == (Words("The droplets grow until they fall: rain."),)


def test_the_digest_ends_with_its_question(course: Course) -> None:
    digest = course.read().curriculum.lessons[0].digest
    assert digest.question == "Look out of the window. Which kind of air are you in, and which kind is coming?"
    assert [part.kind for part in digest.parts] == ["text", "items", "text"]
    assert digest.sources == ("Met Office, 2020. How to read a weather map.", "Worked out here")
    assert 120 <= digest.words <= 180
    assert digest.characters <= 1200


def test_each_type_of_question_has_its_task(course: Course) -> None:
    tasks = {question.type: question.task for question in course.read().curriculum.lessons[0].questions}
    single, multi, order, pairs, number, short = (
        tasks[kind] for kind in ("single", "multi", "ordering", "matching", "numeric", "short")
    )
    assert isinstance(single, Choices)
    assert single.shuffle
    assert not single.many
    assert isinstance(multi, Choices)
    assert multi.many
    remark = "A front is the edge between two air masses. Clouds are common there, but they are not what it is made of."
    assert tasks["truefalse"] == Choices(
        (Choice("True", True), Choice("False", False, remark, "M1-1")), many=False, shuffle=False
    )
    assert isinstance(order, Ordering)
    assert order.items[0] == "Cold air slides under warm air"
    assert isinstance(pairs, Matching)
    assert pairs.extra
    assert (pairs.extra.right, pairs.extra.misconception) == (False, "M1-1")
    assert isinstance(number, Numeric)
    assert (number.answer, number.low, number.high, number.unit) == (3, 2.9, 3.1, "hours")
    assert number.traps[0] == Trap(0.3, 0.34, "You divided the speed by the distance. It is the other way round.")
    assert isinstance(short, Short)
    assert (short.needed, short.rubric[0].wordings) == (2, ("cold heavier", "cold under warm", "denser"))


def test_a_lab_has_its_path_and_its_exit(course: Course) -> None:
    lab = course.read().curriculum.lessons[0].lab
    assert (lab.persona, len(lab.starters), len(lab.questions)) == ("nimbus", 3, 2)
    assert lab.questions[0].counters[0].misconception == "M1-1"
    assert len(lab.questions[0].hints) == 3
    assert lab.exit.ideas[0].wordings == ("two air masses", "cold warm meet")


def test_a_lab_knows_how_learners_ask(course: Course) -> None:
    asked = course.read().curriculum.lessons[0].lab.asked
    assert list(asked) == ["two-airs", "cold-warm", "lifting", "arrival"]
    assert asked["cold-warm"][1] == "how do I read the pointy things"


def test_a_persona_has_its_face_and_the_version_of_its_prompt(course: Course) -> None:
    library = course.read()
    nimbus = library.curriculum.personas["nimbus"]
    assert (nimbus.speaker.name, nimbus.speaker.face, nimbus.speaker.emoji) == ("Nimbus (map room)", "nimbus.png", "🌦️")
    assert nimbus.prompt.startswith("You are Nimbus")
    whole = "\n".join((nimbus.speaker.name, nimbus.speaker.face, nimbus.speaker.emoji, nimbus.role, nimbus.prompt))
    assert nimbus.version == hashlib.sha256(whole.encode()).hexdigest()[:10]
    assert library.faces["nimbus.png"].startswith(b"\x89PNG")


def test_a_face_no_persona_has_any_more_is_there_for_the_labs_that_still_show_it(course: Course) -> None:
    course.write("personas/cumulus.png", (course.folder / "personas/nimbus.png").read_bytes())
    course.write("personas/notes.png", b"no picture at all")
    before = course.read().curriculum.personas["nimbus"].version
    course.change("personas/nimbus.md", "nimbus.png", "cumulus.png")
    library = course.read()
    assert set(library.faces) == {"nimbus.png", "cumulus.png"}
    assert library.curriculum.personas["nimbus"].version != before


def test_the_count_names_everything_in_one_line(course: Course) -> None:
    line = count(course.read())
    assert "\n" not in line
    for part in (
        "1. What a front is (fronts)",
        "2 sections",
        "4 passages",
        "1 dated note,",
        "7 questions (1 single, ",
        "2 lab questions",
    ):
        assert part in line


def test_words_that_yaml_takes_for_something_else_stay_words(course: Course) -> None:
    course.change("lessons/fronts/quiz.yaml", "text: Which way the front moves", "text: No")
    course.change("lessons/fronts/lesson.md", "title: What a front is", "title: 1984")
    (lesson,) = course.read().curriculum.lessons
    task = lesson.questions[1].task
    assert lesson.title == "1984"
    assert isinstance(task, Choices)
    assert task.options[1].text == "No"


def test_windows_line_endings_and_a_byte_order_mark_are_read(course: Course) -> None:
    text = (course.folder / "lessons/fronts/lesson.md").read_bytes()
    course.write("lessons/fronts/lesson.md", b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n"))
    assert course.problems() == ()
