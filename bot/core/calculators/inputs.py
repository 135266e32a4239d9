"""Reads what learners type into a calculator. What cannot be used is refused beside its field, with what to type instead."""

import math
import re
from collections.abc import Mapping

from bot.core.errors import BadInput, shorten
from bot.core.numbers import readings

_SEPARATORS = re.compile(r"\s*[;/]\s*|\s*,\s+|\s+and\s+")
_SHAPE = re.compile(r"(?:(\d{1,2})\s*(?:times|of)\s+)?([\d][\d.,' ]*)\s*(?:x|×|\*|by)\s*([\d][\d.,' ]*)", re.IGNORECASE)
MOST_MATRICES = 64
LARGEST_SIDE = 10_000_000


def number(typed: Mapping[str, str], name: str, what: str, low: float, high: float) -> float:
    value = _read(typed.get(name, ""), name)
    if not low <= value <= high:
        raise BadInput(f"{what} must lie between {low:,.0f} and {high:,.0f}.", name)
    return value


def whole_number(typed: Mapping[str, str], name: str, what: str, low: int, high: int) -> int:
    value = _whole(typed.get(name, ""), name, what)
    if not low <= value <= high:
        raise BadInput(f"{what} must lie between {low:,} and {high:,}.", name)
    return value


def numbers(typed: Mapping[str, str], name: str, least: int, most: int, how: str, filler: float = 0.0) -> list[float]:
    """That many numbers, none negative; what may be left out is `filler`."""
    pieces = [piece for piece in _SEPARATORS.split(typed.get(name, "").strip()) if piece]
    if len(pieces) == 1 and least > 1:
        pieces = pieces[0].split() if " " in pieces[0] else pieces[0].split(",")
    if not least <= len(pieces) <= most:
        raise BadInput(f"Type {how}, with a comma and a space between.", name)
    values = [_read(piece, name) for piece in pieces]
    if any(value < 0 for value in values):
        raise BadInput("None of these can be negative.", name)
    return values + [filler] * (most - len(values))


def shapes(typed: Mapping[str, str], name: str) -> list[tuple[int, int]]:
    """Matrices such as "4096 x 4096, 2 of 1024 x 4096"."""
    text = typed.get(name, "").strip()
    found = [piece.strip() for piece in re.split(r"\s*;\s*|,\s+|\n", text) if piece.strip()]
    matrices: list[tuple[int, int]] = []
    for piece in found:
        match = _SHAPE.fullmatch(piece)
        if match is None:
            raise BadInput(f"I cannot read “{shorten(piece, 30)}” as a matrix. Type out x in, like 4096 x 4096.", name)
        side = (_whole(match[2].strip(), name, "Each side"), _whole(match[3].strip(), name, "Each side"))
        matrices += [side] * int(match[1] or 1)
    if not 0 < len(matrices) <= MOST_MATRICES:
        raise BadInput(f"Type between 1 and {MOST_MATRICES} matrices, like 4096 x 4096, 4096 x 4096.", name)
    if any(not 1 <= length <= LARGEST_SIDE for matrix in matrices for length in matrix):
        raise BadInput(f"The sides of a matrix lie between 1 and {LARGEST_SIDE:,}.", name)
    return matrices


def _whole(text: str, name: str, what: str) -> int:
    """Where only whole numbers are meant, 4.096 is four thousand and more."""
    found = [value for value in _readings(text, name) if value == math.floor(value)]
    if not found:
        raise BadInput(f"{what} must be a whole number, such as 8.", name)
    return int(found[0])


def _read(text: str, name: str) -> float:
    return _readings(text, name)[0]


def _readings(text: str, name: str) -> tuple[float, ...]:
    try:
        values = readings(text)
    except BadInput as unreadable:
        sentence = unreadable.sentence.removesuffix(" Nothing was counted.")
        raise BadInput(sentence.replace("in your answer", "in this field"), name) from None
    if any(not math.isfinite(value) or abs(value) > 1e18 for value in values):
        raise BadInput("That number is too large to calculate with.", name)
    return values
