"""How faults are logged: where they came from, but not what was said."""

import logging
import sys
from typing import Any

from aiohttp.http_exceptions import HttpProcessingError

log = logging.getLogger(__name__)


class Withheld(Exception):
    """Stands in a log for an exception whose own text may repeat what a learner wrote."""


def log_withheld(message: str, error: BaseException, **details: object) -> None:
    """Log where an exception came from and of what kind it was, without its text."""
    withheld = Withheld(type(error).__name__)
    log.error(message, exc_info=(Withheld, withheld, error.__traceback__), extra=details)


class ServerLog(logging.LoggerAdapter[logging.Logger]):
    """For aiohttp, whose own lines quote requests: what it reports is told in our words, without the client's."""

    def __init__(self) -> None:
        super().__init__(log, {})

    def log(self, level: int, msg: object, *args: object, exc_info: object = None, **more: Any) -> None:
        error = sys.exc_info()[1] if exc_info is True else exc_info
        if isinstance(error, HttpProcessingError):
            log.info("A request that is not HTTP, or too long, was refused.")
        elif isinstance(error, BaseException) and level >= logging.ERROR:
            log_withheld("A connection to the room failed.", error)
        elif level >= logging.WARNING:
            log.log(level, "The room's web server met something unusual.")
