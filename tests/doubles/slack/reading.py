"""What a reader sees of blocks: words in order, labels of buttons, choices. Tests read the screen through this."""

from collections.abc import Iterator, Sequence
from typing import Any

from tests.doubles.slack.specs import Json

FIELDS = ("title", "subtitle", "label", "text", "body", "hint", "caption", "alt_text", "fields", "rows", "columns")
DEEPER = (
    "tasks",
    "elements",
    "child_blocks",
    "blocks",
    "accessory",
    "element",
    "options",
    "actions",
    "details",
    "output",
    "description",
)
LINES = ("rich_text_section", "rich_text_preformatted", "rich_text_quote")


def words(blocks: Sequence[Any]) -> str:
    """One line for each thing that stands on a line of its own."""
    return "\n".join(line for block in blocks for line in _lines(block) if line.strip())


def _lines(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, list):
        if node and all(isinstance(cell, dict) and cell.get("type") in ("raw_text", "raw_number", "rich_text") for cell in node):
            yield " | ".join(" ".join(_lines(cell)) for cell in node)
        else:
            for item in node:
                yield from _lines(item)
    elif isinstance(node, dict):
        yield from [_run(node)] if node.get("type") in LINES else _fields(node)


def _fields(node: Json) -> Iterator[str]:
    if node.get("type") == "raw_number":
        yield str(node.get("text", node.get("value", "")))
        return
    for field in (*FIELDS, *DEEPER):
        if field in node:
            yield from _lines(node[field])


def _run(section: Json) -> str:
    return "".join(_inline(element) for element in section.get("elements", []))


def _inline(element: Json) -> str:
    match element.get("type"):
        case "link":
            return str(element.get("text") or element.get("url"))
        case "user":
            return f"<@{element.get('user_id')}>"
        case "channel":
            return f"<#{element.get('channel_id')}>"
        case "emoji":
            return f":{element.get('name')}:"
        case "date":
            return str(element.get("fallback") or element.get("timestamp"))
        case "broadcast":
            return f"<!{element.get('range')}>"
        case _:
            return str(element.get("text", ""))
