"""A post as an author may look at it: the components that are sent, and a page that shows them nearly as Discord does."""

import json
from collections.abc import Iterable

from bot.adapters.discord.page import page
from bot.adapters.discord.personas import persona
from bot.adapters.discord.render import Message, messages
from bot.core.chat import Post


def show(title: str, post: Post) -> str:
    """The title, and the post's messages as JSON, as they are sent but for who may be called and the files of pictures."""
    sent = [{**persona(post.speaker), **payload(message)} for message in messages(post)]
    return json.dumps({"title": title, "messages": sent}, ensure_ascii=False, indent=2)


def show_page(previews: Iterable[tuple[str, Post]]) -> str:
    """All of it as one page of HTML, with pictures in it."""
    return page((title, post.speaker, messages(post)) for title, post in previews)


def payload(message: Message) -> dict[str, object]:
    if not message.v2:
        return {"content": message.content, "components": message.components}
    return {"flags": 1 << 15, "components": message.components}
