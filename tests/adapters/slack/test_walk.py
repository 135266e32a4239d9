"""The whole course in Slack: the walk of the room's browser test, over a socket and over HTTP with signatures."""

import asyncio
import re
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.adapters.library import Library
from bot.core.curriculum import Curriculum
from tests.adapters.slack.stage import EchoTutor, HangingTutor, Stage
from tests.contract.walking import Walker
from tests.doubles.slack import Message, specs

TURNS = (
    "I expect the tone to change and the knowledge to stay",
    "What does the loss look at when a model is fine-tuned?",
    "hint",
    "It raises the probability of the target response, token by token",
    "Why can refusals be talked around?",
)


@pytest.fixture(params=["socket", "http"])
def http(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "http")


@pytest.fixture
async def stage(tmp_path: Path, library: Library, http: bool) -> AsyncIterator[Stage]:
    stage = Stage(tmp_path, library, specs.require(), http=http)
    await stage.start()
    yield stage
    await stage.stop()
    stage.double.assert_clean()


async def test_a_learner_walks_from_the_digest_to_a_finished_lesson(stage: Stage, course: Curriculum) -> None:
    lesson = course.lessons[0]
    ada = await stage.learner("Ada")
    walker = Walker(ada, course)

    await ada.presses(await ada.sees("Lesson 1 of 4", lesson.title), "Read the lesson")
    for number in range(1, len(lesson.sections)):
        await ada.presses(await ada.sees(f"section {number} of {len(lesson.sections)}"), "Next")
    await ada.presses(await ada.sees(f"section {len(lesson.sections)} of {len(lesson.sections)}"), "Take the quiz")

    for number in range(1, 6):
        feedback = await walker.answers(number, right=number > 1)
        if number == 2:
            await stage.restart()
        await ada.presses(feedback, "How did I do?" if number == 5 else "Next question")
    await ada.presses(await ada.sees("4 of 5 right"), "Open the lab")

    opening = await ada.sees("Just reply here")
    root = stage.channel.messages[opening.thread or ""]
    for turn in TURNS:
        before = len(stage.thread(root))
        await ada.says(turn, root.ts)
        await stage.double.until(lambda count=before: len(stage.thread(root)) == count + 2, what=turn)  # type: ignore[misc]
        await stage.quiet()
    assert {message.username for message in stage.thread(root) if message.author.bot_id} == {root.username}

    last = await ada.sees("Finish the lab", thread=root.ts)
    await ada.presses(last, "Finish the lab")
    await ada.sees("To end with", thread=root.ts)
    await ada.says("Tuning shifts what a model tends to do, and can disturb what it knows.", root.ts)
    await ada.sees("This lab is closed", thread=root.ts)

    await ada.types("/progress")
    standing = await ada.sees("1 of 4 lessons complete")
    assert standing.private
    assert f"{lesson.title} · complete. Read; quiz passed (4 of 5 right at the first try)" in standing.text


async def test_two_people_share_a_channel_and_keep_their_own_things(stage: Stage) -> None:
    ada, grace = await stage.learner("Ada"), await stage.learner("Grace")
    await ada.types("/quiz rlhf")
    assert (await ada.sees("question 1 of 5")).private
    await ada.types("/lab prompting")
    opening = await grace.sees("Just reply here")
    assert opening.thread
    assert not [seen for seen in await grace.all_seen() if "question 1 of 5" in seen.text]


async def test_a_lead_sets_the_calendar_in_a_form_and_nobody_else_steers_it(stage: Stage) -> None:
    ada = await stage.learner("Ada")
    await ada.types("/cohort schedule")
    view = await ada.person.sees_view()
    await ada.person.submits(view, {"field:time": "09:30", "field:zone": "Europe/Berlin"})
    await ada.presses(await ada.sees("Is this right?"), "Save")
    await ada.sees("Saved.")
    grace = await stage.learner("Grace")
    await grace.types("/cohort pause")
    refused = await grace.sees("Only the cohort's leads can do that")
    assert refused.private
    assert "Ada" in refused.text


async def test_two_labs_interleaved_ten_turns_each_keep_their_persona_and_their_history(
    tmp_path: Path, library: Library, http: bool
) -> None:
    stage = Stage(tmp_path, library, specs.require(), EchoTutor(), http=http)
    await stage.start()
    ada, grace = await stage.learner("Ada"), await stage.learner("Grace")
    one, two = await stage.lab(ada, "rlhf"), await stage.lab(grace, "fine-tuning")
    personas = {root.ts: root.username for root in (one, two)}
    for turn in range(10):
        await asyncio.gather(ada.says(f"ada-{turn}", one.ts), grace.says(f"grace-{turn}", two.ts))
        await ada.sees(f"heard [ada-{turn}]", thread=one.ts)
        await grace.sees(f"heard [grace-{turn}]", thread=two.ts)
        if turn == 4:
            await stage.restart()
    await stage.quiet()
    for root, own, other in ((one, "ada-", "grace-"), (two, "grace-", "ada-")):
        answers = [m for m in stage.thread(root) if "heard [" in m.words]
        assert len(answers) == 10
        assert {m.username for m in answers} == {personas[root.ts]}
        assert all(own in m.words and other not in m.words for m in answers)
        assert [re.findall(r"heard \[\w+-(\d)\]", m.words)[0] for m in answers] == [str(n) for n in range(10)]
        assert all(f"{own}{n}" in answers[-1].words for n in range(5, 9)), "the tutor is told what was said before"
    await stage.stop()
    stage.double.assert_clean()


async def test_every_command_and_click_is_acknowledged_in_time_while_the_tutor_hangs_and_two_hundred_arrive(
    tmp_path: Path, library: Library, http: bool
) -> None:
    """In time is what the double takes for it: whoever waits longer than Slack's three seconds reads an error."""
    tutor = HangingTutor()
    stage = Stage(tmp_path, library, specs.require(), tutor, http=http)
    await stage.start()
    ada = await stage.learner("Ada")
    root = await stage.lab(ada)
    await ada.says("Hang", root.ts)
    await tutor.asked.wait()
    digest = next(message for message in stage.channel.roots() if "Lesson 1 of 4" in message.words)
    people = [stage.double.user(f"Learner{n}") for n in range(50)]
    stage.channel.members += [person.id for person in people]
    texts = ("/progress", "/lesson rlhf", "/quiz rlhf")
    gestures = [person.command(text, stage.channel) for person in people for text in texts]
    gestures += [person.clicks(digest, "Read the lesson") for person in people]
    deliveries = await asyncio.gather(*gestures)
    assert len(deliveries) == 200
    assert not [delivery.error for delivery in deliveries if delivery.error]
    tutor.go.set()
    await ada.sees("You said: Hang", thread=root.ts)
    await stage.stop()
    stage.double.assert_clean()


async def test_a_lab_is_answered_correctly_after_the_program_was_killed_and_started_again(
    tmp_path: Path, library: Library
) -> None:
    stage = Stage(tmp_path, library, specs.require())
    await stage.start()
    ada = await stage.learner("Ada")
    root = await stage.lab(ada)
    await ada.says("How does a ranking of answers become a number?", root.ts)
    await ada.sees("L3.", thread=root.ts)
    await stage.quiet()
    await stage.app.stop()

    program = await stage.program()
    stage.double.courier.pauses = (0.1, 1.0, 10.0)
    await ada.says("What would happen without the KL term?", root.ts)
    said = stage.double.courier.sent[-1]
    await stage.double.until(lambda: said.attempts)
    program.kill()
    await program.wait()

    program = await stage.program()
    await stage.double.until(lambda: len(answers(stage, root)) == 3)
    await ada.says("Show me reward hacking in a tiny example.", root.ts)
    await stage.double.until(lambda: len(answers(stage, root)) == 4)
    program.send_signal(signal.SIGTERM)
    assert await program.wait() == 0
    told = answers(stage, root)
    assert {message.username for message in told} == {root.username}
    assert len({message.words for message in told}) == 4
    assert "KL" in told[2].words
    await stage.double.stop()
    stage.double.assert_clean()


def answers(stage: Stage, root: Message) -> list[Message]:
    """What the persona has said in full: what is still being written has a button to stop it."""
    return [m for m in stage.thread(root) if m.author.bot_id and not m.words.endswith("Stop")]
