"""Finds the passages that answer a learner's question: SQLite's full-text search over what they say and how one asks for it."""

import math
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.adapters.tutor.quoting import flat
from bot.adapters.tutor.stems import stem, stems
from bot.adapters.tutor.stop_words import STOP
from bot.adapters.tutor.terms import asked_term, defined
from bot.adapters.tutor.tidying import tidy
from bot.core.curriculum import Choices, LabQuestion, Lesson, Passage, Question, Short

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

DEFINED_BONUS = 3.0
"""What a passage is worth that defines the term asked for."""

MOST_WORDS = 64
"""Whoever sends more different words than this has pasted a text. The rest is not looked at."""

DATED_MALUS = 0.6
"""What a dated note is worth, against a passage of the lesson proper, where the question does not ask what is new."""

_WORD = re.compile(r"[^\W_]+")
_ASIDE = re.compile(r"\(\s*[-+]?[\d.,]+\s*%?\s*\)")
_LATELY = re.compile(
    r"\b(?:(?:19|20)\d\d|now|nowadays|still|today|since|recent(?:ly)?|latest|lately|current(?:ly)?|any ?more|yet|"
    r"news?|newer|newest|modern|changed|updated?|these days|(?:this|last) year|so far)\b"
)


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found. `coverage` is the share of the question's words that occur in it, from 0 to 1.

    A question that has all the words of a heading, or of a way to ask that its author wrote, is about that passage, whatever
    else it says: it is `named`, as is one that defines the term asked for, and its coverage is 1. `whole`: so it is, or the
    passage has every word of the question, in what it says itself or, of three words or more, in what is written about it.
    `known`: every word of the question occurs in the course. `words`: how many of them tell something. `telling`: the passage
    has the one that tells most. `lead`: how many times the worth of the next passage it is worth.
    """

    lesson: str
    passage: str
    score: float
    coverage: float
    whole: bool
    known: bool
    named: bool
    telling: bool
    words: int
    lead: float = math.inf


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
        passages = [(lesson, passage) for lesson in lessons for passage in _all(lesson)]
        self._ways = [tuple(_ways(passage.heading, lesson.lab.asked.get(passage.id, ()))) for lesson, passage in passages]
        self._terms = [frozenset(defined(passage.heading, passage.parts)) for _, passage in passages]
        self._dated = frozenset((lesson.slug, note.id) for lesson in lessons for note in lesson.since)
        self._size = len(passages)

    def find(self, text: str, prefer: str | None, limit: int) -> list[Hit]:
        """The best passages first. One of the lesson `prefer` comes before an equally good one of another lesson."""
        places = self._places(text)
        if not any(places.values()):
            return []
        lately = bool(_LATELY.search(tidy(text)))
        worths = [(self._worth(hit, prefer, lately=lately), hit) for hit in self._hits(text, places)]
        worths.sort(key=lambda pair: -pair[0])
        leads = (*(worth / after for (worth, _), (after, _) in pairwise(worths)), math.inf)
        return [replace(hit, lead=lead) for (_, hit), lead in zip(worths[:limit], leads, strict=False)]

    def _hits(self, text: str, places: Mapping[str, frozenset[int]]) -> Iterator[Hit]:
        """Every passage with a word of the question, as good as it is by itself."""
        found = self._db.execute(
            "SELECT rowid, lesson, passage, -bm25(passages, 0, 0, 1, ?, ?, ?) FROM passages WHERE passages MATCH ?",
            (HEADING_WEIGHT, ASKED_WEIGHT, QUESTIONS_WEIGHT, _joined("OR", places)),
        )
        named, defining = self._named(text, _told(places)), self._defining(text)
        whole, known, rarest = self._whole(places), all(places.values()), min(len(rows) for rows in places.values() if rows)
        telling = frozenset(row for rows in places.values() if len(rows) == rarest for row in rows)
        for row, lesson, passage, score in found:
            mine = row in named or row in defining
            worth = score * (DEFINED_BONUS if row in defining else NAMED_BONUS if mine else 1.0)
            coverage = 1.0 if mine else _coverage(row, places)
            yield Hit(lesson, passage, worth, coverage, mine or row in whole, known, mine, mine or row in telling, len(places))

    def _worth(self, hit: Hit, prefer: str | None, *, lately: bool) -> float:
        home = HOME_BONUS if hit.lesson == prefer else 1.0
        dated = (hit.lesson, hit.passage) in self._dated
        return hit.score * home * (DATED_MALUS if dated and not lately and not hit.named else 1.0)

    def unknown(self, text: str) -> tuple[str, ...]:
        """The words of a question that occur nowhere in the course, in the order asked."""
        return tuple(word for word, rows in self._places(text).items() if not rows)

    def shared(self, text: str, hit: Hit) -> tuple[str, ...]:
        """The words of the question that the passage, or what is written about it, has."""
        query = "SELECT rowid FROM passages WHERE lesson = ? AND passage = ?"
        (row,) = self._db.execute(query, (hit.lesson, hit.passage)).fetchone()
        return tuple(word for word, rows in self._places(text).items() if row in rows)

    def weights(self, text: str) -> dict[str, float]:
        """The words of a question that the course has, each with how much it tells: a rare word tells more."""
        return {word: math.log(1 + self._size / len(rows)) for word, rows in self._places(text).items() if rows}

    def _named(self, text: str, told: Set[str]) -> frozenset[int]:
        """The passages of which a whole heading, or a whole way to ask, is in the question."""
        said = frozenset(stems(text))
        return frozenset(row for row, ways in enumerate(self._ways, 1) if any(way.named(said, told) for way in ways))

    def _defining(self, text: str) -> frozenset[int]:
        """The passages that define the term whose meaning is asked for."""
        term = asked_term(text)
        return frozenset(row for row, terms in enumerate(self._terms, 1) if term in terms)

    def _whole(self, places: Mapping[str, frozenset[int]]) -> frozenset[int]:
        """The passages that have every word: in what they say, or, where there are three or more, anywhere."""
        saying = self._matching(f"{{body heading}} : ({_joined('AND', places)})")
        return saying | frozenset.intersection(*places.values()) if len(places) >= 3 else saying

    def _places(self, text: str) -> dict[str, frozenset[int]]:
        """Every word that is asked about, with the passages it occurs in."""
        return {word: self._having(word) for word in self._asked(text)}

    def _asked(self, text: str) -> list[str]:
        typed = [word for word in _WORD.findall(_ASIDE.sub(" ", tidy(text))) if len(word) > 1]
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
        for passage in _all(lesson):
            quizzes = (words for quiz in lesson.questions if quiz.passage == passage.id for words in _quiz_words(quiz))
            labs = (words for lab in lesson.lab.questions if lab.passage == passage.id for words in _lab_words(lab))
            asked, questions = "\n".join(lesson.lab.asked.get(passage.id, ())), "\n".join((*quizzes, *labs))
            yield lesson.slug, passage.id, flat(passage.parts), passage.heading, asked, questions


def _all(lesson: Lesson) -> tuple[Passage, ...]:
    return (*lesson.passages(), *lesson.since)


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
    """Without the ideas' wordings: they are everyday words for hearing an attempt, and would blur what a passage is about."""
    yield from (lab.ask, *lab.hints, lab.answer, *(idea.name for idea in lab.ideas))
    yield from (words for counter in lab.counters for words in (counter.ask, *counter.wordings))


def _joined(operator: str, words: Iterable[str]) -> str:
    """A query for those words. Quoted, so nothing in them is an operator."""
    return f" {operator} ".join(f'"{word}"' for word in words)


def _coverage(row: int, places: Mapping[str, frozenset[int]]) -> float:
    return sum(row in rows for rows in places.values()) / len(places)


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to ask for a passage: all its words, those that tell something, and whether these name it by themselves."""

    words: frozenset[str]
    told: frozenset[str]
    enough: bool

    def named(self, said: Set[str], told: Set[str]) -> bool:
        """Whether a question names the passage: with words enough, or by being this way to ask and nothing more."""
        return self.told <= told if self.enough else bool(self.told) and self.told == told and self.words <= said


def _ways(heading: str, asked: Sequence[str]) -> Iterator[_Way]:
    """Too few telling words could be about anything."""
    for text, fewest in ((heading, 2), *((way, 3) for way in asked)):
        told = _told(_WORD.findall(tidy(text)))
        yield _Way(frozenset(stems(text)), told, enough=len(told) >= fewest)


def _told(words: Iterable[str]) -> frozenset[str]:
    """The stems of the words that tell something; a dated note's year tells nothing."""
    return frozenset(stem(word) for word in words if word not in STOP and len(word) > 1 and not word.isdigit())
