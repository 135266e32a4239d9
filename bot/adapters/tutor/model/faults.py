"""Names what went wrong in a call from the exception the client library raised."""

import math
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from bot.adapters.tutor.model.outcomes import Fault, Outcome

if TYPE_CHECKING:
    import openai

LONGEST_WAIT = 3600.0
"""Seconds: a server that asks for a longer pause is asked again after this."""

_CONTEXT = ("exceed_context", "context_length", "context length", "context window", "context size", "maximum context")
_QUOTA = ("insufficient_quota", "billing_hard_limit")
_CAPS = ("max_tokens", "max_completion_tokens")


def fault_of(error: Exception) -> Fault:
    import openai  # loaded already: it raised the error

    match error:
        case openai.APITimeoutError():
            return Fault(Outcome.TIMEOUT)
        case openai.APIConnectionError() | OSError():
            return Fault(Outcome.NETWORK)
        case openai.APIStatusError():
            return _refusal(error)
        case openai.APIError():
            return Fault(_told(error) or Outcome.SERVER)
        case ValueError() | TypeError() | AttributeError() | LookupError():
            return Fault(Outcome.PROTOCOL)  # malformed JSON, broken UTF-8, fields of another shape
        case _:
            return Fault(Outcome.NETWORK)


def _refusal(error: "openai.APIStatusError") -> Fault:
    status = error.status_code
    match status:
        case 401 | 403:
            outcome = Outcome.AUTH
        case 402:
            outcome = Outcome.QUOTA
        case 408 | 504:
            outcome = Outcome.TIMEOUT
        case 413:
            outcome = Outcome.CONTEXT
        case 429:
            outcome = Outcome.QUOTA if _told(error) is Outcome.QUOTA else Outcome.RATE
        case 400 | 422:
            outcome = _told(error) or Outcome.CONFIG
        case 409 | 425:
            outcome = Outcome.SERVER
        case _:
            outcome = Outcome.SERVER if status >= 500 else Outcome.CONFIG
    wait = retry_after(error.response.headers) if outcome in (Outcome.RATE, Outcome.SERVER) else None
    return Fault(outcome, status, wait, cap_refused=outcome is Outcome.CONFIG and status in (400, 422) and _names_cap(error))


def _told(error: "openai.APIError") -> Outcome | None:
    """What the server's own words say. They are read here and go no further."""
    words = _words(error)
    if any(word in words for word in _QUOTA):
        return Outcome.QUOTA
    if any(word in words for word in _CONTEXT):
        return Outcome.CONTEXT
    return Outcome.RATE if "rate_limit" in words else None


def _names_cap(error: "openai.APIError") -> bool:
    return any(cap in _words(error) for cap in _CAPS)


def _words(error: "openai.APIError") -> str:
    return " ".join(str(said) for said in (error.code, error.type, error.param, error.message)).casefold()


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, from milliseconds, seconds or a date (read against the server's own clock)."""
    for name, scale in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        try:
            seconds = float(headers.get(name, "")) / scale
        except ValueError:
            continue
        if math.isfinite(seconds):
            return min(max(seconds, 0.0), LONGEST_WAIT)
    try:
        wait = parsedate_to_datetime(headers.get("retry-after", "")) - parsedate_to_datetime(headers.get("date", ""))
    except (TypeError, ValueError):
        return None
    return min(max(wait.total_seconds(), 0.0), LONGEST_WAIT)
