"""Finds the passages that answer a learner's question: SQLite's full-text search over what they say and how one asks for it."""

import math
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from bot.adapters.tutor.quoting import flat
from bot.adapters.tutor.stems import stem
from bot.adapters.tutor.tidying import tidy
from bot.core.curriculum import Choices, LabQuestion, Lesson, Question, Short

HEADING_WEIGHT = 2.0
"""An authored heading counts twice as much as the text under it: it lifted recall at 3 from 80 to 92 of 100."""

ASKED_WEIGHT = 1.0
"""How learners ask for a passage, as its author wrote it down, counts as much as the passage's own text."""

QUESTIONS_WEIGHT = 0.5
"""So much counts what quiz and lab say about a passage: answers, hints and remarks. Their words stray further from it."""

HOME_BONUS = 1.4
"""What a passage of the lesson at hand is worth, against one of another lesson."""

NAMED_BONUS = 1.5
"""What a passage is worth whose heading, or one of whose ways to ask, is in the question as a whole."""

MOST_WORDS = 64
"""Whoever sends more different words than this has pasted a text. The rest is not looked at."""

_STOP = """
about actually after again all almost already also although always am an and any anybody anyone anything anyway are
aren as at away back be because been before being both but by called came can cannot cant come comes could couldn did
didn do does doesn doing don done dont each either else etc even ever every everyone everything few for from gave get
gets getting give given gives giving go goes going gone gonna got gotta guess had hadn happen happened happening
happens has hasn have haven having he hello help her here hers herself hey hi him himself his how however id if im in
into is isn it its itself ive just kind kinda let lets like ll lol look looks lot lots made make makes making many may
maybe me mean means might mine more most much must mustn my myself need needs never no nobody none nor not nothing now
of off oh ok okay on once one only onto or other others ought our ours ourselves out over own per perhaps please pls
ppl put quite rather re really right said same say says see seem seems shall she should shouldn since so some somebody
somehow someone something somewhat sort still such sure take tell than thank thanks that thats the their theirs them
themselves then there these they thing things think this those though through thru thus till to told too true under
until up upon ur us use used using ve very via wanna want was wasn way ways we well went were weren what whatever
whats when where whether which while who whole whom whose why will with within without won wonder wondering work
working works would wouldn wow wtf yeah yep yes yet you your yours yourself
"""

STOP = frozenset(_STOP.split())
"""Words that say that something is asked, not what."""

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found. `coverage` is the share of the question's words that occur in it, from 0 to 1.

    A question that has all the words of a heading, or of a way to ask that its author wrote, is about that passage, whatever
    else it says: its coverage is 1. `whole`: so it is, or the passage has every word of the question, in what it says itself
    or, of three words or more, in what is written about it. `known`: every word of the question occurs in the course.
    """

    lesson: str
    passage: str
    score: float
    coverage: float
    whole: bool
    known: bool


class Search:
    """Built once from the lessons, for one thread at a time. A question takes about a millisecond."""

    def __init__(self, lessons: Sequence[Lesson]) -> None:
        self._db = sqlite3.connect(":memory:", check_same_thread=False)
        self._db.execute(
            "CREATE VIRTUAL TABLE passages USING fts5("
            "lesson UNINDEXED, passage UNINDEXED, body, heading, asked, questions, "
            "tokenize='porter unicode61 remove_diacritics 2')"
        )
        self._db.executemany("INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?)", _rows(lessons))
        self._telling = [tuple(_telling(heading, asked)) for _, _, _, heading, asked, _ in _rows(lessons)]
        self._size = len(self._telling)

    def find(self, text: str, prefer: str | None, limit: int) -> list[Hit]:
        """The best passages first. One of the lesson `prefer` comes before an equally good one of another lesson."""
        places = self._places(text)
        if not any(places.values()):
            return []
        found = self._db.execute(
            "SELECT rowid, lesson, passage, -bm25(passages, 0, 0, 1, ?, ?, ?) FROM passages WHERE passages MATCH ?",
            (HEADING_WEIGHT, ASKED_WEIGHT, QUESTIONS_WEIGHT, _joined("OR", places)),
        )
        named, whole, known = self._named(_told(places)), self._whole(places), all(places.values())
        hits = [
            Hit(lesson, passage, score * NAMED_BONUS, 1.0, whole=True, known=known)
            if row in named
            else Hit(lesson, passage, score, _coverage(row, places), whole=row in whole, known=known)
            for row, lesson, passage, score in found
        ]
        hits.sort(key=lambda hit: -hit.score * (HOME_BONUS if hit.lesson == prefer else 1.0))
        return hits[:limit]

    def unknown(self, text: str) -> tuple[str, ...]:
        """The words of a question that occur nowhere in the course, in the order asked."""
        return tuple(word for word, rows in self._places(text).items() if not rows)

    def weights(self, text: str) -> dict[str, float]:
        """The words of a question that the course has, each with how much it tells: a rare word tells more."""
        return {word: math.log(1 + self._size / len(rows)) for word, rows in self._places(text).items() if rows}

    def _named(self, told: Set[str]) -> frozenset[int]:
        """The passages of which a whole heading, or a whole way to ask, is in the question."""
        return frozenset(row for row, ways in enumerate(self._telling, 1) if any(way <= told for way in ways))

    def _whole(self, places: Mapping[str, frozenset[int]]) -> frozenset[int]:
        """The passages that have every word: in what they say, or, where there are three or more, anywhere."""
        saying = self._matching(f"{{body heading}} : ({_joined('AND', places)})")
        return saying | frozenset.intersection(*places.values()) if len(places) >= 3 else saying

    def _places(self, text: str) -> dict[str, frozenset[int]]:
        """Every word that is asked about, with the passages it occurs in."""
        return {word: self._having(word) for word in self._asked(text)}

    def _asked(self, text: str) -> list[str]:
        typed = [word for word in _WORD.findall(tidy(text)) if len(word) > 1]
        asked: dict[str, None] = {}
        at = 0
        while at < len(typed) and len(asked) < MOST_WORDS:
            word, following = typed[at], typed[at + 1] if at + 1 < len(typed) else ""
            if self._belong_together(word, following):
                asked[word + following] = None
                at += 2
                continue
            if word not in STOP:
                asked.update(dict.fromkeys(self._apart(word)))
            at += 1
        return list(asked)

    def _belong_together(self, word: str, following: str) -> bool:
        """`jail break` is the course's jailbreak. Only where one of the two means nothing to the course by itself."""
        if not following or (self._familiar(word) and self._familiar(following)):
            return False
        return bool(self._having(word + following))

    def _familiar(self, word: str) -> bool:
        return word in STOP or bool(self._having(word))

    def _apart(self, word: str) -> Sequence[str]:
        """`finetune` is fine and tune, where the course has the two side by side. Any other word stays as it is."""
        if self._familiar(word):
            return [word]
        ends = (at for at in range(3, min(len(word), 24)) if len(word) - at > 2 or word[at:].isdigit())
        split = max(((word[:at], word[at:]) for at in ends), key=lambda pair: len(self._having(" ".join(pair))), default=None)
        if split is None or not self._having(" ".join(split)):
            return [word]
        return [part for part in split if len(part) > 1 and part not in STOP]

    def _having(self, phrase: str) -> frozenset[int]:
        """The passages that have these words side by side. Quoted, so nothing in it is an operator."""
        return self._matching(f'"{phrase}"')

    def _matching(self, query: str) -> frozenset[int]:
        return frozenset(row for (row,) in self._db.execute("SELECT rowid FROM passages WHERE passages MATCH ?", (query,)))


def _rows(lessons: Sequence[Lesson]) -> Iterator[tuple[str, str, str, str, str, str]]:
    """Every passage: what it says, its heading, how learners ask for it, and what the quiz and the lab say that rests on it."""
    for lesson in lessons:
        for passage in (*lesson.passages(), *lesson.since):
            quizzes = (words for quiz in lesson.questions if quiz.passage == passage.id for words in _quiz_words(quiz))
            labs = (words for lab in lesson.lab.questions if lab.passage == passage.id for words in _lab_words(lab))
            asked, questions = "\n".join(lesson.lab.asked.get(passage.id, ())), "\n".join((*quizzes, *labs))
            yield lesson.slug, passage.id, flat(passage.parts), passage.heading, asked, questions


def _quiz_words(quiz: Question) -> Iterator[str]:
    yield from (quiz.stem, quiz.why)
    match quiz.task:
        case Choices(options):
            yield from (words for option in options for words in (option.text, option.remark))
        case Short(answer=answer):
            yield answer
        case task:
            yield task.remark


def _lab_words(lab: LabQuestion) -> Iterator[str]:
    yield from (lab.ask, *lab.hints, lab.answer)
    yield from (words for idea in lab.ideas for words in (idea.name, *idea.wordings))
    yield from (words for counter in lab.counters for words in (counter.ask, *counter.wordings))


def _joined(operator: str, words: Iterable[str]) -> str:
    """A query for those words. Quoted, so nothing in them is an operator."""
    return f" {operator} ".join(f'"{word}"' for word in words)


def _coverage(row: int, places: Mapping[str, frozenset[int]]) -> float:
    return sum(row in rows for rows in places.values()) / len(places)


def _telling(heading: str, asked: str) -> Iterator[frozenset[str]]:
    """What is told by a heading and by each way to ask. Too few words could be about anything."""
    ways = [(heading, 2), *((way, 3) for way in asked.split("\n"))]
    for text, fewest in ways:
        if len(told := _told(_WORD.findall(tidy(text)))) >= fewest:
            yield told


def _told(words: Iterable[str]) -> frozenset[str]:
    """The stems of the words that tell something; a dated note's year tells nothing."""
    return frozenset(stem(word) for word in words if word not in STOP and len(word) > 1 and not word.isdigit())
