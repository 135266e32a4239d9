"""What was given up in a lab: its learner is told, and may have it tried again."""

from datetime import datetime

from bot.core.chat import Action, Button, Buttons, Part, Post, Quote, bold, line, note, para
from bot.core.curriculum import Lesson, Persona
from bot.core.errors import shorten
from bot.core.ports import Lab, Records, Turn, Work

WHAT = {
    "lab": "open the thread",
    "lab-opening": "begin the lab",
    "reply": "answer you",
    "lab-exit": "ask the exit question",
    "lab-closing": "close the lab",
}
"""What could not be done, by kind of work."""


def tell(records: Records, work: Work, now: datetime) -> None:
    """Put it on the ledger that the learner is to be told, in the transaction that gives the work up."""
    lab = records.lab(int(work.payload["lab"]))
    if lab is None or (lab.stage == "closed" and work.kind != "lab-closing"):
        return
    lane = (lab.thread or lab.place).lane
    payload = {"lab": lab.id, "kind": work.kind, "key": work.key, "ref": work.ref, "turn": work.payload.get("turn")}
    records.enqueue(f"{work.key}:told", "lab-trouble", lane, payload, now)


def trouble_post(lesson: Lesson, persona: Persona, lab: Lab, kind: str, key: str, turn: Turn | None) -> Post:
    """A sentence, what it is about, and a button that tries again."""
    again = Action("lab.again", (str(lab.id), key.removeprefix(f"lab:{lab.id}:")))
    sorry = "I am sorry: something went wrong, and I could not "
    parts: list[Part] = []
    if turn:
        parts = [para(sorry, f"{WHAT[kind]}. You had said:"), Quote(line(shorten(turn.text, 200)))]
    else:
        parts = [para(sorry, f"{WHAT[kind]} of your lab on " if kind == "lab" else f"{WHAT[kind]} on ", bold(lesson.title), ".")]
    parts += [note("Everything you said is kept."), Buttons((Button("Try again", again, "primary"),))]
    return Post(tuple(parts), persona.speaker)
