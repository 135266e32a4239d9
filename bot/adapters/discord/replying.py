"""Replies in labs where the bot may not read messages: a button under what a persona says, and the form it opens."""

from dataclasses import replace

from bot.core.chat import Action, Button, Buttons, Form, Post, Submit, TextField

REPLY = Action("discord.reply")
"""The button; pressing it opens `reply_form` at once, without the core."""
REPLIED = Action("discord.replied")
"""The form sent back; its text is a turn (`Said`) in the thread it was sent from."""


def with_reply(post: Post) -> Post:
    """The post with *Answer* as the first of its lab's buttons; unchanged where nothing can be replied."""
    parts = list(post.parts)
    for n in reversed(range(len(parts))):
        part = parts[n]
        if isinstance(part, Buttons) and any(_goes_on(one) for one in part.buttons):
            parts[n] = replace(part, buttons=(Button("Answer", REPLY, "primary"), *part.buttons))
            return replace(post, parts=tuple(parts))
    return post


def _goes_on(button: Button) -> bool:
    return button.action.verb in ("lab.next", "lab.hint", "lab.ask")


def reply_form() -> Form:
    return Form("Your answer", REPLIED, (TextField("text", "What do you say?", long=True, limit=2000),))


def replied(submit: Submit) -> str:
    return submit.text("text")
