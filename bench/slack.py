"""Slack: from a command to its ack and its visible answer, beside a bare Bolt handler; memory with many labs; many streams.

python -m bench.slack [commands|memory|streams] ...
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
from bot.adapters.library import read
from bot.adapters.slack.render import messages
from bot.app import App
from bot.core.chat import Person as Account
from bot.core.chat import Place
from bot.core.curriculum import Curriculum
from bot.core.lessons import section_post
from bot.core.ports import Records
from bot.settings import Settings
from bot.store.database import Database
from bot.store.migrate import upgrade
from tests.doubles.slack import Channel, Message, Person, SlackDouble, specs
from tests.fakes import FakePictures

ROUNDS = 3
PEOPLE = 200
LABS = 1_000
PATIENCE = 900.0


@asynccontextmanager
async def slack() -> AsyncIterator[SlackDouble]:
    double = SlackDouble(specs.require())
    await double.start()
    yield double
    await double.stop()
    double.assert_clean()


def settings(double: SlackDouble, url: str) -> dict[str, str]:
    return {
        "DATABASE_URL": url,
        "PORT": "0",
        "SLACK_BOT_TOKEN": double.bot_token,
        "SLACK_APP_TOKEN": double.app_token,
        "SLACK_API_URL": double.base_url,
    }


@asynccontextmanager
async def running(double: SlackDouble, *command: str, url: str = "") -> AsyncIterator[Program]:
    """The program in a process of its own, from its socket to its end."""
    program = Program(*command, settings=settings(double, url) | {"MESSAGE": json.dumps(lesson_message())})
    before = len(double.sockets.all)
    await program.start()
    await double.until(lambda: len(double.sockets.all) > before, 60)
    yield program
    await program.stop()


def lesson_message() -> dict[str, object]:
    """What /lesson shows first, for the baseline to show, too: the double judges every block, and that takes its time."""
    course = read(Path("lessons"), Path("personas")).curriculum
    (message,) = messages(section_post(course.find("rlhf"), 0, len(course.lessons)))
    return {"text": message.text, "blocks": message.without_pictures().blocks}


# ---------------------------------------------------------------- commands


class Watch:
    """When each person was first shown something."""

    def __init__(self, double: SlackDouble) -> None:
        self.shown: dict[str, float] = {}
        post = double.world.post

        def noted(channel: Channel, author: object, text: str, **more: object) -> Message:
            if reader := str(more.get("only_for") or ""):
                self.shown.setdefault(reader, time.perf_counter())
            return post(channel, author, text, **more)  # type: ignore[arg-type]

        double.world.post = noted  # type: ignore[method-assign]


async def burst(double: SlackDouble, watch: Watch, channel: Channel, people: list[Person]) -> tuple[list[float], list[float]]:
    """Seconds to the ack and to the answer, of one command from each of them at the same instant."""
    watch.shown.clear()
    began = time.perf_counter()
    deliveries = await asyncio.gather(*(person.command("/lesson rlhf", channel) for person in people))
    failed = [delivery.error for delivery in deliveries if delivery.error]
    if failed:
        raise SystemExit(f"{len(failed)} commands were not acknowledged in time: {failed[0]}")
    await double.until(lambda: len(watch.shown) == len(people), 60)
    return [delivery.latency for delivery in deliveries], [watch.shown[person.id] - began for person in people]


async def commands() -> None:
    print(f"/lesson typed by 1 and by {PEOPLE} people at once: median / worst time to the ack, and to the answer on the screen")
    async with slack() as double:
        people = [double.user(f"person{n}") for n in range(PEOPLE)]
        channel, watch = double.channel("course", members=people), Watch(double)
        for number in range(1, ROUNDS + 1):
            found: dict[str, dict[str, Figures]] = {}
            for name, command in (("bare Bolt", ("-m", "bench.slack_bare")), ("Lectern", ("-m", "bot"))):
                with tempfile.TemporaryDirectory() as folder:
                    async with running(double, *command, url=f"sqlite:///{Path(folder) / 'bench.db'}"):
                        await burst(double, watch, channel, people[:5])  # warm: names known, modules loaded
                        single = [await burst(double, watch, channel, people[n : n + 1]) for n in range(20)]
                        acks, answers = await burst(double, watch, channel, people)
                found[name] = {
                    "one, ack": Figures.of([ack for some, _ in single for ack in some]),
                    "one, answer": Figures.of([answer for _, some in single for answer in some]),
                    f"{PEOPLE}, ack": Figures.of(acks),
                    f"{PEOPLE}, answer": Figures.of(answers),
                }
            for case, ours in found["Lectern"].items():
                bare = found["bare Bolt"][case]
                print(f"round {number}  {case:14} Lectern {ours}   bare Bolt {bare}   ratio {ratio(ours, bare)}")


# ---------------------------------------------------------------- memory


def opened(course: Curriculum, double: SlackDouble, people: list[Person], records: Records) -> list[Message]:
    """A private lab for each, as if it had been opened long ago; gives the roots."""
    now, lesson = datetime.now(UTC), course.lessons[0]
    persona, roots = course.persona_of(lesson), []
    for person in people:
        root = double.world.post(person.dm, double.installation.bot, "Lab", username=persona.speaker.name)
        place = Place("slack", double.team.id, person.dm.id, None, True)
        who = records.know(Account("slack", double.team.id, person.id, person.user.real_name), now)
        lab = records.open_lab(root.ts, who, lesson.slug, persona.id, persona.version, place, now)
        assert lab
        for claim in records.claim("bench", now, 1, 60):  # its opening: nothing is left to be posted
            records.finish(claim, "done", None, "", now)
        records.lab_opened(lab.id, Place("slack", double.team.id, person.dm.id, root.ts, True), root.ts)
        records.move_lab(lab.id, "open", lab.progress, now)
        roots.append(root)
    return roots


async def memory() -> None:
    course = read(Path("lessons"), Path("personas")).curriculum
    async with slack() as double:
        double.events.echo = False
        people = [double.user(f"person{n}") for n in range(LABS)]
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{Path(folder) / 'bench.db'}"
            upgrade(url)
            async with running(double, "-m", "bot", url=url) as program:
                await asyncio.sleep(2)
                rest = program.mebibytes
            database = Database(url)
            await database.write(lambda records: opened(course, double, people, records))
            await database.close()
            async with running(double, "-m", "bot", url=url) as program:
                await asyncio.sleep(2)
                many = program.mebibytes
    print(f"resident: {rest:.0f} MiB at rest, {many:.0f} MiB with {LABS} open labs")


# ---------------------------------------------------------------- streams


async def streams() -> None:
    alone = WORDS * WORD_SECONDS
    print(f"{STREAMS} people ask in {STREAMS} labs at the same instant; each answer is {WORDS} words in {alone:.1f} s")
    for where in ("private", "one channel"):
        async with slack() as double:
            with tempfile.TemporaryDirectory() as folder:
                await stream(double, f"sqlite:///{Path(folder) / 'bench.db'}", where, alone)


async def stream(double: SlackDouble, url: str, where: str, alone: float) -> None:
    upgrade(url)
    library = read(Path("lessons"), Path("personas"))
    known = settings(double, url)
    double.events.echo = False
    people = [double.user(f"person{n}") for n in range(STREAMS)]
    channel = double.channel("course", members=people)
    database = Database(url)
    roots = await database.write(lambda records: opened(library.curriculum, double, people, records))
    if where != "private":
        roots = await database.write(lambda records: moved(records, double, channel, people))
    app = App(
        Settings(_env_file=None, **{name.casefold(): value for name, value in known.items()}),  # type: ignore[arg-type]
        library, database, SystemClock(), Recurrences(), FakePictures(), tutor=Steady(),
    )  # fmt: skip
    await app.start()
    await double.until(lambda: double.sockets.live, 30)
    double.rates.enforced, double.rates.burst = True, 5
    began, ends = time.perf_counter(), dict[str, float]()
    for person, root in zip(people, roots, strict=True):
        await person.says(f"question {person.id}", root.channel, root)

    def all_ended() -> bool:
        for root in roots:
            if root.ts not in ends and any("The end of" in reply.words for reply in root.channel.replies(root.ts)):
                ends[root.ts] = time.perf_counter() - began
        return len(ends) == len(roots)

    await double.until(all_ended, PATIENCE)
    waits = Figures.of(list(ends.values()))
    counts = Counter(call.method for call in double.calls if call.error == "ratelimited")
    shown = Counter(call.method for call in double.calls if call.method.startswith("chat."))
    replies = [reply for root in roots for reply in root.channel.replies(root.ts) if reply.author.bot_id]
    print(f"{where}: {len(ends)} of {len(roots)} whole in {len(replies)} messages after {waits} (alone {alone:.1f} s)")
    print(f"  rate limits exceeded: {dict(counts) or 'none'}; calls: {dict(sorted(shown.items()))}")
    await app.stop()


def moved(records: Records, double: SlackDouble, channel: Channel, people: list[Person]) -> list[Message]:
    """The same labs, as threads of one channel."""
    roots = []
    for number, _ in enumerate(people, 1):
        root = double.world.post(channel, double.installation.bot, "Lab", username="Mira")
        records.lab_opened(number, Place("slack", double.team.id, channel.id, root.ts), root.ts)
        roots.append(root)
    return roots


BENCHES = {"commands": commands, "memory": memory, "streams": streams}


async def main(names: list[str]) -> None:
    for name in names or BENCHES:
        print(f"-- {name}")
        await BENCHES[name]()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
