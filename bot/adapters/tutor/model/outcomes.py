"""How a call to the model can end, each end with its name."""

from dataclasses import dataclass
from enum import Enum


class Outcome(Enum):
    OK = "ok"
    LENGTH = "length"
    CONTENT_FILTER = "content_filter"
    CUT = "cut"
    EMPTY = "empty"
    TIMEOUT = "timeout"
    NETWORK = "network"
    SERVER = "server"
    PROTOCOL = "protocol"
    RATE = "rate"
    QUOTA = "quota"
    AUTH = "auth"
    CONFIG = "config"
    CONTEXT = "context"


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the server counted them."""

    prompt: int
    completion: int


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a call failed: never the server's words, which may hold a piece of the key or of the prompt."""

    outcome: Outcome
    status: int | None = None
    retry_after: float | None = None
    cap_refused: bool = False


@dataclass(frozen=True, slots=True)
class Ended:
    """The end of a call: all text that came, whatever the outcome. Times are seconds; `first` is None if no text came."""

    outcome: Outcome
    text: str = ""
    usage: Usage | None = None
    status: int | None = None
    retry_after: float | None = None
    first: float | None = None
    total: float = 0.0


def verdict(finish: str | None, text: str, *, chunks: int) -> Outcome:
    """What a stream was that ended without an error. Only a finished, non-blank text is a success."""
    match finish:
        case "stop":
            return Outcome.OK if text.strip() else Outcome.EMPTY
        case "length":
            return Outcome.LENGTH
        case "content_filter":
            return Outcome.CONTENT_FILTER
        case None if chunks:
            return Outcome.CUT
        case _:
            return Outcome.PROTOCOL
