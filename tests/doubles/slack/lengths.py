"""Numbers: every length and count of `limits.json` that a request can break, and the few rules about blocks no schema states."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Literal

from tests.doubles.slack.specs import Json, Specs

Surface = Literal["message", "modal", "home"]

TEXTS: dict[str, tuple[tuple[str, str], ...]] = {
    "section": (("text", "section.text"),),
    "header": (("text", "header.text"),),
    "markdown": (("text", "message.markdown_block.text"),),
    "button": (
        ("text", "button.text"),
        ("value", "button.value"),
        ("url", "button.url"),
        ("accessibility_label", "button.accessibility_label"),
    ),
    "image": (("alt_text", "image.alt_text"), ("image_url", "image.image_url")),
    "input": (("label", "input.label"), ("hint", "input.hint")),
    "card": (("title", "card.title"), ("subtitle", "card.subtitle"), ("body", "card.body")),
    "data_visualization": (("title", "data_visualization.title"),),
}
COUNTS: dict[str, tuple[str, str]] = {
    "actions": ("elements", "actions.elements"),
    "context": ("elements", "context.elements"),
    "context_actions": ("elements", "context_actions.elements"),
    "static_select": ("options", "static_select.options"),
    "multi_static_select": ("options", "static_select.options"),
    "radio_buttons": ("options", "radio_buttons.options"),
    "checkboxes": ("options", "checkboxes.options"),
    "overflow": ("options", "overflow.options"),
    "carousel": ("elements", "carousel.elements"),
    "container": ("child_blocks", "container.child_blocks"),
}
EVERYWHERE = (("block_id", "block.block_id"), ("action_id", "element.action_id"), ("placeholder", "placeholder"))
CONFIRM = (("title", "confirm.title"), ("text", "confirm.text"), ("confirm", "confirm.confirm"), ("deny", "confirm.deny"))
OPTION = (("text", "option.text"), ("value", "option.value"), ("description", "option.description"))
FEEDBACK = (("text", "feedback_button.text"), ("value", "feedback_button.value"))
WORDS = ("plain_text", "mrkdwn", "text", "raw_text", "markdown")
"""Types whose `text` must have at least one character: Slack answers `invalid_blocks` to an empty one."""
EXPANDED = re.compile(r"^(#{1,6} .*|\s*([-*_])(\s*\2){2,}\s*)$", re.MULTILINE)
"""Markdown headings and rules: each becomes an item of its own on Slack's side."""


class Lengths:
    def __init__(self, specs: Specs) -> None:
        self._limit = specs.limit
        self._surfaces: dict[str, list[str]] = specs.limits["block_surfaces"]

    def message(self, blocks: list[Any], path: str = "blocks") -> Iterator[str]:
        yield from self._count(blocks, "message.blocks", path)
        yield from self.blocks(blocks, "message", path)
        inside = nodes(blocks)
        kinds = Counter(str(node.get("type")) for _, node in inside)
        yield from self._most(kinds["table"] + kinds["data_table"], "message.tables", path)
        yield from self._most(kinds["data_visualization"], "message.charts", path)
        markdown = [str(node.get("text", "")) for _, node in inside if node.get("type") == "markdown"]
        yield from self._most(sum(map(len, markdown)), "message.markdown_block.text", path)
        expanded = sum(len(EXPANDED.findall(text)) for text in markdown) + len(blocks)
        yield from self._most(expanded, "message.markdown_block.expanded_items", path) if markdown else ()
        yield from self._most(total(blocks), "message.blocks.total_text", path)

    def view(self, view: Json) -> Iterator[str]:
        blocks = view.get("blocks", [])
        home = view.get("type") == "home"
        yield from self._count(blocks, "view.blocks", "view.blocks")
        yield from self.blocks(blocks, "home" if home else "modal", "view.blocks")
        yield from self._most(len(json.dumps(view).encode()), "view.bytes", "view")
        for field in ("title", "submit", "close", "private_metadata", "callback_id"):
            yield from self._long(view.get(field), f"view.{field}", f"view.{field}")
        inputs = [block for block in blocks if isinstance(block, dict) and block.get("type") == "input"]
        if inputs and not home and "submit" not in view:
            yield "view: a modal with an input block needs `submit`"

    def blocks(self, blocks: list[Any], surface: Surface, path: str) -> Iterator[str]:
        names = Counter(block["block_id"] for block in blocks if isinstance(block, dict) and "block_id" in block)
        yield from (f"{path}: block_id {name!r} stands {count} times" for name, count in names.items() if count > 1)
        for index, block in enumerate(blocks):
            if isinstance(block, dict):
                yield from self._block(block, surface, f"{path}[{index}]")

    def _block(self, block: Json, surface: Surface, path: str) -> Iterator[str]:
        kind = str(block.get("type"))
        if surface not in self._surfaces.get(kind, [surface]):
            yield f"{path}: a {kind} block is not for a {surface}"
        if kind == "section" and not block.get("text") and not block.get("fields"):
            yield f"{path}: a section needs text or fields"
        if kind == "section" and "fields" in block:
            yield from self._most(len(block["fields"]), "section.fields", f"{path}.fields")
            for index, field in enumerate(block["fields"]):
                yield from self._over(len(words(field)), 2000, f"{path}.fields[{index}]", "section.fields")
        if kind == "table":
            yield from self._table(block, path)
        if kind == "data_table":
            yield from self._most(len(block.get("rows", [])), "data_table.rows_including_header", f"{path}.rows")
        inside = nodes(block, path)
        ids = Counter(node["action_id"] for _, node in inside if "action_id" in node)
        yield from (f"{path}: action_id {name!r} stands {count} times in one block" for name, count in ids.items() if count > 1)
        for where, node in inside:
            yield from self._node(node, where)

    def _table(self, block: Json, path: str) -> Iterator[str]:
        rows = block.get("rows", [])
        yield from self._most(len(rows), "table.rows", f"{path}.rows")
        yield from self._most(max((len(row) for row in rows), default=0), "table.columns", f"{path}.rows")
        yield from self._most(total(rows), "table.total_text", path)
        if len({len(row) for row in rows}) > 1:
            yield f"{path}.rows: rows of different length"
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if not total([cell]) and "value" not in cell:
                    yield f"{path}.rows[{row}][{column}]: an empty cell"

    def _node(self, node: Json, path: str) -> Iterator[str]:
        kind = str(node.get("type"))
        for field, name in (*TEXTS.get(kind, ()), *EVERYWHERE):
            if field in node:
                yield from self._long(node[field], name, f"{path}.{field}")
        if kind in COUNTS:
            field, name = COUNTS[kind]
            yield from self._count(node.get(field, []), name, f"{path}.{field}")
        if kind in WORDS and node.get("text") == "":
            yield f"{path}.text: empty"
        for option in ("options", "option_groups", "initial_options"):
            for index, choice in enumerate(node.get(option) or ()):
                yield from self._fields(choice, OPTION, f"{path}.{option}[{index}]")
        for field, names in (("confirm", CONFIRM), ("positive_button", FEEDBACK), ("negative_button", FEEDBACK)):
            if field in node:
                yield from self._fields(node[field], names, f"{path}.{field}")
        if "options" in node or "option_groups" in node:
            yield from _initial(node, path)

    def _fields(self, thing: object, names: tuple[tuple[str, str], ...], path: str) -> Iterator[str]:
        if isinstance(thing, dict):
            for field, name in names:
                yield from self._long(thing.get(field), name, f"{path}.{field}")

    def _long(self, thing: object, name: str, path: str) -> Iterator[str]:
        yield from self._most(len(words(thing)), name, path)

    def _count(self, things: list[Any], name: str, path: str) -> Iterator[str]:
        if not things and not name.startswith(("message", "view")):
            yield f"{path}: empty"
        yield from self._most(len(things), name, path)

    def _most(self, number: int, name: str, path: str) -> Iterator[str]:
        yield from self._over(number, self._limit(name), path, name)

    def _over(self, number: int, most: int, path: str, name: str) -> Iterator[str]:
        if number > most:
            yield f"{path}: {number}, at most {most} ({name})"

    def long(self, thing: object, name: str, path: str) -> Iterator[str]:
        """The same complaint for an argument that is no block."""
        yield from self._long(thing, name, path)

    def many(self, number: int, name: str, path: str) -> Iterator[str]:
        yield from self._most(number, name, path)


def _initial(node: Json, path: str) -> Iterator[str]:
    """What is chosen at first must be one of the choices, to the letter."""
    chosen = [node["initial_option"]] if "initial_option" in node else node.get("initial_options") or []
    groups = [group.get("options", []) for group in node.get("option_groups") or ()]
    choices = [*(node.get("options") or ()), *(option for group in groups for option in group)]
    if choices and any(choice not in choices for choice in chosen):
        yield f"{path}.initial_option: not one of the options"
    values = Counter(str(choice.get("value")) for choice in choices if isinstance(choice, dict))
    yield from (f"{path}.options: value {value!r} stands {count} times" for value, count in values.items() if count > 1)


def nodes(thing: Any, path: str = "") -> list[tuple[str, Json]]:
    """Every object inside, with where it stands."""
    found: list[tuple[str, Json]] = []
    _collect(thing, path, found)
    return found


def _collect(thing: Any, path: str, found: list[tuple[str, Json]]) -> None:
    if isinstance(thing, dict):
        found.append((path, thing))
        for key, value in thing.items():
            if isinstance(value, dict | list):
                _collect(value, f"{path}.{key}", found)
    elif isinstance(thing, list):
        for index, value in enumerate(thing):
            _collect(value, f"{path}[{index}]", found)


def words(thing: object) -> str:
    """The characters of a string or a text object."""
    return str(thing.get("text", "")) if isinstance(thing, dict) else thing if isinstance(thing, str) else ""


def total(thing: list[Any]) -> int:
    return sum(len(node["text"]) for _, node in nodes(thing) if isinstance(node.get("text"), str))
