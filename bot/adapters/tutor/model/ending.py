"""What becomes of a reply of the model that has ended: put right where it can be, else withheld, and either is noted by name."""

import logging

from bot.adapters.tutor.attempts import asked, touches
from bot.adapters.tutor.intents import Intent, intent, tentative
from bot.adapters.tutor.model import phrases
from bot.adapters.tutor.model.checks import asks, check, shortened, without_marks
from bot.adapters.tutor.model.cleaning import clean, parts_of
from bot.adapters.tutor.model.outcomes import Ended, Outcome
from bot.core.chat import Part, Text, bold, line, note
from bot.core.ports import Draft, LabTurn

WORTH_KEEPING = 40
"""Characters of a reply that broke off: shorter ones were never shown, the lessons say more."""

log = logging.getLogger(__name__)


def failed_checks(turn: LabTurn, ended: Ended) -> tuple[str, ...]:
    """The checks that the reply did not pass, for the record: names, without a word of it.

    Half a reply, and one that nobody asked to teach, is only kept from giving something away.
    """
    text = clean(ended.text)
    if not text or ended.outcome is Outcome.CONTENT_FILTER:
        return ()
    findings = check(text, turn)
    whole = ended.outcome is Outcome.OK and not turn.bare
    failed = tuple(findings.names()) if whole or findings.withheld else ()
    if failed:
        log.info("A reply of the language model failed checks", extra={"checks": list(failed), "lesson": turn.lesson.slug})
    return failed


def final(turn: LabTurn, ended: Ended) -> Draft | None:
    """The reply as it stays, or None where there is nothing worth keeping."""
    text = clean(ended.text)
    if ended.outcome is Outcome.OK:
        return _bare(turn, text) if turn.bare else _finished(turn, text)
    if ended.outcome is Outcome.CONTENT_FILTER or len(text) < WORTH_KEEPING:
        return None
    findings = check(text, turn)
    if findings.withheld:
        return None
    kept = parts_of(shortened(without_marks(text, findings.marks)))
    return Draft(kept, done=True, attempt=tries(turn), cut=True)


def _bare(turn: LabTurn, text: str) -> Draft | None:
    """A reply that nobody asked to teach: only what must not be shown is kept back."""
    said = parts_of(shortened(text))
    return Draft(said, done=True) if said and not check(text, turn).withheld else None


def _finished(turn: LabTurn, text: str) -> Draft | None:
    findings = check(text, turn)
    if findings.withheld:
        return None
    said = shortened(without_marks(text, findings.marks))
    parts: list[Part] = list(parts_of(said))
    if not parts:
        return None
    if findings.numbers:
        parts.append(note(phrases.NUMBER.format(numbers=", ".join(findings.numbers[:5]))))
    following = None if asks(said) else _following(turn)
    if following is not None:
        parts.append(Text(line(phrases.YOUR_TURN, bold(turn.lesson.lab.questions[following].ask))))
    return Draft(tuple(parts), done=True, attempt=tries(turn), question=following)


def _following(turn: LabTurn) -> int | None:
    """The authored question to end with: the open one, else the first that was not tried."""
    progress, questions = turn.progress, turn.lesson.lab.questions
    if asked(turn) is not None and not progress.explained:
        return progress.question
    if turn.voice:
        return None
    fresh = (n for n in range(len(questions)) if n not in progress.answered and n != progress.question)
    return next(fresh, None)


def tries(turn: LabTurn) -> bool:
    """Whether the words try to answer the open question, decided as the study guide does.

    The rest of a reply has no more, and a guest's words are no try of the learner's.
    """
    question = asked(turn)
    if question is None or turn.begun or turn.voice:
        return False
    match intent(turn.said, at_question=True):
        case Intent.STATEMENT:
            return True
        case Intent.QUESTION:
            return tentative(turn.said) and touches(turn.said, question)
        case _:
            return False
