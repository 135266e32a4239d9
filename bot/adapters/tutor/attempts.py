"""Answers an attempt at an authored question: which ideas were mentioned, never whether it was right."""

from collections.abc import Iterator

from bot.adapters.tutor import phrases
from bot.adapters.tutor.ideas import mentioned
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


def listen(turn: LabTurn, question: LabQuestion) -> Draft:
    """The reply to an attempt. It stays at the present question, and never shows the author's answer."""
    here = [idea for idea in question.ideas if mentioned(turn.said, idea.wordings)]
    missing = [idea for idea in question.ideas if idea not in here]
    if not missing:
        return _reply(turn, (*_noticed(here), Text(line(phrases.ALL_MENTIONED)), Note(line(phrases.WORDS_ONLY))))
    if counter := _showing(turn, question):
        return _reply(turn, tuple(_test(counter, turn.lesson.misconceptions.get(counter.misconception))))
    if not here and turn.progress.attempts == 0:
        none = phrases.NONE_FOUND.format(count=_ideas(len(missing)))
        return _reply(turn, (Text(line(none)), Note(line(phrases.WORDS_ONLY)), Text(line(phrases.SAY_AGAIN))))
    left = Text(line(bold(phrases.NOT_YET), _names(missing) + "."))
    return _reply(turn, (*_noticed(here), left, Note(line(phrases.WORDS_ONLY)), Text(line(phrases.ADD))))


def _reply(turn: LabTurn, parts: tuple[Part, ...]) -> Draft:
    return Draft(parts, done=True, attempt=True, question=turn.progress.question)


def _noticed(ideas: list[Idea]) -> Iterator[Part]:
    if ideas:
        yield Text(line(bold(phrases.MENTIONED), _names(ideas) + "."))


def _names(ideas: list[Idea]) -> str:
    return "; ".join(idea.name.rstrip(".") for idea in ideas)


def _ideas(count: int) -> str:
    return "one idea" if count == 1 else f"{count} ideas"


def _showing(turn: LabTurn, question: LabQuestion) -> Counter | None:
    """The first misconception in the learner's words whose counter-question was not asked in this lab yet."""
    heard = "\n".join(past.text for past in turn.turns if past.who is None)
    return next((c for c in question.counters if c.ask not in heard and mentioned(turn.said, c.wordings)), None)


def _test(counter: Counter, misconception: Misconception | None) -> Iterator[Part]:
    named = phrases.MISCONCEPTION.format(says=misconception.says) if misconception else phrases.MISCONCEPTION_UNNAMED
    yield Text(line(named))
    yield Text(line(counter.ask))
