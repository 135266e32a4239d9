"""A person at the page in a real Chromium."""

from playwright.async_api import Browser, Page, expect

from bot.adapters.room.server import Room


async def enter(
    browser: Browser, room: Room, faults: list[str], name: str = "Mira", width: int = 1280, height: int = 800
) -> Page:
    context = await browser.new_context(viewport={"width": width, "height": height}, has_touch=width < 500, is_mobile=width < 500)
    page = await context.new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if "Content Security" in message.text else None)
    await page.goto(room.address)
    await page.get_by_label("Your name").fill(name)
    await page.get_by_role("button", name="Enter the room").click()
    await expect(page.locator("#talk")).to_be_visible()
    return page


async def say(page: Page, text: str, panel: str = "#talk") -> None:
    box = page.locator(f"{panel} textarea")
    await box.fill(text)
    await box.press("Escape")
    await box.press("Enter")
