"""A post as an author may look at it in Slack's Block Kit Builder."""

import json

from bot.adapters.slack.personas import persona
from bot.adapters.slack.render import messages
from bot.core.chat import Post


def show(title: str, post: Post) -> str:
    """The title, and the post's messages as JSON: what is sent, but for pictures, which are their text here.

    Each message's `{"blocks": [...]}` can be pasted into the Block Kit Builder as it is.
    """
    sent = [
        {**persona(post.speaker), "text": message.text, "blocks": message.without_pictures().blocks} for message in messages(post)
    ]
    return json.dumps({"title": title, "messages": sent}, ensure_ascii=False, indent=2)
