"""The terminal: what learners will see, as text for an author."""

import textwrap
from collections.abc import Iterator

from bot.core.chat import Post
from bot.core.plain import plain

WIDTH = 80


def show(title: str, post: Post) -> str:
    """One post in a box of text, its speaker on top, paragraphs wrapped to the terminal."""
    speaker = f"{post.speaker.emoji}  {post.speaker.name}" if post.speaker else "Lectern"
    return "\n".join((f"── {title} ".ljust(WIDTH, "─"), speaker, "", *_wrapped(plain(post)), ""))


def _wrapped(text: str) -> Iterator[str]:
    for row in text.split("\n"):
        indent = "  " if row.startswith(("- ", "> ")) or (row[:2].rstrip(".)").isalnum() and row[1:2] in ".)") else ""
        yield from textwrap.wrap(row, WIDTH, subsequent_indent=indent, break_long_words=False) or [""]
