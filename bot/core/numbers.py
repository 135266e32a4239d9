"""Numbers as people type them: 1,500 · 1 500 · 0,73 · 73% · 300 million · 3e8 · 3 × 10^8."""

import re
from collections.abc import Iterator
from decimal import Decimal

from bot.core.errors import BadInput, shorten

LONGEST = 40
"""Characters; nobody types a longer number, and a longer one is not looked at."""

_SCALES = {
    "thousand": 3, "k": 3, "million": 6, "millions": 6, "m": 6, "mio": 6, "mn": 6,
    "billion": 9, "billions": 9, "bn": 9, "b": 9,
}  # fmt: skip
_PERCENT = {"%", "percent", "pct"}
_ALIKE = str.maketrans({"−": "-", "’": "'", "×": "x", "·": "x", "٫": ".", "٬": ","})
_SHAPE = re.compile(
    r"(?:[~≈=]|about |around |roughly )?\s*"
    r"(?P<sign>[+-]?)(?P<digits>[\d.,' _]*\d)"
    r"(?:e(?P<e>[+-]?\d{1,2})|\s*[x*]\s*10\s*(?:\^|\*\*)\s*(?P<ten>[+-]?\d{1,2}))?"
    r"(?P<tail>[a-z% ]*)"
)
_NOTATIONS = (
    (re.compile(r"[1-9]\d{0,2}(,\d{2,3})*,\d{3}(\.\d+)?"), ",", "."),  # 1,500.5, and 41,94,304 as in India
    (re.compile(r"\d*\.?\d+"), "", "."),
    (re.compile(r"\d*,\d+"), "", ","),
    (re.compile(r"[1-9]\d{0,2}(\.\d{3})+(,\d+)?"), ".", ","),
    (re.compile(r"[1-9]\d{0,2}([ '_]\d{3})+(\.\d+)?"), " '_", "."),
    (re.compile(r"[1-9]\d{0,2}([ '_]\d{3})+,\d+"), " '_", ","),
)
"""How digits are written: the shape, what separates thousands, and the decimal point. The most likely first."""


def readings(text: str, unit: str = "") -> tuple[float, ...]:
    """What the text may mean, the likeliest first: 1,783 is a thousand and more to one reader, below two to another.

    A percent sign divides by a hundred, unless the unit is percent. Raises BadInput.
    """
    plain = " ".join(text.casefold().translate(_ALIKE).split()) if len(text) <= LONGEST else ""
    found = _SHAPE.fullmatch(plain)
    power = _power(found["tail"], unit) if found else None
    if found is None or power is None:
        raise _unreadable(text)
    power += int(found["e"] or found["ten"] or 0)
    numbers = tuple(float(Decimal(found["sign"] + digits).scaleb(power)) for digits in _digits(found["digits"]))
    if not numbers:
        raise _unreadable(text)
    return numbers


def _digits(typed: str) -> Iterator[str]:
    for shape, groups, point in _NOTATIONS:
        if shape.fullmatch(typed):
            yield typed.translate(str.maketrans("", "", groups)).replace(point, ".")


def _power(tail: str, unit: str) -> int | None:
    """The power of ten meant by the words after the digits; None if they are neither a scale, a percentage nor the unit."""
    words = tail.replace("per cent", "%").replace("%", " % ").split()
    power = _SCALES[words.pop(0)] if words and words[0] in _SCALES else 0
    if words and words[0] in _PERCENT:
        words.pop(0)
        power -= 0 if unit == "%" else 2
    named = unit.casefold()
    return power if " ".join(words) in ("", named, named.removesuffix("s")) else None


def _unreadable(text: str) -> BadInput:
    wrong = f"I cannot read “{shorten(text, 30)}” as a number." if text.strip() else "There was no number in your answer."
    return BadInput(f"{wrong} Write digits, like 1,500 or 0.73. Nothing was counted.")
