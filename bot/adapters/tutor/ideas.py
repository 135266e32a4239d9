"""Looks for authored wordings in a learner's words. A hint of what was said, never a verdict: it knows no negation."""

from collections.abc import Sequence, Set
from itertools import pairwise

from bot.adapters.tutor.stems import stem, tokens


def mentioned(text: str, wordings: Sequence[str]) -> bool:
    """Whether all the words of at least one wording occur in the text, in any form and order.

    `fine-tuning`, `fine tuning` and `finetuning` are the same. The wording `85` is met by 85% too, `85%` only by a percentage.
    """
    said = _said(tokens(text))
    return any(_occurs(tokens(wording), said) for wording in wordings)


def _said(words: Sequence[str]) -> frozenset[str]:
    """Every stem of the text, every two neighbours written as one word, every percentage also without its sign."""
    alone = (stem(word) for word in words)
    glued = (stem(one + other) for one, other in pairwise(words))
    shares = (word.removesuffix("%") for word in words if word.endswith("%"))
    return frozenset((*alone, *glued, *shares))


def _occurs(wording: Sequence[str], said: Set[str]) -> bool:
    at = 0
    while at < len(wording):
        if stem(wording[at]) in said:
            at += 1
        elif stem("".join(wording[at : at + 2])) in said:
            at += 2
        else:
            return False
    return bool(wording)
