"""Makes one spelling of what a learner may type in many, before anything looks at it."""

import unicodedata

MOST = 10_000
"""Longer texts are cut here. Every platform's own limit is lower."""


def tidy(text: str) -> str:
    """Compatibility forms folded, curly marks straight, invisible characters and controls gone, case folded."""
    folded = unicodedata.normalize("NFKC", text[:MOST]).translate(_PLAIN)
    return "".join(_seen(char) for char in folded).casefold()


_PLAIN = str.maketrans("‘’‛′“”„″‐‑‒–—−", "''''\"\"\"\"------")


def _seen(char: str) -> str:
    match unicodedata.category(char):
        case "Cc" | "Zl" | "Zp":
            return " "
        case "Cf" | "Cs" | "Co" | "Cn":
            return ""
        case _:
            return char
