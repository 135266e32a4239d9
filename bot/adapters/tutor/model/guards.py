"""What a persona must not give away, looked for in its whole reply: a backstop, for what is not in the prompt cannot be told."""

import re
from collections.abc import Iterator, Sequence

from bot.adapters.tutor.attempts import asked
from bot.adapters.tutor.ideas import mentioned
from bot.adapters.tutor.intents import Intent, intent
from bot.adapters.tutor.stop_words import told
from bot.core.curriculum import Choices, Matching, Numeric, Ordering, Question, Short
from bot.core.ports import LabTurn

QUOTED = 0.6
"""The share of a question's telling words, four at the least, with which a learner has put that quiz question."""
COVERED = 0.7
"""The share of a key's telling words with which a reply has told it (tutor.md, 6.2)."""
GIVEN = 0.6
"""The share of an answer's ideas with which a reply has given it away."""
WANTING = re.compile(
    r"\b(?:(?:just |simply )?(?:tell|give|show) (?:me|us) (?:it|the (?:full |whole |right |correct )?(?:answer|solution))|"
    r"(?:the|full|whole) (?:answer|solution) please|what(?:'s| is) the (?:right |correct )?answer|do it for me)\b",
    re.IGNORECASE,
)

_LETTER = re.compile(
    r"(?i:\b(?:answer|option|choice|pick|choose|go with|say|tick))\b[^.?!\n]{0,20}?\b[A-F]\b(?!['’.]\w|\s+[a-z]+s?\s+[a-z])"
    r"|(?<!\w)\(?[A-F]\)|\b[Nn]ot [A-F]\b|^\W{0,3}[A-F]\W{0,3}$|\b[A-F] (?:is|looks|seems) (?:right|correct|true|wrong|false)\b",
    re.MULTILINE,
)
_VERDICT = re.compile(r"\b(?:true|false)\b|^\W*(?:that is |that's |it is |it's )?(?:correct|right|wrong|yes|no)\b", re.IGNORECASE)
_OURS = re.compile(
    r"No lab question is open\.|Ideas of a good answer:|Attempts at it: \d|Hints shown: \d|They may have the answer now:"
    r"|Next step of help, no more than this:|They have not tried yet:|A dated note that bears on it\.|How you teach\s"
    r"|What you stand on\s"
)


def guarded(text: str, turn: LabTurn) -> list[str]:
    """The names of what the reply gives away: `answer`, `quiz`, `instructions`. Empty: it may be shown."""
    return list(_found(text, turn))


def _found(text: str, turn: LabTurn) -> Iterator[str]:
    if _gives_away(text, turn):
        yield "answer"
    put = (*quizzed(turn.said, turn.lesson.questions), *quizzed(turn.said, turn.guarded))
    if any(_tells(text, question) for question in put) or any(_recites(text, question) for question in turn.guarded):
        yield "quiz"
    if _OURS.search(text):
        yield "instructions"


def _gives_away(text: str, turn: LabTurn) -> bool:
    """The effort gate: whoever wants the answer without having tried is helped by one step, not by the whole."""
    question, progress = asked(turn), turn.progress
    if question is None or progress.explained or progress.attempts or not _wants_it(turn.said):
        return False
    told_now = [idea for idea in question.ideas if mentioned(text, idea.wordings) and not mentioned(turn.said, idea.wordings)]
    return len(told_now) >= max(1, GIVEN * len(question.ideas))


def _wants_it(said: str) -> bool:
    return intent(said, at_question=True) is Intent.EMPTY or bool(WANTING.search(said))


def quizzed(said: str, questions: Sequence[Question]) -> list[Question]:
    """Those of the questions that the learner's words put, nearly as they are asked."""
    words = told(said)
    return [question for question in questions if _put(told(question.stem), words)]


def _put(stem: frozenset[str], words: frozenset[str]) -> bool:
    found = stem & words
    return len(found) >= min(4, len(stem)) and len(found) >= QUOTED * len(stem)


def _tells(text: str, question: Question) -> bool:
    match question.task:
        case Choices() if question.type == "truefalse":
            return bool(_VERDICT.search(text)) or _covers(text, question, question.why)
        case Choices(options=options):
            return bool(_LETTER.search(text)) or any(_covers(text, question, each.text) for each in options if each.right)
        case Numeric(answer=answer):
            return any(float(number) == answer for number in re.findall(r"\d+(?:\.\d+)?", text.replace(",", "")))
        case Ordering(items=items):
            return bool(_LETTER.search(text)) or _in_order(text, items)
        case Matching():
            return _covers(text, question, question.why)
        case Short(answer=answer):
            return _covers(text, question, answer)


def _recites(text: str, question: Question) -> bool:
    """Whether a reply holds the key of a question that is open elsewhere, however it was asked for it."""
    match question.task:
        case Choices(options=options) if question.type != "truefalse":
            return any(_covers(text, question, each.text, least=3) for each in options if each.right)
        case Short(answer=answer):
            return _covers(text, question, answer, least=3)
        case _:
            return _covers(text, question, question.why, least=3)


def _covers(text: str, question: Question, key: str, *, least: int = 1) -> bool:
    """Whether the reply holds most of what the key says beyond the question itself."""
    telling = told(key) - told(question.stem)
    return len(telling) >= least and len(telling & told(text)) >= COVERED * len(telling)


def _in_order(text: str, items: tuple[str, ...]) -> bool:
    places = [text.casefold().find(item.casefold()) for item in items]
    return -1 not in places and places == sorted(places)
