"""Words and numbers as they compare: any inflection, either spelling, one way to write a number."""

import re
from functools import cache, lru_cache

import snowballstemmer

from bot.adapters.tutor.tidying import tidy

_DIGITS = {"two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9", "ten": "10"}

_IRREGULAR = {
    form: word
    for word, forms in {
        "become": "became",
        "begin": "began begun",
        "break": "broke broken",
        "build": "built",
        "choose": "chose chosen",
        "draw": "drew drawn",
        "fall": "fell fallen",
        "find": "found",
        "forget": "forgot forgotten",
        "give": "gave given",
        "grow": "grew grown",
        "hide": "hid hidden",
        "keep": "kept",
        "know": "knew known",
        "learn": "learnt",
        "lose": "lost",
        "make": "made",
        "mean": "meant",
        "pay": "paid",
        "rise": "rose risen",
        "run": "ran",
        "say": "said",
        "see": "saw seen",
        "show": "shown",
        "spend": "spent",
        "take": "took taken",
        "teach": "taught",
        "write": "wrote written",
    }.items()
    for form in forms.split()
}

_THOUSANDS = re.compile(r"(?<![\d.,])([1-9]\d{0,2})((?:,\d{3})+)(?![\d,]|\.\d{3})")
_DECIMAL_COMMA = re.compile(r"(?<![\d.,])(\d+),(\d{1,2}|(?<=0,)\d+)(?![\d,])")
_PERCENT = re.compile(r"(?<=\d)\s*(?:%|per\s?cent\b|percentage points?\b)")
_TOKEN = re.compile(
    r"(?P<number>\d*\.?\d+)(?P<percent>%)?(?:\s?(?P<scale>thousand|million|billion|trillion|bn)\b|(?P<letter>[kmb])\b)?"
    r"|(?P<word>[^\W\d_]+(?:'[^\W\d_]+)?)"
)
_SCALE = {"k": 3, "thousand": 3, "m": 6, "million": 6, "b": 9, "bn": 9, "billion": 9, "trillion": 12}
_OUR = re.compile(r"(?<=\w{3})our(?=s?$|ed$|ing$|al|able|ful|ite)")
_ISE = re.compile(r"(?<=\w{3})is(?=e[ds]?$|ing(ly)?$|ely$|ation|ers?$)")


def tokens(text: str) -> list[str]:
    """The text's words in order, in lower case, and its numbers, each written in one way.

    85%, 85 % and 85 percent are `85%`; 1,500 and 1.5k are `1500`; 0.850 and 0,85 are `0.85`, which is not 85%.
    """
    joined = _THOUSANDS.sub(lambda found: found[0].replace(",", ""), tidy(text))
    written = _PERCENT.sub("%", _DECIMAL_COMMA.sub(r"\1.\2", joined))
    return [_number(found) if found["number"] else found["word"] for found in _TOKEN.finditer(written)]


def stems(text: str) -> list[str]:
    return [stem(token) for token in tokens(text)]


@lru_cache(maxsize=8192)
def stem(token: str) -> str:
    """A token without its ending. British and American spellings meet."""
    word = _IRREGULAR.get(token, token).removesuffix("'s")
    american = _ISE.sub("iz", _OUR.sub("or", word))
    return _DIGITS.get(american) or str(_stemmer().stemWord(american))


def _number(found: re.Match[str]) -> str:
    power = _SCALE.get(found["scale"] or found["letter"] or "", 0)
    return f"{float(found['number']) * 10**power:.12g}{found['percent'] or ''}"


@cache
def _stemmer() -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer("english")
