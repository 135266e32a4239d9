"""The rounds: every check in turn, each on its own, so that one in trouble keeps none of the others from being made."""

import asyncio
from collections.abc import Awaitable, Callable

from bot.doctor.course import course, model
from bot.doctor.findings import Finding
from bot.doctor.platforms import discord, room, slack
from bot.doctor.store import database
from bot.settings import Settings

Check = Callable[[Settings], Awaitable[list[Finding]]]
CHECKS: tuple[Check, ...] = (course, database, room, slack, discord, model)
SECONDS = 60.0
"""What one check may take."""


async def rounds(settings: Settings, checks: tuple[Check, ...] = CHECKS) -> list[Finding]:
    """Everything found, in the order of the checks."""
    return [finding for check in checks for finding in await _made(check, settings)]


async def _made(check: Check, settings: Settings) -> list[Finding]:
    name = getattr(check, "__name__", "a check")
    try:
        async with asyncio.timeout(SECONDS):
            return await check(settings)
    except TimeoutError:
        return [Finding("wrong", name, f"no end after {SECONDS:.0f} s", "is something in between that swallows what is sent?")]
    except Exception as fault:  # noqa: BLE001 - the doctor goes on; the fault's text might hold a secret, its kind does not
        return [Finding("wrong", name, f"the check itself failed ({type(fault).__name__})", "tell whoever maintains Lectern")]
