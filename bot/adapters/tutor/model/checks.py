"""Checks on a whole reply that need no model: they find form and invention, not bad teaching."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from bot.adapters.tutor.model.guards import guarded
from bot.adapters.tutor.quoting import flat
from bot.core.curriculum import Lesson
from bot.core.ports import LabTurn

LONGEST = 1200
"""Characters of a full explanation; other replies are asked to stay under 90 words."""
REPEATED = 0.2
"""Share of six-word runs that may occur before: a model that loops is far above it."""

_BRACKETED = re.compile(r"\s?\[(L\d{1,2}(?:\.\d{1,2})?)\]")
_NUMBER = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)*(?![\w])")


@dataclass(frozen=True, slots=True)
class Findings:
    """What is wrong with a reply. `marks` are citations that do not exist, `numbers` those nobody gave, `given` is given away."""

    marks: tuple[str, ...]
    numbers: tuple[str, ...]
    long: bool
    asks: bool
    stacked: bool
    loops: bool
    given: tuple[str, ...] = ()

    @property
    def withheld(self) -> bool:
        """Not to be shown at all: it gives away what it must not, or only repeats itself."""
        return self.loops or bool(self.given)

    def names(self) -> list[str]:
        """For the log: which checks failed, without a word of the reply."""
        failed = {
            "citation": self.marks,
            "number": self.numbers,
            "length": self.long,
            "no_question": not self.asks,
            "questions": self.stacked,
            "repetition": self.loops,
        }
        return [*(name for name, found in failed.items() if found), *self.given]


def check(text: str, turn: LabTurn) -> Findings:
    return Findings(
        marks=tuple(dict.fromkeys(mark for mark in _BRACKETED.findall(text) if mark not in marks_of(turn.lesson))),
        numbers=_invented(text, turn),
        long=len(text) > LONGEST,
        asks=asks(text),
        stacked=text.count("?") > 1,
        loops=_loops(text),
        given=tuple(guarded(text, turn)),
    )


def asks(text: str) -> bool:
    """Whether it ends with a question, in Latin, Chinese, Arabic or Greek."""
    return text.rstrip(" \n*_`\"'”’)").endswith(("?", "\uff1f", "\u061f", "\u037e"))


def marks_of(lesson: Lesson) -> frozenset[str]:
    """The marks of its sections; the lesson as a whole is a citation, too."""
    return frozenset((f"L{lesson.number}", *(passage.mark for passage in lesson.passages())))


def without_marks(text: str, marks: Iterable[str]) -> str:
    gone = frozenset(marks)
    return _BRACKETED.sub(lambda found: "" if found[1] in gone else found[0], text)


def shortened(text: str) -> str:
    """Its first whole sentences, as many as are allowed; a text without an end is cut at a word."""
    if len(text) <= LONGEST:
        return text
    head = text[:LONGEST]
    ends = [found.end() for found in re.finditer(r"[.!?…](?=\s)", head)]
    return head[: ends[-1]] if ends and ends[-1] > LONGEST // 3 else head.rsplit(None, 1)[0] + " …"


def _invented(text: str, turn: LabTurn) -> tuple[str, ...]:
    """Numbers above ten that neither the lesson, its lab, its notes nor anything said before holds."""
    lesson, plan = turn.lesson, turn.lesson.lab
    known = [flat(passage.parts) + passage.heading for passage in (*lesson.passages(), *lesson.since)]
    known += [plan.goal, plan.opening, *(f"{asked.ask} {asked.answer} {' '.join(asked.hints)}" for asked in plan.questions)]
    known += [turn.persona.prompt, turn.said, *turn.results, *(past.text for past in turn.turns)]
    given = {_value(number) for source in known for number in _NUMBER.findall(source)}
    found = (number for number in _NUMBER.findall(_BRACKETED.sub("", text)))
    return tuple(dict.fromkeys(number for number in found if _value(number) not in given and not _small(number)))


def _value(number: str) -> str:
    """One spelling for 1,200 and 1200, and for 0.50 and 0.5."""
    plain = re.sub(r",(?=\d{3}(?!\d))", "", number).replace(",", ".")
    return plain.rstrip("0").rstrip(".") if plain.count(".") == 1 else plain


def _small(number: str) -> bool:
    return number.isdecimal() and len(number) <= 2 and int(number) <= 10


def _loops(text: str) -> bool:
    words = text.casefold().split()
    runs = Counter(tuple(words[at : at + 6]) for at in range(len(words) - 5))
    total = sum(runs.values())
    return total >= 6 and (total - len(runs)) / total > REPEATED
