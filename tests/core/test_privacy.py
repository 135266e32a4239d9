"""What is kept about a person is told, handed over and erased; a lab's words have their time."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.chat import Action, Answer, File, Person, Place, Reply, Shown
from bot.core.curriculum import Curriculum
from bot.core.privacy import ASK, EXPORT, FORGET
from bot.store.records.forgetting import pointing_at_people, tables_dealt_with
from tests.conftest import ADA, GRACE, Build, Stage, button, parts, text
from tests.core.learners import open_lab, take

WORDS = "zebrafinch"
DM = Place(ADA.platform, ADA.workspace, f"dm:{ADA.id}", None, True)


def private(answer: Answer) -> bool:
    return isinstance(answer, Reply) and answer.shown is Shown.PRIVATELY


def handed(answer: Answer) -> dict[str, object]:
    (file,) = [part for part in parts(answer) if isinstance(part, File)]
    told: dict[str, object] = json.loads(file.text)
    return told


def bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("*.db*"))


async def live(stage: Stage, course: Curriculum, person: Person = ADA) -> Place:
    """Take part in everything, and leave the rare word wherever words are kept."""
    await stage.types(person, f"/cohort create {person.name}s")
    await stage.types(person, "/cohort join")
    await stage.types(person, "/lesson rlhf")
    await take(stage, course, "rlhf", person=person)
    thread = await open_lab(stage, "rlhf", person)
    await stage.says(person, f"I wonder about the {WORDS}", thread)
    await stage.types(person, "/lab prompting private")
    return thread


# ---------------------------------------------------------------- said


async def test_privacy_says_how_long_a_labs_words_are_kept_as_it_is_set(build: Build) -> None:
    for days, said in ((30, "30 days after"), (1, "a day after"), (0, "erased when it is closed")):
        stage = build(days=days)
        answer = await stage.types(ADA, "/lectern privacy")
        assert said in text(answer)
        assert private(answer)
        await stage.database.close()


async def test_privacy_says_where_words_go_and_leads_to_export_and_erasing(stage: Stage) -> None:
    answer = await stage.types(ADA, "/lectern privacy")
    assert "Where it goes." in text(answer)
    assert (button(answer, "My data as a file"), button(answer, "Erase me")) == (EXPORT, ASK)


# ---------------------------------------------------------------- handed over


async def test_an_export_holds_what_one_did_and_wrote_and_nothing_of_anybody_else(stage: Stage, course: Curriculum) -> None:
    thread = await live(stage, course)
    await stage.types(GRACE, "/cohort join")
    await stage.says(GRACE, "My own capybara", thread)

    answer = await stage.types(ADA, "/lectern export")

    told = handed(answer)
    assert private(answer)
    assert told["person"]["external_id"] == ADA.id  # type: ignore[index]
    assert told["cohorts"][0]["role"] == "lead"  # type: ignore[index]
    assert len(told["quiz answers"]) == 5  # type: ignore[arg-type]
    assert WORDS in json.dumps(told["labs"])
    assert "capybara" not in json.dumps(told)
    assert "Grace" not in json.dumps(told)


async def test_a_stranger_has_nothing_to_be_handed_or_erased(stage: Stage) -> None:
    for command in ("/lectern export", "/lectern forget"):
        assert text(await stage.types(GRACE, command)) == "Nothing is kept about you here."
    assert text(await stage.presses(GRACE, FORGET)) == "Nothing is kept about you here."


# ---------------------------------------------------------------- erased


async def test_forgetting_is_asked_first_and_says_what_goes(stage: Stage, course: Curriculum) -> None:
    await live(stage, course)
    answer = await stage.types(ADA, "/lectern forget")
    assert "You are the only lead of “Adas”." in text(answer)
    assert "Nothing is erased yet." in text(answer)
    assert handed(await stage.types(ADA, "/lectern export"))
    assert (button(answer, "Erase me now"), button(answer, "My data as a file first")) == (FORGET, EXPORT)


async def test_whoever_is_forgotten_is_in_no_byte_of_the_database(stage: Stage, course: Curriculum, tmp_path: Path) -> None:
    ada = Person("fake", "w", "U0SINGULARID", "Adalbertina")
    await live(stage, course, ada)
    before = bytes_of(tmp_path)
    for trace in (ada.id, ada.name, WORDS):
        assert trace.encode() in before

    assert text(await stage.presses(ada, FORGET)).startswith("You are forgotten.")

    left = bytes_of(tmp_path)
    # the cohort's own name was given by a lead, and stays with the cohort
    assert ada.id.encode() not in left
    assert WORDS.encode() not in left
    assert left.count(b"Adalbertina") == left.count(b"Adalbertinas")
    assert text(await stage.presses(ada, FORGET)) == "Nothing is kept about you here."


async def test_a_forgotten_persons_lab_is_closed_and_what_was_on_its_way_is_not_sent(stage: Stage, course: Curriculum) -> None:
    thread = await live(stage, course)
    said = len(stage.chat.keys)
    stage.chat.failures.append(RuntimeError("not now"))
    await stage.says(ADA, "One more thing", thread)
    await stage.presses(ADA, FORGET)
    stage.clock.pass_(hours=1)
    await stage.deliveries.settle()
    assert len(stage.chat.keys) == said
    labs = await stage.database.read(lambda records: [records.lab(number) for number in (1, 2)])
    assert [lab.stage for lab in labs if lab] == ["closed", "closed"]


async def test_others_keep_what_they_wrote_and_how_far_they_came(stage: Stage, course: Curriculum) -> None:
    await live(stage, course)
    await stage.types(GRACE, "/cohort join")
    await take(stage, course, "rlhf", person=GRACE)
    await stage.presses(ADA, FORGET)
    counts = await stage.database.read(lambda records: records.counts(1, "rlhf"))
    assert (counts.members, counts.passed) == (1, 1)
    assert len(handed(await stage.types(GRACE, "/lectern export"))["quiz answers"]) == 5  # type: ignore[arg-type]


async def test_whoever_comes_back_begins_anew(stage: Stage, course: Curriculum) -> None:
    await live(stage, course)
    await stage.presses(ADA, FORGET)
    assert "0 of 4 lessons complete." in text(await stage.types(ADA, "/progress"))
    assert "quiz not taken" in text(await stage.types(ADA, "/progress"))


async def test_a_cohort_whose_only_lead_was_forgotten_can_be_led_by_a_member(stage: Stage, course: Curriculum) -> None:
    await live(stage, course)
    await stage.types(GRACE, "/cohort join")
    assert "Only the cohort's leads" in text(await stage.types(GRACE, "/cohort lead"))
    await stage.presses(ADA, FORGET)
    assert text(await stage.types(GRACE, "/cohort lead")) == "Nobody led “Adas” any more, so you do now."
    assert "Set the calendar" in text(await stage.types(GRACE, "/cohort status"))


def test_every_table_that_names_a_person_is_dealt_with() -> None:
    assert pointing_at_people() == tables_dealt_with()


# ---------------------------------------------------------------- in time


@pytest.mark.parametrize("days", [30, 0])
async def test_a_closed_labs_words_are_kept_as_long_as_it_is_set_and_its_turns_are_counted(
    build: Build, course: Curriculum, tmp_path: Path, days: int
) -> None:
    stage = build(days=days)
    thread = await live(stage, course)
    lab = await stage.database.read(lambda records: records.lab_in(thread))
    assert lab
    await stage.presses(ADA, Action("lab.next", (str(lab.id),)), place=thread)
    await stage.says(ADA, f"The raters prefer it, like the {WORDS}.", thread)
    await stage.presses(ADA, Action("lab.finish", (str(lab.id),)), place=thread)
    await stage.sends(ADA, Action("lab.sent", (str(lab.id),)), thread, answer=f"It is about the {WORDS}.")
    turns = (await stage.database.read(lambda records: records.lab_in(thread))).turns  # type: ignore[union-attr]
    if days:
        stage.clock.pass_(days=days - 1)
        await stage.privacy.fade()
        assert WORDS.encode() in bytes_of(tmp_path)
        stage.clock.pass_(days=1)
    stage.clock.pass_(hours=1)
    assert await stage.privacy.fade() > 0
    assert WORDS.encode() not in bytes_of(tmp_path)
    kept = await stage.database.read(lambda records: records.lab_in(thread))
    assert kept
    assert (kept.turns, kept.stage) == (turns, "closed")
    standing = await stage.database.read(lambda records: records.standing(1, ["rlhf"])[0])
    assert standing.exit_at


async def test_an_open_labs_words_stay_until_it_has_been_left_alone_for_long(
    build: Build, course: Curriculum, tmp_path: Path
) -> None:
    stage = build(days=0)
    await live(stage, course)
    assert await stage.privacy.fade() == 0
    stage.clock.pass_(days=31)
    assert await stage.privacy.fade() > 0
    assert WORDS.encode() not in bytes_of(tmp_path)


async def test_it_is_looked_once_an_hour_however_often_the_bell_rings(build: Build, course: Curriculum) -> None:
    stage = build(days=0)
    await live(stage, course)
    await stage.privacy.fade()
    await stage.database.write(
        lambda records: records.fade(stage.clock.now(), stage.clock.now() + timedelta(days=1), stage.clock.now())
    )
    assert await stage.privacy.fade() == 0
