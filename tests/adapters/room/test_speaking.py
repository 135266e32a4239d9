"""RoomChat keeps the promises of core.ports.Chat, and its pages see what it says."""

import re

import pytest

from bot.adapters.room.outbound import RoomChat
from bot.core.chat import Action, Button, Buttons, Person, Picture, Place, Post, Speaker, Text, line
from bot.core.ports import Chat, Undeliverable

from .clients import Visitors, words
from .fakes import FakeStore, ScriptedDesk

GENERAL = Place("room", "local", "general")
EMBER = Speaker("Ember", "ember.png", "🔥")
PNG = b"\x89PNG\r\n\x1a\n bytes"


def post(text: str, *parts: Buttons | Picture) -> Post:
    return Post((Text(line(text)), *parts), EMBER)


def test_it_is_a_chat(chat: RoomChat) -> None:
    port: Chat = chat
    assert port


async def test_a_post_is_made_once_under_its_key(visitors: Visitors, chat: RoomChat, store: FakeStore) -> None:
    first = await chat.post(GENERAL, post("once", Picture("a curve", PNG)), "key")
    assert await chat.post(GENERAL, post("twice", Picture("a curve", PNG)), "key") == first
    assert await chat.find(GENERAL, "key") == first
    assert await chat.find(GENERAL, "other") is None
    assert (len(store.records.messages), len(store.records.pictures)) == (1, 1)


async def test_a_post_is_shown_under_its_speakers_name_and_face(visitors: Visitors, chat: RoomChat) -> None:
    mira = await visitors.enter("Mira")
    await chat.post(GENERAL, post("hello"), "a")
    await chat.post(GENERAL, Post((Text(line("I am the bot")),)), "b")
    seen = await mira.told()
    assert [message["author"]["kind"] for message in seen] == ["persona", "lectern"]
    assert seen[0]["author"] == {"kind": "persona", "id": "", "name": "Ember", "face": "ember.png", "emoji": "🔥"}


async def test_a_picture_is_served_under_a_name_nobody_can_guess(visitors: Visitors, chat: RoomChat) -> None:
    mira = await visitors.enter("Mira")
    await chat.post(GENERAL, post("look", Picture("a curve", PNG)), "k")
    ((message,)) = await mira.news()
    (picture,) = [part for part in message["parts"] if part["kind"] == "picture"]
    assert re.fullmatch(r"/pictures/[0-9a-f]{32}\.png", picture["src"])
    async with visitors.session.get(picture["src"]) as answer:
        assert (answer.status, answer.content_type, await answer.read()) == (200, "image/png", PNG)
    async with visitors.session.get("/pictures/" + "0" * 32 + ".png") as answer:
        assert answer.status == 404


async def test_an_edit_replaces_the_message_whole_and_may_be_repeated(visitors: Visitors, chat: RoomChat) -> None:
    mira = await visitors.enter("Mira")
    ref = await chat.post(GENERAL, post("first"), "k")
    await chat.edit(GENERAL, ref, post("second"))
    await chat.edit(GENERAL, ref, post("second"))
    seen = await mira.told()
    assert (words(seen[-1]), seen[-1]["id"]) == ("second", int(ref))


@pytest.mark.parametrize("ref", ["999", "not a number", "²"])
async def test_what_is_not_there_cannot_be_edited_or_opened(visitors: Visitors, chat: RoomChat, ref: str) -> None:
    with pytest.raises(Undeliverable):
        await chat.edit(GENERAL, ref, post("?"))
    with pytest.raises(Undeliverable):
        await chat.open_thread(GENERAL, ref, "title", Person("room", "local", "p1", "Mira"))


async def test_a_place_that_is_not_there_is_undeliverable(visitors: Visitors, chat: RoomChat) -> None:
    for place in (Place("room", "local", "nowhere"), Place("room", "local", "general", "999")):
        with pytest.raises(Undeliverable, match="There is no"):
            await chat.post(place, post("?"), "k")


async def test_text_so_far_is_shown_whole_and_not_kept(visitors: Visitors, chat: RoomChat, store: FakeStore) -> None:
    mira = await visitors.enter("Mira")
    ref = await chat.post(GENERAL, post("…"), "k")
    before = store.records.seq
    await chat.show(GENERAL, ref, post("as far as it has"))
    shown = await mira.next(type="show")
    assert (shown["message"], words(shown)) == (int(ref), "as far as it has")
    assert store.records.seq == before


async def test_a_control_of_a_message_being_written_can_be_pressed_until_it_is_written(
    visitors: Visitors, chat: RoomChat, desk: ScriptedDesk
) -> None:
    mira = await visitors.enter("Mira")
    ref = await chat.post(GENERAL, post("…"), "k")
    await chat.show(GENERAL, ref, post("so far", Buttons((Button("Stop", Action("stop", ("1",))),))))
    assert (await mira.ask("press", message=int(ref), action="stop|1"))["type"] == "ok"
    await chat.edit(GENERAL, ref, post("whole"))
    assert (await mira.ask("press", message=int(ref), action="stop|1"))["type"] == "refused"
    assert len(desk.heard) == 1


async def test_busy_says_who_is_writing_and_only_to_those_who_may_see(visitors: Visitors, chat: RoomChat) -> None:
    mira, jonas = await visitors.enter("Mira"), await visitors.enter("Jonas")
    place = await chat.direct(Person("room", "local", mira.id, "Mira"))
    await chat.busy(place, EMBER)
    await chat.busy(GENERAL, EMBER)
    assert (await mira.next(type="busy"))["channel"] == mira.direct
    assert (await jonas.next(type="busy"))["channel"] == "general"


async def test_a_thread_is_opened_for_one_person_and_opening_it_again_changes_nothing(
    visitors: Visitors, chat: RoomChat, store: FakeStore
) -> None:
    mira, jonas = await visitors.enter("Mira"), await visitors.enter("Jonas")
    ref = await chat.post(GENERAL, post("root"), "k")
    person = Person("room", "local", mira.id, "Mira")
    thread = await chat.open_thread(GENERAL, ref, "Lab", person)
    assert thread == Place("room", "local", "general", ref)
    before = store.records.seq
    assert await chat.open_thread(GENERAL, ref, "Lab", person) == thread
    assert store.records.seq == before
    assert ((await mira.told())[-1]["invited"], (await jonas.told())[-1]["invited"]) == (True, False)


async def test_a_reply_counts_in_its_thread(visitors: Visitors, chat: RoomChat) -> None:
    mira = await visitors.enter("Mira")
    ref = await chat.post(GENERAL, post("root"), "root")
    await mira.news()
    await chat.post(Place("room", "local", "general", ref), post("reply"), "reply")
    frame = await mira.next(type="news")
    assert (frame["replies"], frame["messages"][0]["thread"]) == ({ref: 1}, int(ref))
