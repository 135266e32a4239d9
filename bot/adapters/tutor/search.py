"""Finds the passages that answer a learner's question: SQLite's full-text search over headings, text and authored questions."""

import math
import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.adapters.tutor.quoting import flat
from bot.adapters.tutor.tidying import tidy
from bot.core.curriculum import Lesson

HEADING_WEIGHT = 2.0
"""An authored heading counts twice as much as the text under it: it lifted recall at 3 from 80 to 92 of 100."""

HOME_BONUS = 1.25
"""What a passage of the lesson at hand is worth, against one of another lesson."""

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
    """A passage found. `coverage` is the share of the question's words that occur in it, from 0 to 1."""

    lesson: str
    passage: str
    score: float
    coverage: float


class Search:
    """Built once from the lessons, for one thread at a time. A question takes about a millisecond."""

    def __init__(self, lessons: Sequence[Lesson]) -> None:
        self._db = sqlite3.connect(":memory:", check_same_thread=False)
        self._db.execute(
            "CREATE VIRTUAL TABLE passages USING fts5("
            "lesson UNINDEXED, passage UNINDEXED, body, heading, asked, tokenize='porter unicode61 remove_diacritics 2')"
        )
        self._db.executemany("INSERT INTO passages VALUES (?, ?, ?, ?, ?)", _rows(lessons))
        self._size = sum(1 for _ in _rows(lessons))

    def find(self, text: str, prefer: str | None, limit: int) -> list[Hit]:
        """The best passages first. One of the lesson `prefer` comes before an equally good one of another lesson."""
        places = self._places(text)
        if not any(places.values()):
            return []
        found = self._db.execute(
            "SELECT rowid, lesson, passage, -bm25(passages, 0, 0, 1, ?, 1) FROM passages WHERE passages MATCH ?",
            (HEADING_WEIGHT, " OR ".join(f'"{word}"' for word in places)),
        )
        hits = [Hit(lesson, passage, score, _share(row, places)) for row, lesson, passage, score in found]
        hits.sort(key=lambda hit: -hit.score * (HOME_BONUS if hit.lesson == prefer else 1.0))
        return hits[:limit]

    def unknown(self, text: str) -> tuple[str, ...]:
        """The words of a question that occur nowhere in the course, in the order asked."""
        return tuple(word for word, rows in self._places(text).items() if not rows)

    def weights(self, text: str) -> dict[str, float]:
        """The words of a question that the course has, each with how much it tells: a rare word tells more."""
        return {word: math.log(1 + self._size / len(rows)) for word, rows in self._places(text).items() if rows}

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
        return frozenset(
            row for (row,) in self._db.execute("SELECT rowid FROM passages WHERE passages MATCH ?", (f'"{phrase}"',))
        )


def _rows(lessons: Sequence[Lesson]) -> Iterator[tuple[str, str, str, str, str]]:
    """Every passage with what it says, its heading, and the quiz's and the lab's questions that rest on it."""
    for lesson in lessons:
        questions = [(quiz.passage, quiz.stem) for quiz in lesson.questions]
        questions += [(lab.passage, lab.ask) for lab in lesson.lab.questions]
        for passage in (*lesson.passages(), *lesson.since):
            asked = "\n".join(text for about, text in questions if about == passage.id)
            yield lesson.slug, passage.id, flat(passage.parts), passage.heading, asked


def _share(row: int, places: dict[str, frozenset[int]]) -> float:
    return sum(row in rows for rows in places.values()) / len(places)
