"""Makes a model's words harmless, always on the whole text: what is cleaned in pieces joins to something live."""

import re
import unicodedata

from bot.core.chat import Items, Line, Part, Text, Words
from bot.core.plain import plain_part

HIDDEN = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]")
"""Characters nobody sees: zero width, direction, tags. They hide words from a filter and orders from a reader."""

BREAK = "\u200b"
"""Put into what a platform would make live. Shown as nothing."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]")
_MARKS_KEPT = 3
_THOUGHT = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"</?\s*(?:learner|calculator|state)\b[^<>\n]{0,80}>?", re.IGNORECASE)
_LINK = re.compile(r"!?\[([^\[\]\n]{0,300})\]\([^()\n]{0,2000}(?:\([^()\n]*\)[^()\n]*)?\)")
_ANGLE_LINK = re.compile(r"<(?:https?|mailto|tel|ftp):[^<>\n|]*(?:\|([^<>\n]*))?>", re.IGNORECASE)
_TOKEN = re.compile(r"<(?:[@#!]|a?:|/|t:)[^<>\n]{0,200}>")
_URL = re.compile(r"(?:[a-z][a-z0-9+.-]{1,20}:/{1,3}|\bwww\.|\b(?:mailto|tel|javascript|data):)[^\s<>()\[\]]*", re.IGNORECASE)
_DOMAIN = re.compile(
    r"(?<!\w)(?:[\w-]{1,63}\.)+(?:com|org|net|edu|gov|info|biz|io|ai|app|dev|co|me|xyz|link|site|online|top|ru|cn|de|fr|uk|eu|us|"
    r"ly|gg|gl|be|tv|to|sh|gle)\b(?:[/:?#][^\s<>()\[\]]*)?",
    re.IGNORECASE,
)
_GONE = "(link removed)"
_LIVE = (
    (re.compile(r"@(?=[^\s\u200b])"), "@" + BREAK),
    (re.compile(r"<(?=[^\s\u200b=\d])"), "‹"),
    (re.compile(r":(?=//)"), ":" + BREAK),
    (re.compile(r"(?i)(www)(?=\.)"), r"\1" + BREAK),
    (re.compile(r"\](?=\()"), "]" + BREAK),
)
_ITEM = re.compile(r"\s{0,6}(?:[-*•+]|(\d{1,2})[.)])\s+(.+)")
_HEADING = re.compile(r"\s{0,3}#{1,6}\s+(.*?)\s*#*$")
_RUNS = re.compile(
    r"\*\*(?P<bold>[^*\n]+?)\*\*|(?<!\w)__(?P<bold2>[^_\n]+?)__(?!\w)|`(?P<code>[^`\n]+)`"
    r"|(?<![\w*])\*(?P<italic>[^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])|(?<!\w)_(?P<italic2>[^\s_](?:[^_\n]*[^\s_])?)_(?!\w)"
)


def clean(text: str) -> str:
    """The text without anything a platform makes live: no mention, no link, no angle token, nothing hidden.

    Cleaning twice changes nothing that matters: the promise holds for the result, whatever the text was made of.
    """
    seen = _thin(_CONTROL.sub(" ", HIDDEN.sub("", _THOUGHT.sub("", text.replace("\r\n", "\n")).replace("\r", "\n"))))
    seen = _TAG.sub("", seen)
    seen = _ANGLE_LINK.sub(lambda found: found[1] or _GONE, seen)
    seen = _LINK.sub(lambda found: found[1] or _GONE, _TOKEN.sub("", seen))
    seen = _DOMAIN.sub(_GONE, _URL.sub(_GONE, seen))
    for live, harmless in _LIVE:
        seen = live.sub(harmless, seen)
    return seen.strip()


def parts_of(text: str) -> tuple[Part, ...]:
    """A model's text, cleaned, as parts: a line a paragraph, neighbouring bullets a list, emphasis as runs, other marks stripped.

    Where something live shows only once the marks are gone, the words stay and all emphasis goes.
    """
    seen = clean(text)
    parts = _marked(seen)
    said = "\n".join(map(plain_part, parts))
    if (again := clean(said)) != said:
        return tuple(Text((Words(row),)) for row in filter(str.strip, again.split("\n")))
    return parts


def _marked(text: str) -> tuple[Part, ...]:
    parts: list[Part] = []
    for row in filter(str.strip, text.split("\n")):
        if re.fullmatch(r"\s*(?:```\w*|[-*_=]{3,})\s*", row):
            continue
        if item := _ITEM.fullmatch(row):
            _add_item(parts, runs(item[2]), numbered=item[1] is not None)
        elif found := _HEADING.fullmatch(row):
            parts.append(Text(runs(found[1])))
        else:
            parts.append(Text(runs(row.strip().removeprefix("> "))))
    return tuple(part for part in parts if not isinstance(part, Text) or part.line)


def _add_item(parts: list[Part], line: Line, *, numbered: bool) -> None:
    last = parts[-1] if parts else None
    if isinstance(last, Items) and last.numbered == numbered:
        parts[-1] = Items((*last.lines, line), numbered=numbered)
    else:
        parts.append(Items((line,), numbered=numbered))


def runs(row: str) -> Line:
    found: list[Words] = []
    at = 0
    for match in _RUNS.finditer(row):
        found.append(Words(_bare(row[at : match.start()])))
        said = match.groupdict()
        bold, italic, code = said["bold"] or said["bold2"], said["italic"] or said["italic2"], said["code"]
        found.append(Words(_bare(bold or italic or "") or code or "", bold=bool(bold), italic=bool(italic), code=bool(code)))
        at = match.end()
    found.append(Words(_bare(row[at:])))
    return tuple(words for words in found if words.text)


def _bare(text: str) -> str:
    """Without the marks of emphasis that is not closed, or not yet."""
    return text.replace("**", "").replace("```", "")


def _thin(text: str) -> str:
    """At most three combining marks on a letter: more only paint over the neighbouring lines."""
    if text.isascii():
        return text
    kept, marks = [], 0
    for char in text:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= _MARKS_KEPT:
            kept.append(char)
    return "".join(kept)
