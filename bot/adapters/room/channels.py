"""The room's channels: anybody in the room may add one, up to a bound, under a name no other channel has."""

import re
import unicodedata
from datetime import datetime
from itertools import count

from bot.adapters.room.limits import CHANNELS
from bot.adapters.room.names import clean_title, fold
from bot.adapters.room.outcomes import NotDone
from bot.adapters.room.render import Json
from bot.core.errors import BadInput
from bot.core.room import RoomRecords

SLUG_CHARS = 24  # a control that names a channel has 100 characters for all it carries
TOO_MANY = f"The room has {CHANNELS} channels, and that is as many as it can have."
TAKEN = "There is a channel of that name already. Choose it from the list, or take another name."
OUR_OWN = "Lectern"  # each person's own place is called that in the list


def channels_json(records: RoomRecords) -> list[Json]:
    """The channels of everybody's, oldest first."""
    return [{"id": channel, "title": title, "direct": False} for channel, title in records.room_channels()]


def add_channel(records: RoomRecords, typed: str, now: datetime, *, again: bool) -> str:
    """The new channel's id. Sent `again` after a break, it may be there already. Raises NotDone."""
    title = _title(typed)
    known = records.room_channels()
    same = next((channel for channel, other in known if fold(other) == fold(title)), None)
    if same is not None and again:
        return same
    if same is not None or fold(title) == fold(OUR_OWN):
        raise NotDone(TAKEN, {"title": TAKEN})
    if len(known) >= CHANNELS:
        raise NotDone(TOO_MANY)
    channel = _free(_slug(title), {channel for channel, _ in known})
    records.room_add_channel(channel, title, now)
    return channel


def _title(typed: str) -> str:
    try:
        return clean_title(typed)
    except BadInput as refused:
        raise NotDone(refused.sentence, {"title": refused.sentence}) from None


def _slug(title: str) -> str:
    """The name in small Latin letters, digits and hyphens; `channel` where nothing of it can be written so."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:SLUG_CHARS].strip("-") or "channel"


def _free(slug: str, taken: set[str]) -> str:
    numbered = (f"{slug}-{number}" for number in count(2))
    return slug if slug not in taken else next(name for name in numbered if name not in taken)
