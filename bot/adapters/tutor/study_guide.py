"""The tutor that needs no model: it quotes the lessons and asks the questions their authors wrote."""

from collections.abc import AsyncGenerator, Iterator, Sequence

from bot.adapters.tutor import phrases
from bot.adapters.tutor.attempts import asked, listen, touches
from bot.adapters.tutor.intents import Intent, intent, tentative
from bot.adapters.tutor.quoting import citation, flat, quoted
from bot.adapters.tutor.search import Hit, Search
from bot.core.chat import Action, Button, Buttons, Items, Part, Table, Text, bold, line
from bot.core.curriculum import Curriculum, Lesson, Passage
from bot.core.errors import shorten
from bot.core.ports import Draft, LabTurn

STRONG, STRONG_UNKNOWN = 4.0, 6.0
"""From here on, score times coverage, a passage is shown as the answer; the second where the question has a word that the course
has not. Of 81 questions made up to choose this, half of those found were kept, and of 40 from outside the course none."""

WEAK, WEAK_COVERAGE = 1.0, 0.4
"""Below both only stray words matched: in half of the questions from far outside, and in one of twenty about the course."""

ROOM = 1200
"""Characters that fit a phone without much scrolling. Tables are not counted."""


class StudyGuide:
    def __init__(self, curriculum: Curriculum) -> None:
        self._curriculum = curriculum
        self._search = Search(curriculum.lessons)

    @property
    def banner(self) -> str:
        return phrases.BANNER

    async def answer(self, turn: LabTurn) -> AsyncGenerator[Draft]:
        yield self._reply(turn)

    def _reply(self, turn: LabTurn) -> Draft:
        question = asked(turn)
        match intent(turn.said, at_question=question is not None):
            case Intent.ALARM:
                return Draft((Text(line(phrases.CARE)),), done=True)
            case Intent.EMPTY:
                return self._encourage(turn)
            case Intent.QUESTION if question is None or not (tentative(turn.said) and touches(turn.said, question)):
                return self._explain(turn)
            case _:
                return listen(turn, question) if question else self._note_prediction(turn)

    def _explain(self, turn: LabTurn) -> Draft:
        hits = self._search.find(turn.said, turn.lesson.slug, 4)
        best = hits[0] if hits else None
        if best and strong(best):
            return self._quote(turn, best, hits[1:3])
        if best and weak(best):
            return self._point(turn, hits[:3])
        return self._decline(turn)

    def _quote(self, turn: LabTurn, hit: Hit, others: Sequence[Hit]) -> Draft:
        """The whole passage, where it comes from, what else to look at, and one question."""
        lesson, passage = self._found(hit)
        parts = (*self._whole(turn, lesson, passage), *self._see(turn, "See also: ", others))
        following = _question_on(turn, passage) if lesson.slug == turn.lesson.slug else None
        return _back(turn, parts) if following is None else _ask(turn, parts, following)

    def _point(self, turn: LabTurn, hits: Sequence[Hit]) -> Draft:
        """Honest about a weak match: what is missing in the lessons, and what comes closest."""
        missing = [shorten(word, 24) for word in self._search.unknown(turn.said)[:4]]
        unknown = [Text(line(phrases.NOT_IN_LESSONS, bold(", ".join(missing)), "."))] if missing else []
        parts = (Text(line(phrases.SEARCH_ONLY)), *unknown, Text(line(phrases.CLOSEST)), *self._see(turn, "", hits))
        return _back(turn, parts)

    def _decline(self, turn: LabTurn) -> Draft:
        titles = tuple(line(lesson.title) for lesson in self._curriculum.lessons)
        example = turn.lesson.lab.starters[0] if turn.lesson.lab.starters else turn.lesson.title
        how = Text(line(phrases.HOW_TO_ASK.format(example=example)))
        return _back(turn, (Text(line(phrases.NOTHING)), Text(line(phrases.LESSONS)), Items(titles, numbered=True), how))

    def _note_prediction(self, turn: LabTurn) -> Draft:
        hits = self._search.find(turn.said, turn.lesson.slug, 1)
        if hits and strong(hits[0]):
            lesson, passage = self._found(hits[0])
            return _ask(turn, (Text(line(phrases.PREDICTION_QUOTE)), *self._whole(turn, lesson, passage)), 0)
        return _ask(turn, (Text(line(phrases.PREDICTION)),), 0)

    def _encourage(self, turn: LabTurn) -> Draft:
        if asked(turn) is None:
            return _ask(turn, (Text(line(phrases.NO_PREDICTION)),), 0)
        return Draft((Text(line(phrases.NO_EFFORT)),), done=True, question=turn.progress.question)

    def _whole(self, turn: LabTurn, lesson: Lesson, passage: Passage) -> Iterator[Part]:
        if lesson.slug != turn.lesson.slug:
            yield Text(line(phrases.OTHER_LESSON.format(number=lesson.number, title=lesson.title)))
        yield from quoted(passage, self._search.weights(turn.said))
        yield citation(lesson, passage)

    def _see(self, turn: LabTurn, prefix: str, hits: Sequence[Hit]) -> Iterator[Part]:
        buttons = [self._button(turn, prefix, hit) for hit in hits]
        if buttons:
            yield Buttons(tuple(buttons))

    def _button(self, turn: LabTurn, prefix: str, hit: Hit) -> Button:
        lesson, passage = self._found(hit)
        where = "" if lesson.slug == turn.lesson.slug else f" (lesson {lesson.number})"
        label = prefix + shorten(passage.heading, 74 - len(prefix) - len(where)) + where
        return Button(label, Action("lab.see", (hit.lesson, hit.passage)))

    def _found(self, hit: Hit) -> tuple[Lesson, Passage]:
        lesson = self._curriculum.get(hit.lesson)
        passage = lesson.passage(hit.passage) if lesson else None
        if lesson is None or passage is None:
            raise LookupError(f"the search knows a passage the course has not: {hit.lesson}/{hit.passage}")
        return lesson, passage


def strong(hit: Hit) -> bool:
    """A passage that has the whole question is strong whatever its score: in a small course no word is rare."""
    return hit.whole or hit.score * hit.coverage >= (STRONG if hit.known else STRONG_UNKNOWN)


def weak(hit: Hit) -> bool:
    """A passage worth pointing to, though it may not answer."""
    return hit.score * hit.coverage >= WEAK or hit.coverage >= WEAK_COVERAGE


def _question_on(turn: LabTurn, passage: Passage) -> int | None:
    """An authored question on the passage's section: the open one, else one not attempted yet, best on that very passage."""
    questions, progress = turn.lesson.lab.questions, turn.progress
    there = [index for index, question in enumerate(questions) if question.section == passage.section]
    if progress.question in there and not progress.explained:
        return progress.question
    fresh = [index for index in there if index not in progress.answered and index != progress.question]
    return min(fresh, key=lambda index: (questions[index].passage != passage.id, index), default=None)


def _ask(turn: LabTurn, parts: Sequence[Part], index: int) -> Draft:
    """The parts, ended by the authored question of that index, if it fits."""
    lead = phrases.BACK if index == turn.progress.question else phrases.YOUR_TURN
    questions = turn.lesson.lab.questions
    if index >= len(questions) or _length(parts) + len(lead) + len(questions[index].ask) > ROOM:
        return Draft(tuple(parts), done=True)
    return Draft((*parts, Text(line(lead, bold(questions[index].ask)))), done=True, question=index)


def _back(turn: LabTurn, parts: Sequence[Part]) -> Draft:
    """The parts, ended by the question that is open, if one still is."""
    if asked(turn) is None:
        return Draft((*parts, Text(line(phrases.OPENING_STANDS))), done=True)
    return Draft(tuple(parts), done=True) if turn.progress.explained else _ask(turn, parts, turn.progress.question)


def _length(parts: Sequence[Part]) -> int:
    """Characters to be read: tables and buttons are taken in at a glance."""
    return len(flat([part for part in parts if not isinstance(part, Table | Buttons)]))
