"""Several processes on one PostgreSQL: real programs, killed without warning, before a strict double of Slack."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.chat import Place
from bot.core.ports import Rule
from bot.store.database import Database
from bot.store.records import Records
from tests.doubles.slack import Channel, Message, SlackDouble, specs
from tests.fleet import Fleet, database, holder, until, url
from tests.store.conftest import postgres_handle, postgres_server

__all__ = ["database", "postgres_handle", "postgres_server", "url"]


@pytest.fixture
async def double() -> AsyncIterator[SlackDouble]:
    async with SlackDouble(specs.require()) as running:
        yield running
        running.assert_clean()


@pytest.fixture
async def fleet(url: str, double: SlackDouble) -> AsyncIterator[Fleet]:
    tokens = {"SLACK_BOT_TOKEN": double.bot_token, "SLACK_APP_TOKEN": double.app_token}
    programs = Fleet(url, {**tokens, "SLACK_API_URL": double.base_url})
    yield programs
    for pid in list(programs.running):
        await programs.kill(pid)


def a_digest_due_now(records: Records, channel: Channel, name: str) -> None:
    now = datetime.now(UTC)
    due = now.replace(second=0, microsecond=0) - timedelta(minutes=1)
    cohort = records.create_cohort(Place("slack", channel.team, channel.id), name, now)
    assert cohort
    cursor = due.replace(tzinfo=None) - timedelta(minutes=1)
    records.set_schedule(cohort.id, Rule((0, 1, 2, 3, 4, 5, 6), due.time(), "UTC"), cursor, due, now)


def lessons(channel: Channel) -> list[Message]:
    return [message for message in channel.messages.values() if "Lesson 1 of" in str(message.blocks)]


async def test_the_standby_posts_the_digest_once_when_the_leader_was_killed(
    fleet: Fleet, database: Database, double: SlackDouble
) -> None:
    first, second = double.channel("course"), double.channel("another")
    for channel in (first, second):
        double.invite(channel, double.user(f"Ada of {channel.name}"))
    await fleet.start(3)
    await double.until(lambda: double.sockets.live, what="no socket")
    await until(lambda: _led(database, fleet))
    await fleet.kill(await holder(database, "bell"))
    await database.write(lambda records: a_digest_due_now(records, first, "Monday"))
    await until(lambda: _is_there(first))

    before = await holder(database, "bell")
    assert before in fleet.running
    await database.write(lambda records: a_digest_due_now(records, second, "Tuesday"))
    await until(lambda: _is_there(second))
    assert await fleet.stop() == [0, 0]

    assert [len(lessons(channel)) for channel in (first, second)] == [1, 1]
    assert await database.read(lambda records: records.broken(datetime.now(UTC))) == []
    assert await database.read(lambda records: records.seats_held(datetime.now(UTC))) == {}


async def _led(database: Database, fleet: Fleet) -> bool:
    return await holder(database, "bell") in fleet.running


async def _is_there(channel: Channel) -> bool:
    return bool(lessons(channel))
