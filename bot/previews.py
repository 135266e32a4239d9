"""A course as an author may look at it before learners do: printed, or as a page that looks nearly like the platform."""

from collections.abc import Callable, Mapping

from bot.adapters import terminal
from bot.adapters.discord import preview as discord
from bot.adapters.slack import preview as slack
from bot.adapters.tutor.study_guide import StudyGuide
from bot.core.chat import Post
from bot.core.curriculum import Curriculum
from bot.core.preview import previews

SHOWN: Mapping[str, Callable[[str, Post], str]] = {"plain": terminal.show, "slack": slack.show, "discord": discord.show}
"""How a post with its title is printed, by platform."""
PAGES = {"slack": slack.show_page, "discord": discord.show_page}
"""How all of them make one page of HTML, for the platforms that have one."""


def titled_posts(course: Curriculum, topic: str, platform: str) -> list[tuple[str, Post]]:
    """Every post of a lesson, or of all without a topic, each with its title. Raises Refusal where no lesson goes by it."""
    lessons = [course.find(topic)] if topic else course.lessons
    posts = [one for lesson in lessons for one in previews(course, lesson, StudyGuide(course).banner)]
    if platform == "slack":
        posts.append(slack.home_preview(course))
    return posts


def printed(course: Curriculum, topic: str, platform: str) -> list[str]:
    """Each post as text, or as what is sent to the platform."""
    return [SHOWN[platform](title, post) for title, post in titled_posts(course, topic, platform)]


def page(course: Curriculum, topic: str, platform: str) -> str:
    """All of it as one page of HTML. Raises KeyError where the platform has none, Refusal where no lesson goes by the topic."""
    return PAGES[platform](titled_posts(course, topic, platform))
