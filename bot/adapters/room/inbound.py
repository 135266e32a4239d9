"""What the page says: the room's WebSocket protocol, read from JSON and bounded.

One JSON object a frame, named by `type`. A *gesture* carries an `id` made by the page, unique to it; the page keeps it until
it is answered and sends it again after a reconnect, and the room does it once. A *spot* is `channel` with an optional `thread`.

From the page:

    hello   token?, since?                  first on every connection; `since` is the last seq received
    enter   id, name                        a new person
    say     id, channel, thread?, text      words, or a command where they begin with "/"
    press   id, message, action, values, again?
                                            a control in a message
    submit  id, form, fields                a form sent back; `form` is the id it came with
    channel id, title, again?               add a channel for everybody
    page    id, channel, thread?, before?   the messages before an id, or the latest
    seen    channel, thread?, message       read up to there; not answered

`again` says that the frame was on its way before a break, and may have been done then.

From the room:

    stranger                                the token is not known: ask for a name
    welcome  person, token?, title, now, channels, commands, head, reset, unread, marks
                                            `token` once, after `enter`; `reset`: forget everything, the room is another one
    news     messages, replies, unread, since
                                            all that is new or edited, in order of seq, complete up to `since`
    unread   unread                         after `seen`
    channels channels                       a channel was added: all there are now
    show     message, parts                 a message as far as it is written, whole; not kept, `news` follows
    busy     channel, thread, author        an answer is being written there
    page     id, messages, root, replies, more
    ok       id, message?, channel?         the gesture is done; `message` is where its answer stands, `channel` what it added
    form     id, form                       done, and here is a form to fill in
    refused  id?, sentence, fields?         not done: what to tell the person, and which fields of a form are meant

A reconnect sends `since` and receives everything missed as `news`, in pages, before anything newer.
"""

import json
import re
from dataclasses import dataclass
from typing import Any, TypeAlias

from bot.adapters.room.limits import FRAME_BYTES

GESTURE_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
CHANNEL_CHARS = 80
CODE_CHARS = 100
VALUES = 25
FIELDS = 10
BIGGEST = 2**53


class BadFrame(Exception):
    """Not a frame of the protocol. `gesture` is its id where one could be read."""

    def __init__(self, why: str, gesture: str | None = None) -> None:
        super().__init__(why)
        self.gesture = gesture


@dataclass(frozen=True, slots=True)
class Spot:
    channel: str
    thread: int | None = None


@dataclass(frozen=True, slots=True)
class Hello:
    token: str | None
    since: int | None


@dataclass(frozen=True, slots=True)
class Enter:
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Say:
    id: str
    spot: Spot
    text: str


@dataclass(frozen=True, slots=True)
class Pressed:
    id: str
    message: int
    action: str
    values: tuple[str, ...]
    again: bool = False


@dataclass(frozen=True, slots=True)
class Submitted:
    id: str
    form: str
    fields: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class AddChannel:
    id: str
    title: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    id: str
    spot: Spot
    before: int | None


@dataclass(frozen=True, slots=True)
class Seen:
    spot: Spot
    message: int


Gesture: TypeAlias = Say | Pressed | Submitted | AddChannel
Frame: TypeAlias = Hello | Enter | Gesture | Page | Seen


def parse(raw: str) -> Frame:
    """The frame, with every length and number checked. Raises BadFrame."""
    try:
        frame = json.loads(raw)
    except (ValueError, RecursionError):
        raise BadFrame("not JSON") from None
    if not isinstance(frame, dict):
        raise BadFrame("not an object")
    try:
        return _frame(frame)
    except BadFrame as bad:
        raise BadFrame(str(bad), _id_or_none(frame)) from None


def _frame(frame: dict[str, Any]) -> Frame:
    match frame.get("type"):
        case "hello":
            return Hello(_optional_text(frame, "token"), _optional_number(frame, "since"))
        case "enter":
            return Enter(_id(frame), _text(frame, "name"))
        case "say":
            return Say(_id(frame), _spot(frame), _text(frame, "text", FRAME_BYTES))
        case "press":
            return _pressed(frame)
        case "submit":
            return Submitted(_id(frame), _text(frame, "form", 64), _fields(frame.get("fields")))
        case "channel":
            return AddChannel(_id(frame), _text(frame, "title"), _again(frame))
        case "page":
            return Page(_id(frame), _spot(frame), _optional_number(frame, "before"))
        case "seen":
            return Seen(_spot(frame), _number(frame, "message"))
        case _:
            raise BadFrame("no such type")


def _pressed(frame: dict[str, Any]) -> Pressed:
    action, values = _text(frame, "action", CODE_CHARS), _values(frame.get("values", []))
    return Pressed(_id(frame), _number(frame, "message"), action, values, _again(frame))


def _again(frame: dict[str, Any]) -> bool:
    return frame.get("again") is True


def _spot(frame: dict[str, Any]) -> Spot:
    return Spot(_text(frame, "channel", CHANNEL_CHARS), _optional_number(frame, "thread"))


def _id(frame: dict[str, Any]) -> str:
    known = _id_or_none(frame)
    if known is None:
        raise BadFrame("no id")
    return known


def _id_or_none(frame: dict[str, Any]) -> str | None:
    value = frame.get("id")
    return value if isinstance(value, str) and GESTURE_ID.fullmatch(value) else None


def _text(frame: dict[str, Any], name: str, limit: int = 1000) -> str:
    return _words(frame.get(name), limit)


def _words(value: object, limit: int) -> str:
    if not isinstance(value, str) or len(value) > limit:
        raise BadFrame("not a text, or too long")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise BadFrame("half a character") from None
    return value.replace("\0", "")


def _optional_text(frame: dict[str, Any], name: str) -> str | None:
    return None if frame.get(name) is None else _text(frame, name)


def _number(frame: dict[str, Any], name: str) -> int:
    value = frame.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < BIGGEST:
        raise BadFrame("not a number")
    return value


def _optional_number(frame: dict[str, Any], name: str) -> int | None:
    return None if frame.get(name) is None else _number(frame, name)


def _values(given: object) -> tuple[str, ...]:
    if not isinstance(given, list) or len(given) > VALUES:
        raise BadFrame("not a list of values")
    return tuple(_words(value, FRAME_BYTES) for value in given)


def _fields(given: object) -> dict[str, tuple[str, ...]]:
    if not isinstance(given, dict) or len(given) > FIELDS:
        raise BadFrame("not a set of fields")
    return {_words(name, CODE_CHARS): _values(values) for name, values in given.items()}
