"""Discord's numbers, and text measured, split, shortened and cleaned for them.

Where the documentation and the published description differ the smaller number is taken.
Sources: shared/platforms/discord.md, shared/specs/discord/openapi.json.
"""

import re
import unicodedata

from bot.core.splitting import break_at

MESSAGE_COMPONENTS = 40
"""All of a message's components, the nested ones among them. Source: components/reference."""
MESSAGE_TEXT = 4_000
"""Characters over all of a message's text displays. Source: components/reference; discord.py's `LayoutView.content_length`."""
CONTENT = 2_000
"""A message without Components V2; the published description says 4,000 for one route and 2,000 for the others."""
ROW_BUTTONS = 5
ROWS = 5
"""Action rows of a message without Components V2."""
CUSTOM_ID = 100
BUTTON_LABEL = 80
BUTTON_SHOWN = 34
"""Characters of a label that a phone shows; a longer one is cut off there, so an option longer than this is written out."""
SELECT_OPTIONS = 25
OPTION_TEXT = 100
"""Of an option's label, value and description each; the same in selects, radio groups and checkbox groups."""
PLACEHOLDER = 150
GALLERY = 10
FILES = 10
ALT_TEXT = 1_024
MODAL_PARTS = 5
"""Top-level components of a modal. The published description says 40; the documentation says 5."""
MODAL_TITLE = 45
LABEL = 45
LABEL_DESCRIPTION = 100
INPUT_TEXT = 4_000
INPUT_PLACEHOLDER = 100
BOX_OPTIONS = 10
"""Of a checkbox group (1 to 10) and a radio group (2 to 10)."""
USERNAME = 80
"""Of a webhook, and of the name one message of it bears."""
THREAD_NAME = 100
NONCE = 25
COMMAND_DESCRIPTION = 100
CHOICES = 25
"""Suggestions of an autocomplete; each name and value is at most OPTION_TEXT."""
EMOJI_NAME = 32
EMOJI_BYTES = 256 * 1024

_UNSENDABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


class TooBig(ValueError):
    """It does not fit what Discord takes, and cutting it would lose something."""


LINE_ENDS = "\n\r\u2028\u2029"
"""All that `clean` makes a line end of."""


def clean(text: str) -> str:
    """Without what could choke JSON or reorder the text around: control characters, halves of characters, overrides of the
    direction of writing. Line ends become \\n."""
    return _UNSENDABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n"))


def size(text: str) -> int:
    """In UTF-16 units, the larger reading. Discord's servers were said to count code points (discord-api-docs #1315); its
    documentation does not say, and its clients count units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cost(char: str) -> int:
    """What one character takes at most once it is escaped and its line marked, in UTF-16 units: see `markup.escape`."""
    match char:
        case _ if char in LINE_ENDS:
            return 6  # and at most "100. " before the next line
        case "<" | "@":
            return 3
        case _ if char.isascii():
            return 1 if char.isalnum() or char == " " else 2
        case _:
            return 1 + (ord(char) > 0xFFFF)


def shorten(text: str, limit: int) -> str:
    """One plain line of at most `limit`, ending in … where something is missing. Never empty, since no label may be."""
    line = " ".join(clean(text).split())
    if size(line) <= limit:
        return line if _visible(line) else "–"
    return line[: break_at(line, limit - 1, size)].rstrip() + "…"


def head_and_rest(text: str, limit: int) -> tuple[str, str]:
    """One plain line cut in two at a word, the first of at most `limit`; the rest is empty where all of it fits."""
    line = " ".join(clean(text).split())
    if size(line) <= limit:
        return (line if _visible(line) else "–"), ""
    end = break_at(line, limit, size)
    return line[:end].rstrip(), line[end:].strip()


def _visible(text: str) -> bool:
    return any(not unicodedata.category(char).startswith(("Z", "C")) for char in text)
