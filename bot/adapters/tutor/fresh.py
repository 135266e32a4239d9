"""Says nothing twice in the same words while another wording is left."""

from collections.abc import Sequence
from dataclasses import replace

from bot.adapters.tutor import phrases
from bot.core.chat import Post, Text, line
from bot.core.plain import plain
from bot.core.ports import Draft, LabTurn


def fresh(turn: LabTurn, wordings: Sequence[str]) -> str:
    """The first wording not said yet in this lab; once all were, the one said longest ago."""
    heard = said_by_persona(turn)
    return min(wordings, key=lambda words: max((n for n, text in enumerate(heard) if words in text), default=-1))


def varied(turn: LabTurn, draft: Draft) -> Draft:
    """The reply, with a word of excuse before it where it was given just so before."""
    if plain(Post(draft.parts), controls=False) not in said_by_persona(turn):
        return draft
    return replace(draft, parts=(Text(line(fresh(turn, phrases.SAME_AGAIN))), *draft.parts))


def said_by_persona(turn: LabTurn) -> list[str]:
    return [past.text for past in turn.turns if past.who is None]
