"""The front desk: every gesture is led to its use case, and whatever cannot be done is said privately and changes nothing."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.chat import Action, Answer, Command, Declined, Person, Place, Press, Reply, Said, Shown, Submit
from bot.core.curriculum import Curriculum
from bot.core.help import COMMANDS
from tests.conftest import ADA, CHANNEL, GRACE, Build, Stage, button, parts, text
from tests.core.learners import open_lab
from tests.fakes import FakeChat

DIRECT = Place("fake", "w", "dm:ada", None, direct=True)
RTL = "\u202eيمين إلى يسار\u202c"
COMBINING = "Z\u0351\u036b\u0343a\u0300\u0301l\u0317g\u0321o" * 20
MARKUP = "<script>alert('x')</script> <!channel> @everyone **b** `c` [l](javascript:x) & < >"
LETTERS = [RTL, COMBINING, MARKUP, "🦜" * 200, "'; drop table persons; --", "%s%n{0}{person}", "../../etc/passwd"]

TABLES = (
    "cohorts",
    "members",
    "attempts",
    "answers",
    "labs",
    "turns",
    "exit_answers",
    "passes",
    "completions",
    "readings",
    "work",
)


async def contents(stage: Stage) -> dict[str, int]:
    """How much is kept of everything a learner can do."""

    def unit(records: object) -> dict[str, int]:
        connection = records._connection  # type: ignore[attr-defined]  # counted past the queries, which have no reason to
        return {table: connection.exec_driver_sql(f"select count(*) from {table}").scalar() for table in TABLES}

    return await stage.database.read(unit)


def refusal(answer: Answer) -> str:
    """The one sentence of a private refusal, told by itself or beside the form it came from."""
    if isinstance(answer, Declined):
        return answer.sentence
    assert isinstance(answer, Reply), answer
    assert answer.shown is Shown.PRIVATELY
    assert len(answer.post.parts) == 1
    sentence = text(answer)
    assert sentence
    assert len(sentence) < 400
    return sentence


# ---------------------------------------------------------------- commands


@pytest.mark.parametrize(
    ("typed", "begins"),
    [
        ("/lesson", "How the behaviour of language models is shaped"),
        ("/LESSON rlhf", "Lesson 3 of 4"),
        ("/lessons prompting", "Lesson 2 of 4"),
        ("/lesson   rlhf  ", "Lesson 3 of 4"),
        ("/lab", "Which lab?"),
        ("/quiz", "Which quiz?"),
        ("/quiz rlhf", "RLHF: learning from comparisons · quiz · question 1 of 5"),
        ("/progress", "Where you stand"),
        ("/progress please", "Where you stand"),
        ("/lectern", "What I can do"),
        ("/lectern help", "What I can do"),
        ("/lectern HELP", "What I can do"),
        ("/help", "What I can do"),
        ("/lectern privacy", "What is kept about you"),
    ],
)
async def test_every_command_is_led_to_its_use_case(stage: Stage, typed: str, begins: str) -> None:
    answer = await stage.types(ADA, typed)
    assert isinstance(answer, Reply)
    assert answer.shown is Shown.PRIVATELY
    assert text(answer).startswith(begins)


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [
        ("/leson rlhf", "/lesson"),
        ("/quizz", "/quiz"),
        ("/progres", "/progress"),
        ("/cohort creat X", "/cohort create"),
        ("/cohort shedule", "/cohort schedule"),
        ("/lectern privcy", "/lectern privacy"),
        ("/lectern helpp", "/lectern help"),
        ("/lectern foget", "/lectern forget"),
        ("/cohort leav", "/cohort leave"),
    ],
)
async def test_a_misspelt_command_is_answered_with_the_nearest(stage: Stage, typed: str, nearest: str) -> None:
    assert f"Did you mean {nearest}? Type /lectern help to see what I can do." in refusal(await stage.types(ADA, typed))


@pytest.mark.parametrize("typed", ["/lectern foo", "/lectern for", "/cohort le", "/cohort xyz"])
async def test_what_is_like_no_command_is_led_to_the_help_and_never_to_what_takes_something_away(
    stage: Stage, typed: str
) -> None:
    said = refusal(await stage.types(ADA, typed))
    assert "forget" not in said
    assert "leave" not in said
    assert "Type /lectern help to see what I can do." in said


@pytest.mark.parametrize("typed", ["/weather tomorrow", "/🦜", "/", "/cohort 🦜", "/lectern " + "x" * 1900, "/" + "x" * 10_000])
async def test_a_command_like_none_is_answered_with_the_way_to_help(stage: Stage, typed: str) -> None:
    said = refusal(await stage.types(ADA, typed))
    assert said.startswith("I don't know “/")
    assert said.endswith("Type /lectern help to see what I can do.")


@pytest.mark.parametrize("name", ["lesson", "lab", "quiz", "progress", "cohort", "lectern", "cohort create", "nonsense"])
async def test_ten_thousand_characters_are_too_long_for_any_command(stage: Stage, name: str) -> None:
    before = await contents(stage)
    said = refusal(await stage.types(ADA, f"/{name} {'x' * 10_000}"))
    assert "too long for a command (10,0" in said
    assert await contents(stage) == before


@pytest.mark.parametrize("name", ["lesson", "lab", "quiz", "cohort", "lectern"])
async def test_strange_letters_are_refused_and_change_nothing(stage: Stage, name: str) -> None:
    before = await contents(stage)
    for letters in LETTERS:
        assert refusal(await stage.types(ADA, f"/{name} {letters}"))
    assert await contents(stage) == before


@pytest.mark.parametrize("name", [RTL, COMBINING, MARKUP, "", " ", "🦜" * 200, "x" * 10_000])
async def test_a_strange_name_is_answered_like_any_other(stage: Stage, name: str) -> None:
    person = Person("fake", "w", "strange", name)
    assert "section 1 of" in text(await stage.types(person, "/lesson rlhf"))
    assert "0 of 4" in text(await stage.types(person, "/progress"))
    assert await stage.types(person, "/lab rlhf") is None
    assert all(len(said) < 3000 for said in stage.chat.said())


@pytest.mark.parametrize("damaged", ["half \ud800 a parrot", "\udfff", "nul\x00nul"])
async def test_letters_no_database_keeps_are_refused_wherever_they_come(stage: Stage, damaged: str) -> None:
    thread = await open_lab(stage)
    before = await contents(stage)
    for answer in (
        await stage.types(ADA, f"/cohort create {damaged}"),
        await stage.says(ADA, damaged, thread),
        await stage.presses(ADA, Action("lesson.pick"), damaged),
        await stage.sends(ADA, Action("lab.sent", ("1",)), thread, answer=damaged),
    ):
        assert refusal(answer) == "A part of that text was damaged on its way to me. Nothing was kept; please type it again."
    assert await contents(stage) == before


# ---------------------------------------------------------------- help


async def test_help_lists_every_command_there_is(stage: Stage, course: Curriculum) -> None:
    said = text(await stage.types(ADA, "/lectern help"))
    for _, usage, what in COMMANDS:
        assert f"{usage}: {what.removeprefix('Leads: ')}.".casefold() in said.casefold()
    assert "Topics: " + ", ".join(lesson.slug for lesson in course.lessons) in said


async def test_every_command_of_the_list_is_known_to_the_desk(stage: Stage) -> None:
    for words, _, _ in COMMANDS:
        assert "I don't know" not in text(await stage.types(ADA, f"/{words}")), words


async def test_every_button_of_help_leads_somewhere(stage: Stage) -> None:
    answer = await stage.types(ADA, "/lectern help")
    for label, begins in [
        ("Lessons", "How the behaviour"),
        ("Labs", "Which lab?"),
        ("Quizzes", "Which quiz?"),
        ("My progress", "Where you stand"),
        ("The calendar", "No cohort lives in this channel."),
        ("My data", "What is kept about you"),
    ]:
        assert text(await stage.presses(ADA, button(answer, label))).startswith(begins)


async def test_privacy_says_what_is_kept_who_sees_it_and_where_it_goes(stage: Stage) -> None:
    said = text(await stage.types(ADA, "/lectern privacy"))
    for words in ("quiz answers", "What you write in labs", "You alone see your quizzes", "no language model is connected"):
        assert words in said


# ---------------------------------------------------------------- messages


@pytest.mark.parametrize("typed", ["lesson rlhf", "Lesson rlhf", "/lesson rlhf", "@lectern lesson rlhf", "@Lectern, lesson rlhf"])
async def test_a_direct_message_is_a_command_without_its_slash(stage: Stage, typed: str) -> None:
    answer = await stage.says(ADA, typed, DIRECT)
    assert isinstance(answer, Reply)
    assert answer.shown is Shown.OPENLY
    assert "Lesson 3 of 4" in text(answer)


@pytest.mark.parametrize("typed", ["hello", "", "what can you do?", "🦜", "x" * 10_000, RTL, "@lectern", "@lectern hello"])
async def test_any_other_direct_message_is_answered_with_help(stage: Stage, typed: str) -> None:
    assert text(await stage.says(ADA, typed, DIRECT)).startswith("What I can do")


async def test_a_call_in_a_channel_is_answered_to_the_caller_alone(stage: Stage) -> None:
    for typed in ("@lectern", "@Lectern what now?", "@lectern progress"):
        answer = await stage.says(ADA, typed, CHANNEL)
        assert isinstance(answer, Reply)
        assert answer.shown is Shown.PRIVATELY


async def test_a_refused_direct_message_is_told_like_any_refusal(stage: Stage) -> None:
    assert "Did you mean rlhf?" in refusal(await stage.says(ADA, "quiz rlfh", DIRECT))


# ---------------------------------------------------------------- buttons and forms

VERBS = [
    "lesson.pick", "lesson.open", "lesson.turn", "lesson.since", "lesson.passage", "lab.see", "lab.open", "lab.private",
    "lab.new", "lab.go",
    "lab.ask", "lab.hint", "lab.explain", "lab.next", "lab.finish", "lab.exit", "quiz.open", "quiz.pick", "quiz.form",
    "quiz.mark", "quiz.none", "quiz.next", "quiz.redo", "cohort.join", "cohort.change", "cohort.save", "cohort.retry",
    "cohort.leave", "cohort.pause", "cohort.resume", "cohort.skip", "cohort.post", "cohort.share",
    "digest.lesson", "digest.lab", "digest.quiz", "digest.sources",
]  # fmt: skip
FORGED = [("-1",), ("x",), ("0",), ("999999",), ("9" * 30,), ("9" * 5000,), (MARKUP,), ("1", "2", "3", "4", "5")]


@pytest.mark.parametrize("verb", VERBS)
async def test_a_button_without_its_arguments_is_refused(stage: Stage, verb: str) -> None:
    before = await contents(stage)
    assert refusal(await stage.presses(ADA, Action(verb)))
    assert await contents(stage) == before


@pytest.mark.parametrize("verb", VERBS)
async def test_a_forged_button_is_refused(stage: Stage, verb: str) -> None:
    before = await contents(stage)
    for args in FORGED:
        assert refusal(await stage.presses(ADA, Action(verb, args), "0"))
        assert refusal(await stage.presses(ADA, Action(verb, (*args, *args)), "0"))
    assert await contents(stage) == before


@pytest.mark.parametrize("verb", VERBS)
async def test_a_button_with_an_empty_argument_is_refused_or_asks_what_is_meant(stage: Stage, verb: str) -> None:
    before = await contents(stage)
    answer = await stage.presses(ADA, Action(verb, ("",)), "0")
    assert isinstance(answer, Reply)
    assert answer.shown is Shown.PRIVATELY
    assert verb in ("lesson.open", "quiz.open") or refusal(answer)
    assert await contents(stage) == before


@pytest.mark.parametrize("verb", ["", "nonsense", "lesson", "lesson.", "LESSON.OPEN", "__class__", "x" * 5000, MARKUP])
async def test_a_button_nobody_made_is_stale(stage: Stage, verb: str) -> None:
    assert "no longer works" in refusal(await stage.presses(ADA, Action(verb, ("rlhf",))))
    assert "no longer works" in refusal(await stage.sends(ADA, Action(verb, ("1",)), answer="x"))


@pytest.mark.parametrize("verb", ["quiz.sent", "lab.sent", "cohort.form"])
async def test_a_forged_form_is_refused(stage: Stage, verb: str) -> None:
    before = await contents(stage)
    for args in [(), *FORGED]:
        assert refusal(await stage.sends(ADA, Action(verb, args), answer="x"))
        assert refusal(await stage.sends(ADA, Action(verb, (*args, "x")), answer="x"))
    assert await contents(stage) == before


arguments = st.lists(st.sampled_from(["1", "0", "-1", "rlhf", "Q3-01", "", "x", "9" * 25, "private"]), max_size=3).map(tuple)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    verb=st.sampled_from([*VERBS, "quiz.sent", "lab.sent", "cohort.form", "progress.show", "lesson.list", "cohort.status", "?"]),
    args=arguments,
    values=st.lists(st.sampled_from(["0", "1", "x", "rlhf", "9" * 25]), max_size=2).map(tuple),
    typed=st.text(max_size=20),
    person=st.sampled_from([ADA, GRACE]),
)
async def test_no_gesture_breaks_the_desk(
    stage: Stage, verb: str, args: tuple[str, ...], values: tuple[str, ...], typed: str, person: Person
) -> None:
    action, event = Action(verb, args), stage.event()
    for heard in (
        Press(person, CHANNEL, event, action, values),
        Submit(person, CHANNEL, f"{event}s", action, {"answer": (typed,), "f0": values, "days": values}),
        Command(person, CHANNEL, f"{event}c", verb.split(".")[0], typed),
        Said(person, Place("fake", "w", "general", "1"), f"{event}t", typed),
        Said(person, DIRECT, f"{event}d", typed),
    ):
        await stage.desk.hear(heard)
    await stage.deliveries.settle()


# ---------------------------------------------------------------- under a digest


async def cohort_with_digest(stage: Stage) -> tuple[str, str]:
    """A cohort whose first digest went out; its number and the lesson's slug."""
    await stage.types(GRACE, "/cohort create Winter")
    await stage.types(GRACE, "/cohort post rlhf")
    place, post = next((place, post) for place, post in stage.chat.posts.values() if "digest.quiz" in repr(post))
    assert place == CHANNEL
    cohort, slug = button(post, "Take the quiz").args
    return cohort, slug


@pytest.mark.parametrize(
    ("verb", "begins"),
    [
        ("digest.lesson", "Lesson 3 of 4"),
        ("digest.quiz", "RLHF: learning from comparisons · quiz · question 1 of 5"),
        ("digest.sources", "Sources of the digest"),
    ],
)
async def test_a_button_under_a_digest_joins_once_and_says_so(stage: Stage, verb: str, begins: str) -> None:
    args = await cohort_with_digest(stage)
    first = await stage.presses(ADA, Action(verb, args))
    welcome = "You are now in “Winter”. /cohort leave undoes that."
    assert text(first).startswith(f"{welcome}\n\n{begins}")
    assert text(await stage.presses(ADA, Action(verb, args))).startswith(begins)


async def test_the_lab_under_a_digest_joins_opens_its_thread_and_says_so(stage: Stage) -> None:
    args = await cohort_with_digest(stage)
    assert text(await stage.presses(ADA, Action("digest.lab", args))) == "You are now in “Winter”. /cohort leave undoes that."
    assert "Lab: RLHF" in stage.chat.said()[-2]


async def test_a_digest_of_a_lesson_that_has_left_the_course_joins_nobody(stage: Stage) -> None:
    cohort, _ = await cohort_with_digest(stage)
    before = await contents(stage)
    assert "There is no lesson called “gone”." in refusal(await stage.presses(ADA, Action("digest.quiz", (cohort, "gone"))))
    assert await contents(stage) == before


# ---------------------------------------------------------------- what a learner can never see


async def test_a_fault_of_ours_is_not_swallowed(build: Build) -> None:
    """The edge logs it and apologises; the desk must not turn it into a sentence."""

    class Broken(FakeChat):
        async def direct(self, person: Person) -> Place:
            raise ZeroDivisionError

    stage = build(chat=Broken())
    with pytest.raises(ZeroDivisionError):
        await stage.types(ADA, "/lab rlhf private")


async def test_every_picker_fits_every_platform(stage: Stage) -> None:
    for typed in ("/lesson", "/lab", "/quiz"):
        answer = await stage.types(ADA, typed)
        for part in parts(answer):
            if part.kind == "choose":
                assert 1 <= len(part.options) <= 25
                assert all(0 < len(option.text) <= 75 for option in part.options)
                assert len(part.action.encode()) <= 90
