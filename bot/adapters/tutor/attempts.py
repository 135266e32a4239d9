"""Answers an attempt at an authored question: which ideas were mentioned, never whether it was right."""

import re
from collections.abc import Iterator, Sequence, Set

from bot.adapters.tutor import phrases
from bot.adapters.tutor.fresh import fresh, said_by_persona
from bot.adapters.tutor.ideas import mentioned
from bot.adapters.tutor.stop_words import told
from bot.core.chat import Note, Part, Text, bold, line
from bot.core.curriculum import Counter, Idea, LabQuestion, Misconception
from bot.core.ports import Draft, LabTurn


def asked(turn: LabTurn) -> LabQuestion | None:
    """The authored question that is open, if one is."""
    questions = turn.lesson.lab.questions
    return questions[turn.progress.question] if 0 <= turn.progress.question < len(questions) else None


def touches(said: str, question: LabQuestion) -> bool:
    """Whether the words contain any idea of the question's answer, or a misconception about it."""
    wordings = [idea.wordings for idea in question.ideas] + [counter.wordings for counter in question.counters]
    return any(mentioned(said, known) for known in wordings)


def tries(said: str, question: LabQuestion, lesson_words: Set[str]) -> bool:
    """Whether the words are about the question at all: a telling word in common, or a number where a number is asked for."""
    if touches(said, question) or told(said) & (lesson_words | _words(question)):
        return True
    return bool(re.search(r"\d", said)) and any(re.search(r"\d", words) for idea in question.ideas for words in idea.wordings)


def _words(question: LabQuestion) -> frozenset[str]:
    ideas = (words for idea in question.ideas for words in (idea.name, *idea.wordings))
    counters = (words for counter in question.counters for words in (counter.ask, *counter.wordings))
    return told("\n".join((question.ask, *ideas, *counters, *question.hints, question.answer)))


def listen(turn: LabTurn, question: LabQuestion) -> Draft:
    """The reply to an attempt. It stays at the present question, and never shows the author's answer."""
    now, missing = _mentioned(turn.said, question), _missing(turn, question)
    if not missing:
        return _reply(turn, (*_noticed(now), Text(line(fresh(turn, phrases.ALL_MENTIONED))), Note(line(phrases.WORDS_ONLY))))
    if counter := _showing(turn, question):
        return _reply(turn, tuple(_test(counter, turn.lesson.misconceptions.get(counter.misconception))))
    if not now and turn.progress.attempts == 0:
        none = phrases.NONE_FOUND.format(count=_ideas(len(missing)))
        again = fresh(turn, phrases.SAY_AGAIN)
        return _reply(turn, (Text(line(none)), Note(line(phrases.WORDS_ONLY)), Text(line(again))))
    heard = tuple(_noticed(now)) or (Text(line(fresh(turn, phrases.STILL_NONE))),)
    return _reply(turn, (*heard, *_left(turn, question, missing)))


def _mentioned(said: str, question: LabQuestion) -> list[Idea]:
    return [idea for idea in question.ideas if mentioned(said, idea.wordings)]


def _missing(turn: LabTurn, question: LabQuestion) -> list[Idea]:
    """The ideas in none of the learner's words since the question was asked."""
    here = _mentioned("\n".join((*_before(turn, question), turn.said)), question)
    return [idea for idea in question.ideas if idea not in here]


def _before(turn: LabTurn, question: LabQuestion) -> Sequence[str]:
    """What the learner said since the question was first asked, as far as the turns reach; nothing before the first attempt."""
    first = next((at for at, past in enumerate(turn.turns) if past.who is None and question.ask in past.text), None)
    if first is None or turn.progress.attempts == 0:
        return ()
    theirs = (past.text for past in turn.turns[first:] if past.who is not None and not past.voice)
    return [text for text in theirs if not text.rstrip().endswith("?")]


def _left(turn: LabTurn, question: LabQuestion, missing: Sequence[Idea]) -> Iterator[Part]:
    """What is still to find: its number first, later one idea by name, and where that did not help the next rung."""
    words_only = Note(line(phrases.WORDS_ONLY))
    if turn.progress.attempts == 0:
        yield from (Text(line(phrases.MORE_TO_FIND.format(count=_ideas(len(missing))))), words_only)
        yield Text(line(fresh(turn, phrases.ADD)))
    elif any(_named(turn, idea) for idea in missing):
        yield from (words_only, Text(line(rung(turn, question))))
    else:
        yield from (Text(line(bold(phrases.NOT_YET), _names(missing[:1]) + ".")), words_only)
        yield Text(line(fresh(turn, phrases.ADD)))


def rung(turn: LabTurn, question: LabQuestion) -> str:
    """The next help there is: a hint by its number, or the explanation."""
    number, ladder = turn.progress.hints + 1, len(question.hints)
    if number > ladder:
        return fresh(turn, phrases.NEXT_EXPLAIN)
    return fresh(turn, [wording.format(number=number, all=ladder) for wording in phrases.NEXT_HINT])


def _named(turn: LabTurn, idea: Idea) -> bool:
    """Whether we have told the learner already that this idea is missing."""
    return any(f"{phrases.NOT_YET}{_names([idea])}" in text for text in said_by_persona(turn))


def _reply(turn: LabTurn, parts: tuple[Part, ...]) -> Draft:
    return Draft(parts, done=True, attempt=True, question=turn.progress.question)


def _noticed(ideas: Sequence[Idea]) -> Iterator[Part]:
    if ideas:
        yield Text(line(bold(phrases.MENTIONED), _names(ideas) + "."))


def _names(ideas: Sequence[Idea]) -> str:
    return "; ".join(idea.name.rstrip(".") for idea in ideas)


def _ideas(count: int) -> str:
    return "one idea" if count == 1 else f"{count} ideas"


def _showing(turn: LabTurn, question: LabQuestion) -> Counter | None:
    """The first misconception in the learner's words whose counter-question was not asked in this lab yet."""
    heard = "\n".join(said_by_persona(turn))
    return next((c for c in question.counters if c.ask not in heard and mentioned(turn.said, c.wordings)), None)


def _test(counter: Counter, misconception: Misconception | None) -> Iterator[Part]:
    named = phrases.MISCONCEPTION.format(says=misconception.says) if misconception else phrases.MISCONCEPTION_UNNAMED
    yield Text(line(named))
    yield Text(line(counter.ask))
