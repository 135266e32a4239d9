"""The doctor: looks at everything Lectern stands on and says, one line each, what is well and what to do about the rest.

A check is an asynchronous function from the settings to findings, listed in `CHECKS`. It changes nothing, sends nothing to any
channel and never prints a secret or anybody's words.
"""

from bot.doctor.findings import Finding, Level, printed
from bot.doctor.rounds import CHECKS, rounds

__all__ = ["CHECKS", "Finding", "Level", "printed", "rounds"]
