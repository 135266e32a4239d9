"""How the text reads: marks Discord would show as they are, instead of drawing them. Source: reference, "Message Formatting"."""

import re
from collections.abc import Iterator

from tests.doubles.discord.rules import parts
from tests.doubles.discord.specs import Json

STAMP = re.compile(r"<t:[^>\n]*>")
GOOD_STAMP = re.compile(r"<t:-?\d{1,13}(:[tTdDfFsSR])?>")
TABLE = re.compile(r"^\|.*\|\s*\n\|[\s:|-]+\|\s*$", re.MULTILINE)
COMMAND = re.compile(r"</([^:>\n]+):(\d+)>")


def complaints(body: Json) -> Iterator[str]:
    for text in texts(body):
        yield from (f"text: {found} is no time Discord draws" for found in STAMP.findall(text) if not GOOD_STAMP.fullmatch(found))
        if text.count("```") % 2:
            yield f"text: a code block that does not end: {text[-80:]!r}"
        elif table := TABLE.search("".join(text.split("```")[::2])):
            yield f"text: a table, which Discord does not draw: {table[0][:80]!r}"


def texts(body: Json) -> list[str]:
    """Everything people will read."""
    embeds = [one.get("description") or "" for one in body.get("embeds") or []]
    laid = [one.get("content") or "" for one in parts.walk(body.get("components") or []) if one.get("type") == 10]
    return [body.get("content") or "", *embeds, *laid]


def commands(body: Json) -> Iterator[tuple[str, str]]:
    """The commands the text links to: their names and ids."""
    for text in texts(body):
        yield from COMMAND.findall(text)
