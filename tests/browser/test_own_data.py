"""In a real browser: one's data is saved as a file, and whoever is forgotten may come in anew."""

import json
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.browser.bot import Bot
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser


async def test_ones_data_is_saved_as_a_file_and_after_being_forgotten_one_comes_in_anew(browser: Browser, bot: Bot) -> None:
    ada = await Visitor.enter(browser, bot.address, "Ada")
    await ada.types("/progress")
    await ada.sees("Where you stand")
    await ada.types("/lectern export")
    message = await ada.sees("Here is everything kept about you")
    async with ada.page.expect_download() as saving:
        await message.get_by_role("link", name="Save lectern-data.json").click()
    saved = await saving.value
    assert saved.suggested_filename == "lectern-data.json"
    told = json.loads(Path(await saved.path()).read_text(encoding="utf-8"))  # noqa: ASYNC240 - nobody else waits
    assert told["person"]["name"] == "Ada"

    await ada.types("/lectern forget")
    await ada.presses("Erase me now", "Erase everything about you?")
    await expect(ada.page.get_by_text("You are forgotten.")).to_be_visible()
    await ada.page.reload()
    await expect(ada.page.get_by_label("Your name")).to_be_visible()
    assert not ada.faults
