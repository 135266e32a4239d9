"""Lays out what a model is sent: a prefix that is the same for everybody, then where this lab stands, then what was said."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.adapters.tutor.attempts import asked
from bot.adapters.tutor.ideas import mentioned
from bot.adapters.tutor.model.cleaning import HIDDEN
from bot.adapters.tutor.model.client import Message
from bot.adapters.tutor.model.notes import note_for
from bot.adapters.tutor.model.tokens import authored, typed
from bot.core.curriculum import LabQuestion, Lesson, Passage, Persona
from bot.core.plain import plain_part
from bot.core.ports import LabProgress, LabTurn, Turn

BUDGET = 3500
"""Tokens of a whole request, reply included: fits a window of 4,096, the default of small servers."""
REPLY = 350
"""Tokens of a reply: 1,200 characters and some room."""
ROOM = 400
"""Tokens that persona and lesson have to leave for what is said: fewer, and the tutor forgets everything but the last message."""
VERBATIM = 12
"""Turns given as they were said: six of each side. Older ones go into the summary."""
SUMMARY_IDEAS = 6

_ONCE = datetime(2000, 1, 1, tzinfo=UTC)
_TAG = re.compile(r"<\s*/?\s*(?:learner|state|calculator)\b[^<>]{0,200}>?", re.IGNORECASE)
BARE = "Answer briefly."
"""Some servers want a system message first; this one says as little as a message can."""
GO_ON = "Your reply above was cut off. Go on exactly where it stopped: repeat nothing, and finish it in a few sentences."


class DoesNotFit(Exception):
    """Even without what was said before, the request is larger than the budget."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A request. `tokens` is our estimate of it without the reply, `kept` how many earlier turns it holds."""

    messages: tuple[Message, ...]
    tokens: int
    kept: int


def lay_out(turn: LabTurn, *, budget: int = BUDGET, most: int = VERBATIM) -> Prompt:
    """The request for this turn, with as many of the latest turns, `most` at the most, as the budget holds. Raises DoesNotFit."""
    system = prefix(turn.lesson, turn.persona)
    said = _said(turn)
    history = turn.turns
    left = budget - REPLY - authored(system) - authored(state(turn, history)) - _size(said)
    if left < 0:
        raise DoesNotFit
    kept = _fitting(history[-most:] if most else (), left)
    text = state(turn, history[: len(history) - len(kept)])
    messages = (_message("system", system), *_alternating(text, kept, said))
    tokens = authored(system) + authored(text) + _size(said) + sum(typed(past.text) for past in kept)
    return Prompt(messages, round(tokens), len(kept))


def bare(said: str) -> Prompt:
    """The learner's words alone: no persona, no lesson, no history."""
    messages = (_message("system", BARE), _message("user", tidied(said) or "…"))
    return Prompt(messages, round(_size(messages)), 0)


def room(lesson: Lesson, persona: Persona, budget: int) -> int:
    """Tokens left for state, history and the learner's words, once persona, lesson and reply have theirs."""
    return round(budget - REPLY - authored(prefix(lesson, persona)))


def lab_tokens(lesson: Lesson, persona: Persona, budget: int, replies: int) -> tuple[int, int]:
    """About what a lab takes, in and out, if a learner writes forty words a turn and each reply has ninety."""
    said, reply = "forty words " * 20, "ninety words, " * 45
    spoken = [Turn(n, None if n % 2 else 1, reply if n % 2 else said, _ONCE) for n in range(2 * replies)]
    told = [LabTurn(lesson, persona, LabProgress(), tuple(spoken[:n][-VERBATIM:]), said) for n in range(0, 2 * replies, 2)]
    return sum(lay_out(turn, budget=budget).tokens for turn in told), round(replies * authored(reply))


# ---------------------------------------------------------------- the same for everybody


def prefix(lesson: Lesson, persona: Persona) -> str:
    """Persona, goal and lesson: byte for byte the same for all learners and turns, so that a server can keep it."""
    return "\n\n".join((persona.prompt.strip(), f"The goal of this lab: {lesson.lab.goal}", *_lesson(lesson)))


def _lesson(lesson: Lesson) -> Iterator[str]:
    yield f"The lesson: {lesson.title}. Cite a section by its mark in square brackets."
    for section in lesson.sections:
        mark = section.passages[0].mark if section.passages else ""
        yield "\n".join((f"[{mark}] {section.title}", *map(_passage, section.passages)))


def _passage(passage: Passage) -> str:
    return "\n".join(map(plain_part, passage.parts))


# ---------------------------------------------------------------- where this lab stands


def state(turn: LabTurn, older: Sequence[Turn] = ()) -> str:
    """What code knows about the lab, in the same words for the same facts."""
    lines = [*_question_state(turn), *_voices(turn), *_summary(turn, older), *_note(turn)]
    return "<state>\n" + "\n".join(lines) + "\n</state>"


def _question_state(turn: LabTurn) -> Iterator[str]:
    question, progress = asked(turn), turn.progress
    if question is None:
        yield "No lab question is open. The learner was asked for a prediction to begin with."
        return
    yield f"Open question: {question.ask}"
    yield f"Ideas of a good answer: {'; '.join(idea.name for idea in question.ideas)}."
    yield f"Attempts at it: {progress.attempts}. Hints shown: {progress.hints} of {len(question.hints)}."
    yield _help(question, turn)


def _help(question: LabQuestion, turn: LabTurn) -> str:
    """The ladder, one step at a time: what is not in the prompt cannot be given away."""
    progress = turn.progress
    if progress.explained or progress.attempts >= 2:
        return f"They may have the answer now: {question.answer}"
    if progress.attempts or progress.hints:
        step = question.hints[min(progress.hints, len(question.hints) - 1)] if question.hints else ""
        return f"Next step of help, no more than this: {step}"
    return "They have not tried yet: help with a question only, and do not answer the open question for them."


def _voices(turn: LabTurn) -> Iterator[str]:
    """Who is taught, where more than one speak; nothing where the owner is alone."""
    if turn.voice:
        yield (
            f"Learner A has this lab and is taught. The last words are a guest's, learner {_letter(turn.voice)}: answer them "
            "shortly, as no attempt of A's. Never use the letters; end with one question to whoever has this lab."
        )
    elif any(past.voice for past in turn.turns):
        yield "Learner A has this lab and is taught; the other letters are guests, and no attempts. Never use the letters."


def _letter(voice: int) -> str:
    return chr(ord("A") + min(voice, 25))


def _summary(turn: LabTurn, older: Sequence[Turn]) -> Iterator[str]:
    if turn.progress.answered:
        yield f"Questions tried in this lab: {len(turn.progress.answered)} of {len(turn.lesson.lab.questions)}."
    words = "\n".join(past.text for past in older if past.who is not None and not past.voice)
    ideas = dict.fromkeys(idea.name for question in turn.lesson.lab.questions for idea in question.ideas)
    wordings = {idea.name: idea.wordings for question in turn.lesson.lab.questions for idea in question.ideas}
    heard = [name for name in ideas if words and mentioned(words, wordings[name])]
    if heard:
        yield f"Mentioned by the learner earlier: {'; '.join(heard[:SUMMARY_IDEAS])}."


def _note(turn: LabTurn) -> Iterator[str]:
    if note := note_for(turn.lesson, turn.said):
        yield f"A dated note that bears on it. Since then: {_passage(note)}"


# ---------------------------------------------------------------- what was said


def learner(text: str, voice: int = 0) -> str:
    """A learner's words, marked as data: A has the lab, guests have the other letters."""
    return f'<learner id="{_letter(voice)}">{tidied(text)}</learner>'


def calculated(result: str) -> str:
    """What the lab's calculator found, as data: computed by code, so it is right."""
    title, _, rest = tidied(result).partition("\n")
    return f'<calculator name="{title}">{rest}</calculator>'


def tidied(text: str) -> str:
    """One spelling of everything, nothing hidden, and none of our own tags, however they are nested."""
    seen = unicodedata.normalize("NFKC", HIDDEN.sub("", unicodedata.normalize("NFKC", text)))
    while (bare := _TAG.sub("", HIDDEN.sub("", seen))) != seen:
        seen = bare
    return "".join(char for char in seen if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs")).strip()


def _said(turn: LabTurn) -> tuple[Message, ...]:
    """The learner's words; where only the rest of a reply to them is wanted, also its beginning and the wish to go on."""
    said = _message("user", "\n".join((*map(calculated, turn.results), learner(turn.said, turn.voice))))
    if not turn.begun:
        return (said,)
    return (said, _message("assistant", tidied(turn.begun) or "…"), _message("user", GO_ON))


def _size(messages: Sequence[Message]) -> float:
    return sum(typed(message["content"]) for message in messages)


def _fitting(history: Sequence[Turn], room: float) -> tuple[Turn, ...]:
    kept: list[Turn] = []
    for past in reversed(history):
        room -= typed(past.text)
        if room < 0:
            break
        kept.append(past)
    return tuple(reversed(kept))


def _alternating(text: str, kept: Sequence[Turn], said: Sequence[Message]) -> Iterator[Message]:
    """User first, user last, never two of a kind in a row: some chat templates refuse anything else."""
    spoken: list[Message] = [_message("user", text)]
    for past in (*(_past(past) for past in kept), *said):
        if spoken[-1]["role"] == past["role"]:
            spoken[-1] = _message(past["role"], f"{spoken[-1]['content']}\n\n{past['content']}")
        else:
            spoken.append(past)
    yield from spoken


def _past(past: Turn) -> Message:
    if past.who is None:
        return _message("assistant", tidied(past.text) or "…")
    return _message("user", learner(past.text, past.voice))


def _message(role: str, content: str) -> Message:
    return Message(role=role, content=content)  # type: ignore[typeddict-item]
