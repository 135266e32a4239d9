"""Registered commands: brought up to date in one request, and only when they have changed."""

from bot.adapters.discord.calls import Calls, Json
from bot.adapters.discord.commands import fingerprint, payloads
from bot.core.ports import Clock, Store

COMMANDS = "/applications/{application_id}/commands"


async def sync(calls: Calls, store: Store, clock: Clock, *, anew: bool = False) -> int:
    """Bring Discord's registered commands up to date. How many were sent: none where they are the same, unless `anew`.

    Safe to repeat: the request replaces all of them. Raises as a call does.
    """
    wanted = payloads()
    name, print_ = f"commands:{calls.application}", fingerprint(wanted)
    if not anew and await store.read(lambda records: records.keepsake("discord", name)) == print_:
        return 0
    registered: list[Json] = await calls.bot("PUT", COMMANDS, {"application_id": calls.application}, wanted)
    now = clock.now()
    await store.write(lambda records: records.keep_keepsake("discord", name, print_, now))
    return len(registered)
