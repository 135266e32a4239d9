"""Rendered messages and forms as discord.py takes them, without its memory.

The library keeps every view with a button, and every modal, in a store for as long as it may be pressed: for ever, as ours
may be. Nothing there would ever be asked, since what is pressed is read from its `custom_id` in `on_interaction`. So these
are views that say they are finished and have nothing to dispatch; they are sent like any other.
"""

import io
from typing import Any

import discord

from bot.adapters.discord.controls import Json
from bot.adapters.discord.render import Message


class Sheet(discord.ui.LayoutView):
    """The components of one message, sent as they are and remembered by nobody."""

    def __init__(self, components: list[Json], *, v2: bool = True) -> None:
        super().__init__(timeout=None)
        self._sent, self._v2 = components, v2

    def to_components(self) -> list[dict[str, Any]]:
        return self._sent

    def has_components_v2(self) -> bool:
        return self._v2

    def is_dispatchable(self) -> bool:
        return False

    def is_finished(self) -> bool:
        return True


class Window(discord.ui.Modal):
    """One modal, sent as `forms.modal` made it and remembered by nobody: for `interaction.response.send_modal`."""

    def __init__(self, payload: Json) -> None:
        super().__init__(title=payload["title"], custom_id=payload["custom_id"], timeout=None)
        self._payload = payload

    def to_dict(self) -> dict[str, Any]:
        return self._payload

    def is_dispatchable(self) -> bool:
        return False

    def is_finished(self) -> bool:
        return True


def sending(message: Message) -> dict[str, Any]:
    """The keyword arguments that post it: for `channel.send`, `webhook.send`, `followup.send` and `response.send_message`.

    Call it anew for every try: files are read once.
    """
    arguments: dict[str, Any] = {}
    if message.content:
        arguments["content"] = message.content
    if message.components:
        arguments["view"] = Sheet(message.components, v2=message.v2)
    if message.files:
        arguments["files"] = _files(message)
    return arguments


def editing(message: Message) -> dict[str, Any]:
    """The keyword arguments that put it in a message's place whole: for `message.edit`, `webhook.edit_message`,
    `interaction.edit_original_response` and `response.edit_message`. Pictures that were there go."""
    arguments: dict[str, Any] = {
        "view": Sheet(message.components, v2=message.v2),
        "attachments": _files(message),
    }
    if message.content:
        arguments["content"] = message.content
    return arguments


def _files(message: Message) -> list[discord.File]:
    return [discord.File(io.BytesIO(file.png), file.name, description=file.alt) for file in message.files]
