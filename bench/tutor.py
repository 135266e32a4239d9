"""How much later than a bare client a learner sees a model's first words, on each platform's double.

python -m bench.tutor [ROUNDS]

A model double speaks 50 tokens a second. "Added" is from its first token on the wire to the first words on the learner's
screen, less what the bare client takes for the same in the same run. Beside it: what each lab's request takes in tokens.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path

from bot.adapters.clock import SystemClock
from bot.adapters.library import Library, read
from bot.adapters.tutor.model.client import Message, ModelClient
from bot.adapters.tutor.model.prompt import REPLY, VERBATIM, lay_out
from bot.adapters.tutor.model.tutor import ModelTutor
from bot.adapters.tutor.study_guide import StudyGuide
from bot.core.curriculum import Curriculum
from bot.core.lab_posts import TURN_LIMIT
from bot.core.ports import LabProgress, LabTurn, Turn
from tests.adapters.tutor_model.double import USAGE, Exchange, chunk, serving
from tests.contract.discord import DiscordPlatform
from tests.contract.platform import Learner
from tests.contract.room import RoomPlatform
from tests.contract.slack import SlackPlatform
from tests.doubles.discord import specs as discord_specs
from tests.doubles.slack import specs as slack_specs

ROOT = Path(__file__).parents[1]
ROUNDS = 9
WORDS = "Raters pick what they like, so the score learns taste before truth, round {n}. What would you test first?"
PACE = 0.02
"""Seconds between two tokens: fifty a second."""
BREATH = 1.2
"""Seconds between two rounds: nobody writes faster, and Slack lets a channel have one message a second."""
Course = RoomPlatform | SlackPlatform | DiscordPlatform
SEEN = "Raters pick what they like"


Make = Callable[[Path, Library, ModelTutor], Course]
PLATFORMS: dict[str, Make] = {
    "room": RoomPlatform,
    "slack": lambda folder, library, tutor: SlackPlatform(folder, library, slack_specs.require(), tutor),
    "discord": lambda folder, library, tutor: DiscordPlatform(folder, library, discord_specs.require(), tutor),
}


class Speaker:
    """Scenes that speak at a steady pace, and when each one's first token went out."""

    def __init__(self) -> None:
        self.began: list[float] = []

    async def speak(self, exchange: Exchange) -> None:
        await exchange.head()
        self.began.append(time.perf_counter())
        for n, word in enumerate(WORDS.format(n=len(self.began)).split(" ")):
            await exchange.event(chunk({"content": word if n == 0 else f" {word}"}))
            await asyncio.sleep(PACE)
        await exchange.finish(usage=USAGE)


async def bare(url: str, speaker: Speaker, rounds: int) -> list[float]:
    """The baseline: the client alone, from the first token on the wire to the first text in its hands."""
    client = ModelClient(url, "m")
    messages: list[Message] = [{"role": "system", "content": "s"}, {"role": "user", "content": "u"}]
    found = []
    for number in range(rounds + 1):
        async with aclosing(client.stream(messages, REPLY)) as replies:
            async for reply in replies:
                if isinstance(reply, str):
                    found.append(time.perf_counter() - speaker.began[-1])
                    break
        if number == 0:
            found.clear()  # the first call loads the library
    await client.close()
    return found


async def on(make: Make, library: Library, url: str, speaker: Speaker, rounds: int) -> list[float]:
    tutor = ModelTutor(ModelClient(url, "m"), StudyGuide(library.curriculum), SystemClock())
    found: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        platform = make(Path(folder), library, tutor)
        await platform.start()
        ada = await platform.learner("Ada")
        await ada.types("/lab rlhf")
        opening = await ada.sees("Just reply here")
        for number in range(rounds + 1):
            seconds = await _round(ada, opening.thread, speaker, number)
            if number:  # the first also tries the model
                found.append(seconds)
            await platform.quiet()
            await asyncio.sleep(BREATH)
        await platform.stop()
    await tutor.close()
    return found


async def _round(ada: Learner, thread: str | None, speaker: Speaker, number: int) -> float:
    before = {message.id for message in await ada.all_seen()}
    watch = asyncio.create_task(_first_words(ada, before))
    await ada.says(f"What do raters look at, attempt {number}?", thread)
    return await watch - speaker.began[-1]


async def _first_words(ada: Learner, before: set[str]) -> float:
    while True:
        if any(message.id not in before and SEEN in message.text for message in await ada.all_seen()):
            return time.perf_counter()
        await asyncio.sleep(0.005)


def tokens(course: Curriculum) -> None:
    """Our estimate, which counts rather too much, of the first request and of the last, with as long a talk as fits."""
    print(f"\n{'tokens by estimate':<20}{'turn 1':>10}{f'turn {TURN_LIMIT}':>10}{'a lab':>10}   reply: {REPLY} more")
    said = "I think the leash keeps it close to the start, because the reward model is only right near there."
    past = tuple(Turn(n, None if n % 2 else 1, said, SystemClock().now()) for n in range(VERBATIM))
    for lesson in course.lessons:
        persona = course.persona_of(lesson)
        first = lay_out(LabTurn(lesson, persona, LabProgress(), (), said)).tokens
        last = lay_out(LabTurn(lesson, persona, LabProgress(0, 3, 2, True, (0, 1, 2)), past, said)).tokens
        print(f"{lesson.slug:<20}{first:>10,}{last:>10,}{(first + last) // 2 * 8 + 8 * 220:>10,}   (8 turns, replies of 220)")


async def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    library = read(ROOT / "lessons", ROOT / "personas")
    speaker = Speaker()
    async with serving(speaker.speak) as double:
        base = statistics.median(await bare(double.url, speaker, rounds))
        print(f"{'first words':<20}{'median':>10}{'worst':>10}{'added':>10}{'ratio':>8}")
        print(f"{'bare client':<20}{base * 1000:>7.0f} ms")
        for name, make in PLATFORMS.items():
            found = await on(make, library, double.url, speaker, rounds)
            middle = statistics.median(found)
            added = f"{(middle - base) * 1000:>7.0f} ms{middle / base:>7.1f}x"
            print(f"{name:<20}{middle * 1000:>7.0f} ms{max(found) * 1000:>7.0f} ms{added}")
    tokens(library.curriculum)


if __name__ == "__main__":
    asyncio.run(main())
