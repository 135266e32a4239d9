"""Somebody in front of the page: finds things by what they say, as a person or a screen reader would."""

import re

from playwright.async_api import Browser, Locator, Page, expect

from bot.core.curriculum import Choices, Curriculum, Matching, Numeric, Ordering, Question, Short
from bot.core.quiz_tasks import rights


class Visitor:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.faults: list[str] = []
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda said: self.faults.append(said.text) if said.type == "error" else None)

    @classmethod
    async def enter(cls, browser: Browser, address: str, name: str, *, width: int = 1280, height: int = 800) -> "Visitor":
        context = await browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
        visitor = cls(await context.new_page())
        await visitor.page.goto(address)
        await visitor.page.get_by_label("Your name").fill(name)
        await visitor.page.get_by_role("button", name="Enter the room").click()
        await expect(visitor.page.locator("#talk")).to_be_visible()
        return visitor

    @property
    def channel(self) -> Locator:
        return self.page.locator("#talk")

    @property
    def thread(self) -> Locator:
        return self.page.locator("#thread")

    def message(self, words: str | re.Pattern[str], within: Locator | None = None) -> Locator:
        """The newest message that holds these words."""
        return (within or self.channel).locator("article.message").filter(has_text=words).last

    async def types(self, text: str, within: Locator | None = None) -> None:
        box = (within or self.channel).get_by_role("combobox")
        await box.fill(text)
        await box.press("Enter")  # a whole command is sent; a part of one would be completed

    async def presses(self, label: str, words: str | re.Pattern[str], within: Locator | None = None) -> None:
        await self.message(words, within).get_by_role("button", name=label, exact=True).click()

    async def sees(self, words: str | re.Pattern[str], within: Locator | None = None) -> Locator:
        message = self.message(words, within)
        await expect(message).to_be_visible(timeout=10_000)
        return message

    # ------------------------------------------------------------ a quiz

    async def question(self, course: Curriculum, number: int) -> Question:
        """The question that is asked now."""
        message = await self.sees(f"question {number} of 5")
        said = await message.inner_text()
        return next(q for lesson in course.lessons for q in lesson.questions if q.stem in said)

    async def answers(self, question: Question, number: int, *, right: bool) -> None:
        """Give a right or a wrong answer, whatever type the question has."""
        message = self.message(f"question {number} of 5")
        match question.task:
            case Choices(options, many):
                await self._choose(message, [o.text for o in options if o.right == right][: None if right else 1], many=many)
            case Ordering(items):
                await self._fill(message, list(items) if right else list(reversed(items)))
            case Matching(pairs) as task:
                texts = [text for _, text in pairs]
                await self._fill(message, texts if right else [rights(task)[-1], *texts[1:]])
            case Numeric(answer):
                await self._write(message, f"{answer if right else answer * 31 + 7}")
            case Short(rubric):
                await self._write(message, "A few words of my own.")
                marking = await self.sees("A model answer")
                if right:
                    for point in rubric:
                        await marking.get_by_role("checkbox", name=point.point).check()
                await marking.get_by_role("button", name="Mark my answer" if right else "None of them").click()
        await self.sees("Right." if right else "Not quite.")

    async def _choose(self, message: Locator, texts: list[str], *, many: bool) -> None:
        if not many:
            await message.get_by_role("button", name=texts[0]).click()
            return
        for text in texts:
            await message.get_by_role("checkbox", name=text).check()
        await message.get_by_role("button", name="Check").click()

    async def _fill(self, message: Locator, texts: list[str]) -> None:
        await message.get_by_role("button", name="Answer").click()
        selects = self.page.get_by_role("dialog").get_by_role("combobox")
        for number, text in enumerate(texts):
            await selects.nth(number).select_option(label=text)
        await self.page.get_by_role("dialog").get_by_role("button", name="Answer").click()

    async def _write(self, message: Locator, text: str) -> None:
        await message.get_by_role("button", name="Answer").click()
        await self.page.get_by_role("dialog").get_by_role("textbox").fill(text)
        await self.page.get_by_role("dialog").get_by_role("button", name="Answer").click()
