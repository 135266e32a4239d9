"""The tutor that needs no model: it quotes the lessons and asks the questions their authors wrote."""

import re
from collections.abc import AsyncGenerator, Iterator, Sequence
from dataclasses import replace

from bot.adapters.tutor import phrases
from bot.adapters.tutor.asides import Aside, aside
from bot.adapters.tutor.attempts import asked, listen, rung, touches, tries
from bot.adapters.tutor.fresh import fresh, said_by_persona, varied
from bot.adapters.tutor.intents import Intent, intent, tentative
from bot.adapters.tutor.quoting import citation, flat, quoted
from bot.adapters.tutor.search import Hit, Search
from bot.adapters.tutor.stop_words import told
from bot.core.chat import Action, Button, Buttons, Items, Part, Table, Text, bold, line
from bot.core.curriculum import Curriculum, Lesson, Passage
from bot.core.errors import shorten
from bot.core.lab_posts import TURN_LIMIT
from bot.core.ports import Draft, LabTurn, Shape, Source

STRONG, STRONG_UNKNOWN = 4.0, 6.0
"""From here on, score times coverage, a passage is shown as the answer; the second where the question has a word that the course
has not. Of 81 questions made up to choose this, half of those found were kept, and of 40 from outside the course none."""

FEWEST_WORDS, LEAD = 3, 1.15
"""A shorter question fits many passages, and so does one that the next passage fits as well: both are pointed."""

WEAK, WEAK_COVERAGE = 1.0, 0.4
"""Below both only stray words matched: in half of the questions from far outside, and in one of twenty about the course."""

ROOM = 1200
"""Characters that fit a phone without much scrolling. Tables are not counted."""

_VERDICT = re.compile(r"(?:yes|no|weakly|not at first|in a controlled study \S+ yes)\b", re.IGNORECASE)
"""A passage that opens so answers its own heading: under another question it would read as the answer to that one."""


class StudyGuide:
    def __init__(self, curriculum: Curriculum) -> None:
        self._curriculum = curriculum
        self._search = Search(curriculum.lessons)
        self._words = {
            lesson.slug: told("\n".join(f"{passage.heading}\n{flat(passage.parts)}" for passage in _all(lesson)))
            for lesson in curriculum.lessons
        }

    @property
    def banner(self) -> str:
        return phrases.BANNER

    def cost(self, turn: LabTurn) -> int:
        return 0

    async def answer(self, turn: LabTurn) -> AsyncGenerator[Draft]:
        draft = varied(turn, self._reply(turn))
        yield draft if draft.shape else replace(draft, shape=Shape())

    def _reply(self, turn: LabTurn) -> Draft:
        question = asked(turn)
        meant = intent(turn.said, at_question=question is not None)
        if meant is Intent.ALARM:
            return Draft((Text(line(phrases.CARE)),), done=True)
        if turn.voice:
            return self._to_guest(turn)
        if (kind := aside(turn.said)) and not (kind is Aside.COMPLAINT and question and touches(turn.said, question)):
            return self._aside(turn, kind)
        match meant:
            case Intent.EMPTY:
                return self._encourage(turn)
            case Intent.QUESTION if question is None or not (tentative(turn.said) and touches(turn.said, question)):
                return self._explain(turn)
            case _ if question is None:
                return self._note_prediction(turn)
            case _ if not tries(turn.said, question, self._words[turn.lesson.slug]):
                return _note(turn, fresh(turn, phrases.UNRELATED), _way_on(turn))
            case _:
                return listen(turn, question)

    def _to_guest(self, turn: LabTurn) -> Draft:
        """A guest's question is looked up as anybody's; whatever else they say is no answer to the learner's question."""
        if intent(turn.said, at_question=False) is Intent.QUESTION and not aside(turn.said):
            return self._explain(turn)
        return _note(turn, fresh(turn, [wording.format(slug=turn.lesson.slug) for wording in phrases.GUEST]))

    def _aside(self, turn: LabTurn, kind: Aside) -> Draft:
        """One short line; whatever is open stays open."""
        match kind:
            case Aside.FOLLOW_UP:
                return self._follow_up(turn)
            case Aside.ENDING:
                return _note(turn, fresh(turn, [wording.format(limit=TURN_LIMIT) for wording in phrases.ENDING]))
            case Aside.GREETING | Aside.THANKS:
                manners = phrases.GREETING if kind is Aside.GREETING else phrases.THANKS
                open_still = fresh(turn, phrases.STAYS_OPEN) if asked(turn) and not turn.progress.explained else _way_on(turn)
                return _note(turn, fresh(turn, manners), open_still)
            case Aside.LOST:
                return _note(turn, fresh(turn, phrases.LOST), _way_on(turn))
            case Aside.COMPLAINT:
                return _note(turn, fresh(turn, phrases.COMPLAINT), _way_on(turn))
            case Aside.TRICK:
                return _note(turn, fresh(turn, phrases.TRICK), _way_on(turn))
            case Aside.WHO:
                return _note(turn, fresh(turn, phrases.WHO), _way_on(turn))

    def _follow_up(self, turn: LabTurn) -> Draft:
        """Search mode has no other words for what was just quoted or asked: its neighbours, and the question's help."""
        near = [self._button(turn, "See also: ", *place) for place in self._neighbours(turn)]
        way = _way_on(turn) if near or asked(turn) else phrases.HOW_TO_ASK.format(example=_example(turn))
        draft = _note(turn, fresh(turn, phrases.CANNOT_REPHRASE), way)
        return replace(draft, parts=(*draft.parts, Buttons(tuple(near)))) if near else draft

    def _neighbours(self, turn: LabTurn) -> Sequence[tuple[Lesson, Passage]]:
        """The passages before and after the one quoted last."""
        for text in reversed(said_by_persona(turn)):
            lines = frozenset(text.splitlines())
            for lesson in (turn.lesson, *self._curriculum.lessons):
                passages = _all(lesson)
                if (at := next((n for n, passage in enumerate(passages) if passage.heading in lines), None)) is not None:
                    return [(lesson, passage) for passage in (*passages[max(at - 1, 0) : at], *passages[at + 1 : at + 2])]
        return ()

    def _explain(self, turn: LabTurn) -> Draft:
        hits = self._search.find(turn.said, turn.lesson.slug, 4)
        best = hits[0] if hits else None
        if best and strong(best):
            draft = self._quote(turn, best, hits[1:3])
        elif best and weak(best):
            draft = self._point(turn, hits[:3])
        else:
            return self._decline(turn)
        return replace(draft, shape=Shape(sources=tuple(self._source(turn, hit) for hit in hits[:3])))

    def _source(self, turn: LabTurn, hit: Hit) -> Source:
        words = ", ".join(shorten(word, 24) for word in self._search.shared(turn.said, hit)[:6])
        why = phrases.NAMED if hit.named else phrases.SHARED
        return Source(hit.lesson, hit.passage, why.format(words=words or "-"))

    def _quote(self, turn: LabTurn, hit: Hit, others: Sequence[Hit]) -> Draft:
        """The whole passage, where it comes from, what else to look at, and one question."""
        lesson, passage = self._found(hit)
        parts = (*self._whole(turn, lesson, passage), *self._see(turn, "See also: ", others))
        stays = lesson.slug != turn.lesson.slug or _begun(turn) or turn.voice
        following = None if stays else _question_on(turn, passage)
        return _back(turn, parts) if following is None else _ask(turn, parts, following)

    def _point(self, turn: LabTurn, hits: Sequence[Hit]) -> Draft:
        """Honest about a weak match: what is missing in the lessons, and what comes closest."""
        missing = [shorten(word, 24) for word in self._search.unknown(turn.said)[:4]]
        unknown = [Text(line(phrases.NOT_IN_LESSONS, bold(", ".join(missing)), "."))] if missing else []
        parts = (Text(line(phrases.SEARCH_ONLY)), *unknown, Text(line(phrases.CLOSEST)), *self._see(turn, "", hits))
        return _back(turn, parts)

    def _decline(self, turn: LabTurn) -> Draft:
        titles = tuple(line(lesson.title) for lesson in self._curriculum.lessons)
        how = Text(line(phrases.HOW_TO_ASK.format(example=_example(turn))))
        return _back(turn, (Text(line(phrases.NOTHING)), Text(line(phrases.LESSONS)), Items(titles, numbered=True), how))

    def _note_prediction(self, turn: LabTurn) -> Draft:
        hits = self._search.find(turn.said, turn.lesson.slug, 1)
        if hits and strong(hits[0]):
            lesson, passage = self._found(hits[0])
            return _ask(turn, (Text(line(phrases.PREDICTION_QUOTE)), *self._passage(turn, passage), citation(lesson, passage)), 0)
        return _ask(turn, (Text(line(phrases.PREDICTION)),), 0)

    def _encourage(self, turn: LabTurn) -> Draft:
        if asked(turn) is None:
            return _ask(turn, (Text(line(phrases.NO_PREDICTION)),), 0)
        return _note(turn, fresh(turn, phrases.NO_EFFORT))

    def _whole(self, turn: LabTurn, lesson: Lesson, passage: Passage) -> Iterator[Part]:
        """The passage under a line that says what it is, so that nobody takes it for an answer made for them."""
        closest = _VERDICT.match(flat(passage.parts))
        if lesson.slug != turn.lesson.slug:
            lead = phrases.CLOSEST_ELSEWHERE if closest else phrases.OTHER_LESSON
        else:
            lead = phrases.CLOSEST_PASSAGE if closest else phrases.FROM_LESSON
        yield Text(line(lead.format(number=lesson.number, title=lesson.title)))
        yield from self._passage(turn, passage)
        yield citation(lesson, passage)

    def _passage(self, turn: LabTurn, passage: Passage) -> Iterator[Part]:
        yield from quoted(passage, self._search.weights(turn.said))

    def _see(self, turn: LabTurn, prefix: str, hits: Sequence[Hit]) -> Iterator[Part]:
        buttons = [self._button(turn, prefix, *self._found(hit)) for hit in hits]
        if buttons:
            yield Buttons(tuple(buttons))

    def _button(self, turn: LabTurn, prefix: str, lesson: Lesson, passage: Passage) -> Button:
        where = "" if lesson.slug == turn.lesson.slug else f" (lesson {lesson.number})"
        label = prefix + shorten(passage.heading, 74 - len(prefix) - len(where)) + where
        return Button(label, Action("lab.see", (lesson.slug, passage.id)))

    def _found(self, hit: Hit) -> tuple[Lesson, Passage]:
        lesson = self._curriculum.get(hit.lesson)
        passage = lesson.passage(hit.passage) if lesson else None
        if lesson is None or passage is None:
            raise LookupError(f"the search knows a passage the course has not: {hit.lesson}/{hit.passage}")
        return lesson, passage


def strong(hit: Hit) -> bool:
    """A passage that the question names, or one clearly ahead that has what tells most in a question of some length."""
    if hit.named:
        return True
    if hit.words < FEWEST_WORDS or hit.lead < LEAD or not hit.telling:
        return False
    return hit.whole or hit.score * hit.coverage >= (STRONG if hit.known else STRONG_UNKNOWN)


def weak(hit: Hit) -> bool:
    """A passage worth pointing to, though it may not answer."""
    return hit.score * hit.coverage >= WEAK or hit.coverage >= WEAK_COVERAGE


def _all(lesson: Lesson) -> Sequence[Passage]:
    return (*lesson.passages(), *lesson.since)


def _example(turn: LabTurn) -> str:
    return turn.lesson.lab.starters[0] if turn.lesson.lab.starters else turn.lesson.title


def _note(turn: LabTurn, *sentences: str) -> Draft:
    """A short line that neither asks nor changes anything."""
    return Draft((Text(line(" ".join(sentences))),), done=True, question=turn.progress.question if asked(turn) else None)


def _way_on(turn: LabTurn) -> str:
    """What helps from here: the opening, the next question, a hint, or the explanation after the last hint."""
    question = asked(turn)
    if question is None:
        return phrases.OPENING_STANDS
    if turn.progress.explained:
        return fresh(turn, phrases.WAY_NEXT)
    return fresh(turn, phrases.WAY_HINT) if turn.progress.hints == 0 else rung(turn, question)


def _begun(turn: LabTurn) -> bool:
    """Whether the learner has tried the open question: then it stays, whatever else is quoted."""
    progress = turn.progress
    return asked(turn) is not None and not progress.explained and bool(progress.attempts or progress.hints)


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
    questions, present = turn.lesson.lab.questions, asked(turn)
    lead = phrases.YOUR_TURN if present is None or turn.progress.explained else phrases.SWAPPED
    if index == turn.progress.question:
        lead = phrases.BACK
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
