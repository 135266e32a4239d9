"""Messages and forms handed to discord.py: sent as they are, and remembered by nobody."""

import asyncio

import discord
from discord.http import handle_message_parameters
from discord.ui.view import ViewStore

from bot.adapters.discord import forms
from bot.adapters.discord.render import messages, versions
from bot.adapters.discord.replying import reply_form
from bot.adapters.discord.sheet import Sheet, Window, editing, sending
from bot.core.chat import Action, Button, Buttons, Picture, Post, para

POST = Post((para("Words."), Picture("A chart", b"\x89PNG"), Buttons((Button("Go", Action("go")),))))


async def test_a_message_is_sent_as_it_was_drawn() -> None:
    (message,) = messages(POST)
    with handle_message_parameters(**sending(message)) as sent:
        assert sent.payload is None
        assert sent.multipart
    view = sending(message)["view"]
    assert view.to_components() == message.components
    assert view.has_components_v2()


async def test_the_last_versions_are_sent_as_content_with_rows() -> None:
    *_, content, bare = versions(POST)
    with handle_message_parameters(**sending(content[0])) as sent:
        assert sent.payload
        assert sent.payload["content"] == "Words.\n\nA chart"
        assert [one["type"] for one in sent.payload["components"]] == [1]
        assert "flags" not in sent.payload
    assert "view" not in sending(bare[0])


async def test_an_edit_replaces_everything_the_pictures_among_it() -> None:
    (message,) = messages(Post((para("Words."),)))
    with handle_message_parameters(**editing(message)) as sent:
        assert sent.payload
        assert sent.payload["attachments"] == []
        assert sent.payload["components"] == message.components
        assert "content" not in sent.payload


async def test_a_file_can_be_sent_again() -> None:
    (message,) = messages(POST)
    assert [file.fp.read() for file in sending(message)["files"]] == [b"\x89PNG"]
    assert [file.fp.read() for file in sending(message)["files"]] == [b"\x89PNG"]
    assert sending(message)["files"][0].description == "A chart"


async def test_the_library_keeps_no_view_and_no_modal_of_ours() -> None:
    """It keeps those that are unfinished and can be dispatched: these say otherwise wherever it asks."""
    (message,) = messages(POST)
    sheet, window = Sheet(message.components), Window(forms.modal(reply_form()))
    for one in (sheet, window):
        assert one.is_finished()
        assert not one.is_dispatchable()
    state = discord.Client(intents=discord.Intents.none())._connection
    assert isinstance(state._view_store, ViewStore)
    assert not asyncio.all_tasks() - {asyncio.current_task()}


async def test_a_form_is_sent_as_it_was_drawn() -> None:
    data = forms.modal(reply_form())
    window = Window(data)
    assert window.to_dict() == data
    assert window.custom_id == data["custom_id"]
