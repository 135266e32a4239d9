"""What Slack is shown: posts as messages of Block Kit, and the Home tab. Pure; the transport sends it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from bot.adapters.slack.controls import Json
from bot.adapters.slack.limits import (
    FALLBACK_TEXT,
    MESSAGE_BLOCKS,
    MESSAGE_WEIGHT,
    VIEW_BLOCKS,
    TooBig,
    fallback,
    pieces,
    safe,
    weight,
)
from bot.adapters.slack.parts import FIRST_FILE, Canvas, Piece
from bot.core.chat import Part, Post

__all__ = ["Json", "Message", "TooBig", "home", "messages", "plainly", "post", "view_blocks"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message: `blocks`, and `text` beside them for notifications and screen readers, safe as mrkdwn.

    `pictures` are (png, alt) in order. Their image blocks wait for uploaded files: send `with_files`, or `without_pictures`.
    """

    blocks: list[Json]
    text: str
    pictures: tuple[tuple[bytes, str], ...] = field(default=(), repr=False)
    _told: tuple[list[Json], ...] = field(default=(), repr=False)

    def with_files(self, ids: Sequence[str]) -> "Message":
        """The message showing these files of Slack's, one for each of `pictures`."""
        if len(ids) != len(self.pictures):
            raise ValueError(f"{len(ids)} files for {len(self.pictures)} pictures")
        waiting = iter(ids)
        blocks = [block | {"slack_file": {"id": next(waiting)}} if _waits(block) else block for block in self.blocks]
        return replace(self, blocks=blocks, pictures=(), _told=())

    def without_pictures(self) -> "Message":
        """The message with each picture's text equivalent instead: for a failed upload, or a place that shows none."""
        told = iter(self._told)
        blocks = [one for block in self.blocks for one in (next(told) if _waits(block) else [block])]
        return replace(self, blocks=blocks, pictures=(), _told=())


def post(post: Post, *, key: str | None = None, reader_zone: str | None = None, tables: bool = True) -> Message:
    """The post as one message. Raises TooBig where it takes several: see `messages`.

    `key` is part of every block id: give another for each version of a message. `reader_zone` is for the dates in `text`;
    those in blocks are shown by Slack in each reader's own zone.
    """
    found = messages(post, key=key, reader_zone=reader_zone, tables=tables)
    if len(found) > 1:
        raise TooBig(f"the post takes {len(found)} messages")
    return found[0]


def messages(post: Post, *, key: str | None = None, reader_zone: str | None = None, tables: bool = True) -> list[Message]:
    """The post as one message or, where Slack's limits ask for it, several: cut between parts, controls in the last.

    A message holds one table; another one in it is a list, and all are without `tables`: for where Slack refuses a table.
    A post that says nothing is one message without blocks.
    """
    found = list(Canvas(key, reader_zone, tables).pieces(post.parts))
    return [_message(some) for some in _packed(found)] or [Message([], fallback(""))]


def plainly(post: Post, *, reader_zone: str | None = None) -> list[str]:
    """The post as `text` alone, safe as mrkdwn, for when Slack refuses its blocks: each is short enough to be edited later."""
    said = "\n\n".join(piece.said for piece in Canvas(None, reader_zone).pieces(post.parts) if piece.said)
    return [safe(some) for some in pieces(said, FALLBACK_TEXT - FALLBACK_TEXT // 10)] or [fallback("")]


def home(parts: Sequence[Part], *, key: str | None = None, reader_zone: str | None = None) -> Json:
    """The Home tab. What goes beyond Slack's 100 blocks is left out, with a … in its place."""
    blocks = view_blocks(parts, key=key, reader_zone=reader_zone)
    if len(blocks) > VIEW_BLOCKS:
        blocks = [*blocks[: VIEW_BLOCKS - 1], {"type": "context", "elements": [{"type": "plain_text", "text": "…"}]}]
    return {"type": "home", "blocks": blocks}


def view_blocks(parts: Sequence[Part], *, key: str | None = None, reader_zone: str | None = None) -> list[Json]:
    """Parts in a modal or the Home tab: tables are lists there, and a picture that Slack has no file of is its text."""
    found = Canvas(key, reader_zone, tables=False).pieces(parts)
    return [one.block for piece in found for one in (piece.plainer if piece.png else (piece,))]


# ---------------------------------------------------------------- packing


def _message(some: Sequence[Piece]) -> Message:
    waiting = [piece for piece in some if piece.png]
    return Message(
        [piece.block for piece in some],
        fallback("\n\n".join(piece.said for piece in some if piece.said)),
        tuple((piece.png, piece.block["alt_text"]) for piece in waiting),
        tuple([told.block for told in piece.plainer] for piece in waiting),
    )


def _packed(found: Sequence[Piece]) -> list[list[Piece]]:
    whole = _one_table(found)
    if _fits(whole):
        return [whole] if whole else []
    packed: list[list[Piece]] = [[]]
    for group in _groups(found):
        if not _fits(_one_table([*packed[-1], *group])):
            packed.append([])
        for piece in group:
            taken = _one_table([*packed[-1], piece])
            if packed[-1] and not _fits(taken):
                packed.append([piece])
            else:
                packed[-1] = taken
    return [some for some in packed if some]


def _groups(found: Sequence[Piece]) -> Iterator[list[Piece]]:
    """What is said piece by piece, then all controls together."""
    yield from ([piece] for piece in found if not piece.control)
    yield [piece for piece in found if piece.control]


def _one_table(found: Sequence[Piece]) -> list[Piece]:
    kept: list[Piece] = []
    for piece in found:
        second = piece.block["type"] == "table" and any(one.block["type"] == "table" for one in kept)
        kept += piece.plainer if second else (piece,)
    return kept


def _fits(some: Sequence[Piece]) -> bool:
    return len(some) <= MESSAGE_BLOCKS and weight([piece.block for piece in some]) <= MESSAGE_WEIGHT


def _waits(block: Json) -> bool:
    return block["type"] == "image" and block.get("slack_file") == {"id": FIRST_FILE}
