"""A thread keeps the persona it was opened with: name, face and prompt, whatever an author edits meanwhile."""

from dataclasses import replace

from bot.core.chat import Action, Speaker
from bot.core.curriculum import Curriculum
from tests.conftest import ADA, CHANNEL, Build, Stage, button, text
from tests.core.learners import open_lab
from tests.core.test_lab_shapes import Shaped
from tests.fakes import ScriptedTutor


def edited(course: Curriculum) -> Curriculum:
    """The course after an author gave Vera another name, face and prompt."""
    changed = replace(
        course.personas["vera"], speaker=Speaker("Vesna", "vesna.png", "🎈"), prompt="You are Vesna.", version="edited"
    )
    return replace(course, personas={**course.personas, "vera": changed})


async def again(stage: Stage, build: Build, course: Curriculum, tutor: ScriptedTutor | Shaped) -> Stage:
    await stage.database.close()
    return build(course=course, chat=stage.chat, clock=stage.clock, tutor=tutor)


async def test_an_open_thread_keeps_name_face_and_prompt_and_a_new_one_has_the_edited(build: Build, course: Curriculum) -> None:
    stage = build(tutor=ScriptedTutor("Hello."))
    thread = await open_lab(stage)
    tutor = ScriptedTutor("Hello again.")
    later = await again(stage, build, edited(course), tutor)
    await later.says(ADA, "Are you still you?", thread, "after")
    assert list(later.chat.posts.values())[-1][1].speaker == course.personas["vera"].speaker
    assert tutor.heard[-1].persona == course.personas["vera"]
    await later.presses(ADA, Action("lab.new", ("rlhf",)), event="afresh")
    assert list(later.chat.posts.values())[-1][1].speaker == Speaker("Vesna", "vesna.png", "🎈")


async def test_what_shaped_an_answer_shows_the_instructions_it_was_given_under(build: Build, course: Curriculum) -> None:
    stage = build(tutor=Shaped())
    thread = await open_lab(stage)
    await stage.says(ADA, "What is a score?", thread)
    later = await again(stage, build, edited(course), Shaped())
    answer = await later.presses(ADA, button(list(later.chat.posts.values())[-1][1], "What shaped this answer?"), event="shaped")
    assert "You are Vera" in text(answer)
    assert "You are Vera" in text(await later.presses(ADA, button(answer, "Read the instructions"), event="read"))


async def test_a_lab_older_than_what_is_kept_gets_the_present_persona(build: Build, course: Curriculum) -> None:
    stage = build()
    await stage.database.write(
        lambda records: records.open_lab(
            "e", records.know(ADA, stage.clock.now()), "rlhf", "vera", "older", CHANNEL, stage.clock.now()
        )
    )
    await stage.deliveries.settle()
    assert next(iter(stage.chat.posts.values()))[1].speaker == course.personas["vera"].speaker
