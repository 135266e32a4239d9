"""What several of a lab's files need: what its thread is called, how it goes on, and how it comes to its end."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from bot.core.curriculum import Lesson
from bot.core.errors import CannotNow, shorten
from bot.core.ports import Clock, Full, Lab, LabProgress, Records

NO_LESSON = "the lesson has left the course"
"""Why work of a lab came to nothing, as the ledger keeps it."""


@contextmanager
def crowded() -> Iterator[None]:
    """Where too much waits to be answered, say how much, and that nothing was kept."""
    try:
        yield
    except Full as full:
        if full.lane:
            raise CannotNow(
                f"{full.ahead} answers are ahead of you in this conversation, so I have not kept that. "
                "Wait for the next ones, then send it again."
            ) from None
        raise CannotNow(
            f"{full.ahead} answers are ahead of you in the labs here, so I have not kept that. "
            "Please send it again in a few minutes."
        ) from None


def thread_title(lesson: Lesson, owner: str) -> str:
    return shorten(f"{lesson.title} · {owner}", 90)


def ask_rest(records: Records, lab: Lab, reply: str, now: datetime) -> bool:
    """Put the rest of a cut reply on the ledger. False if that was done before.

    A reply is named for the learner's turn it answers; its continuations count from there: 5, 5.1, 5.2.
    """
    turn, _, part = reply.partition(".")
    more = int(part or 0) + 1
    payload = {"lab": lab.id, "turn": int(turn), "more": more}
    return records.enqueue(f"lab:{lab.id}:turn:{turn}#more:{more}", "reply", (lab.thread or lab.place).lane, payload, now)


def end(records: Records, lab: Lab, progress: LabProgress, clock: Clock) -> None:
    """Come to the exit question; it is posted from the ledger."""
    now = clock.now()
    if lab.thread:  # lane before lab, as whoever finishes a reply locks them
        records.enqueue(f"lab:{lab.id}:exit", "lab-exit", lab.thread.lane, {"lab": lab.id}, now)
    records.move_lab(lab.id, "exit", progress, now)
