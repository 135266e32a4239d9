"""Commands, quizzes, permissions and restarts, in a simulation of Discord made by others."""

import re

import discord
import pytest
from simcord import ChannelHandle, MemberActor, SetupError

from bot.adapters.library import Library
from bot.core.curriculum import Choices
from tests.adapters.discord_simcord.conftest import Screen, Simulated
from tests.doubles.discord.reading import parts
from tests.doubles.discord.specs import Json

TEXT = 4
LETTERED = re.compile(r"\*\*([A-F])\)\*\* (.*)")


@pytest.fixture
def ada(course: Simulated) -> MemberActor:
    return course.member("Ada")


async def typed(
    course: Simulated, who: MemberActor, command: str, where: ChannelHandle | None = None, **options: object
) -> Screen:
    return Screen(await who.slash(where or course.channel, command, **options))


async def test_every_command_is_offered_and_answered_in_private(course: Simulated, ada: MemberActor) -> None:
    offered = ada.available_commands(course.channel)
    assert {"lab", "quiz", "lesson", "progress", "cohort create", "lectern help"} <= set(offered)
    for command, words in (("progress", "Where you stand"), ("quiz", "Which quiz?"), ("lectern help", "/lab")):
        screen = await typed(course, ada, command)
        assert screen.private
        assert words in screen.words


async def test_a_lesson_is_suggested_while_it_is_typed(course: Simulated, ada: MemberActor) -> None:
    offered = await ada.autocomplete(course.channel, "quiz", "topic", "rl")
    assert [one["value"] for one in offered][:1] == ["rlhf"]


async def test_a_cohort_is_founded_and_its_digest_stands_in_the_channel(course: Simulated, ada: MemberActor) -> None:
    founded = await typed(course, ada, "cohort create", name="Demo cohort")
    assert "Demo cohort" in founded.words
    assert (await typed(course, ada, "cohort post")).private
    await course.app.deliveries.settle()
    digest = course.channel.last_message
    assert digest is not None
    assert digest.flags.components_v2
    assert not digest.mentions
    grace = course.member("Grace")
    lesson = Screen(await grace.click(digest, label="Read the lesson"))
    assert lesson.private
    assert "section 1 of" in lesson.words


def untouched(modal: Json) -> dict[str, object]:
    """The form as it opens, entry by entry."""
    found: dict[str, object] = {}
    for part in parts(modal["components"]):
        marked = [option["value"] for option in part.body.get("options") or [] if option.get("default")]
        found[part.custom_id] = part.value if part.type == TEXT else marked
    return found


async def test_a_calendar_is_asked_for_in_a_form_and_checked(course: Simulated, ada: MemberActor) -> None:
    await typed(course, ada, "cohort create", name="Demo cohort")
    status = await typed(course, ada, "cohort status")
    form = await ada.click(status.message.message, label="Set the calendar")
    assert form.modal is not None
    shown = Screen(await ada.submit_modal(form, untouched(form.modal) | {"zone": "Europe/Berlin"}))
    assert shown.private
    assert "Is this right?" in shown.words
    assert "Europe/Berlin" in shown.words


async def answered(course: Simulated, ada: MemberActor, library: Library) -> tuple[Screen, Choices]:
    screen = await typed(course, ada, "quiz", topic="rlhf")
    task = next(one.task for one in library.curriculum.find("rlhf").questions if one.stem in screen.words)
    assert isinstance(task, Choices)
    return screen, task


def right(screen: Screen, task: Choices) -> str:
    """The letter of the right option."""
    text = next(choice.text for choice in task.options if choice.right)
    return next(str(letter) for letter, option in LETTERED.findall(screen.words) if option == text)


async def test_a_quiz_is_answered_in_place_and_outlives_the_process(
    course: Simulated, ada: MemberActor, library: Library
) -> None:
    screen, task = await answered(course, ada, library)
    assert screen.private
    await course.restart()
    await ada.click(screen.message.message, label=right(screen, task))
    assert "Right." in screen.words
    await ada.click(screen.message.message, label="Next question")
    assert "question 2 of 5" in screen.words


async def test_pages_turn_in_place_before_and_after_a_restart(course: Simulated, ada: MemberActor) -> None:
    page = await typed(course, ada, "lesson", topic="rlhf")
    await ada.click(page.message.message, label="Next")
    assert "section 2 of 8" in page.words
    await course.restart()
    await ada.click(page.message.message, label="Next")
    assert "section 3 of 8" in page.words


async def test_a_second_press_of_the_same_button_counts_once(course: Simulated, ada: MemberActor, library: Library) -> None:
    screen, task = await answered(course, ada, library)
    answering = right(screen, task)
    pressed = screen.part(answering)
    await ada.click(screen.message.message, label=answering)
    assert "Right." in screen.words
    with pytest.raises(SetupError):
        await ada.click(screen.message.message, custom_id=pressed.custom_id)


@pytest.mark.parametrize(
    ("lacking", "named"), [("send_messages", "Send Messages"), ("create_public_threads", "Create Public Threads")]
)
async def test_what_is_not_allowed_is_named(course: Simulated, ada: MemberActor, lacking: str, named: str) -> None:
    denied = discord.PermissionOverwrite(**{lacking: False})
    quiet = course.guild.create_text_channel("quiet", overwrites={course.client.user: denied})
    screen = await typed(course, ada, "lab", where=quiet, topic="rlhf")
    assert screen.private
    assert f"“{named}”" in screen.words


async def test_a_private_answer_is_not_for_others(course: Simulated, ada: MemberActor) -> None:
    screen = await typed(course, ada, "progress")
    assert [one.id for one in course.channel.history(viewer=ada)] == [screen.message.id]
    assert course.channel.history(viewer=course.member("Grace")) == []
