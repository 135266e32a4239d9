"""Channels people add: for everybody, at once, within bounds, and once however often they are asked for."""

import asyncio
from collections.abc import Callable

import pytest

from bot.adapters.room.limits import CHANNELS
from bot.adapters.room.server import Room
from bot.core.chat import Command

from .clients import Json, Visitor, Visitors, words
from .fakes import FakeStore, ScriptedDesk


async def add(visitor: Visitor, title: str, *, id: str | None = None, again: bool | None = None) -> Json:
    return await visitor.ask("channel", id=id, title=title, again=again)


async def test_a_channel_is_everybodys_at_once_and_after_a_break(visitors: Visitors) -> None:
    mira, jonas = await visitors.enter("Mira"), await visitors.enter("Jonas")
    ok = await add(mira, "  Spring\u202e cohort ")
    assert (ok["type"], ok["channel"]) == ("ok", "spring-cohort")
    told = await jonas.next(type="channels")
    assert told["channels"][-1] == {"id": "spring-cohort", "title": "Spring cohort", "direct": False}
    again = await visitors.back(jonas, 0)
    assert [channel["id"] for channel in again.welcome["channels"]] == ["general", "spring-cohort", jonas.direct]


async def test_one_speaks_and_commands_in_it_as_anywhere(visitors: Visitors, desk: ScriptedDesk) -> None:
    mira, jonas = await visitors.enter("Mira"), await visitors.enter("Jonas")
    channel = (await add(mira, "Spring"))["channel"]
    await mira.say("hello", channel)
    await mira.say("/cohort create Spring", channel)
    assert [words(message) for message in await jonas.told()] == ["hello"]
    (heard,) = desk.heard
    assert isinstance(heard, Command)
    assert heard.place.channel == channel


@pytest.mark.parametrize(
    ("title", "sentence"),
    [(" \u200b ", "letter"), ("x" * 41, "at most 40"), ("general", "already"), ("Gеneral", "already"), ("Lectern", "already")],
)
async def test_a_name_that_cannot_be_taken_is_refused_beside_its_field(visitors: Visitors, title: str, sentence: str) -> None:
    refused = await add(await visitors.enter("Mira"), title)
    assert (refused["type"], list(refused["fields"])) == ("refused", ["title"])
    assert sentence in refused["sentence"]


async def test_names_that_share_their_letters_get_ids_of_their_own(visitors: Visitors) -> None:
    mira = await visitors.enter("Mira")
    ids = [(await add(mira, title))["channel"] for title in ("Team A", "Team: A2", "Team (A2)", "日本", "日光", "w" * 40)]
    assert ids == ["team-a", "team-a2", "team-a2-2", "channel", "channel-2", "w" * 24]


async def test_there_are_only_so_many(visitors: Visitors, store: FakeStore) -> None:
    for number in range(CHANNELS - 1):
        store.records.channels[f"c{number}"] = f"Channel {number}"
    assert str(CHANNELS) in (await add(await visitors.enter("Mira"), "One more"))["sentence"]


async def test_two_who_ask_at_once_for_one_name_get_one_channel(visitors: Visitors, store: FakeStore) -> None:
    mira, jonas = await visitors.enter("Mira"), await visitors.enter("Jonas")
    answers = await asyncio.gather(add(mira, "Spring"), add(jonas, "spring"))
    assert sorted(answer["type"] for answer in answers) == ["ok", "refused"]
    assert list(store.records.channels) == ["general", "spring"]


async def test_asked_for_again_after_a_restart_it_is_the_same_channel(furnish: Callable[..., Room], store: FakeStore) -> None:
    for again in (None, True):
        room = furnish()
        await room.start()
        async with Visitors(room.address) as visitors:
            mira = await visitors.enter("Mira")
            assert (await add(mira, "Spring", id="once", again=again))["channel"] == "spring"
        await room.stop()
    assert list(store.records.channels) == ["general", "spring"]
