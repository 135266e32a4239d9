"""Chooses the dated note a learner's words bear on: all of a lesson's notes would not fit beside the lesson."""

import re

from bot.adapters.tutor.quoting import flat
from bot.adapters.tutor.stems import stem, tokens
from bot.adapters.tutor.stop_words import STOP
from bot.core.curriculum import Lesson, Passage

ENOUGH = 0.6
"""The share of a heading's or a way's telling words that must be said, two of them at the least."""

_NAME = re.compile(r"\b(?=\w*[A-Z]\w*[A-Z])[A-Za-z][\w-]{2,}\b")


def note_for(lesson: Lesson, said: str) -> Passage | None:
    """The note one of whose names (such as DPO) is said, else the one asked for in nearly the author's words."""
    words = frozenset(map(stem, tokens(said)))
    notes = lesson.since
    return next((note for note in notes if _names(lesson, note) & words), None) or next(
        (note for note in notes if any(_near(way, words) for way in (note.heading, *lesson.lab.asked.get(note.id, ())))), None
    )


def _names(lesson: Lesson, note: Passage) -> frozenset[str]:
    """Names with two capitals that the note has and the lesson itself has not."""
    taught = "\n".join(flat(passage.parts) for passage in lesson.passages())
    return frozenset(stem(name.casefold()) for name in _NAME.findall(flat(note.parts)) if name not in taught)


def _near(way: str, words: frozenset[str]) -> bool:
    telling = {stem(word) for word in tokens(way)} - STOP
    found = telling & words
    return len(found) >= 2 and len(found) >= ENOUGH * len(telling)
