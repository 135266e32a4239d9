"""A thousand cohorts, each with its channel, whose lessons are due in the same minute: how long until the last one stands there.

python -m bench.minute [discord|slack] ...

Beside what the platform's rates allow at best (Discord: 50 calls a second for the whole app) and beside a bare client that posts
the same number of messages, 32 at a time, to the same double in the same run.
"""

import asyncio
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench import discord, slack
from bench.frame import Program
from bot.core.chat import Place
from bot.core.ports import Records, Rule
from bot.store.database import Database
from bot.store.migrate import upgrade
from tests.doubles.discord.rates import GLOBAL
from tests.doubles.slack import Channel, SlackDouble

COHORTS = 1_000
AT_ONCE = 32
PATIENCE = 900.0
NOTICE = 20.0
"""Seconds a process is given to come up before the minute begins."""
TITLE = "What fine-tuning changes"


def next_minute() -> datetime:
    return (datetime.now(UTC) + timedelta(seconds=NOTICE + 60)).replace(second=0, microsecond=0)


def due(records: Records, places: Sequence[Place], minute: datetime) -> None:
    """A cohort in each place, whose first lesson is due then."""
    now = datetime.now(UTC)
    rule = Rule((0, 1, 2, 3, 4, 5, 6), minute.time(), "UTC")
    for place in places:
        cohort = records.create_cohort(place, f"Cohort of {place.channel}", now)
        assert cohort
        records.set_schedule(cohort.id, rule, minute.replace(tzinfo=None) - timedelta(minutes=1), minute, now)


async def furnished(url: str, places: Sequence[Place]) -> datetime:
    upgrade(url)
    database, minute = Database(url), next_minute()
    await database.write(lambda records: due(records, places, minute))
    await database.close()
    return minute


async def seconds(double: Any, minute: datetime, posts: Callable[[], Counter[str]]) -> float:
    """From the minute's beginning until every channel has its lesson; says so if it has not come to that, or some have two."""
    await double.until(lambda: len(posts()) == COHORTS, PATIENCE)
    taken = time.time() - minute.timestamp()
    await asyncio.sleep(3)  # time for one too many
    twice = sum(count > 1 for count in posts().values())
    if twice:
        raise SystemExit(f"{twice} channels have their lesson twice")
    return taken


async def on_discord() -> None:
    async with discord.discord() as double:
        channels = [double.channel(f"course-{number}") for number in range(COHORTS)]
        double.rates.enforced = True
        places = [Place("discord", double.guild.id, channel.id) for channel in channels]

        def posts() -> Counter[str]:
            found = ((channel.id, one) for channel in channels for one in channel.messages.values())
            return Counter(channel for channel, one in found if TITLE in one.words)

        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{Path(folder) / 'bench.db'}"
            minute = await furnished(url, places)
            async with discord.running(double, "-m", "bot", url=url):
                taken = await seconds(double, minute, posts)
        least = COHORTS / GLOBAL
        refused = Counter(call.route for call in double.calls if call.status == 429)
        print(f"{COHORTS} lessons, each once, {taken:.1f} s after the minute; {taken / least:.2f} times the rates' {least:.0f} s")
        print(f"  calls: {len(double.calls)}, refused for their rate: {dict(refused) or 'none'}")


async def on_slack() -> None:
    async with slack.slack() as double:
        double.events.echo = False
        channels = [double.channel(f"course-{number}") for number in range(COHORTS)]
        double.rates.enforced = True
        places = [Place("slack", double.team.id, channel.id) for channel in channels]

        def posts() -> Counter[str]:
            found = ((channel.id, one) for channel in channels for one in channel.messages.values())
            return Counter(channel for channel, one in found if TITLE in str(one.blocks))

        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{Path(folder) / 'bench.db'}"
            minute = await furnished(url, places)
            async with slack.running(double, "-m", "bot", url=url):
                taken = await seconds(double, minute, posts)
        refused = Counter(call.method for call in double.calls if call.error == "ratelimited")
        calls = len(double.calls)
        bare = await posted(double, channels)
        print(
            f"{COHORTS} lessons, each once, {taken:.1f} s after the minute; {taken / bare:.2f} times a bare client's {bare:.1f} s"
        )
        print(f"  calls: {calls}, refused for their rate: {dict(refused) or 'none'}")


async def posted(double: SlackDouble, channels: Sequence[Channel]) -> float:
    """Seconds a bare client takes to post the same lesson to all of them."""
    blocks = next(one.blocks for one in channels[0].messages.values() if TITLE in str(one.blocks))
    before = len(double.calls)
    told = {"CHANNELS": json.dumps([channel.id for channel in channels]), "MESSAGE": json.dumps(blocks)}
    program = Program("-m", "bench.minute", "bare", settings=slack.settings(double, "") | told)
    await program.start()
    await double.until(lambda: len(double.calls) > before, 60)
    began = time.perf_counter()
    await double.until(lambda: len(double.calls) >= before + COHORTS, PATIENCE)
    taken = time.perf_counter() - began
    await program.stop()
    return taken


async def bare() -> None:
    """The baseline: nothing but the client."""
    from slack_sdk.web.async_client import AsyncWebClient

    client = AsyncWebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
    blocks, gate = json.loads(os.environ["MESSAGE"]), asyncio.Semaphore(AT_ONCE)

    async def post(channel: str) -> None:
        async with gate:
            await client.chat_postMessage(channel=channel, text="A lesson", blocks=blocks, unfurl_links=False, unfurl_media=False)

    await asyncio.gather(*(post(channel) for channel in json.loads(os.environ["CHANNELS"])))
    await asyncio.sleep(PATIENCE)  # until it is ended


BENCHES: dict[str, Callable[[], Awaitable[None]]] = {"discord": on_discord, "slack": on_slack}


async def main(names: Sequence[str]) -> None:
    if list(names) == ["bare"]:
        return await bare()
    for name in names or BENCHES:
        print(f"-- {name}")
        await BENCHES[name]()
    return None


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
