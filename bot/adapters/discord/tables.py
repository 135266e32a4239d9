"""Tables, which Discord does not have: columns aligned as code where a phone shows them whole, else a line for each row."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.adapters.discord import markup
from bot.adapters.discord.limits import clean, size
from bot.core.chat import Line, Run, Table, Words
from bot.core.plain import plain_line

PHONE = 34
"""Characters of code in a line that a phone of 360 points shows without breaking it."""
GAP = "  "


def table_texts(table: Table, room: int) -> Iterator[str]:
    """The table as markdown, in texts of at most `room`."""
    rows = [row for row in (table.header, *table.rows) if row]
    if not rows:
        return
    lines = _aligned(rows)
    if lines is not None:
        yield from _blocks(lines, room)
    else:
        yield from _listed(table, room)


# ---------------------------------------------------------------- aligned


def _aligned(rows: Sequence[Sequence[Line]]) -> list[str] | None:
    """The header, a rule and the rows, columns of numbers to the right; None where it is wider than a phone, or a cell holds
    what code cannot show."""
    columns = max(map(len, rows))
    cells = [[_cell(row[n]) if n < len(row) else "" for n in range(columns)] for row in rows]
    if any("\n" in cell or not _measurable(cell) for row in cells for cell in row):
        return None
    widths = [max(_width(row[n]) for row in cells) for n in range(columns)]
    if columns < 2 or sum(widths) + len(GAP) * (columns - 1) > PHONE:
        return None
    right = [all(_numeric(row[n]) for row in cells[1:]) and len(cells) > 1 for n in range(columns)]
    lines = [GAP.join(_padded(cell, widths[n], right=right[n]) for n, cell in enumerate(row)).rstrip() for row in cells]
    return [lines[0], GAP.join("─" * width for width in widths), *lines[1:]]


def _cell(line: Line) -> str:
    return clean(plain_line(line)).strip()


def _measurable(cell: str) -> bool:
    """Whether a fixed-width letter is as wide as any other in it: no marks that combine, no emoji, no script that joins."""
    return all(ord(char) < 0x590 or (unicodedata.category(char)[0] in "SPN" and ord(char) < 0x2E80) for char in cell) and not any(
        unicodedata.category(char) in ("Mn", "Me", "Mc", "Cf") for char in cell
    )


def _width(cell: str) -> int:
    return len(cell)


def _numeric(cell: str) -> bool:
    return not cell or (cell[-1:] in "0123456789%–-" and cell.lstrip("+-−~≈$€<> ")[:1].isdecimal()) or cell in "–-"


def _padded(cell: str, width: int, *, right: bool) -> str:
    return cell.rjust(width) if right else cell.ljust(width)


def _blocks(lines: Sequence[str], room: int) -> Iterator[str]:
    """The lines in blocks of code; every block is closed, and begins anew with the header and its rule."""
    head = list(lines[:2])
    taken = list(head)
    for line in lines[2:]:
        if len(taken) > len(head) and size(markup.code_block("\n".join([*taken, line]))) > room:
            yield markup.code_block("\n".join(taken))
            taken = list(head)
        taken.append(line)
    yield markup.code_block("\n".join(taken))


# ---------------------------------------------------------------- listed


def _listed(table: Table, room: int) -> Iterator[str]:
    """Each row as an item: its first cell, and what stands in the others. Of more than two columns each has its name beside it;
    of two, the header stands small above."""
    named = len(table.header) > 2
    if not named and any(not markup.blank(cell) for cell in table.header):
        yield markup.small(tuple(run for n, cell in enumerate(table.header) for run in (Words(" · " if n else ""), *cell)))
    lines = [_row(table.header if named else (), row) for row in table.rows]
    taken: list[Line] = []
    for some in (some for line in lines for some in markup.split(line, room // 2)):
        if taken and sum(markup.line_weight(one) + 8 for one in (*taken, some)) > room:
            yield markup.listing(taken)
            taken = []
        taken.append(some)
    if taken:
        yield markup.listing(taken)


def _row(header: Sequence[Line], row: Sequence[Line]) -> Line:
    runs: list[Run] = []
    for n, cell in enumerate(row):
        if n:
            runs.append(Words("\n" if header else ": " if n == 1 else " · "))
        if 0 < n < len(header) and not markup.blank(header[n]):
            runs += [*header[n], Words(": ")]
        runs += [replace(run, bold=True) if isinstance(run, Words) and not n else run for run in cell] or [Words("–")]
    return tuple(runs)
