"""Real programs in Discord, frozen for longer than Discord waits, and killed while another stands by."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.store.database import Database
from bot.store.migrate import upgrade
from bot.store.records import Records
from bot.store.tables import lanes, seats
from tests.contract.discord import BUTTON, DiscordLearner
from tests.contract.platform import Seen
from tests.contract.test_promises import lab_of
from tests.doubles.discord import Channel, DiscordDouble, Message, require
from tests.doubles.discord.reading import parts
from tests.doubles.discord.specs import Json
from tests.fleet import PATIENCE, Fleet, database, holder, url
from tests.store.conftest import postgres_handle, postgres_server

__all__ = ["database", "postgres_handle", "postgres_server", "url"]
EXECUTE = "post /webhooks/{webhook_id}/{webhook_token}"


@dataclass
class Server:
    """A Discord server and its one channel."""

    double: DiscordDouble
    channel: Channel

    async def founder(self) -> DiscordLearner:
        ada = DiscordLearner(self, self.double.user("Ada"))
        await ada.types("/cohort create Demo cohort")
        await ada.types("/cohort post")
        await ada.sees("Lesson 1 of 4")
        return ada

    def fleet(self, url: str) -> Fleet:
        return Fleet(url, {"DISCORD_TOKEN": self.double.token, "DISCORD_API_URL": self.double.api_url})


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with DiscordDouble(require()) as double:
        yield Server(double, double.channel("course"))
        double.assert_clean()


async def end(fleet: Fleet) -> None:
    for pid in list(fleet.running):
        await fleet.kill(pid)


async def appears(server: Server, where: Channel, words: str) -> None:
    await server.double.until(lambda: any(words in one.words for one in where.messages.values()), PATIENCE, words)


def said(messages: list[Seen], words: str) -> int:
    return len([one for one in messages if words in one.text])


async def test_a_process_that_stood_still_for_longer_than_discord_waits_loses_nothing_and_doubles_nothing(
    server: Server, tmp_path: Path
) -> None:
    address = f"sqlite:///{tmp_path / 'frozen.db'}"
    upgrade(address)
    double, fleet = server.double, server.fleet(address)
    try:
        await fleet.start(1)
        await double.ready()
        ada = await server.founder()
        root, opening = await lab_of(ada)
        await double.settled()
        (pid,) = fleet.running
        fleet.freeze(pid)

        courier, button = double.courier, next(one for one in ada._messages() if one.id == opening.id)
        pressed = courier.make(3, "press", ada.person.user, button.channel, _skip(button), message=button)
        typed = courier.make(2, "progress", ada.person.user, server.channel, {"id": "1", "name": "progress", "type": 1})
        for gesture in (pressed, typed):
            courier.send(gesture)
        double.advance(double.courier.ack_seconds + 1)
        await ada.says("hint", root.id)
        double.gateway.drop()  # as Discord does to whoever sends no heartbeat
        await ada.says("another hint", root.id)
        fleet.thaw(pid)

        await appears(server, double.world.channels[root.id], "Hint 2 of 3")
        for words in ("Where you stand", "It did not"):
            await appears(server, ada.person.dm, words)
        await double.settled()
        assert await fleet.stop() == [0]
        seen = await ada.all_seen()
        assert [said(seen, words) for words in ("Hint 1 of 3", "Hint 2 of 3", "Hint 3 of 3", "Where you stand")] == [1, 1, 0, 1]
        assert said(seen, "It did not") == 1
    finally:
        await end(fleet)


def _skip(message: Message) -> Json:
    part = next(part for part in parts(message.components) if part.label == "Skip to the first question")
    return {"component_type": BUTTON, "custom_id": part.custom_id, "id": part.body["id"]}


async def test_the_standby_takes_the_connection_of_a_killed_process_and_its_lab_turn_is_answered_once(
    server: Server, database: Database, url: str
) -> None:
    double, fleet = server.double, server.fleet(url)
    try:
        await fleet.start(2)
        await double.ready()
        ada = await server.founder()
        root, _ = await lab_of(ada)
        thread = double.world.channels[root.id]
        before = len(thread.messages)
        double.fail(EXECUTE, "after", "timeout")
        await ada.says("Why do raters matter?", root.id)
        await double.until(lambda: len(thread.messages) == before + 2)  # it stands there, and nobody has its receipt
        assert len(double.gateway.live) == 1
        killed = await holder(database, "gateway:discord")
        await fleet.kill(killed)
        await ada.says("hint", root.id)  # while nobody listens
        await database.write(lambda records: _lapse(records, killed))

        await appears(server, thread, "There is no wrong answer to the opening")
        (standby,) = fleet.running
        assert await holder(database, "gateway:discord") == standby
        assert await fleet.stop() == [0]
        assert len([one for one in thread.messages.values() if one.webhook]) == before  # opening, answer, hint; not the first two
        assert await database.read(lambda records: records.broken(datetime.now(UTC))) == []
    finally:
        await end(fleet)


def _lapse(records: Records, dead: int) -> None:
    """The leases of the dead come to their end now; how long that takes at most is held in tests/core/test_seats.py."""
    now, theirs = datetime.now(UTC), f"%:{dead}:%"
    for change in (
        update(seats).where(seats.c.holder.like(theirs)).values(until=now),
        update(lanes).where(lanes.c.owner.like(theirs)).values(due_at=now),
    ):
        records._connection.execute(change)
