"""Shows a passage as a quotation: whole, with its tables and lists, the sentence that fits best in bold."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from bot.adapters.tutor.stems import stems
from bot.core.chat import Heading, Items, Line, Moment, Note, Part, Quote, Run, Text, Words
from bot.core.curriculum import Lesson, Passage
from bot.core.plain import plain_line, plain_part

_SENTENCE_END = re.compile(r"(?<=[.!?:])(?<!e\.g\.)(?<!i\.e\.)(?<!vs\.)(?<!al\.)(?<!Fig\.)\s+(?=[^a-z\s])")


def flat(parts: Sequence[Part]) -> str:
    """All that some parts say."""
    return "\n".join(map(plain_part, parts))


def quoted(passage: Passage, weights: Mapping[str, float]) -> tuple[Part, ...]:
    """The whole passage under its heading. `weights` are the question's words; the sentence richest in them is bold."""
    best = _best_sentence(passage.parts, weights)
    return (Heading(passage.heading), *(_quote(part, best) for part in passage.parts))


def citation(lesson: Lesson, passage: Passage) -> Note:
    """Such as L3.5 · The leash · Sources: Ouyang et al., 2022. A dated note stands in no section."""
    section = next((section.title for section in lesson.sections if section.id == passage.section), "")
    sources = f"Sources: {'; '.join(_short(passage.sources))}" if passage.sources else ""
    return Note((Words(" · ".join(filter(None, (passage.mark, section, sources)))),))


def _quote(part: Part, best: str) -> Part:
    match part:
        case Text(line) | Quote(line):
            return Quote(_embolden(line, best))
        case Items(items):
            return replace(part, lines=tuple(_embolden(line, best) for line in items))
        case _:
            return part


def _best_sentence(parts: Sequence[Part], weights: Mapping[str, float]) -> str:
    told = {stem: weight for word, weight in weights.items() for stem in stems(word)}
    worth = {
        sentence: sum(told.get(stem, 0.0) for stem in frozenset(stems(sentence)))
        for part in parts
        for line in _lines(part)
        for sentence in _SENTENCE_END.split(plain_line(line))
    }
    best = max(worth, key=lambda sentence: worth[sentence], default="")
    return best if worth.get(best, 0.0) > 0 else ""


def _lines(part: Part) -> tuple[Line, ...]:
    match part:
        case Text(line) | Quote(line):
            return (line,)
        case Items(lines):
            return lines
        case _:
            return ()


def _embolden(line: Line, sentence: str) -> Line:
    """The line with that sentence of it in bold, whatever runs it is made of."""
    start = plain_line(line).find(sentence) if sentence else -1
    if start < 0:
        return line
    return tuple(_split(line, start, start + len(sentence)))


def _split(line: Line, start: int, end: int) -> Iterator[Run]:
    at = 0
    for run in line:
        length = len(plain_line((run,)))
        low, high = max(start - at, 0), max(end - at, 0)
        at += length
        if isinstance(run, Moment):
            yield run
            continue
        for text, chosen in ((run.text[:low], False), (run.text[low:high], True), (run.text[high:], False)):
            if text:
                yield replace(run, text=text, bold=run.bold or chosen)


def _short(sources: Sequence[str]) -> list[str]:
    """Author and year are enough in a chat; the lesson has the rest. Two works of the same year keep their titles."""
    short = [source.split(". ", 1)[0].rstrip(".") for source in sources]
    return [name if short.count(name) == 1 else source for name, source in zip(short, sources, strict=True)]
