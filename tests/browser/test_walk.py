"""The whole course in a real browser against the real program."""

import re
import signal

import pytest
from playwright.async_api import Browser, expect

from bot.core.curriculum import Curriculum
from tests.browser.bot import Bot
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser


async def test_a_learner_walks_from_the_digest_to_a_finished_lesson(browser: Browser, bot: Bot, course: Curriculum) -> None:
    lesson = course.lessons[0]
    ada = await Visitor.enter(browser, bot.address, "Ada")

    await ada.sees(lesson.title)
    await ada.presses("Read the lesson", "Lesson 1 of 4")
    for number in range(1, len(lesson.sections)):
        await ada.presses("Next", f"section {number} of {len(lesson.sections)}")
    await ada.sees(f"section {len(lesson.sections)} of {len(lesson.sections)}")

    await ada.presses("Take the quiz", f"section {len(lesson.sections)} of")
    for number in range(1, 6):
        question = await ada.question(course, number)
        await ada.answers(question, number, right=number > 1)
        if number == 2:
            await bot.restart()
        await ada.presses("How did I do?" if number == 5 else "Next question", f"question {number} of 5")
    await ada.sees("4 of 5 right")

    await ada.presses("Open the lab", "4 of 5 right")
    await ada.sees("Just reply here", ada.thread)
    for turn in (
        "I expect the tone to change and the knowledge to stay",
        "What does the loss look at when a model is fine-tuned?",
        "hint",
        "It raises the probability of the target response, token by token",
        "Why can refusals be talked around?",
    ):
        count = await ada.thread.locator("article.message.persona").count()
        await ada.types(turn, ada.thread)
        await expect(ada.thread.locator("article.message.persona")).to_have_count(count + 1, timeout=10_000)
    await ada.thread.get_by_role("button", name="Finish the lab").last.click()

    await ada.sees("To end with", ada.thread)
    await ada.types("Tuning shifts what a model tends to do, and can disturb what it knows.", ada.thread)
    await ada.sees("This lab is closed", ada.thread)

    await ada.types("/progress")
    standing = await ada.sees("1 of 4 lessons complete")
    await expect(standing.get_by_role("img").last).to_be_visible()
    await standing.get_by_text("Text version").click()
    await expect(standing).to_contain_text(
        "What fine-tuning changes · complete. Read; quiz passed (4 of 5 right at the first try)"
    )
    assert ada.faults == [fault for fault in ada.faults if "WebSocket" in fault or "ERR_CONNECTION_REFUSED" in fault]


async def test_two_people_share_a_room_and_keep_their_own_things(browser: Browser, bot: Bot) -> None:
    ada = await Visitor.enter(browser, bot.address, "Ada")
    grace = await Visitor.enter(browser, bot.address, "Grace <script>alert(1)</script>")
    await grace.types("Good morning, everybody")
    hello = await ada.sees("Good morning, everybody")
    await expect(hello).to_contain_text("Grace <script>alert(1)</script>")
    await ada.types("/quiz rlhf")
    await expect(await ada.sees("question 1 of 5")).to_contain_text("Only you can see this")
    await ada.types("/lab prompting")
    root = await grace.sees(re.compile("Lab: What prompting"))
    await root.get_by_role("button", name=re.compile("repl")).click()
    await grace.sees("Just reply here", grace.thread)
    await expect(grace.page.get_by_text("question 1 of 5")).to_have_count(0)


async def test_a_page_that_lost_its_connection_misses_nothing(browser: Browser, bot: Bot) -> None:
    ada = await Visitor.enter(browser, bot.address, "Ada")
    grace = await Visitor.enter(browser, bot.address, "Grace")
    await ada.types("/lab rlhf")
    await ada.sees("Just reply here", ada.thread)
    await bot.stop()
    await expect(ada.page.get_by_text(re.compile("[Rr]econnecting"))).to_be_visible(timeout=10_000)
    await ada.types("Said while nobody listened", ada.thread)
    await bot.start()
    await grace.types("Said after the return")
    await ada.sees("Said after the return")
    await ada.sees("Said while nobody listened", ada.thread)
    answered = ada.thread.locator("article.message.persona")
    await expect(answered).to_have_count(3, timeout=10_000)  # root, opening, and one answer


async def test_a_lead_sets_the_calendar_in_a_form(browser: Browser, bot: Bot) -> None:
    ada = await Visitor.enter(browser, bot.address, "Ada", width=390, height=844)
    await ada.types("/cohort schedule")
    form = ada.page.get_by_role("dialog")
    await form.get_by_label("Time of day").fill("09:30")
    await form.get_by_label("Time zone").fill("Europe/Berlin")
    await form.get_by_role("button", name="Show the dates").click()
    await ada.presses("Save", "Is this right?")
    await ada.sees("Saved.")
    grace = await Visitor.enter(browser, bot.address, "Grace")
    await grace.types("/cohort pause")
    await expect(await grace.sees("Only the cohort's leads can do that")).to_contain_text("Ada")


async def test_ctrl_c_ends_it_cleanly_and_says_nothing_more(bot: Bot) -> None:
    status, said = await bot.stop(signal.SIGINT)
    assert status == 0
    assert said == ""


async def test_it_says_one_line_when_it_is_ready(bot: Bot) -> None:
    assert await bot.stop() == (0, "")
    assert await bot.start() == f"Lectern is ready: {bot.address}"
