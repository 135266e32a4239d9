"""Whose name and face a webhook's message bears.

Faces need no public server: each is uploaded once as an emoji of the application, whose CDN address is unsigned and stays.
"""

import hashlib
import re

from bot.adapters.discord.limits import EMOJI_NAME, USERNAME, shorten
from bot.core.chat import Speaker
from bot.core.splitting import JOINER

_FORBIDDEN = ("discord", "clyde")
"""Discord refuses a webhook's name that holds one of these (USERNAME_INVALID_CONTAINS), a message's own name, too."""
_RESERVED = frozenset({"everyone", "here"})


def persona(speaker: Speaker | None, avatar_url: str = "") -> dict[str, str]:
    """The arguments of `webhook.send` that show a post under its speaker; none for the bot itself."""
    if speaker is None:
        return {}
    return {"username": username(speaker.name)} | ({"avatar_url": avatar_url} if avatar_url else {})


def username(name: str) -> str:
    """The name as Discord takes it: 1 to 80 characters, forbidden words broken invisibly, reserved ones completed.

    The course check refuses such names in personas/ already; this is for whatever else speaks.
    """
    shown = shorten(name.replace("```", "'''"), USERNAME - len(_FORBIDDEN))
    for word in _FORBIDDEN:
        shown = re.sub(f"({word[:2]})({word[2:]})", rf"\1{JOINER}\2", shown, flags=re.IGNORECASE)
    shown = shorten(shown, USERNAME)
    return f"{shown} (lab)" if shown.strip().casefold() in _RESERVED else shown


def emoji_name(face: str, png: bytes) -> str:
    """The application emoji that holds this picture: the file's name, and a mark of what is in it, so that another picture
    under the same name is another emoji."""
    stem = re.sub(r"[^A-Za-z0-9]+", "_", face.rpartition("/")[2].removesuffix(".png")).strip("_") or "face"
    return f"{stem[: EMOJI_NAME - 9]}_{hashlib.sha256(png).hexdigest()[:8]}"


def emoji(name: str, emoji_id: int) -> str:
    """The picture within a text: `face` of `render.messages`."""
    return f"<:{name}:{emoji_id}>"


def avatar_url(emoji_id: int, cdn: str = "https://cdn.discordapp.com") -> str:
    """The picture's address, for a webhook's message."""
    return f"{cdn.rstrip('/')}/emojis/{emoji_id}.png?size=128"
