"""The room: many labs whose answers are written at the same instant, each on its learner's open page.

python -m bench.room
"""

import asyncio
import tempfile
import time
from pathlib import Path

from bench.frame import STREAMS, WORD_SECONDS, WORDS, Figures, Steady
from bot.adapters.library import read
from tests.contract import room
from tests.contract.room import RoomLearner, RoomPlatform

PATIENCE = 600.0


async def opened(platform: RoomPlatform, number: int) -> tuple[RoomLearner, str]:
    """Somebody with a page and a lab of their own."""
    learner = await platform.learner(f"person{number}")
    await learner.types("/lab rlhf")
    await platform.quiet()
    opening = await learner.sees("Just reply here")
    assert opening.thread
    return learner, opening.thread


async def whole(learner: RoomLearner, thread: str, began: float) -> float:
    """Seconds until the end of the answer is on the page."""
    await learner.sees(f"The end of question of {learner.name}.", thread=thread)
    return time.perf_counter() - began


async def first(platform: RoomPlatform, learner: RoomLearner, thread: str) -> float:
    """Seconds until an answer to one alone is on all pages: the baseline."""
    began = time.perf_counter()
    await learner.says("alone", thread)
    await learner.sees("The end of alone.", thread=thread)
    await platform.quiet()
    return time.perf_counter() - began


async def main() -> None:
    written = WORDS * WORD_SECONDS
    print(f"{STREAMS} people ask in {STREAMS} labs at the same instant; each answer is {WORDS} words in {written:.1f} s")
    library = read(Path("lessons"), Path("personas"))
    with tempfile.TemporaryDirectory() as folder:
        platform = RoomPlatform(Path(folder), library, Steady())
        await platform.start()
        labs = [await opened(platform, number) for number in range(STREAMS)]
        room.PATIENCE = PATIENCE
        alone = await first(platform, *labs[0])
        began = time.perf_counter()
        await asyncio.gather(*(learner.says(f"question of {learner.name}", thread) for learner, thread in labs))
        waits = Figures.of(await asyncio.gather(*(whole(learner, thread, began) for learner, thread in labs)))
        await platform.quiet()
        ends = [seen.text for learner, thread in labs for seen in await learner.all_seen() if seen.thread == thread]
        ended = sum("The end of question" in text for text in ends)
        shown = sum(len(learner.shown) for learner, _ in labs)
        print(f"{ended} of {len(labs)} whole after {waits} (one alone {alone * 1e3:.0f} ms); {shown:,} drafts shown on all pages")
        await platform.stop()


if __name__ == "__main__":
    asyncio.run(main())
