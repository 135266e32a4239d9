"""Hands on the screen: finding the button a person means, and turning a choice into the values Slack sends."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tests.doubles.slack.reading import words
from tests.doubles.slack.specs import Json
from tests.doubles.slack.views import EMPTY

PRESSED = ("button", "icon_button", "overflow", "feedback_buttons", "workflow_button")
Choice = str | int | Sequence[str] | None


@dataclass(slots=True)
class Element:
    block: Json
    body: Json

    @property
    def type(self) -> str:
        return str(self.body["type"])

    @property
    def action_id(self) -> str:
        return str(self.body.get("action_id", ""))

    @property
    def key(self) -> str:
        return f"{self.block['block_id']}/{self.action_id}"

    @property
    def label(self) -> str:
        return words([self.body.get("text") or self.block.get("label") or self.body.get("placeholder") or ""])

    @property
    def speaks(self) -> bool:
        """Whether touching it tells the app at once: not inside an input block, unless that asks for it."""
        return self.block.get("type") != "input" or bool(self.block.get("dispatch_action"))


def elements(blocks: Sequence[Any]) -> Iterator[Element]:
    for block in blocks:
        inside = [*(block.get("elements") or []), *(block.get("actions") or []), block.get("accessory"), block.get("element")]
        for found in inside:
            if isinstance(found, dict) and found.get("type") in (*PRESSED, *EMPTY):
                yield Element(block, found)
        for nested in (block.get("child_blocks"), block.get("elements") if block.get("type") == "carousel" else None):
            yield from elements([child for child in nested or [] if isinstance(child, dict)])


def find(blocks: Sequence[Any], wanted: str, who: str = "") -> Element:
    """By action id, by what it says, by its block, or by the start of its action id. Fails with what there is to touch."""
    there = [element for element in elements(blocks) if who in element.body.get("visible_to_user_ids", [who])]
    ways: tuple[Callable[[Element], bool], ...] = (
        lambda element: element.action_id == wanted,
        lambda element: element.label == wanted,
        lambda element: element.block.get("block_id") == wanted,
        lambda element: element.action_id.startswith(wanted),
    )
    for fits in ways:
        if found := [element for element in there if fits(element)]:
            return found[0]
    raise AssertionError(f"nothing called {wanted!r} to touch; there is {[(one.label, one.action_id) for one in there]}")


def chosen(element: Element, choice: Choice) -> Json:
    """The value of an element as `state.values` and actions carry it."""
    name, empty, _ = EMPTY[element.type]
    several = isinstance(empty, list)
    wanted = [choice] if isinstance(choice, str) else list(choice) if isinstance(choice, Sequence) else []
    if name.startswith("selected_option"):
        options = [_option(element, one) for one in wanted]
        return {name: options if several else options[0] if options else None}
    if element.type == "datetimepicker":
        return {name: None if choice is None else int(str(choice))}
    if several:
        return {name: wanted}
    if element.type == "plain_text_input" and choice is not None:
        _typed(element, str(choice))
    return {name: None if choice in (None, "") else choice if element.type == "rich_text_input" else str(choice)}


def action(element: Element, choice: Choice, at: str) -> Json:
    """The entry of `actions` in a block_actions payload."""
    shown: Json = {"type": element.type, "action_id": element.action_id, "block_id": element.block["block_id"], "action_ts": at}
    kept = ("text", "value", "style", "url", "placeholder", "initial_option", "initial_date", "initial_time", "confirm")
    shown |= {name: element.body[name] for name in kept if name in element.body and element.type in ("button", *EMPTY)}
    if element.type == "overflow":
        shown["selected_option"] = _option(element, str(choice))
    elif element.type == "feedback_buttons":
        side = "negative_button" if str(choice).startswith("neg") else "positive_button"
        shown |= {name: element.body[side][name] for name in ("text", "value")}
    elif element.type in EMPTY:
        shown |= chosen(element, choice)
    return shown


def _option(element: Element, wanted: str) -> Json:
    """By its value or by its words."""
    groups = [group["options"] for group in element.body.get("option_groups") or ()]
    options: list[Json] = [*(element.body.get("options") or ()), *(option for group in groups for option in group)]
    for option in options:
        if wanted in (option.get("value"), option["text"]["text"]):
            return {name: option[name] for name in ("text", "value", "description") if name in option}
    raise AssertionError(
        f"no choice {wanted!r} in {element.label!r}; there is {[(o['text']['text'], o.get('value')) for o in options]}"
    )


def _typed(element: Element, text: str) -> None:
    """What Slack's own form would not let through."""
    least, most = element.body.get("min_length", 0), element.body.get("max_length", 3000)
    assert least <= len(text) <= most, f"{element.label!r} takes {least} to {most} characters, not {len(text)}"


def missing(blocks: Sequence[Any], values: Json) -> list[str]:
    """The labels of required inputs that are still empty: Slack does not send such a form."""
    found = []
    for element in elements(blocks):
        if element.block.get("type") != "input" or element.block.get("optional"):
            continue
        name, empty, _ = EMPTY[element.type]
        if values.get(element.block["block_id"], {}).get(element.action_id, {}).get(name, empty) in (None, "", []):
            found.append(element.label)
    return found
