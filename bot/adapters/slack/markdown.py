"""What is written live, as Markdown: the one text a stream takes. Emphasis waits for the final rendering. Pure."""

import re
from collections.abc import Sequence

from bot.adapters.slack.limits import clean
from bot.core.chat import Buttons, Choose, Items, Line, Note, Part, Quote
from bot.core.plain import plain_line, plain_part

_JOINER = "\u2060"
_BRACKETS = str.maketrans({"<": "‹", ">": "›"})
_MARKS = re.compile(r"[\\`*_~\[\]|#!$]")
_LIVE = re.compile(r"&(?=[#\w])|@(?=\S)|:(?=//)|(?<=\bwww)\.", re.IGNORECASE)
_LINE_START = re.compile(r"(?m)^(\s*)([-+=]|\d{1,9}[.)])")


def markdown(parts: Sequence[Part]) -> str:
    """The parts as a reader of a growing text may see them: without controls, small print and emphasis, nothing in it live."""
    return "\n\n".join(said for part in parts if not isinstance(part, Buttons | Choose | Note) and (said := _said(part)))


def literal(text: str) -> str:
    """Letters, whoever wrote them: no mention, link, heading or emphasis.

    Slack resolves its angle tokens in Markdown, too, and what it does with entities there is not documented: so the brackets go.
    """
    harmless = _LIVE.sub(lambda found: found[0] + _JOINER, clean(text).translate(_BRACKETS))
    return _LINE_START.sub(r"\1" + _JOINER + r"\2", _MARKS.sub(r"\\\g<0>", harmless))


def _said(part: Part) -> str:
    match part:
        case Items(lines=lines, numbered=numbered):
            return "\n".join(f"{f'{n}.' if numbered else '-'} {_line(one)}" for n, one in enumerate(lines, 1))
        case Quote(line=line):
            return f"> {_line(line)}"
        case _:
            return literal(plain_part(part))


def _line(line: Line) -> str:
    return literal(" ".join(plain_line(line).split()))
