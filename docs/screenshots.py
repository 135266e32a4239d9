"""Takes the pictures of this folder from the real program in a real browser.

python -m docs.screenshots
"""

import asyncio
import tempfile
from html import escape
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from bot.adapters.discord.preview import show_page
from bot.adapters.library import read
from bot.adapters.tutor.study_guide import StudyGuide
from bot.core.curriculum import Curriculum
from bot.core.preview import previews
from tests.browser.bot import Bot
from tests.browser.conftest import ARGUMENTS, chromium
from tests.browser.visitor import Visitor

HERE = Path(__file__).parent / "img"
SIZES = {"desktop": (1280, 800), "phone": (390, 844)}


async def walk(browser: Browser, course: Curriculum, size: str, scheme: str) -> None:
    """Digest, schedule form and dates, lesson, quiz feedback, lab, progress: one picture each."""
    width, height = SIZES[size]
    with tempfile.TemporaryDirectory() as folder:
        bot = Bot(Path(folder))
        await bot.start()
        ada = await Visitor.enter(browser, bot.address, "Ada", width=width, height=height)
        await ada.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")

        async def take(name: str) -> None:
            await ada.page.mouse.move(0, 0)
            await ada.page.wait_for_timeout(400)
            await ada.page.screenshot(path=HERE / f"{name}-{size}{'-dark' if scheme == 'dark' else ''}.png")

        await ada.sees("Lesson 1 of 4")
        await take("digest")
        await ada.types("/cohort schedule")
        form = ada.page.get_by_role("dialog")
        await form.get_by_label("Time zone").fill("Europe/Berlin")
        await take("schedule-form")
        await form.get_by_role("button", name="Show the dates").click()
        await ada.sees("Is this right?")
        await take("schedule-dates")
        await ada.presses("Save", "Is this right?")
        await ada.types("/lesson rlhf")
        for number in (1, 2):
            await ada.presses("Next", f"section {number} of 8")
        await ada.sees("section 3 of 8")
        await take("lesson")
        await ada.types("/quiz rlhf")
        for number in range(1, 6):
            question = await ada.question(course, number)
            if number == 1:
                await take("quiz-question")
            await ada.answers(question, number, right=number > 1)
            if number == 1:
                await take("quiz-feedback")
            await ada.presses("How did I do?" if number == 5 else "Next question", f"question {number} of 5")
        await ada.sees("4 of 5 right")
        await take("quiz-result")
        await ada.types("/lab rlhf")
        await ada.sees("Just reply here", ada.thread)
        await take("lab-opening")
        await ada.types("What would happen without the KL term?", ada.thread)
        await ada.sees("Next question", ada.thread)
        await ada.thread.locator("article.message.persona").nth(2).wait_for()
        await take("lab")
        if size == "phone":
            await ada.page.get_by_role("button", name="Back to the channel").click()
        await ada.types("/progress")
        await ada.sees("lessons complete")
        await ada.page.locator("figure img").last.wait_for()
        await take("progress")
        await ada.types("/cohort status")
        await ada.sees("Ahead")
        await take("status")
        await ada.page.context.close()
        await bot.stop()


async def discord(browser: Browser, course: Curriculum) -> None:
    """What Discord is sent, on the preview's page: a digest, a lab's opening and a question, each as wide as a phone."""
    posts = dict(previews(course, course.find("rlhf"), StudyGuide(course).banner))
    shown = [posts["Digest"], posts["Lab, its opening"], next(post for title, post in posts.items() if title.endswith("single"))]
    phones = "".join(f'<iframe srcdoc="{escape(show_page([("", post)]))}"></iframe>' for post in shown)
    style = "body{margin:0;display:flex;gap:2px;background:#1e1f22}iframe{border:0;width:390px;height:930px}"
    page = await browser.new_page(viewport={"width": 1174, "height": 930}, color_scheme="dark")
    await page.set_content(f"<style>{style}</style>{phones}")
    await page.wait_for_timeout(400)
    await page.screenshot(path=HERE / "discord-phone-dark.png")
    await page.close()


async def main() -> None:
    course = read(Path("lessons"), Path("personas")).curriculum
    HERE.mkdir(exist_ok=True)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        for size, scheme in (("desktop", "light"), ("phone", "light"), ("phone", "dark")):
            await walk(browser, course, size, scheme)
        await discord(browser, course)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
