"""Modals and the Home tab: stacks, hashes, what people have filled in, and what an answer to a submission does."""

import secrets
from dataclasses import dataclass, field

from tests.doubles.slack.call import Refusal
from tests.doubles.slack.specs import Json
from tests.doubles.slack.world import Installation, User, World, named

DEEPEST = 3
"""Views in a stack: views.push, error push_limit_reached."""


@dataclass(slots=True, eq=False)
class View:
    id: str
    app: Installation
    user: User
    body: Json
    hash: str
    root: "View | None" = None
    previous: "View | None" = None
    values: dict[str, Json] = field(default_factory=dict)
    """Per `block/action`: what has been filled in."""
    errors: dict[str, str] = field(default_factory=dict)
    """Per block: what the last submission was answered."""
    closed: bool = False

    @property
    def blocks(self) -> list[Json]:
        found: list[Json] = self.body["blocks"]
        return found

    @property
    def title(self) -> str:
        return str(self.body.get("title", {}).get("text", ""))

    @property
    def callback_id(self) -> str:
        return str(self.body.get("callback_id", ""))

    @property
    def private_metadata(self) -> str:
        return str(self.body.get("private_metadata", ""))


class Views:
    def __init__(self, world: World) -> None:
        self.stacks: dict[str, list[View]] = {}
        """Per person, the modals on the screen: the last one is on top."""
        self.homes: dict[tuple[str, str], View] = {}
        """Per bot and person."""
        self._world = world

    def open(self, app: Installation, user: User, body: Json) -> View:
        view = self._made(app, user, body)
        for old in self.stacks.get(user.id, []):
            old.closed = True
        self.stacks[user.id] = [view]
        self._world.changed()
        return view

    def push(self, app: Installation, user: User, body: Json) -> View:
        stack = self.stacks.get(user.id)
        if not stack:
            raise Refusal("not_found")
        if len(stack) >= DEEPEST:
            raise Refusal("push_limit_reached")
        view = self._made(app, user, body)
        view.root, view.previous = stack[0], stack[-1]
        stack.append(view)
        self._world.changed()
        return view

    def update(self, view: View, body: Json, seen: str = "") -> View:
        """What was filled in stays where block and action keep their ids."""
        if seen and seen != view.hash:
            raise Refusal("hash_conflict")
        self._unique(body, view)
        named(body["blocks"], self._world)
        view.body, view.hash, view.errors = body, secrets.token_hex(6), {}
        self._world.changed()
        return view

    def publish(self, app: Installation, user: User, body: Json, seen: str = "") -> View:
        old = self.homes.get((app.bot.id, user.id))
        if old is not None:
            return self.update(old, body, seen)
        view = self._made(app, user, body)
        self.homes[app.bot.id, user.id] = view
        self._world.changed()
        return view

    def find(self, app: Installation, view_id: str, external_id: str) -> View:
        for view in self._all():
            if view.app.bot is app.bot and (view.id == view_id if view_id else view.body.get("external_id") == external_id):
                return view
        raise Refusal("not_found")

    def close(self, view: View, *, clear: bool = False) -> None:
        stack = self.stacks[view.user.id]
        gone = stack if clear else stack[stack.index(view) :]
        for one in gone:
            one.closed = True
        self.stacks[view.user.id] = [one for one in stack if not one.closed]
        self._world.changed()

    def payload(self, view: View) -> Json:
        """The view as answers and interactions show it."""
        world = self._world
        modal = view.body["type"] == "modal"
        texts = {name: view.body.get(name) for name in ("title", "submit", "close")} if modal else {}
        return {
            "id": view.id,
            "team_id": view.app.teams[0],
            "type": view.body["type"],
            "blocks": view.blocks,
            "private_metadata": view.private_metadata,
            "callback_id": view.callback_id,
            "state": {"values": state(view.blocks, view.values)},
            "hash": view.hash,
            "clear_on_close": bool(view.body.get("clear_on_close")),
            "notify_on_close": bool(view.body.get("notify_on_close")),
            "previous_view_id": view.previous.id if view.previous else None,
            "root_view_id": view.root.id if view.root else view.id,
            "app_id": world.app_id,
            "external_id": view.body.get("external_id", ""),
            "app_installed_team_id": view.app.teams[0],
            "bot_id": view.app.bot.bot_id,
            **texts,
        }

    def _made(self, app: Installation, user: User, body: Json) -> View:
        self._unique(body, None)
        named(body["blocks"], self._world)
        return View(self._world.number("V"), app, user, body, secrets.token_hex(6))

    def _unique(self, body: Json, but: View | None) -> None:
        wanted = body.get("external_id")
        if wanted and any(view is not but and view.body.get("external_id") == wanted for view in self._all()):
            raise Refusal("duplicate_external_id")

    def _all(self) -> list[View]:
        return [*(view for stack in self.stacks.values() for view in stack), *self.homes.values()]


EMPTY: dict[str, tuple[str, object, str]] = {
    "plain_text_input": ("value", None, "initial_value"),
    "number_input": ("value", None, "initial_value"),
    "email_text_input": ("value", None, "initial_value"),
    "url_text_input": ("value", None, "initial_value"),
    "rich_text_input": ("rich_text_value", None, "initial_value"),
    "static_select": ("selected_option", None, "initial_option"),
    "external_select": ("selected_option", None, "initial_option"),
    "radio_buttons": ("selected_option", None, "initial_option"),
    "multi_static_select": ("selected_options", [], "initial_options"),
    "checkboxes": ("selected_options", [], "initial_options"),
    "users_select": ("selected_user", None, "initial_user"),
    "multi_users_select": ("selected_users", [], "initial_users"),
    "conversations_select": ("selected_conversation", None, "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", [], "initial_conversations"),
    "channels_select": ("selected_channel", None, "initial_channel"),
    "multi_channels_select": ("selected_channels", [], "initial_channels"),
    "datepicker": ("selected_date", None, "initial_date"),
    "timepicker": ("selected_time", None, "initial_time"),
    "datetimepicker": ("selected_date_time", None, "initial_date_time"),
}
"""Elements that hold a value: where it stands in `state.values`, what stands there at first, and what may set it."""


def state(blocks: list[Json], chosen: dict[str, Json]) -> Json:
    """`state.values`: every element that holds a value, also the untouched ones."""
    values: Json = {}
    for block in blocks:
        for element in [*(block.get("elements") or []), block.get("accessory"), block.get("element")]:
            if isinstance(element, dict) and element.get("type") in EMPTY and "action_id" in element:
                name, empty, initial = EMPTY[element["type"]]
                found = chosen.get(f"{block['block_id']}/{element['action_id']}", {name: element.get(initial, empty)})
                values.setdefault(block["block_id"], {})[element["action_id"]] = {"type": element["type"], **found}
        if block.get("child_blocks"):
            values |= state(block["child_blocks"], chosen)
    return values
