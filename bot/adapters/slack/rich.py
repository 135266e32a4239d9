"""Lines as rich text. A text element is literal: no mention, link or emoji can stand in it, whoever wrote it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, assert_never

from bot.adapters.slack.limits import RICH_TEXT, clean, pieces, size
from bot.core.chat import Line, Moment, Run, Words
from bot.core.plain import moment_text
from bot.core.splitting import split_line

Json = dict[str, Any]

DATE = "{date_long}, {time}"
"""Slack fills it in for each reader, in the reader's own zone: Tuesday, December 1st, 2026, 09:30."""
MOMENT = 160
"""What a moment is taken to weigh in a line: it is never torn."""


def section(line: Line, zone: str | None = None) -> Json:
    """A paragraph."""
    return block([{"type": "rich_text_section", "elements": elements(line, zone)}])


def quote(line: Line, zone: str | None = None) -> Json:
    return block([{"type": "rich_text_quote", "elements": elements(line, zone)}])


def listing(lines: Sequence[Line], zone: str | None = None, *, numbered: bool = False) -> Json:
    """A list. An empty item is a no-break space, so that the numbers stay right and no section is empty."""
    items = [{"type": "rich_text_section", "elements": elements(line, zone) or [_text("\u00a0")]} for line in lines]
    return block([{"type": "rich_text_list", "style": "ordered" if numbered else "bullet", "elements": items}])


def cell(line: Line, zone: str | None = None, *, header: bool = False) -> Json:
    """A cell of a table: never empty, which Slack refuses; dates as text, since their display in cells is not documented."""
    told = tuple(Words(_moment(run, zone)) if isinstance(run, Moment) else run for run in line)
    runs = told if not blank(told) else (Words("–"),)
    return section(tuple(replace(run, bold=True) for run in runs) if header else runs)


def block(elements: list[Json]) -> Json:
    return {"type": "rich_text", "elements": elements}


def elements(line: Line, zone: str | None = None) -> list[Json]:
    """The runs of a line, without empty ones: Slack takes no empty text."""
    return [_element(run, zone) for run in line if isinstance(run, Moment) or clean(run.text)]


def blank(line: Line) -> bool:
    """Whether nothing in it can be seen."""
    return all(isinstance(run, Words) and not clean(run.text).strip() for run in line)


def split(line: Line, limit: int = RICH_TEXT) -> Iterator[Line]:
    """The line in parts that each fit a block; together they say the same."""
    return split_line(line, limit, _size, lambda run, room: next(pieces(run.text, room)))


def line_size(line: Line) -> int:
    return sum(_size(run) for run in line)


def _size(run: Run) -> int:
    return MOMENT if isinstance(run, Moment) else size(run.text)


def _element(run: Run, zone: str | None) -> Json:
    match run:
        case Words(text=text):
            marks = {"bold": run.bold, "italic": run.italic, "code": run.code}
            style = {name: True for name, on in marks.items() if on}
            return _text(clean(text)) | ({"style": style} if style else {})
        case Moment(at=at):
            return {"type": "date", "timestamp": int(at.timestamp()), "format": DATE, "fallback": _moment(run, zone)}
        case _:
            assert_never(run)


def _text(text: str) -> Json:
    return {"type": "text", "text": text}


def _moment(moment: Moment, zone: str | None) -> str:
    return moment_text(replace(moment, zone=zone) if zone else moment)
