"""The whole course in Discord: the walk of the other platforms, and the program killed in the middle of it."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, Process
from pathlib import Path

from bot.core.curriculum import Curriculum
from tests.contract.discord import DiscordLearner, DiscordPlatform
from tests.contract.test_promises import PERSONA, lab_of
from tests.contract.walking import Walker

ROOT = Path(__file__).parents[3]
TURNS = (
    "I expect the tone to change and the knowledge to stay",
    "What does the loss look at when a model is fine-tuned?",
    "hint",
    "It raises the probability of the target response, token by token",
    "Why can refusals be talked around?",
)


async def test_a_learner_walks_from_the_digest_to_a_finished_lesson(
    discord: DiscordPlatform, ada: DiscordLearner, course: Curriculum
) -> None:
    lesson = course.lessons[0]
    walker = Walker(ada, course)

    await ada.presses(await ada.sees("Lesson 1 of 4", lesson.title), "Read the lesson")
    for number in range(1, len(lesson.sections)):
        await ada.presses(await ada.sees(f"section {number} of {len(lesson.sections)}"), "Next")
    await ada.presses(await ada.sees(f"section {len(lesson.sections)} of {len(lesson.sections)}"), "Take the quiz")

    for number in range(1, 6):
        feedback = await walker.answers(number, right=number > 1)
        if number == 2:
            await discord.restart()
        await ada.presses(feedback, "How did I do?" if number == 5 else "Next question")
    await ada.presses(await ada.sees("4 of 5 right"), "Open the lab")

    opening = await ada.sees("Just reply here")
    thread = opening.thread or ""
    for turn in TURNS:
        before = len([one for one in await ada.all_seen() if one.thread == thread])
        await ada.says(turn, thread)
        await discord.quiet()
        assert len([one for one in await ada.all_seen() if one.thread == thread]) == before + 2
    spoken = {one.author for one in await ada.all_seen() if one.thread == thread}
    assert spoken == {"Ada", opening.author}

    there = [one for one in await ada.all_seen() if one.thread == thread and "Finish the lab" in one.buttons]
    last = there[-1]
    await ada.presses(last, "Finish the lab")
    await ada.sees("To end with", thread=thread)
    await ada.says("Tuning shifts what a model tends to do, and can disturb what it knows.", thread)
    await ada.sees("This lab is closed", thread=thread)

    await ada.types("/progress")
    standing = await ada.sees("1 of 4 lessons complete")
    assert standing.private
    assert f"{lesson.title} · complete. Read; quiz passed (4 of 5 right at the first try)" in standing.text


async def test_a_lead_sets_the_calendar_in_a_form_and_nobody_else_steers_it(
    discord: DiscordPlatform, ada: DiscordLearner
) -> None:
    await ada.types("/cohort schedule")
    form = await ada.person.sees_form()
    await ada.person.submits(form, {"time": "09:30", "zone": "Europe/Berlin"})
    await ada.presses(await ada.sees("Is this right?"), "Save")
    await ada.sees("Saved.")
    grace = await discord.learner("Grace")
    await grace.types("/cohort pause")
    refused = await grace.sees("Only the cohort's leads can do that")
    assert refused.private
    assert "Ada" in refused.text


async def program(discord: DiscordPlatform) -> Process:
    """The real program in a process of its own. The one in this process must have stopped."""
    settings = {
        "DATABASE_URL": discord.url,
        "PORT": "0",
        "DISCORD_TOKEN": discord.double.token,
        "DISCORD_API_URL": discord.double.api_url,
    }
    started = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", cwd=ROOT, env={**os.environ, **settings}, stdout=DEVNULL, stderr=DEVNULL
    )
    await discord.double.until(lambda: discord.double.gateway.live, what="the program did not come to Discord")
    return started


async def test_a_lab_is_answered_correctly_after_the_program_was_killed_and_started_again(
    discord: DiscordPlatform, ada: DiscordLearner
) -> None:
    root, _ = await lab_of(ada)
    await discord.quiet()
    await discord.app.stop()
    await discord.double.until(lambda: not discord.double.gateway.live)

    running = await program(discord)
    await ada.says("How does a ranking of answers become a number?", root.id)
    await ada.sees("L3.", by=PERSONA, thread=root.id)
    await ada.says("What would happen without the KL term?", root.id)
    running.kill()
    await running.wait()
    await discord.double.until(lambda: not discord.double.gateway.live)

    running = await program(discord)
    await discord.double.until(lambda: len(replies(discord, root.id)) == 3)
    await ada.says("Show me reward hacking in a tiny example.", root.id)
    await discord.double.until(lambda: len(replies(discord, root.id)) == 4)
    running.terminate()
    assert await running.wait() == 0
    told = replies(discord, root.id)
    assert len(set(told)) == 4
    assert "KL" in told[2]
    await discord.run()


def replies(discord: DiscordPlatform, root: str) -> list[str]:
    """What the persona has said in full, the opening first: what is still being written has a button to stop it."""
    [thread] = [one for one in discord.channel.threads if one.id == root]
    said = [one for one in thread.messages.values() if one.webhook]
    return [one.words for one in said if "Stop" not in str(one.components)]
