"""A reader of Block Kit, written from Slack's documents and not from our code: what blocks say, and what pressing them sends."""

from collections.abc import Iterator, Sequence
from typing import Any

from bot.adapters.slack.controls import Pressed
from bot.core.chat import Buttons, Choose, Line, Moment, Part, Post
from bot.core.plain import moment_text

Json = dict[str, Any]


def said(thing: Any) -> str:
    """All text in blocks, in order, without controls."""
    if isinstance(thing, list):
        return "".join(said(one) for one in thing)
    if not isinstance(thing, dict) or thing.get("type") == "actions":
        return ""
    if thing.get("type") == "date":
        return str(thing["fallback"])
    if thing.get("type") == "image":
        return str(thing["alt_text"])
    text = thing.get("text")
    if isinstance(text, str):
        return text
    return "".join(said(value) for key, value in thing.items() if key in ("text", "elements", "rows"))


def written(parts: Sequence[Part]) -> str:
    """All text in parts, in order, without the marks of lists and the texts of controls."""
    return "".join("".join(_told(one) for one in _lines(part)) for part in parts)


def _lines(part: Part) -> Iterator[str | Line]:
    match part:
        case Buttons() | Choose():
            pass
        case _ if part.kind == "heading":
            yield part.text
        case _ if part.kind == "items":
            yield from part.lines
        case _ if part.kind == "table":
            yield from (cell for row in (part.header, *part.rows) for cell in row)
        case _ if part.kind == "picture":
            yield part.alt
        case _ if part.kind == "file":
            yield f"{part.name}: {part.says}"
        case _:
            yield part.line


def _told(line: str | Line) -> str:
    return line if isinstance(line, str) else "".join(moment_text(run) if isinstance(run, Moment) else run.text for run in line)


def letters(text: str) -> str:
    """Only what cannot come from a list's mark, a separator or a place-holder."""
    return "".join(char for char in text if char.isalpha())


# ---------------------------------------------------------------- pressing


def presses(blocks: Sequence[Json]) -> Iterator[Json]:
    """A payload for everything a person could do with these blocks: every button and option, boxes ticked alone and together."""
    for block in blocks:
        for element in block["elements"] if block["type"] == "actions" else []:
            for chosen in _chosen(element):
                for ticked in _tickings(block):
                    yield payload(blocks, block, element | chosen, ticked)


def payload(blocks: Sequence[Json], block: Json, element: Json, ticked: Sequence[Json] = ()) -> Json:
    """As `block_actions` comes: the action, and the state of every stateful element of the message."""
    done = {key: value for key, value in element.items() if key not in ("options", "placeholder")}
    return {
        "type": "block_actions",
        "user": {"id": "U1"},
        "actions": [done | {"block_id": block["block_id"], "action_ts": "1.2"}],
        "state": {"values": {one["block_id"]: _state(one, block, ticked) for one in blocks if one["type"] == "actions"}},
    }


def _state(block: Json, pressed: Json, ticked: Sequence[Json]) -> Json:
    return {
        element["action_id"]: {
            "type": "checkboxes",
            "selected_options": [one for one in element["options"] if one in ticked] if block == pressed else [],
        }
        for element in block["elements"]
        if element["type"] == "checkboxes"
    }


def _chosen(element: Json) -> Iterator[Json]:
    if element["type"] == "button":
        yield {}
    elif element["type"] in ("radio_buttons", "static_select"):
        yield from ({"selected_option": option} for option in element["options"])
    else:
        yield {"selected_options": element["options"][:1]}


def _tickings(block: Json) -> Iterator[list[Json]]:
    boxes = [option for element in block["elements"] if element["type"] == "checkboxes" for option in element["options"]]
    yield []
    if boxes:
        yield from ([box] for box in boxes)
        yield boxes


def offered(post: Post) -> set[Pressed]:
    """Everything a post's controls can ask for, as the core wrote them."""
    return {one for part in post.parts for one in _offered(part)}


def _offered(part: Part) -> Iterator[Pressed]:
    match part:
        case Buttons(buttons):
            yield from (Pressed(button.action) for button in buttons)
        case Choose(_, action, options, many):
            yield from (Pressed(action, (option.value,)) for option in options)
            if many and options:
                yield Pressed(action)
                yield Pressed(action, tuple(option.value for option in options))
        case _:
            pass
