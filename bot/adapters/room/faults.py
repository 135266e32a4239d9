"""How faults are logged: where they came from, but not what was said."""

import logging

log = logging.getLogger(__name__)


class Withheld(Exception):
    """Stands in a log for an exception whose own text may repeat what a learner wrote."""


def log_withheld(message: str, error: Exception, **details: object) -> None:
    """Log where an exception came from and of what kind it was, without its text."""
    withheld = Withheld(type(error).__name__)
    log.error(message, exc_info=(Withheld, withheld, error.__traceback__), extra=details)
