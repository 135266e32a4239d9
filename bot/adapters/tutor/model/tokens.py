"""Estimates how many tokens a text takes, without the tokenizer: none comes with its tables, and no two models share one."""

NON_ASCII_BYTE, LETTER, DIGIT, SIGN = 0.62, 0.235, 1.0, 0.75
"""Fitted on English, code, Japanese, Hindi and Spanish (tutor.md, 5). It puts English prose 1.26 to 1.40 times too high."""

PROSE = 1.05
"""What the course's English, with its tables and figures, is overrated by at least: 1.07 to 1.10 with SmolLM2's tokenizer."""
MARGIN = 1.3
"""What other scripts are underrated by, at most, near enough: Spanish 0.81, emoji 0.83."""
PER_MESSAGE = 4
"""Role and separators of one message in common chat templates."""


def typed(text: str) -> float:
    """For what people and models write, in any script: rather too high."""
    return _raw(text) * (1.0 if text.isascii() else MARGIN) + PER_MESSAGE


def authored(text: str) -> float:
    """For the course's own English prose."""
    return _raw(text) / PROSE + PER_MESSAGE


def _raw(text: str) -> float:
    ascii_text = text.encode("ascii", "ignore").decode()
    digits = sum(map(ascii_text.count, "0123456789"))
    letters = sum(char.isalpha() or char.isspace() for char in ascii_text)
    signs = len(ascii_text) - digits - letters
    other = len(text.encode(errors="replace")) - len(ascii_text)
    return other * NON_ASCII_BYTE + letters * LETTER + digits * DIGIT + signs * SIGN
