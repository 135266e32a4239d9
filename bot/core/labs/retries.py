"""What was given up in a lab: its learner is told, and may have it tried again; who leads is told what the platform refuses."""

from datetime import datetime
from hashlib import sha256

from bot.core import notices
from bot.core.chat import Action, Button, Buttons, Part, Post, Quote, bold, line, note, para
from bot.core.curriculum import Curriculum, Lesson, Persona
from bot.core.errors import shorten
from bot.core.labs.threads import thread_title
from bot.core.ports import Cohort, Lab, Records, Turn, Work

WHAT = {
    "lab": "open the thread",
    "lab-opening": "begin the lab",
    "reply": "answer you",
    "lab-step": "show what you asked for",
    "lab-exit": "ask the exit question",
    "lab-closing": "close the lab",
}
"""What could not be done, by kind of work."""


def tell(records: Records, curriculum: Curriculum, work: Work, refusal: str, now: datetime) -> None:
    """Put it on the ledger that the learner is to be told, in the transaction that gives the work up.

    `refusal` is the platform's reason, with what to do; empty where it was tried for long enough.
    """
    lab = records.lab(int(work.payload["lab"]))
    if lab is None or (lab.stage == "closed" and work.kind != "lab-closing"):
        return
    lane = (lab.thread or lab.place).lane
    payload = {"lab": lab.id, "kind": work.kind, "key": work.key, "ref": work.ref, "turn": work.payload.get("turn")}
    if refusal:
        lesson = curriculum.get(lab.lesson)
        payload |= {"why": refusal, "led": bool(lesson and _tell_leads(records, lab, lesson, refusal, now))}
    records.enqueue(f"{work.key}:told", "lab-trouble", lane, payload, now)


def _tell_leads(records: Records, lab: Lab, lesson: Lesson, refusal: str, now: datetime) -> bool:
    """Each of the cohort's leads but the learner, directly, once a day for each reason. Whether there are any."""
    cohort = records.cohort_at(lab.thread.parent if lab.thread else lab.place)
    cohort = cohort or next(iter(records.cohorts_of(lab.owner)), None)
    if cohort is None:
        return False
    post = refused_post(cohort, lesson, "" if lab.place.direct else thread_title(lesson, records.person(lab.owner).name), refusal)
    key = f"lab:{cohort.id}:{now:%Y-%m-%d}:{sha256(refusal.encode()).hexdigest()[:12]}"
    others = [lead for lead in records.leads(cohort.id) if lead != lab.owner]
    for lead in others:
        notices.tell(records, lead, key, post, now)
    return bool(others)


def refused_post(cohort: Cohort, lesson: Lesson, thread: str, refusal: str) -> Post:
    """For each of the leads: what is amiss in labs, and what to do. A private lab's thread is not named."""
    which = f" Its thread: “{thread}”." if thread else ""
    return Post(
        (
            para(bold("A lab cannot go on. "), f"One on “{lesson.title}”, of “{cohort.name}”.{which}"),
            para(refusal),
            note("Its learner can try again then. I tell you of this once a day at most."),
        )
    )


def trouble_post(
    lesson: Lesson, persona: Persona, lab: Lab, kind: str, key: str, turn: Turn | None, why: str = "", *, led: bool = False
) -> Post:
    """A sentence, what it is about, the reason where there is one, and a button that tries again."""
    again = Action("lab.again", (str(lab.id), key.removeprefix(f"lab:{lab.id}:")))
    sorry = "I am sorry: I could not " if why else "I am sorry: something went wrong, and I could not "
    parts: list[Part] = []
    if turn:
        parts = [para(sorry, f"{WHAT[kind]}. You had said:"), Quote(line(shorten(turn.text, 200)))]
    else:
        parts = [para(sorry, f"{WHAT[kind]} of your lab on " if kind == "lab" else f"{WHAT[kind]} on ", bold(lesson.title), ".")]
    parts += [para(why)] if why else []
    told = " Whoever leads the course here knows, too." if led else ""
    parts += [note(f"Everything you said is kept.{told}"), Buttons((Button("Try again", again, "primary"),))]
    return Post(tuple(parts), persona.speaker)
