"""What the lessons define, an abbreviation beside its long form or a term in bold, and which of them a question asks for."""

import re
from collections.abc import Iterator, Sequence

from bot.adapters.tutor.quoting import flat
from bot.adapters.tutor.stems import stems
from bot.adapters.tutor.tidying import tidy
from bot.core.chat import Line, Part, Quote, Text, Words

_ABBREVIATION = re.compile(r"\(([A-Z][A-Za-z]{1,7})\)")
_WORDS = re.compile(r"[^\W_]+")
_ASKED = re.compile(
    r"\b(?:what(?:'?s| is| are| does| do)|define|(?:the )?meaning of|meant by|explain)\s+(?:the term |an? |the )?"
    r"(?P<term>[^?!,;:]{2,60}?)(?:\s+(?:stands? for|short for|mean|means|again|exactly|actually|please|pls))*[\s?!.]*$"
)


def asked_term(text: str) -> tuple[str, ...]:
    """The stems of the term whose meaning is asked for: of `sft` in `what does SFT stand for?`. Empty where none is."""
    found = _ASKED.search(" ".join(tidy(text[:400]).split()))
    return tuple(stems(found["term"])) if found else ()


def defined(heading: str, parts: Sequence[Part]) -> Iterator[tuple[str, ...]]:
    """The stems of every term that a passage defines."""
    for term in (*_abbreviations(f"{heading}\n{flat(parts)}"), *_bold(parts)):
        if found := tuple(stems(term)):
            yield found


def _abbreviations(text: str) -> Iterator[str]:
    """Both forms of each `Long form (LF)` whose letters are the first letters of the words before it."""
    for found in _ABBREVIATION.finditer(text):
        short = found[1]
        before = _WORDS.findall(text[: found.start()])[-len(short) :]
        if "".join(word[0] for word in before).casefold() == short.casefold():
            yield short
            yield " ".join(before)


def _bold(parts: Sequence[Part]) -> Iterator[str]:
    """Terms in bold within running text. A lead-in such as `Worse:` or `Phase.` defines nothing."""
    for part in parts:
        match part:
            case Text(line) | Quote(line):
                yield from _bold_runs(line)
            case _:
                pass


def _bold_runs(line: Line) -> Iterator[str]:
    yield from (run.text for run in line if isinstance(run, Words) and run.bold and not run.text.rstrip().endswith((":", ".")))
