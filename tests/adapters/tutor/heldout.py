"""The held-out questions, and how the study guide's search does on them."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.adapters.tutor.search import Hit, Search
from bot.adapters.tutor.study_guide import strong, weak

FILE = Path(__file__).with_name("heldout.yaml")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a learner. `lesson` is empty, and so is `gold`, where the course has no answer."""

    id: str
    lesson: str
    kind: str
    ask: str
    gold: frozenset[str]


@dataclass(frozen=True, slots=True)
class Recall:
    """Of `asked` questions, how many have an acceptable passage first, and among the first three."""

    asked: int
    first: int
    three: int


def questions() -> list[Asked]:
    return [_asked(entry, "in course") for entry in _file()["questions"]]


def outside() -> list[Asked]:
    return [_asked(entry, entry["kind"]) for entry in _file()["outside"]]


def recall(search: Search, asked: Sequence[Asked], *, at_home: bool) -> Recall:
    """`at_home`: asked in the lab of the lesson it belongs to, whose passages are preferred."""
    ranks = [_rank(search.find(question.ask, question.lesson if at_home else None, 3), question) for question in asked]
    return Recall(len(ranks), ranks.count(0), sum(rank is not None for rank in ranks))


def tiers(search: Search, asked: Sequence[Asked]) -> Counter[str]:
    """How often the guide answers, points or declines. Questions from outside are asked in every lesson's lab in turn."""
    return Counter(tier for question in asked for tier in _tiers(search, question))


def missed(search: Search, asked: Sequence[Asked]) -> Iterator[tuple[Asked, list[Hit]]]:
    for question in asked:
        hits = search.find(question.ask, question.lesson, 3)
        if _rank(hits, question) != 0:
            yield question, hits


LESSONS = ("fine-tuning", "prompting", "rlhf", "decision")


def _tiers(search: Search, question: Asked) -> Iterator[str]:
    for home in (question.lesson,) if question.lesson else LESSONS:
        hits = search.find(question.ask, home, 1)
        yield "answered" if hits and strong(hits[0]) else "pointed" if hits and weak(hits[0]) else "declined"


def _rank(hits: Sequence[Hit], question: Asked) -> int | None:
    return next((rank for rank, hit in enumerate(hits) if f"{hit.lesson}/{hit.passage}" in question.gold), None)


def _asked(entry: dict[str, Any], kind: str) -> Asked:
    return Asked(entry["id"], entry.get("lesson", ""), kind, entry["ask"], frozenset(entry.get("gold", ())))


def _file() -> dict[str, Any]:
    read: Callable[[str], dict[str, Any]] = yaml.safe_load
    return read(FILE.read_text(encoding="utf-8"))
