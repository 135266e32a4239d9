"""What a use case gives back to whoever asked."""

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from bot.core.chat.forms import Form
from bot.core.chat.posts import Post, para


class Shown(Enum):
    """Where an answer appears: to the person alone, for all in the place, or instead of the message that was pressed."""

    PRIVATELY = "privately"
    OPENLY = "openly"
    INSTEAD = "instead"


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to whoever asked. INSTEAD keeps the audience of the message it replaces."""

    post: Post
    shown: Shown = Shown.PRIVATELY


@dataclass(frozen=True, slots=True)
class Declined:
    """A form was sent back with something that cannot be taken: it stays open, with what was typed, and this beside it."""

    sentence: str
    field: str = ""


Answer: TypeAlias = Reply | Form | Declined | None
"""What a use case gives back. None: nothing more to say here, what was asked for appears by itself."""


def say(*runs: str) -> Reply:
    """One private sentence."""
    return Reply(Post((para(*runs),)))
