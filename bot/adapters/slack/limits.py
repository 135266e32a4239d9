"""Slack's numbers, and text measured, split, shortened and made harmless for them.

Where a number is not documented the smaller reading is taken. Sources: shared/specs/slack/limits.json, shared/platforms/slack.md.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from bot.core import splitting
from bot.core.splitting import JOINER, break_at

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_WEIGHT = 12_000
"""What a message's blocks may weigh as compact JSON. Measured: 13,200 characters of text with their containers (bolt-js #2509);
one app was refused at 11,341 characters of rich_text alone (bolt-js #2867). Counting the containers, too, is safe under both."""
FALLBACK_TEXT = 4_000
"""chat.update refuses more (`msg_too_long`); chat.postMessage would take 40,000, but a post may be edited later."""
RICH_TEXT = 3_000
"""Text of one rich_text or context block. Undocumented; a section's and a text object's limit is 3,000."""
LIST_ITEMS = 100
"""Lines of one rich_text_list. Undocumented; a table's rows are 100."""
HEADER = 150
ALT_TEXT = 2_000
BLOCK_ID = 255
ACTION_ELEMENTS = 25
BUTTON_TEXT = 75
OPTION_TEXT = 75
OPTION_VALUE = 150
BOX_OPTIONS = 10
"""Radio buttons and checkboxes."""
MENU_OPTIONS = 100
MENU_OPTIONS_IN_A_MESSAGE = 50
"""Half of what a menu takes, so that its options alone never outweigh a message."""
PLACEHOLDER = 150
INPUT_LABEL = 2_000
INPUT_TEXT = 3_000
VIEW_TITLE = 24
VIEW_SUBMIT = 24
PRIVATE_METADATA = 3_000
TABLE_ROWS = 100
TABLE_COLUMNS = 20
TABLE_TEXT = 10_000
USERNAME = 80
"""Undocumented for a message; a bot's own name in the manifest."""

_TOKEN = re.compile(r"<(?=[@#!/A-Za-z])")
_UNSENDABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


class TooBig(ValueError):
    """It does not fit what Slack takes, and cutting it would lose something."""


# ---------------------------------------------------------------- harmless


def clean(text: str) -> str:
    """Without what JSON or Slack could choke on: control characters and halves of characters. Line ends become \\n."""
    return _UNSENDABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def literal(text: str) -> str:
    """For plain_text, which Slack does not parse. What would be a token in mrkdwn (`<!channel>`, `<@U1>`, a link) is broken all
    the same, invisibly: that plain_text keeps it literal everywhere, notifications included, could not be tried."""
    return _TOKEN.sub("<" + JOINER, clean(text))


def escape(text: str) -> str:
    """The three characters that mean something in mrkdwn; exactly these are decoded for display."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def safe(text: str) -> str:
    """For mrkdwn, such as a message's `text`: nothing in it can mention anybody or hide a link."""
    return escape(literal(text))


def fallback(text: str) -> str:
    """The `text` beside blocks, for notifications and screen readers: safe, never empty, short enough for an edit."""
    return escape(_ended(literal(text).strip(), FALLBACK_TEXT)) or "…"


# ---------------------------------------------------------------- sizes


def size(text: str) -> int:
    """Slack does not say whether it counts UTF-16 units or code points, before or after escaping: the largest of these."""
    return len(escape(text).encode("utf-16-le", "surrogatepass")) // 2


def cost(char: str) -> int:
    """What one character adds to `size`."""
    return len(_ENTITIES.get(char, char)) + (ord(char) > 0xFFFF)


def weight(blocks: Sequence[dict[str, Any]]) -> int:
    """What blocks weigh together, as compact JSON: text, escapes and containers."""
    return size(json.dumps(blocks, ensure_ascii=False, separators=(",", ":")))


def shorten(text: str, limit: int) -> str:
    """One literal line of at most `limit`, ending in … where something is missing. Never empty, since no label may be."""
    return _ended(" ".join(literal(text).split()), limit) or "–"


def pieces(text: str, limit: int) -> Iterator[str]:
    """The text in parts of at most `limit`; joined, they are the text."""
    return splitting.pieces(text, limit, cost)


def _ended(text: str, limit: int) -> str:
    return text if size(text) <= limit else text[: break_at(text, limit - 1, cost)].rstrip() + "…"
