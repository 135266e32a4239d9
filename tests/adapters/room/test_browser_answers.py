"""Where the page puts what one asked for: new pages at their top, refusals beside their field, channels in the list."""

import asyncio
from collections.abc import Callable

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from bot.adapters.room.outbound import RoomChat
from bot.adapters.room.server import Room
from bot.core.chat import (
    Action,
    Button,
    Buttons,
    Command,
    Declined,
    Form,
    Heading,
    Heard,
    Option,
    Place,
    Post,
    Press,
    Reply,
    SelectField,
    Shown,
    Text,
    TextField,
    line,
)
from bot.core.chat import Answer as Answered
from bot.core.room import RoomMessage

from .fakes import FakeStore, ScriptedDesk
from .pages import enter, say

pytestmark = pytest.mark.browser

GENERAL = Place("room", "local", "general")
HEIGHTS = [1, 30, 2, 60, 18, 8, 40, 41, 3, 12, 25, 1]
DESKTOP, PHONE = (1280, 700), (390, 700)
OPTIONS = tuple(Option(day, day) for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"))
SCHEDULE = Form(
    "When are the lessons?",
    Action("schedule"),
    (
        SelectField("days", "Days", OPTIONS, many=True),
        TextField("time", "Time", "09:30", hint="Such as 09:30"),
        TextField("zone", "Zone", "Europe/Berlin"),
        TextField("note", "Note", long=True, required=False),
    ),
    (Text(line("Words before the fields. " * 12)),),
)


def page_of(number: int) -> Post:
    """A page of a lesson, with the buttons that turn it at its end."""
    lines = tuple(Text(line(f"Line {count} of page {number}.")) for count in range(HEIGHTS[number % len(HEIGHTS)]))
    buttons = Buttons((Button("Back", Action("turn", (str(number - 1),))), Button("Next", Action("turn", (str(number + 1),)))))
    return Post((Heading(f"Page {number}"), *lines, buttons))


def turns_pages(heard: Heard) -> Answered:
    if isinstance(heard, Press):
        return Reply(page_of(int(heard.action.args[0])), Shown.INSTEAD)
    return Reply(page_of(0))


async def sees_top(page: Page, message: Locator, number: int) -> None:
    """The new page's top stands in view, and stays there when everything has come to rest."""
    await expect(message.get_by_role("heading")).to_have_text(f"Page {number}")
    await expect(message.locator(".body")).to_be_focused()
    await page.evaluate(
        "new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(go))))"
    )
    box, frame = await message.bounding_box(), await page.locator("#talk .scroller").bounding_box()
    assert box
    assert frame
    below = box["y"] + box["height"] - frame["y"] - frame["height"]
    assert box["y"] >= frame["y"] - 1, f"page {number} begins above the screen"
    assert below <= 1 or box["y"] - frame["y"] < 40, f"page {number} ends below the screen and does not begin at its top"


@pytest.fixture(params=["news first", "news late"])
def order(request: pytest.FixtureRequest, chat: RoomChat, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the page hears of the new message before or after the answer to its press."""
    if request.param == "news late":
        ring = chat.listeners.ring

        def late(message: RoomMessage) -> None:
            asyncio.get_running_loop().call_later(0.06, ring, message)

        monkeypatch.setattr(chat.listeners, "ring", late)


@pytest.mark.parametrize(("width", "height"), [DESKTOP, PHONE])
async def test_a_page_that_is_turned_shows_its_top(
    browser: Browser, room: Room, faults: list[str], desk: ScriptedDesk, order: None, width: int, height: int
) -> None:
    desk.answer = turns_pages
    page = await enter(browser, room, faults, "Ann", width, height)
    await say(page, "/lesson")
    message = page.locator("#talk article")
    await expect(message.get_by_role("heading")).to_have_text("Page 0")
    for number in [*range(1, 25), *range(23, 11, -1), *range(13, 20)]:
        now = int((await message.get_by_role("heading").inner_text()).split()[-1])
        button = message.get_by_role("button", name="Next" if number > now else "Back")
        await (button.tap() if width < 500 else button.click())
        await sees_top(page, message, number)


@pytest.mark.parametrize(("width", "height"), [DESKTOP, PHONE])
async def test_a_page_that_is_turned_above_other_messages_shows_its_top_too(
    browser: Browser, room: Room, faults: list[str], desk: ScriptedDesk, chat: RoomChat, order: None, width: int, height: int
) -> None:
    await chat.post(GENERAL, page_of(1), "k")
    for count in range(9):
        await chat.post(GENERAL, Post((Text(line(f"later {count}")),)), str(count))
    desk.answer = turns_pages
    page = await enter(browser, room, faults, "Ann", width, height)
    message = page.locator("#talk article").first
    for number in range(2, 14):
        button = message.get_by_role("button", name="Next")
        await (button.tap() if width < 500 else button.click())
        await sees_top(page, message, number)


async def test_what_others_say_meanwhile_does_not_move_the_page_one_reads(
    browser: Browser, room: Room, faults: list[str], desk: ScriptedDesk, chat: RoomChat
) -> None:
    desk.answer = turns_pages
    page = await enter(browser, room, faults, "Ann", *DESKTOP)
    await say(page, "/lesson")
    message = page.locator("#talk article").first
    await message.get_by_role("button", name="Next").click()
    await sees_top(page, message, 1)
    for count in range(5):
        await chat.post(GENERAL, Post((Text(line(f"later {count}")),)), str(count))
    await expect(page.get_by_text("later 4")).to_have_count(1)
    await sees_top(page, message, 1)
    await page.get_by_role("button", name="Go to the latest message").click()
    await expect(page.get_by_text("later 4")).to_be_in_viewport()


# ---------------------------------------------------------------- forms


@pytest.fixture(params=["field", "whole"])
def declined(request: pytest.FixtureRequest, desk: ScriptedDesk) -> str:
    field = "time" if request.param == "field" else ""
    desk.answer = lambda heard: SCHEDULE if isinstance(heard, Command) else Declined("There is no 25:99.", field)
    return str(request.param)


@pytest.mark.parametrize("width", [1280, 390])
async def test_what_is_wrong_with_a_form_is_said_where_one_looks(
    browser: Browser, room: Room, faults: list[str], declined: str, width: int
) -> None:
    page = await enter(browser, room, faults, "Ann", width)
    await say(page, "/cohort schedule")
    dialog = page.get_by_role("dialog")
    time = dialog.get_by_label("Time", exact=True)
    await time.fill("25:99")
    await dialog.get_by_label("Note").scroll_into_view_if_needed()
    await dialog.get_by_role("button", name="Send").click()
    said = dialog.get_by_role("alert").filter(has_text="There is no 25:99.")
    await expect(said).to_have_count(1)
    await expect(said).to_be_in_viewport(ratio=1)
    await expect(time).to_have_value("25:99")
    if declined == "field":
        await expect(time).to_be_focused()
        await expect(time).to_have_attribute("aria-invalid", "true")
        await expect(time).to_have_accessible_description("Such as 09:30 There is no 25:99.")
    else:
        await expect(said).to_be_focused()
        assert await said.evaluate("(node) => node.parentElement.firstElementChild === node")


# ---------------------------------------------------------------- channels


@pytest.mark.parametrize("width", [1280, 390])
async def test_a_channel_is_added_opened_and_seen_by_others(
    browser: Browser, room: Room, faults: list[str], desk: ScriptedDesk, width: int
) -> None:
    ann, bob = await enter(browser, room, faults, "Ann", width), await enter(browser, room, faults, "Bob")
    if width < 500:
        await ann.get_by_role("button", name="All places").tap()
    await ann.get_by_role("button", name="Add a channel").click()
    dialog = ann.get_by_role("dialog", name="Add a channel")
    await dialog.get_by_label("Name").fill("General")
    await dialog.get_by_role("button", name="Add", exact=True).click()
    await expect(dialog.get_by_text("There is a channel of that name already.")).to_be_in_viewport()
    await dialog.get_by_label("Name").fill("Spring cohort")
    await dialog.get_by_label("Name").press("Enter")
    await expect(dialog).to_have_count(0)
    await expect(ann.locator("#talk h2")).to_have_text("Spring cohort")
    await say(ann, "/cohort create Spring")
    await expect(ann.locator(".pending")).to_have_count(0)
    assert desk.heard[-1].place.channel == "spring-cohort"
    await bob.get_by_role("button", name="Spring cohort").click()
    await expect(bob.locator("#talk h2")).to_have_text("Spring cohort")


# ---------------------------------------------------------------- the composer and a break


async def test_on_a_phone_send_and_enter_send_and_the_text_keeps_the_focus(
    browser: Browser, room: Room, faults: list[str], store: FakeStore
) -> None:
    page = await enter(browser, room, faults, "Ann", 390)
    box = page.locator("#talk textarea")
    await box.tap()
    await box.press_sequentially("with the button")
    await page.get_by_role("button", name="Send").tap()
    await expect(page.locator("#talk article .body")).to_have_text(["with the button"])
    await expect(box).to_be_focused()
    await box.press_sequentially("two")
    await box.press("Shift+Enter")
    await box.press_sequentially("lines")
    await box.press("Enter")
    await expect(page.locator("#talk article .body")).to_have_text(["with the button", "two\nlines"])
    await expect(box).to_be_focused()


async def test_the_round_arrow_covers_no_words_on_a_phone(
    browser: Browser, room: Room, faults: list[str], chat: RoomChat
) -> None:
    for count in range(30):
        await chat.post(GENERAL, Post((Text(line(f"message {count} " + "words " * 30)),)), str(count))
    page = await enter(browser, room, faults, "Ann", 390)
    await expect(page.get_by_text("message 29")).to_be_in_viewport()
    await page.locator("#talk .scroller").evaluate("(node) => node.scrollTo(0, node.scrollHeight / 2)")
    arrow = page.get_by_role("button", name="Go to the latest message")
    await expect(arrow).to_be_in_viewport(ratio=1)
    words, sign = await page.locator("#talk .scroller").bounding_box(), await arrow.bounding_box()
    assert words
    assert sign
    assert sign["y"] >= words["y"] + words["height"]
    await arrow.tap()
    await expect(page.get_by_text("message 29")).to_be_in_viewport()
    await expect(arrow).to_be_hidden()


async def test_a_press_whose_answer_was_lost_in_a_restart_ends_without_a_complaint(
    browser: Browser, room: Room, faults: list[str], desk: ScriptedDesk, chat: RoomChat, furnish: Callable[..., Room]
) -> None:
    kept = asyncio.Event()

    async def answer(heard: Heard) -> Answered:
        await chat.edit(GENERAL, "1", page_of(1))
        kept.set()
        await asyncio.Event().wait()  # the process dies here: what was kept is never acknowledged
        return None

    await chat.post(GENERAL, page_of(0), "k")
    page = await enter(browser, room, faults, "Ann", *DESKTOP)
    desk.answer = answer
    await page.get_by_role("button", name="Next").click()
    await kept.wait()
    port = int(room.address.rpartition(":")[2])
    await page.context.set_offline(True)
    room._gestures._running.clear()
    await room.stop()
    again = furnish(port=port)
    await again.start()
    await page.context.set_offline(False)
    await expect(page.get_by_text("Reconnecting…")).to_be_hidden(timeout=20_000)
    await expect(page.get_by_role("heading", name="Page 1")).to_be_visible()
    await expect(page.locator("[data-waiting]")).to_have_count(0)
    await expect(page.locator(".error").filter(has_text="earlier message")).to_have_count(0)
    assert len(desk.heard) == 1
    await again.stop()
