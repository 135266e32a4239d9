"""Texts and lines cut to what a platform takes: at places where a reader would cut them, and so that the parts are the whole."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace

from bot.core.chat import Line, Run, Words

Cost = Callable[[str], int]
"""What one character takes."""

JOINER = "\u2060"
"""Zero width, and no break: a reader sees the characters around it, and a platform sees no token."""

_BREAKS = tuple(re.compile(pattern) for pattern in (r"\n{2,}", r"\n", r"[.!?…。！？][\"”’)]*\s+", r"\s+"))


def pieces(text: str, limit: int, cost: Cost) -> Iterator[str]:
    """The text in parts that take at most `limit`: cut between paragraphs, else lines, sentences or words. Joined, they are
    the text."""
    while text:
        end = break_at(text, limit, cost)
        yield text[:end]
        text = text[end:]


def break_at(text: str, limit: int, cost: Cost) -> int:
    """Where to cut so that what stands before fits: at the best boundary of the latter half, never inside a character."""
    end = _fitting(text, limit, cost)
    if end == len(text):
        return end
    for boundary in _BREAKS:
        ends = [found.end() for found in boundary.finditer(text, 0, end) if found.end() > end // 2]
        if ends:
            return ends[-1]
    whole = end
    while whole > 0 and _joined(text, whole):
        whole -= 1
    return whole or max(end, 1)


def split_line(line: Line, limit: int, weigh: Callable[[Run], int], head: Callable[[Words, int], str]) -> Iterator[Line]:
    """The line in parts that each weigh at most `limit`; together they say the same.

    A moment is never torn, so it must weigh less than half of `limit`. `head` gives the beginning of a run that fits a weight;
    what is torn looks the same on both sides.
    """
    taken: list[Run] = []
    room = limit
    for run in line:
        while weigh(run) > room:
            if room < limit // 2:  # rather than tear a run for the little that is left
                yield tuple(taken)
                taken, room = [], limit
                continue
            assert isinstance(run, Words)  # noqa: S101 - see above
            first = head(run, room)
            yield (*taken, replace(run, text=first))
            run = replace(run, text=run.text[len(first) :])
            taken, room = [], limit
        taken.append(run)
        room -= weigh(run)
    if taken:
        yield tuple(taken)


def letter(position: int) -> str:
    """A to Z, then AA, AB …"""
    return (letter(position // 26 - 1) if position >= 26 else "") + chr(ord("A") + position % 26)


def _fitting(text: str, limit: int, cost: Cost) -> int:
    used = 0
    for position, char in enumerate(text):
        used += cost(char)
        if used > limit:
            return position
    return len(text)


def _joined(text: str, at: int) -> bool:
    """Whether the two characters around a place are shown as one: combining marks, variation selectors, joined emoji."""
    return unicodedata.category(text[at]) in ("Mn", "Me", "Mc") or "\u200d" in text[at - 1 : at + 1] or text[at - 1] == JOINER
