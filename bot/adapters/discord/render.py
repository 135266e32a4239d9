"""What Discord is shown: posts as messages, richest first. Pure; the transport sends them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.adapters.discord import markup
from bot.adapters.discord.controls import CONTAINER, ROW, TEXT, Json, walk
from bot.adapters.discord.limits import CONTENT, FILES, MESSAGE_COMPONENTS, MESSAGE_TEXT, ROWS, TooBig, size
from bot.adapters.discord.parts import Canvas, File, Piece, text
from bot.core.chat import Post, Speaker, bold

__all__ = ["File", "Json", "Message", "TooBig", "messages", "versions"]

UNPRESSED = "-# Discord did not take the buttons that belong here. /lectern help shows what you can type instead."
"""Under the plainest version of something to press."""
ACCENT = 0x5B7FDE
"""The stripe beside what the bot itself shows: readable on Discord's dark and light grounds."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message. With Components V2 (`v2`) it is `components` and nothing else; without, `content` with rows under it.

    A message that has once been V2 stays so: edit it with V2 messages only. `files` are shown by components that name them
    (`attachment://…`); an edit sends them again, or none.
    """

    components: list[Json]
    content: str = ""
    files: tuple[File, ...] = field(default=(), repr=False)

    @property
    def v2(self) -> bool:
        return not self.content


def versions(post: Post, *, header: bool = False, face: str = "") -> Iterator[list[Message]]:
    """The post in falling richness, for when Discord refuses one: with sections, card and pictures; with text and rows alone;
    as content of 2,000 characters with rows; and as content without anything to press.

    `header`: the post's speaker stands above it, for where no webhook gives it name and face. `face` is then the markdown of
    its picture, an application emoji such as `<:jonas:1234>`; without it, the speaker's own emoji. The first two versions are
    V2, the others are not.
    """
    yield messages(post, header=header, face=face)
    yield _packed(_pieces(post, Canvas(rich=False), header=header, face=face), card=False)
    yield from _plainly(post, header=header, face=face)


def messages(post: Post, *, header: bool = False, face: str = "") -> list[Message]:
    """The post as one message or, where Discord's limits ask for it, several: cut between parts, controls in the last.

    Never empty: a post that says nothing is one message with an ellipsis.
    """
    card = header or (post.speaker is None and len(post.parts) > 1)
    return _packed(_pieces(post, Canvas(), header=header, face=face), card=card)


def _pieces(post: Post, canvas: Canvas, *, header: bool, face: str) -> list[Piece]:
    above = [_header(post.speaker, face)] if header and post.speaker else []
    return [*above, *canvas.pieces(post.parts)]


def _header(speaker: Speaker, face: str) -> Piece:
    shown = markup.paragraph((bold(speaker.name),))
    return Piece(text(f"{face or markup.escape(speaker.emoji)} {shown}".strip()))


# ---------------------------------------------------------------- packing


def _packed(found: Sequence[Piece], *, card: bool) -> list[Message]:
    packed: list[list[Piece]] = [[]]
    for group in _groups(found):
        if packed[-1] and not _fits([*packed[-1], *group], card=card):
            packed.append([])
        for piece in group:
            if packed[-1] and not _fits([*packed[-1], piece], card=card):
                packed.append([])
            packed[-1].append(piece)
    return [_message(some, card=card) for some in packed if some] or [Message([text("…")])]


def _groups(found: Sequence[Piece]) -> Iterator[list[Piece]]:
    """What is said piece by piece, then neighbouring controls together."""
    held: list[Piece] = []
    for piece in found:
        if piece.control:
            held.append(piece)
            continue
        if held:
            yield held
            held = []
        yield [piece]
    if held:
        yield held


def _fits(some: Sequence[Piece], *, card: bool) -> bool:
    inside = list(walk([piece.component for piece in some]))
    return (
        len(inside) + card <= MESSAGE_COMPONENTS
        and sum(size(one["content"]) for one in inside if one["type"] == TEXT) <= MESSAGE_TEXT
        and sum(piece.file is not None for piece in some) <= FILES
    )


def _message(some: Sequence[Piece], *, card: bool) -> Message:
    components = [piece.component for piece in some]
    if card:
        components = [{"type": CONTAINER, "accent_color": ACCENT, "components": components}]
    files = tuple(piece.file for piece in some if piece.file)
    return Message(components, files=files)


# ---------------------------------------------------------------- without Components V2


def _plainly(post: Post, *, header: bool, face: str) -> Iterator[list[Message]]:
    found = _pieces(post, Canvas(rich=False, room=CONTENT - 200), header=header, face=face)
    texts = [piece.component["content"] for piece in found if piece.component["type"] == TEXT]
    rows = [piece.component for piece in found if piece.component["type"] == ROW]
    contents = _contents(texts)
    if rows:
        bare = [Message([], content) for content in contents[:-1]]
        yield [*bare, Message(rows[:ROWS], contents[-1]), *_more_rows(rows[ROWS:])]
    yield [Message([], content) for content in _contents([*texts, UNPRESSED] if rows else texts)]


def _contents(texts: Sequence[str]) -> list[str]:
    contents: list[str] = []
    for one in texts:
        longer = f"{contents[-1]}\n\n{one}" if contents else ""
        if contents and size(longer) <= CONTENT:
            contents[-1] = longer
        else:
            contents.append(one)
    return contents or ["…"]


def _more_rows(rows: Sequence[Json]) -> Iterator[Message]:
    for n in range(0, len(rows), ROWS):
        yield Message(list(rows[n : n + ROWS]), "…")
