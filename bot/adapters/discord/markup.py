"""Lines as Discord's markdown. Words are escaped: what was written is shown as written; it calls, links and formats nothing."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import assert_never

from bot.adapters.discord.limits import LINE_ENDS, clean, cost
from bot.core.chat import Line, Moment, Run, Words
from bot.core.splitting import JOINER, Cost, pieces, split_line

MOMENT = 32
"""What a moment takes in a line; it is never torn."""
STYLED = 14
"""What the marks around a line of a run take at most, and what keeps them off their neighbours'."""
FENCE = "```"
MARKS = ("*", "`")

_SPECIAL = re.compile(r"[\\*_~`|\[\]<]")
_CALL = re.compile(r"@(?=everyone|here)", re.IGNORECASE)
_TOKEN = re.compile(r"<(?=[@#])")
_COLON = re.compile(r":(?=\S|\Z)")
"""Of a shortcode for an emoji, or of an address."""
_LINE_START = re.compile(r"(^[ \t]*)(#{1,3}|-#?|\+|>{1,3}|\d+(?=[.)](?:\s|\Z)))", re.MULTILINE)


# ---------------------------------------------------------------- harmless


def escape(text: str) -> str:
    """The text as markdown that shows just these characters.

    A backslash stands before all that could format, call or link. Mentions are broken by an invisible joiner, too, so that
    Discord's servers, which do not care for the backslash, see none even where `allowed_mentions` was forgotten. Longer by at
    most what `limits.cost` says.
    """
    text = _CALL.sub("\0", clean(text))
    text = _TOKEN.sub("<" + JOINER, text)
    text = _SPECIAL.sub(lambda found: "\\" + found[0], text)
    text = text.replace("\0", "\\@" + JOINER)
    text = _COLON.sub(r"\\:", text)
    return _LINE_START.sub(_defused, text)


def _defused(found: "re.Match[str]") -> str:
    marks = found[2]
    if marks.isdigit():  # the dot is what makes a list of it, and a digit cannot be escaped
        return f"{found[1]}{marks}\\"
    return found[1] + "".join("\\" + mark for mark in marks)


def inline_code(text: str) -> str:
    """Literal by itself: nothing in it is markdown. Runs of backticks are broken up, so that none can end it."""
    text = re.sub(r"`(?=`)", "`" + JOINER, _uncalled(text))
    if not text.strip():
        return text
    if "`" not in text:
        return f"`{text}`"
    return f"`` {text} ``"


def code_block(text: str) -> str:
    return f"{FENCE}\n{_unfenced(text)}\n{FENCE}"


def _unfenced(text: str) -> str:
    return re.sub(r"`(?=``)", "`" + JOINER, _uncalled(text))


def _uncalled(text: str) -> str:
    return _TOKEN.sub("<" + JOINER, _CALL.sub("@" + JOINER, clean(text)))


# ---------------------------------------------------------------- lines


def paragraph(line: Line) -> str:
    """Without a line end at either side. Code of several lines, or on a line of its own, is a block."""
    return _apart(_run(run, block=True) for run in _joined(line)).strip("\n")


def inline(line: Line, prefix: str = "") -> str:
    """For where a block of code cannot stand; `prefix` is put before every line."""
    text = _apart(_run(run, block=False) for run in _joined(line)).strip()
    return "\n".join(prefix + one if one.strip() else prefix.rstrip() for one in text.split("\n"))


def heading(text: str) -> str:
    return f"## {escape(' '.join(clean(text).split()))}"


def small(line: Line) -> str:
    """Small print, line by line; empty lines would end it."""
    return "\n".join(one for one in inline(line, "-# ").split("\n") if one != "-#")


def quote(line: Line) -> str:
    return inline(line, "> ")


def listing(lines: Sequence[Line], first: int | None = None) -> str:
    """A list; numbered from `first` if that is given. What follows a line end within an item is indented under it."""
    return "\n".join(_item(line, "- " if first is None else f"{first + n}. ") for n, line in enumerate(lines))


def _item(line: Line, mark: str) -> str:
    text = inline(line) or "\u00a0"
    return mark + re.sub(r"\n+", "\n" + " " * len(mark), text)


def blank(line: Line) -> bool:
    """Whether nothing in it can be seen."""
    return all(isinstance(run, Words) and not clean(run.text).replace(JOINER, "").strip() for run in line)


# ---------------------------------------------------------------- sizes


def line_weight(line: Line) -> int:
    return sum(map(_weight, line))


def split(line: Line, limit: int) -> Iterator[Line]:
    """The line in parts that each take at most `limit`; together they say the same."""
    return split_line(line, limit, _weight, lambda run, room: next(pieces(run.text, room - STYLED, _cost(run))))


def _weight(run: Run) -> int:
    return MOMENT if isinstance(run, Moment) else STYLED + sum(map(_cost(run), run.text))


def _cost(run: Words) -> Cost:
    """Each line of a styled run bears its marks, whichever way its end is written."""
    styled = run.bold or run.italic or run.code

    def char_cost(char: str) -> int:
        return cost(char) + STYLED * (styled and char in LINE_ENDS)

    return char_cost


# ---------------------------------------------------------------- runs


def _joined(line: Line) -> Iterator[Run]:
    """Neighbours of one style as one run: marks that touch would not be read as two pairs."""
    held: Words | None = None
    for run in line:
        if isinstance(run, Words) and held is not None and replace(run, text="") == replace(held, text=""):
            held = replace(held, text=held.text + run.text)
            continue
        if held is not None:
            yield held
        held = run if isinstance(run, Words) else None
        if isinstance(run, Moment):
            yield run
    if held is not None:
        yield held


def _run(run: Run, *, block: bool) -> str:
    match run:
        case Moment(at=at):
            return f"<t:{int(at.timestamp())}:F>"
        case Words(text=text, code=True) if block and "\n" in clean(text).strip("\n"):
            return f"\n{code_block(clean(text).strip(chr(10)))}\n"
        case Words():
            return "\n".join(_styled(run, one) for one in clean(run.text).split("\n"))
        case _:
            assert_never(run)


def _apart(shown: Iterable[str]) -> str:
    """The runs in a row; marks that would touch are kept apart invisibly."""
    text = ""
    for one in shown:
        text += (JOINER if text[-1:] in MARKS and one[:1] in MARKS and text and one else "") + one
    return text


def _styled(run: Words, text: str) -> str:
    """One line of a run with its marks, which stand at visible characters. Code is nothing else besides: an asterisk in it
    would end what is bold around it."""
    core = text.strip()
    marks = "*" * (2 * run.bold + run.italic)
    if not core or not (marks or run.code):
        return escape(text)
    before, _, after = text.partition(core)
    shown = inline_code(core) if run.code else f"{marks}{escape(core)}{marks}"
    return f"{before}{shown}{after}"
