"""Leads, and they alone, see who is where and what is misunderstood; nobody is ranked, and no one person's mistake is shown."""

import csv
import io

import pytest

from bot.core.chat import Answer, File, Items, Person, Picture, Reply, Shown
from bot.core.curriculum import Choices, Curriculum
from tests.conftest import ADA, CHANNEL, GRACE, Build, Stage, button, parts, text
from tests.core.learners import asked, give, onward, reduced, take
from tests.fakes import FakePictures

PEOPLE = [Person("fake", "w", f"p{n}", name) for n, name in enumerate(("Zoe", "Bob", "Cleo", "=Dan"))]


def private(answer: Answer) -> bool:
    return isinstance(answer, Reply) and answer.shown is Shown.PRIVATELY


def rows(answer: Answer, name: str) -> list[dict[str, str]]:
    (file,) = [part for part in parts(answer) if isinstance(part, File) and part.name == name]
    assert file.text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(file.text.removeprefix("\ufeff"))))


async def cohort(stage: Stage, *people: Person) -> None:
    await stage.types(ADA, "/cohort create Team")
    for person in people:
        await stage.types(person, "/cohort join")


def misled(course: Curriculum) -> tuple[str, str, str]:
    """A question of the RLHF lesson, its first wrong option with a misconception, and that misconception."""
    for question in course.find("rlhf").questions:
        if isinstance(question.task, Choices) and sum(option.right for option in question.task.options) == 1:
            first = next(option for option in question.task.options if not option.right)
            if first.misconception:
                return question.id, first.text, first.misconception
    raise AssertionError("no question misleads")


async def answer(stage: Stage, course: Curriculum, person: Person, *, right: bool) -> None:
    await give(stage, course, await stage.types(person, "/quiz rlhf"), right=right, person=person)


@pytest.mark.parametrize("command", ["/cohort report", "/cohort export"])
async def test_reports_are_for_leads(stage: Stage, command: str) -> None:
    await cohort(stage, GRACE)
    assert "Only the cohort's leads can do that. The leads here: Ada." in text(await stage.types(GRACE, command))
    assert private(await stage.types(GRACE, command))
    assert private(await stage.types(ADA, command))
    assert stage.chat.said(CHANNEL) == []


async def test_a_report_needs_a_cohort(stage: Stage) -> None:
    assert "No cohort lives in this channel." in text(await stage.types(ADA, "/cohort report"))


async def test_a_report_counts_in_words_what_its_picture_shows(stage: Stage, course: Curriculum) -> None:
    await cohort(stage, GRACE, *PEOPLE)
    await take(stage, course, "rlhf", person=GRACE)
    report = await stage.types(ADA, "/cohort report")
    (picture,) = [part for part in parts(report) if isinstance(part, Picture)]
    assert picture.png
    assert "read by 0 of 6, quiz passed by 1 of 6, complete for 0 of 6." in picture.alt
    assert "6 members. The whole course is complete for 0; 5 have not begun." in text(report)


async def test_without_a_picture_the_report_says_the_same(build: Build) -> None:
    stage = build(pictures=FakePictures(RuntimeError("no fonts")))
    await cohort(stage, GRACE)
    report = await stage.types(ADA, "/cohort report")
    assert not [part for part in parts(report) if isinstance(part, Picture)]
    assert text(report).count("read by 0 of 2, quiz passed by 0 of 2, complete for 0 of 2.") == 4


async def test_members_stand_in_the_order_of_their_names_whatever_they_have_done(stage: Stage, course: Curriculum) -> None:
    await cohort(stage, *PEOPLE)
    await take(stage, course, "rlhf", person=PEOPLE[0])
    report = await stage.types(ADA, "/cohort report")
    lists = [part for part in parts(report) if isinstance(part, Items)]
    names = ["".join(run.text for run in line if run.kind == "words").partition(" · ")[0] for line in lists[-1].lines]
    assert names == ["=Dan", "Ada", "Bob", "Cleo", "Zoe"]
    assert "right" not in text(report).casefold().replace("copyright", "")


async def test_what_several_misunderstand_is_named_and_what_one_does_is_not(build: Build, course: Curriculum) -> None:
    question, _, kind = misled(course)
    stage = build(course=reduced(course, "rlhf", question))
    truth = course.find("rlhf").misconceptions[kind].truth
    await cohort(stage, GRACE, *PEOPLE)
    for person in (GRACE, *PEOPLE[:2]):
        await answer(stage, course, person, right=person is not GRACE)
    assert truth not in text(await stage.types(ADA, "/cohort report"))
    assert "Nothing yet that at least 2 members share" in text(await stage.types(ADA, "/cohort report"))
    await answer(stage, course, PEOPLE[2], right=False)
    report = text(await stage.types(ADA, "/cohort report"))
    assert "2 of 4" in report
    assert truth in report


async def test_only_first_attempts_count(build: Build, course: Curriculum) -> None:
    question, _, _ = misled(course)
    stage = build(course=reduced(course, "rlhf", question))
    await cohort(stage, *PEOPLE)
    for person in PEOPLE[:3]:
        wrong = await give(stage, course, await stage.types(person, "/quiz rlhf"), right=False, person=person)
        again = await stage.presses(person, button(await onward(stage, wrong, person), "Redo what I missed"))
        assert asked(course, again)
        await give(stage, course, again, right=True, person=person)
    assert "3 of 3" in text(await stage.types(ADA, "/cohort report"))


async def test_an_export_is_two_files_without_scores_answers_or_formulas(stage: Stage, course: Curriculum) -> None:
    await cohort(stage, *PEOPLE)
    await take(stage, course, "rlhf", person=PEOPLE[1])
    export = await stage.types(ADA, "/cohort export")
    progress = rows(export, "progress.csv")
    assert list(progress[0]) == ["name", "lesson", "title", "read", "quiz passed", "lab finished", "complete"]
    assert [row["name"] for row in progress[::4]] == ["'=Dan", "Ada", "Bob", "Cleo", "Zoe"]
    (passed,) = [row for row in progress if row["quiz passed"]]
    assert (passed["name"], passed["lesson"], passed["quiz passed"]) == ("Bob", "rlhf", "2026-11-23")
    assert rows(export, "misunderstood.csv") == []


async def test_the_report_is_a_button_under_the_leads_status_and_the_files_one_under_the_report(stage: Stage) -> None:
    await cohort(stage, GRACE)
    status = await stage.types(ADA, "/cohort status")
    report = await stage.presses(ADA, button(status, "Report"))
    assert "Report: Team" in text(report)
    assert rows(await stage.presses(ADA, button(report, "As files for a spreadsheet")), "progress.csv")
    forged = await stage.presses(GRACE, button(status, "Report"))
    assert "Only the cohort's leads" in text(forged)
    assert "no longer works" in text(await stage.presses(Person("fake", "w2", "x", "X"), button(status, "Report")))


async def test_a_report_on_many_members_is_cut_and_the_file_has_them_all(stage: Stage) -> None:
    people = [Person("fake", "w", f"m{n}", f"Member {n:03}") for n in range(60)]
    await cohort(stage, *people)
    report = text(await stage.types(ADA, "/cohort report"))
    assert "And 21 more, in the file." in report
    assert len(rows(await stage.types(ADA, "/cohort export"), "progress.csv")) == 61 * 4


async def test_whoever_has_left_is_not_in_the_report(stage: Stage) -> None:
    await cohort(stage, GRACE)
    await stage.types(GRACE, "/cohort leave")
    assert "Grace" not in text(await stage.types(ADA, "/cohort report"))


async def test_no_name_begins_a_cell_or_a_formula_of_its_own_in_a_spreadsheet(stage: Stage) -> None:
    names = ("x;=1+1", " =1+1", "＝1+1", "@SUM(1)")
    await cohort(stage, *(Person("fake", "w", f"e{n}", name) for n, name in enumerate(names)))
    export = await stage.types(ADA, "/cohort export")
    assert {row["name"] for row in rows(export, "progress.csv")} == {"Ada", "x;=1+1", "' =1+1", "'＝1+1", "'@SUM(1)"}
    (file,) = [part for part in parts(export) if isinstance(part, File) and part.name == "progress.csv"]
    assert '"x;=1+1","' in file.text  # unquoted, a semicolon ends the cell where commas are decimal points


async def test_one_member_has_not_begun(stage: Stage) -> None:
    await cohort(stage)
    assert "1 member. The whole course is complete for 0; 1 has not begun." in text(await stage.types(ADA, "/cohort report"))


async def test_where_the_last_lead_was_forgotten_members_are_told_how_to_take_the_lead(stage: Stage) -> None:
    await cohort(stage, GRACE)
    await stage.presses(ADA, button(await stage.types(ADA, "/lectern forget"), "Erase me now"))
    assert "a member takes the lead with /cohort lead." in text(await stage.types(GRACE, "/cohort report"))
    assert "Nobody leads this cohort any more. Take the lead with /cohort lead." in text(
        await stage.types(GRACE, "/cohort status")
    )
    await stage.types(GRACE, "/cohort lead")
    assert "Report: Team" in text(await stage.types(GRACE, "/cohort report"))
