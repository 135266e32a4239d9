"""The room keeps what elsewhere the platform keeps: whoever is forgotten goes from it, too, and can come in anew."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.adapters.library import Library
from tests.contract.room import RoomLearner, RoomPlatform

WORDS = "zebrafinch"


@pytest.fixture
async def room(tmp_path: Path, library: Library) -> AsyncIterator[RoomPlatform]:
    room = RoomPlatform(tmp_path, library)
    await room.start()
    yield room
    await room.stop()


def left(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("contract.db*"))


async def test_whoever_is_forgotten_in_the_room_is_in_no_byte_of_the_database(room: RoomPlatform, tmp_path: Path) -> None:
    ada, grace = await room.learner("Adalbertina"), await room.learner("Grace")
    await ada.says(f"Hello, {WORDS}")
    await ada.types("/lab rlhf")
    opening = await ada.sees("Just reply here")
    await ada.says(f"About the {WORDS}", opening.thread)
    await room.quiet()
    await ada.types("/quiz rlhf")
    await ada.types("/lectern export")
    await ada.sees("lectern-data.json")
    person = (await room.app._database.read(lambda records: records.room_people()))[0]
    assert person.name == "Adalbertina"
    for trace in (person.id, person.name, WORDS):
        assert trace.encode() in left(tmp_path)
    await ada.types("/lectern forget")
    answer = await ada._press(await ada.sees("Erase everything about you?"), "Erase me now")
    assert answer["type"] == "refused"
    assert answer["sentence"].startswith("You are forgotten.")
    await room.quiet()
    for trace in (person.id, person.name, WORDS):
        assert trace.encode() not in left(tmp_path), trace
    after = await ada.gesture("say", channel="general", text="Still here?")
    assert after["sentence"] == "Reload this page to come in as somebody new."
    assert person.id.encode() not in left(tmp_path)
    await grace.types("/progress")
    await grace.sees("Where you stand")


async def test_whoever_was_forgotten_comes_in_anew(room: RoomPlatform) -> None:
    ada = await room.learner("Ada")
    await ada.types("/progress")
    await ada.types("/lectern forget")
    await ada._press(await ada.sees("Erase everything about you?"), "Erase me now")
    await ada.hang_up()
    again = RoomLearner("Ada")
    await again.connect(room)
    room.learners.append(again)
    await again.types("/progress")
    await again.sees("0 of 4 lessons complete.")


async def test_what_others_were_told_about_whoever_is_forgotten_no_longer_names_them(room: RoomPlatform, tmp_path: Path) -> None:
    ada, grace = await room.learner("Adalbertina"), await room.learner("Grace")
    await grace.types("/cohort join")
    await grace.types("/cohort pause")
    refused = await grace.sees("The leads here: Adalbertina.")
    await ada.types("/cohort lead @Grace")
    await ada.types("/lab rlhf")
    await grace.sees("Anybody may read along")
    for command in ("status", "report", "export", "lead @Adalbertina"):
        await grace.types(f"/cohort {command}")
    await grace.sees("Adalbertina is a lead already.")
    await ada.types("/lectern forget")

    await ada._press(await ada.sees("Erase everything about you?"), "Erase me now")

    assert b"Adalbertina" not in left(tmp_path)
    await grace.types("/cohort status")
    await grace.sees("Leads: Grace")
    assert "named somebody who has been erased since" in grace._messages[int(refused.id)]["parts"][0]["line"][0]["text"]
