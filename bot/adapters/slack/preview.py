"""A post as an author may look at it: in Slack's Block Kit Builder, or on a page that shows it nearly as Slack does."""

import json
from collections.abc import Iterable

from bot.adapters.slack.greetings import home_parts
from bot.adapters.slack.page import page
from bot.adapters.slack.personas import persona
from bot.adapters.slack.render import home, messages
from bot.core.chat import Post, Reply
from bot.core.curriculum import Curriculum
from bot.core.ports import LessonStanding
from bot.core.progress import progress_post

HOME = "Home"
"""The title of what is shown as the Home tab, which is no message."""


def home_preview(course: Curriculum) -> tuple[str, Post]:
    """The Home tab of somebody who has just come."""
    fresh = progress_post(course, [LessonStanding(lesson.slug) for lesson in course.lessons], None)
    return HOME, Post(tuple(home_parts(Reply(fresh), None, None)))


def show(title: str, post: Post) -> str:
    """The title, and the post's messages as JSON: what is sent, but for pictures, which are their text here.

    Each message's `{"blocks": [...]}` can be pasted into the Block Kit Builder as it is.
    """
    if title == HOME:
        return json.dumps({"title": title, "view": home(post.parts)}, ensure_ascii=False, indent=2)
    sent = [
        {**persona(post.speaker), "text": message.text, "blocks": message.without_pictures().blocks} for message in messages(post)
    ]
    return json.dumps({"title": title, "messages": sent}, ensure_ascii=False, indent=2)


def show_page(previews: Iterable[tuple[str, Post]]) -> str:
    """All of it as one page of HTML; a picture is its words."""
    return page((title, post.speaker, messages(post)) for title, post in previews)
