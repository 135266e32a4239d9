"""Discord: from a command to its ack and its visible answer, beside a bare discord.py handler; memory with many labs; streams.

python -m bench.discord [commands|memory|streams] ...
"""

import asyncio
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from bench.frame import STREAMS, WORD_SECONDS, WORDS, Figures, Program, Steady, ratio
from bot.adapters.clock import Recurrences, SystemClock
from bot.adapters.discord.render import messages
from bot.adapters.library import read
from bot.app import App
from bot.core.chat import Person as Account
from bot.core.chat import Place
from bot.core.curriculum import Curriculum
from bot.core.lessons import section_post
from bot.core.ports import Records
from bot.settings import Settings
from bot.store.database import Database
from bot.store.migrate import upgrade
from tests.doubles.discord import Channel, DiscordDouble, Person, specs
from tests.doubles.discord.things import PUBLIC_THREAD
from tests.fakes import FakePictures

ROUNDS = 3
SINGLES = 20
PEOPLE = 200
LABS = 1_000
TALKS = 100
AT_ONCE = 20
PATIENCE = 600.0
TEXTS = "patch /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}", "post /webhooks/{webhook_id}/{webhook_token}"


@asynccontextmanager
async def discord() -> AsyncIterator[DiscordDouble]:
    async with DiscordDouble(specs.require()) as double:
        yield double
    double.assert_clean()


def settings(double: DiscordDouble, url: str) -> dict[str, str]:
    return {"DATABASE_URL": url, "PORT": "0", "DISCORD_TOKEN": double.token, "DISCORD_API_URL": double.api_url}


@asynccontextmanager
async def running(double: DiscordDouble, *command: str, url: str = "") -> AsyncIterator[Program]:
    """The program in a process of its own, from its session to its end."""
    more = {"GATEWAY": double.gateway_url, "MESSAGE": json.dumps(lesson_message())}
    program = Program(*command, settings=settings(double, url) | more)
    await program.start()
    await double.until(lambda: double.gateway.live, 60)
    yield program
    await program.stop()
    await double.until(lambda: not double.gateway.live, 60)


def lesson_message() -> list[dict[str, object]]:
    """What /lesson shows first, for the baseline to show, too: the double judges every component, and that takes its time."""
    course = read(Path("lessons"), Path("personas")).curriculum
    (message,) = messages(section_post(course.find("rlhf"), 0, len(course.lessons)))
    return message.components


# ---------------------------------------------------------------- commands


async def burst(double: DiscordDouble, channel: Channel, people: list[Person]) -> tuple[list[float], list[float]]:
    """Seconds to the ack and to the answer, of one command from each of them at the same instant."""
    double.courier.sent.clear()
    began, shown = time.perf_counter(), dict[str, float]()

    def all_shown() -> bool:
        for one in double.courier.sent:
            if one.user.id not in shown and one.original is not None and not one.original.loading:
                shown[one.user.id] = time.perf_counter() - began
        return len(shown) == len(people)

    watch = asyncio.create_task(double.until(all_shown, 60))
    done = await asyncio.gather(*(person.command("/lesson rlhf", channel) for person in people))
    failed = [one.error for one in done if one.error]
    if failed:
        raise SystemExit(f"{len(failed)} commands were not acknowledged in time: {failed[0]}")
    await watch
    return [one.latency for one in done], list(shown.values())


async def commands() -> None:
    print(f"/lesson typed by 1 and by {PEOPLE} people at once: median / worst time to the ack, and to the answer on the screen")
    async with discord() as double:
        people, channel = [double.user(f"person{n}") for n in range(PEOPLE)], double.channel("course")
        for number in range(1, ROUNDS + 1):
            found: dict[str, dict[str, Figures]] = {}
            for name, command in (("bare discord.py", ("-m", "bench.discord_bare")), ("Lectern", ("-m", "bot"))):
                with tempfile.TemporaryDirectory() as folder:
                    async with running(double, *command, url=f"sqlite:///{Path(folder) / 'bench.db'}"):
                        await burst(double, channel, people[:5])  # warm: names known, modules loaded
                        single = [await burst(double, channel, people[n : n + 1]) for n in range(SINGLES)]
                        acks, answers = await burst(double, channel, people)
                found[name] = {
                    "one, ack": Figures.of([ack for some, _ in single for ack in some]),
                    "one, answer": Figures.of([answer for _, some in single for answer in some]),
                    f"{PEOPLE}, ack": Figures.of(acks),
                    f"{PEOPLE}, answer": Figures.of(answers),
                }
            for case, ours in found["Lectern"].items():
                bare = found["bare discord.py"][case]
                print(f"round {number}  {case:14} Lectern {ours}   bare discord.py {bare}   ratio {ratio(ours, bare)}")


# ---------------------------------------------------------------- memory


def opened(course: Curriculum, channels: list[Channel], double: DiscordDouble, people: list[Person], records: Records) -> None:
    """A lab for each, in the channels by turns, as if it had been opened long ago."""
    now, lesson = datetime.now(UTC), course.lessons[0]
    persona = course.persona_of(lesson)
    for number, person in enumerate(people):
        channel = channels[number % len(channels)]
        thread = thread_of(double, channel, person)
        who = records.know(Account("discord", double.guild.id, person.id, person.name), now)
        place = Place("discord", double.guild.id, channel.id)
        lab = records.open_lab(thread.id, who, lesson.slug, persona.id, persona.version, place, now)
        assert lab
        for claim in records.claim("bench", now, 1, 60):  # its opening: nothing is left to be posted
            records.finish(claim, "done", None, "", now)
        records.lab_opened(lab.id, Place("discord", double.guild.id, channel.id, thread.id), thread.id)
        records.move_lab(lab.id, "open", lab.progress, now)


def thread_of(double: DiscordDouble, channel: Channel, person: Person) -> Channel:
    name = f"Lab of {person.name}"
    there = next((one for one in channel.threads if one.name == name), None)
    return there or double.threads.open(channel, name, PUBLIC_THREAD, double.world.bot.id)


def ended(thread: Channel, words: str = "") -> bool:
    return any(one.webhook is not None and words in one.words for one in thread.messages.values())


async def memory() -> None:
    course = read(Path("lessons"), Path("personas")).curriculum
    async with discord() as double:
        people, channel = [double.user(f"person{n}") for n in range(LABS)], double.channel("course")
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{Path(folder) / 'bench.db'}"
            upgrade(url)
            async with running(double, "-m", "bot", url=url) as program:
                await asyncio.sleep(2)
                rest = program.mebibytes
            threads = [thread_of(double, channel, person) for person in people]
            database = Database(url)
            await database.write(lambda records: opened(course, [channel], double, people, records))
            await database.close()
            async with running(double, "-m", "bot", url=url) as program:
                await asyncio.sleep(2)
                many, began = program.mebibytes, time.perf_counter()
                for first in range(0, TALKS, AT_ONCE):
                    some = range(first, first + AT_ONCE)
                    for n in some:
                        await people[n].says("What does the loss look at when a model is fine-tuned?", threads[n])
                    await double.until(lambda some=some: all(ended(threads[n]) for n in some), PATIENCE)  # type: ignore[misc]
                seconds, talked = time.perf_counter() - began, program.mebibytes
    print(f"resident: {rest:.0f} MiB at rest, {many:.0f} MiB with {LABS} open labs, {talked:.0f} MiB after a turn in {TALKS}")
    print(f"({TALKS} turns answered by the study guide in {seconds:.0f} s, {AT_ONCE} at a time)")


# ---------------------------------------------------------------- streams


async def streams() -> None:
    alone = WORDS * WORD_SECONDS
    print(f"{STREAMS} people ask in {STREAMS} labs at the same instant; each answer is {WORDS} words in {alone:.1f} s")
    for count in (10, 1):
        async with discord() as double:
            with tempfile.TemporaryDirectory() as folder:
                await stream(double, f"sqlite:///{Path(folder) / 'bench.db'}", count, alone)


async def stream(double: DiscordDouble, url: str, count: int, alone: float) -> None:
    upgrade(url)
    library = read(Path("lessons"), Path("personas"))
    people = [double.user(f"person{n}") for n in range(STREAMS)]
    channels = [double.channel(f"course-{n}") for n in range(count)]
    database = Database(url)
    await database.write(lambda records: opened(library.curriculum, channels, double, people, records))
    threads = [thread_of(double, channels[n % count], person) for n, person in enumerate(people)]
    known = {name.casefold(): value for name, value in settings(double, url).items()}
    app = App(
        Settings(_env_file=None, **known),  # type: ignore[arg-type]
        library, database, SystemClock(), Recurrences(), FakePictures(), tutor=Steady(),
    )  # fmt: skip
    await app.start()
    await double.ready()
    double.rates.enforced = True
    began, ends = time.perf_counter(), dict[str, float]()
    for person, thread in zip(people, threads, strict=True):
        await person.says(f"question {person.id}", thread)

    def all_ended() -> bool:
        for thread, person in zip(threads, people, strict=True):
            if thread.id not in ends and ended(thread, f"The end of question {person.id}."):
                ends[thread.id] = time.perf_counter() - began
        return len(ends) == len(threads)

    await double.until(all_ended, PATIENCE)
    await app.deliveries.settle()
    report(double, threads, Figures.of(list(ends.values())), f"in {count} channel{'s' if count > 1 else ''}", alone)
    await app.stop()


def report(double: DiscordDouble, threads: list[Channel], waits: Figures, where: str, alone: float) -> None:
    replies = [one for thread in threads for one in thread.messages.values() if one.webhook is not None]
    whole = sum("The end of" in one.words for one in replies)
    exceeded = Counter(call.route for call in double.calls if call.status == 429)
    sent = Counter(call.route.partition(" ")[0] for call in double.calls if call.route in TEXTS)
    print(f"{where}: {whole} of {len(threads)} whole in {len(replies)} messages after {waits} (alone {alone:.1f} s)")
    print(f"  rate limits exceeded: {dict(exceeded) or 'none'}; the webhooks' posts and edits: {dict(sorted(sent.items()))}")


BENCHES = {"commands": commands, "memory": memory, "streams": streams}


async def main(names: list[str]) -> None:
    for name in names or BENCHES:
        print(f"-- {name}")
        await BENCHES[name]()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
