"""The room's protocol over real sockets: who enters, what is missed, what is said and who sees it."""

import asyncio
import hashlib
import logging
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest

from bot.adapters.room.limits import FRAMES_AT_ONCE, PAGE_MESSAGES
from bot.adapters.room.outbound import RoomChat
from bot.adapters.room.server import Room
from bot.core.chat import Command, Heard, Person, Place, Post, Reply, Said, Shown, Speaker, Text, line

from .clients import Visitor, Visitors, words
from .fakes import FakeStore, ScriptedDesk

GENERAL = Place("room", "local", "general")
EMBER = Speaker("Ember", "ember.png", "🔥")


def post(text: str, speaker: Speaker | None = None) -> Post:
    return Post((Text(line(text)),), speaker)


# ---------------------------------------------------------------- entering


async def test_a_new_person_gets_a_secret_of_which_only_a_hash_is_kept(visitors: Visitors, store: FakeStore) -> None:
    mira = await visitors.enter("Mira")
    assert store.records.people.keys() == {hashlib.sha256(mira.token.encode()).hexdigest()}


async def test_the_welcome_says_all_a_page_needs(visitors: Visitors) -> None:
    welcome = (await visitors.enter("Mira")).welcome
    assert welcome["person"]["name"] == "Mira"
    assert [channel["id"] for channel in welcome["channels"]] == ["general", f"dm:{welcome['person']['id']}"]
    assert {"name": "quiz", "usage": "/quiz [topic]", "help": "Answer five questions"} in welcome["commands"]
    assert (welcome["title"], welcome["head"], welcome["unread"]) == ("A course about models", 0, [])


async def test_a_person_who_enters_is_greeted_once(visitors: Visitors, greeted: list[Person]) -> None:
    mira = await visitors.enter("Mira")
    again = await visitors.back(mira, 0)
    assert again.welcome["person"] == mira.welcome["person"]
    assert [person.name for person in greeted] == ["Mira"]


async def test_an_unknown_secret_is_a_stranger(visitors: Visitors) -> None:
    visitor = await visitors.open()
    await visitor.send(type="hello", token="made up")
    assert (await visitor.next(type="stranger"))["title"] == "A course about models"


async def test_nothing_can_be_done_before_one_has_a_name(visitors: Visitors, desk: ScriptedDesk) -> None:
    visitor = await visitors.open()
    await visitor.send(type="say", id="a", channel="general", text="/quiz")
    assert "name" in (await visitor.next(type="refused"))["sentence"]
    assert desk.heard == []


async def test_a_bad_name_is_refused_and_can_be_mended(visitors: Visitors) -> None:
    visitor = await visitors.open()
    await visitor.hello()
    await visitor.send(type="enter", id="a", name="\u202e \u200b")
    assert "letter" in (await visitor.next(type="refused"))["sentence"]
    await visitor.send(type="enter", id="b", name="Mira\u202e")
    assert (await visitor.next(type="welcome"))["person"]["name"] == "Mira"


async def test_a_name_that_is_here_already_is_refused_until_its_owner_has_left(visitors: Visitors, chat: RoomChat) -> None:
    mira, second = await visitors.enter("Mira"), await visitors.open()
    await second.hello()
    await second.send(type="enter", id="a", name="MIRA")
    assert "surname" in (await second.next(type="refused"))["sentence"]
    await mira.socket.close()
    async with asyncio.timeout(10):
        while len(chat.listeners):
            async with visitors.session.get("/healthz") as alive:
                await alive.read()
    assert (await second.enter("Mira"))["person"]["name"] == "Mira"


async def test_the_names_of_the_course_are_reserved(furnish: Callable[..., Room]) -> None:
    room = furnish(reserved=["Ember (lab guide)"])
    await room.start()
    async with Visitors(room.address) as visitors:
        visitor = await visitors.open()
        await visitor.hello()
        await visitor.send(type="enter", id="a", name="ember")
        assert "taken" in (await visitor.next(type="refused"))["sentence"]
    await room.stop()


async def test_what_was_said_before_one_came_is_not_unread(visitors: Visitors, chat: RoomChat) -> None:
    await chat.post(GENERAL, post("long ago"), "k")
    assert (await visitors.enter("Mira")).welcome["unread"] == []


# ---------------------------------------------------------------- saying


async def test_what_is_said_reaches_everybody_and_the_core_is_not_called(visitors: Visitors, desk: ScriptedDesk) -> None:
    mira, jonas = await visitors.enter("Mira"), await visitors.enter("Jonas")
    ok = await mira.say("hello <b>all</b>")
    (seen,) = await jonas.news()
    assert (ok["type"], ok["message"]) == ("ok", seen["id"])
    assert (words(seen), seen["author"]["name"], seen["mine"]) == ("hello <b>all</b>", "Mira", False)
    assert (await mira.news())[0]["mine"] is True
    assert desk.heard == []


@pytest.mark.parametrize("text", ["@lectern what now?", "so, @Lectern: what now?"])
async def test_a_message_that_calls_lectern_is_heard(visitors: Visitors, desk: ScriptedDesk, text: str) -> None:
    mira = await visitors.enter("Mira")
    await mira.say(text, id="call-1")
    assert desk.heard == [Said(Person("room", "local", mira.id, "Mira"), GENERAL, f"{mira.id}:call-1", text)]


async def test_an_address_that_only_looks_like_a_call_is_not_heard(visitors: Visitors, desk: ScriptedDesk) -> None:
    mira = await visitors.enter("Mira")
    await mira.say("write to me@lectern.example or @lecterns")
    assert desk.heard == []


async def test_threads_and_direct_messages_are_heard(visitors: Visitors, desk: ScriptedDesk, chat: RoomChat) -> None:
    mira = await visitors.enter("Mira")
    root = int(await chat.post(GENERAL, post("root"), "root"))
    await mira.say("in the thread", thread=root)
    await mira.say("just us", mira.direct)
    heard = [(said.place.thread, said.place.direct) for said in desk.heard]
    assert heard == [(str(root), False), (None, True)]


async def test_a_command_is_heard_in_any_place_and_seen_by_nobody(visitors: Visitors, desk: ScriptedDesk, chat: RoomChat) -> None:
    mira, jonas = await visitors.enter("Mira"), await visitors.enter("Jonas")
    root = int(await chat.post(GENERAL, post("root"), "root"))
    await mira.say("/Quiz  the topic ", thread=root)
    (heard,) = desk.heard
    assert isinstance(heard, Command)
    assert (heard.name, heard.text, heard.place.thread) == ("quiz", "the topic", str(root))
    assert [words(message) for message in await jonas.told()] == ["root"]


async def test_an_answer_is_private_and_says_what_was_typed(visitors: Visitors, desk: ScriptedDesk) -> None:
    desk.answer = lambda heard: Reply(post("Question one"))
    mira, jonas = await visitors.enter("Mira"), await visitors.enter("Jonas")
    ok = await mira.say("/quiz rlhf")
    (seen,) = await mira.news()
    assert (seen["private"], words(seen), seen["id"]) == (True, "You typed  /quiz rlhf Question one", ok["message"])
    assert await jonas.told() == []


async def test_an_open_answer_is_for_all(visitors: Visitors, desk: ScriptedDesk) -> None:
    desk.answer = lambda heard: Reply(post("A cohort lives here now"), Shown.OPENLY)
    mira, jonas = await visitors.enter("Mira"), await visitors.enter("Jonas")
    await mira.say("/cohort create Spring")
    (seen,) = await jonas.news()
    assert (words(seen), seen["private"]) == ("A cohort lives here now", False)


async def test_nobody_sees_or_enters_another_persons_direct_messages(
    visitors: Visitors, chat: RoomChat, desk: ScriptedDesk
) -> None:
    mira, jonas = await visitors.enter("Mira"), await visitors.enter("Jonas")
    place = await chat.direct(Person("room", "local", mira.id, "Mira"))
    root = int(await chat.post(place, post("only for Mira"), "k"))
    assert [words(message) for message in await mira.news()] == ["only for Mira"]
    assert await jonas.told() == []
    for frame in ({"type": "page"}, {"type": "say", "text": "let me in"}, {"type": "say", "text": "me too", "thread": root}):
        assert (await jonas.ask(**frame, channel=mira.direct))["type"] == "refused"
    assert desk.heard == []


async def test_a_place_that_is_not_there_is_refused(visitors: Visitors, chat: RoomChat) -> None:
    mira = await visitors.enter("Mira")
    root = int(await chat.post(GENERAL, post("root"), "root"))
    reply = int(await chat.post(Place("room", "local", "general", str(root)), post("reply"), "reply"))
    for channel, thread in (("nowhere", None), ("general", 999), ("general", reply)):
        assert "not there" in (await mira.say("hello?", channel, thread))["sentence"]


# ---------------------------------------------------------------- once, in order, nothing missed


async def test_a_gesture_sent_twice_is_done_once(visitors: Visitors, desk: ScriptedDesk, store: FakeStore) -> None:
    mira = await visitors.enter("Mira")
    first = await mira.say("@lectern hello", id="once")
    again = await visitors.back(mira, 0)
    second = await again.say("@lectern hello", id="once")
    assert first == second
    assert (len(desk.heard), len(store.records.messages)) == (1, 1)


async def test_a_gesture_sent_again_while_it_is_being_done_is_done_once(visitors: Visitors, desk: ScriptedDesk) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slowly(heard: Heard) -> Reply:
        begun.set()
        await go_on.wait()
        return Reply(post("done"))

    desk.answer = slowly
    mira = await visitors.enter("Mira")
    await mira.send(type="say", id="slow", channel="general", text="/quiz")
    await begun.wait()
    await mira.socket.close()
    again = await visitors.back(mira, 0)
    await again.send(type="say", id="slow", channel="general", text="/quiz")
    go_on.set()
    assert (await again.next(id="slow"))["type"] == "ok"
    assert len(desk.heard) == 1


async def test_the_same_id_from_two_people_is_two_gestures(visitors: Visitors, store: FakeStore) -> None:
    mira, jonas = await visitors.enter("Mira"), await visitors.enter("Jonas")
    await mira.say("mine", id="same")
    await jonas.say("mine too", id="same")
    assert len(store.records.messages) == 2


async def test_words_said_in_one_place_stay_in_order(visitors: Visitors, desk: ScriptedDesk) -> None:
    mira = await visitors.enter("Mira")
    for number in range(12):
        await mira.send(type="say", id=f"n{number}", channel=mira.direct, text=str(number))
    await mira.next(id="n11")
    assert [said.text for said in desk.heard if isinstance(said, Said)] == [str(number) for number in range(12)]


async def test_a_reconnect_brings_everything_missed_in_order_and_only_that(visitors: Visitors, chat: RoomChat) -> None:
    mira = await visitors.enter("Mira")
    await chat.post(GENERAL, post("seen"), "seen")
    since = (await mira.next(type="news"))["since"]
    await mira.socket.close()
    missed = [f"missed {number}" for number in range(2 * PAGE_MESSAGES + 3)]
    for text in missed:
        await chat.post(GENERAL, post(text), text)
    again = await visitors.back(mira, since)
    await chat.post(GENERAL, post("live"), "live")
    received: list[str] = []
    while "live" not in received:
        received += [words(message) for message in await again.news()]
    assert received == [*missed, "live"]


async def test_an_edit_missed_is_brought_too(visitors: Visitors, chat: RoomChat) -> None:
    mira = await visitors.enter("Mira")
    ref = await chat.post(GENERAL, post("first"), "k")
    since = (await mira.next(type="news"))["since"]
    await mira.socket.close()
    await chat.edit(GENERAL, ref, post("second"))
    again = await visitors.back(mira, since)
    assert [words(message) for message in await again.news()] == ["second"]


async def test_a_page_that_knows_more_than_the_room_begins_afresh(visitors: Visitors) -> None:
    mira = await visitors.enter("Mira")
    assert (await visitors.back(mira, 999)).welcome["reset"] is True
    assert (await visitors.back(mira, 0)).welcome["reset"] is False


async def test_earlier_messages_come_in_pages(visitors: Visitors, chat: RoomChat) -> None:
    for number in range(PAGE_MESSAGES + 1):
        await chat.post(GENERAL, post(str(number)), str(number))
    mira = await visitors.enter("Mira")
    latest = await mira.ask("page", channel="general")
    assert (len(latest["messages"]), latest["more"]) == (PAGE_MESSAGES, True)
    earlier = await mira.ask("page", channel="general", before=latest["messages"][0]["id"])
    assert ([words(message) for message in earlier["messages"]], earlier["more"]) == (["0"], False)


async def test_a_thread_page_brings_its_root_and_counts(visitors: Visitors, chat: RoomChat) -> None:
    root = await chat.post(GENERAL, post("root"), "root")
    await chat.post(Place("room", "local", "general", root), post("reply"), "reply")
    mira = await visitors.enter("Mira")
    page = await mira.ask("page", channel="general", thread=int(root))
    assert (words(page["root"]), page["replies"]) == ("root", {root: 1})


async def test_reading_on_one_page_clears_the_mark_on_the_other(visitors: Visitors, chat: RoomChat) -> None:
    mira = await visitors.enter("Mira")
    other = await visitors.back(mira, 0)
    ref = await chat.post(GENERAL, post("news"), "k")
    assert (await mira.next(type="news"))["unread"] == [{"channel": "general", "thread": None, "count": 1}]
    await mira.send(type="seen", channel="general", message=int(ref))
    assert (await other.next(type="unread"))["unread"] == []


# ---------------------------------------------------------------- limits and faults


@pytest.mark.parametrize(
    ("text", "sentence"), [("  \n ", "nothing to send"), ("\u200b \u2060", "nothing to send"), ("x" * 4001, "too long")]
)
async def test_empty_and_endless_words_are_refused_with_a_sentence(visitors: Visitors, text: str, sentence: str) -> None:
    assert sentence in (await (await visitors.enter("Mira")).say(text))["sentence"]


async def test_the_longest_text_is_taken(visitors: Visitors) -> None:
    assert (await (await visitors.enter("Mira")).say("ü" * 4000))["type"] == "ok"


async def test_a_refused_gesture_may_be_tried_again(visitors: Visitors, desk: ScriptedDesk) -> None:
    answers = iter([RuntimeError("first"), None])

    def answer(heard: Heard) -> None:
        if error := next(answers):
            raise error

    desk.answer = answer
    mira = await visitors.enter("Mira")
    assert (await mira.say("/quiz", id="again"))["type"] == "refused"
    assert (await mira.say("/quiz", id="again"))["type"] == "ok"


async def test_a_fault_is_one_apology_and_one_traceback_without_the_learners_words(
    visitors: Visitors, desk: ScriptedDesk, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(heard: Heard) -> None:
        raise RuntimeError(f"cannot handle {heard}")

    desk.answer = fail
    mira = await visitors.enter("Mira")
    with caplog.at_level(logging.INFO):
        refused = await mira.say("/quiz my-secret-thought")
    assert "try again" in refused["sentence"]
    assert len(caplog.records) == 1
    assert "my-secret-thought" not in caplog.text
    assert "RuntimeError" in caplog.text
    assert "in fail" in caplog.text


async def test_a_full_disk_is_an_apology_too(visitors: Visitors, store: FakeStore, caplog: pytest.LogCaptureFixture) -> None:
    mira = await visitors.enter("Mira")
    store.fails = True
    assert (await mira.say("hello"))["type"] == "refused"
    assert "secret words" not in caplog.text


async def test_too_many_frames_at_once_are_refused_with_a_sentence(visitors: Visitors, store: FakeStore) -> None:
    mira = await visitors.enter("Mira")
    for number in range(FRAMES_AT_ONCE + 20):
        await mira.send(type="say", id=f"n{number}", channel="general", text="x")
    assert "a lot at once" in (await mira.next(id=f"n{FRAMES_AT_ONCE + 19}"))["sentence"]
    assert len(store.records.messages) < FRAMES_AT_ONCE + 5


async def test_a_frame_too_big_closes_the_connection(visitors: Visitors) -> None:
    mira = await visitors.enter("Mira")
    await mira.send(type="say", id="big", channel="general", text="x" * 70_000)
    assert (await mira.socket.receive()).data == 1009


@pytest.mark.parametrize(
    "raw", ["{", "[]", '{"type": "dance", "id": "a"}', '{"type": "say", "id": "a b"}', "[" * 9000, '{"type":"seen"}']
)
async def test_what_is_not_of_the_protocol_is_refused_and_the_page_goes_on(visitors: Visitors, raw: str) -> None:
    mira = await visitors.enter("Mira")
    await mira.socket.send_str(raw)
    assert "did not understand" in (await mira.next(type="refused"))["sentence"]
    assert (await mira.say("still here"))["type"] == "ok"


async def test_a_room_that_is_full_says_so(visitors: Visitors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.adapters.room.live.CONNECTIONS", 1)
    await visitors.enter("Mira")
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await visitors.open()
    assert refused.value.status == 503


async def test_a_page_that_does_not_read_is_dropped_and_catches_up(
    visitors: Visitors, chat: RoomChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = await visitors.enter("Slow")
    monkeypatch.setattr("bot.adapters.room.live.SEND_SECONDS", 0.01)
    line: Any = getattr(slow.socket._conn, "transport", None)  # there is no public way to stop reading
    line.pause_reading()
    for number in range(200):
        await chat.post(GENERAL, post("x" * 50_000), f"long {number}")
    async with asyncio.timeout(20):
        while len(chat.listeners):
            async with visitors.session.get("/healthz") as alive:
                await alive.read()
    line.abort()
    again = await visitors.back(slow, 0)
    assert len(await again.news()) > 0


async def test_closing_lets_a_gesture_come_to_its_end(furnish: Callable[..., Room], desk: ScriptedDesk, store: FakeStore) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slowly(heard: Heard) -> Reply:
        begun.set()
        await go_on.wait()
        return Reply(post("kept"))

    desk.answer = slowly
    room = furnish()
    await room.start()
    async with Visitors(room.address) as visitors:
        mira: Visitor = await visitors.enter("Mira")
        await mira.send(type="say", id="slow", channel="general", text="/quiz")
        await begun.wait()
        closing = asyncio.ensure_future(room.stop())
        go_on.set()
        await closing
    assert len(store.records.messages) == 1
    await room.stop()


async def test_a_connection_that_fails_is_closed_and_the_page_comes_back(
    visitors: Visitors, store: FakeStore, caplog: pytest.LogCaptureFixture
) -> None:
    visitor = await visitors.open()
    await visitor.hello()
    store.fails = True
    await visitor.send(type="enter", id="a", name="Mira")
    while (await visitor.socket.receive()).type is aiohttp.WSMsgType.TEXT:
        pass
    assert visitor.socket.closed
    assert "secret words" not in caplog.text
    store.fails = False
    assert (await visitors.enter("Mira")).welcome["person"]["name"] == "Mira"


async def test_an_address_that_is_taken_is_an_error_and_leaves_nothing_open(furnish: Callable[..., Room], room: Room) -> None:
    with pytest.raises(OSError, match="address already in use"):
        await furnish(port=int(room.address.rpartition(":")[2])).start()
