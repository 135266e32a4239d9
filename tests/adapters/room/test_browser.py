"""The page in a real Chromium: what a person sees, types, presses and hears read out."""

from collections.abc import Callable

import pytest
from playwright.async_api import Browser, expect

from bot.adapters.room.outbound import RoomChat
from bot.adapters.room.server import Room
from bot.core.chat import (
    Action,
    Button,
    Buttons,
    Choose,
    Command,
    Form,
    Heard,
    Option,
    Place,
    Post,
    Press,
    Reply,
    Shown,
    Speaker,
    Text,
    TextField,
    line,
)
from bot.core.chat import Answer as Answered

from .fakes import FakeStore, ScriptedDesk
from .pages import enter, say

pytestmark = pytest.mark.browser

GENERAL = Place("room", "local", "general")
EMBER = Speaker("Ember", "ember.png", "🔥")
QUESTION = Post((Choose("Which one?", Action("answer"), (Option("a", "The first"), Option("b", "The second"))),))
FORM = Form("When?", Action("schedule"), (TextField("days", "Days", "tue"), TextField("time", "Time", hint="Such as 09:30")))


def post(text: str, speaker: Speaker | None = None) -> Post:
    return Post((Text(line(text)),), speaker)


async def test_markup_in_a_name_or_a_message_stays_text(browser: Browser, room: Room, faults: list[str]) -> None:
    name = "<img src=x onerror=alert(1)>"
    page = await enter(browser, room, faults, name)
    await say(page, "<b>bold</b> & [link](javascript:alert(1))")
    message = page.locator("#talk article")
    await expect(message.locator(".name")).to_have_text(name)
    await expect(message.locator(".body")).to_have_text("<b>bold</b> & [link](javascript:alert(1))")
    assert await page.locator("article img, article b, article a").count() == 0


async def test_two_people_talk(browser: Browser, room: Room, faults: list[str]) -> None:
    mira, jonas = await enter(browser, room, faults), await enter(browser, room, faults, "Jonas")
    await say(mira, "hello Jonas")
    await expect(jonas.locator("#talk article .body")).to_have_text("hello Jonas")
    await expect(mira.locator("#talk article .tag")).to_have_text("you")
    await expect(mira.locator(".pending")).to_have_count(0)


async def test_one_browser_can_be_two_people(browser: Browser, room: Room, faults: list[str]) -> None:
    mira = await enter(browser, room, faults)
    async with mira.expect_popup() as popup:
        await mira.get_by_role("link", name="Open as another person").click()
    other = await popup.value
    await other.get_by_label("Your name").fill("Jonas")
    await other.get_by_label("Your name").press("Enter")
    await expect(other.locator("#me")).to_contain_text("Jonas")
    await mira.reload()
    await expect(mira.locator("#me")).to_contain_text("Mira")


async def test_a_question_is_answered_in_its_place_and_for_oneself(
    browser: Browser, room: Room, faults: list[str], desk: ScriptedDesk
) -> None:
    def answer(heard: Heard) -> Answered:
        return Reply(post("Right."), Shown.INSTEAD) if isinstance(heard, Press) else Reply(QUESTION)

    desk.answer = answer
    page = await enter(browser, room, faults)
    await say(page, "/quiz rlhf")
    message = page.locator("article.private")
    await expect(message).to_contain_text("Only you can see this")
    await expect(message).to_contain_text("You typed /quiz rlhf")
    await page.get_by_role("button", name="The second").press("Enter")
    await expect(message.locator(".body")).to_have_text("Right.")
    await expect(message.locator(".body")).to_be_focused()
    press = desk.heard[-1]
    assert isinstance(press, Press)
    assert press.values == ("b",)


async def test_a_refused_press_says_why_and_can_be_pressed_again(
    browser: Browser, room: Room, faults: list[str], chat: RoomChat, store: FakeStore
) -> None:
    page = await enter(browser, room, faults)
    await chat.post(GENERAL, Post((Buttons((Button("Go on", Action("go")),)),)), "k")
    button = page.get_by_role("button", name="Go on")
    await expect(button).to_be_visible()
    store.records.room_edit(1, '{"parts":[]}')
    await button.click()
    await expect(page.get_by_role("alert").filter(has_text="earlier message")).to_be_visible()
    await expect(button).not_to_have_attribute("aria-busy", "true")


async def test_commands_are_completed_by_keyboard(browser: Browser, room: Room, faults: list[str], desk: ScriptedDesk) -> None:
    page = await enter(browser, room, faults)
    box = page.get_by_role("combobox", name="Message General")
    await box.press_sequentially("/le")
    await expect(page.get_by_role("option")).to_have_count(2)
    await expect(box).to_have_attribute("aria-expanded", "true")
    await box.press("ArrowDown")
    await expect(page.get_by_role("option", selected=True)).to_contain_text("/lectern help")
    await box.press("Tab")
    await expect(box).to_have_value("/lectern help ")
    await box.press("Enter")
    await expect(box).to_have_value("")
    await expect(page.locator(".pending")).to_have_count(0)
    heard = desk.heard[-1]
    assert isinstance(heard, Command)
    assert (heard.name, heard.text) == ("lectern", "help")


async def test_a_form_keeps_what_was_typed_until_it_is_taken(
    browser: Browser, room: Room, faults: list[str], desk: ScriptedDesk
) -> None:
    desk.answer = lambda heard: FORM if isinstance(heard, Command) else Reply(post("Saved."))
    page = await enter(browser, room, faults)
    await say(page, "/cohort schedule")
    await page.get_by_label("Days").fill("mon,wed")
    await page.get_by_role("button", name="Send", exact=True).last.click()
    await expect(page.get_by_text("Please fill this in.")).to_be_visible()
    await expect(page.get_by_label("Time")).to_be_focused()
    await expect(page.get_by_label("Days")).to_have_value("mon,wed")
    await page.get_by_label("Time").fill("09:30")
    await page.get_by_label("Time").press("Enter")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.locator("article.private")).to_contain_text("Saved.")


async def test_a_thread_opened_for_me_opens_by_itself_and_escape_closes_it(
    browser: Browser, room: Room, faults: list[str], chat: RoomChat, store: FakeStore
) -> None:
    page = await enter(browser, room, faults)
    (person,) = store.records.room_people()
    ref = await chat.post(GENERAL, post("Mira opened a lab", EMBER), "root")
    thread = await chat.open_thread(GENERAL, ref, "Lab", person)
    await chat.post(thread, post("Welcome to the lab", EMBER), "first")
    panel = page.get_by_role("complementary", name="Thread")
    await expect(panel).to_contain_text("Welcome to the lab")
    await expect(panel.get_by_role("heading", name="Lab with Ember")).to_be_visible()
    await expect(panel.get_by_role("combobox")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(panel).to_be_hidden()
    await expect(page.get_by_role("button", name="1 reply")).to_be_focused()


async def test_a_reply_is_shown_as_it_is_written_and_announced_once(
    browser: Browser, room: Room, faults: list[str], chat: RoomChat
) -> None:
    page = await enter(browser, room, faults)
    await chat.busy(GENERAL, EMBER)
    await expect(page.locator("#talk .busy-line")).to_have_text("Ember is writing")
    ref = await chat.post(GENERAL, post("…", EMBER), "k")
    message = page.locator("#talk article")
    await expect(message).to_have_count(1)
    await expect(page.locator("#talk .busy-line")).to_have_text("")
    await chat.show(GENERAL, ref, post("Half a sen", EMBER))
    await expect(message.locator(".body")).to_have_text("Half a sen")
    await expect(message).to_have_attribute("aria-busy", "true")
    await chat.edit(GENERAL, ref, post("Half a sentence and the rest.", EMBER))
    await expect(message.locator(".body")).to_have_text("Half a sentence and the rest.")
    await expect(message).not_to_have_attribute("aria-busy", "true")
    await expect(page.locator("#status")).to_have_text("Ember: Half a sentence and the rest.")


async def test_what_is_written_while_the_room_is_away_is_sent_when_it_is_back(
    browser: Browser, room: Room, faults: list[str], chat: RoomChat, furnish: Callable[..., Room], store: FakeStore
) -> None:
    page = await enter(browser, room, faults)
    await chat.post(GENERAL, post("before"), "before")
    await expect(page.locator("#talk article")).to_have_count(1)
    port = int(room.address.rpartition(":")[2])
    await room.stop()
    await expect(page.get_by_text("Reconnecting…")).to_be_visible()
    await say(page, "written meanwhile")
    await expect(page.locator(".pending")).to_contain_text("written meanwhile")
    await chat.post(GENERAL, post("missed"), "missed")
    again = furnish(port=port)
    await again.start()
    await expect(page.get_by_text("Reconnecting…")).to_be_hidden(timeout=20_000)
    await expect(page.locator("#talk article .body")).to_have_text(["before", "missed", "written meanwhile"])
    await expect(page.locator(".pending")).to_have_count(0)
    assert len(store.records.messages) == 3
    await again.stop()


async def test_unread_messages_are_counted_and_marked(browser: Browser, room: Room, faults: list[str], chat: RoomChat) -> None:
    page = await enter(browser, room, faults)
    await chat.post(GENERAL, post("read"), "a")
    await expect(page.locator("#talk article")).to_have_count(1)
    await page.get_by_role("button", name="Lectern").click()
    await expect(page.get_by_text("Just you and Lectern")).to_be_visible()
    await chat.post(GENERAL, post("new"), "b")
    await expect(page.get_by_role("button", name="General")).to_contain_text("1 unread")
    await expect(page).to_have_title("(1) Lectern · A course about models")
    await page.get_by_role("button", name="General").click()
    await expect(page.locator(".line.new")).to_have_text("New")
    await expect(page).to_have_title("General · A course about models")


async def test_older_messages_are_loaded_without_losing_ones_place(
    browser: Browser, room: Room, faults: list[str], chat: RoomChat
) -> None:
    for number in range(70):
        await chat.post(GENERAL, post(f"message {number}"), str(number))
    page = await enter(browser, room, faults)
    articles = page.locator("#talk article")
    await expect(articles).to_have_count(50)
    first = page.locator("#talk article", has_text="message 20")
    await page.get_by_role("button", name="Load earlier messages").scroll_into_view_if_needed()
    before = await first.bounding_box()
    await page.get_by_role("button", name="Load earlier messages").click()
    await expect(articles).to_have_count(70)
    after = await first.bounding_box()
    assert before
    assert after
    assert abs(before["y"] - after["y"]) < 80


async def test_a_draft_waits_for_one_in_its_place(browser: Browser, room: Room, faults: list[str]) -> None:
    page = await enter(browser, room, faults)
    await page.locator("#talk textarea").fill("half a thought")
    await page.get_by_role("button", name="Lectern").click()
    await expect(page.locator("#talk textarea")).to_have_value("")
    await page.reload()
    await page.get_by_role("button", name="General").click()
    await expect(page.locator("#talk textarea")).to_have_value("half a thought")


async def test_words_too_long_stay_in_the_composer(browser: Browser, room: Room, faults: list[str], store: FakeStore) -> None:
    page = await enter(browser, room, faults)
    await say(page, "x" * 4001)
    await expect(page.get_by_text("too long to send")).to_be_visible()
    await expect(page.locator("#talk textarea")).to_have_value("x" * 4001)
    assert store.records.messages == {}


async def test_what_the_room_refused_can_be_sent_again(browser: Browser, room: Room, faults: list[str], store: FakeStore) -> None:
    page = await enter(browser, room, faults)
    store.fails = True
    await say(page, "try me")
    await expect(page.locator(".pending.failed")).to_contain_text("try me")
    store.fails = False
    await page.get_by_role("button", name="Retry").click()
    await expect(page.locator("#talk article .body")).to_have_text("try me")
    await expect(page.locator(".pending")).to_have_count(0)


@pytest.mark.parametrize("width", [360, 390])
async def test_a_phone_shows_one_panel_and_never_scrolls_sideways(
    browser: Browser, room: Room, faults: list[str], chat: RoomChat, width: int
) -> None:
    ref = await chat.post(GENERAL, post("https://example.org/" + "long" * 60), "root")
    await chat.post(Place("room", "local", "general", ref), post("reply"), "reply")
    page = await enter(browser, room, faults, "W" * 40, width)
    await page.get_by_role("button", name="1 reply").tap()
    await expect(page.locator("#thread")).to_contain_text("reply")
    await expect(page.locator("#talk")).to_be_hidden()
    await page.get_by_role("button", name="Back to the channel").tap()
    await page.get_by_role("button", name="All places").tap()
    await expect(page.get_by_role("button", name="General")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    small = (
        "[...document.querySelectorAll('button')].filter((b) => b.offsetParent && b.getBoundingClientRect().height < 44).length"
    )
    assert await page.evaluate(small) == 0


async def test_the_page_asks_nothing_of_anybody_else(browser: Browser, room: Room) -> None:
    page = await browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(room.address)
    await expect(page.get_by_label("Your name")).to_be_visible()
    assert asked
    assert all(url.startswith(room.address) for url in asked)
