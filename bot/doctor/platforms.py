"""The platforms: whether they let us in. Nothing is posted and no connection is kept."""

import asyncio

from bot.doctor.findings import Finding
from bot.settings import Settings
from bot.store.errors import BadAddress
from bot.store.examination import homes

CHANNELS = 20
"""How many cohorts' channels are looked at, the latest."""


async def room(settings: Settings) -> list[Finding]:
    if not settings.room_open:
        return [Finding("ok", "room", "closed, since a platform is connected" if settings.room == "auto" else "closed")]
    what = f"open to whoever reaches {settings.host}:{settings.port} and has the password"
    if settings.loopback:
        what = f"open to this machine at http://{settings.host}:{settings.port}"
    if not settings.database_url.startswith("postgres"):
        return [Finding("ok", "room", what)]
    alone = "; its pages only hear the process they are connected to"
    return [Finding("warn", "room", what + alone, "nothing, if only one process runs; else close it with ROOM=off")]


async def slack(settings: Settings) -> list[Finding]:
    if not settings.slack:
        return [Finding("ok", "Slack", "not configured")]
    from bot.adapters.slack.entry import check_client, introduce, ticket
    from bot.adapters.slack.errors import SlackRefused
    from bot.adapters.slack.wire import Wire

    wire = Wire(settings.slack_api_url)
    wire.open()
    try:
        if settings.slack_oauth:
            await check_client(wire, settings.slack_client_id, settings.slack_client_secret.get_secret_value())
            where = f"knows the app; it is installed at {settings.public_url.rstrip('/')}/slack/install"
        else:
            _, name = await introduce(wire, settings.slack_bot_token.get_secret_value())
            where = f"lets us into {name}"
        if app := settings.slack_app_token.get_secret_value():
            await ticket(wire, app)
    except SlackRefused as refused:
        return [Finding("wrong", "Slack", str(refused))]
    finally:
        await wire.close()
    return [Finding("ok", "Slack", where)]


async def discord(settings: Settings) -> list[Finding]:
    if not settings.discord:
        return [Finding("ok", "Discord", "not configured")]
    from aiohttp import ClientError, ClientSession, ClientTimeout

    headers = {"Authorization": f"Bot {settings.discord_token.get_secret_value()}", "User-Agent": "DiscordBot (Lectern, doctor)"}
    address = f"{settings.discord_api_url.rstrip('/')}/users/@me"
    try:
        async with ClientSession(timeout=ClientTimeout(total=10)) as session, session.get(address, headers=headers) as answer:
            status = answer.status
            name = (await answer.json()).get("username", "?") if status == 200 else ""
    except (ClientError, OSError, TimeoutError, ValueError):
        return [Finding("wrong", "Discord", "does not answer", "check the network, and DISCORD_API_URL if it is set")]
    match status:
        case 200:
            return [Finding("ok", "Discord", f"knows us as {name}"), *await _channels(settings)]
        case 401:
            return [Finding("wrong", "Discord", "does not accept DISCORD_TOKEN", "reset it in the developer portal, under Bot")]
        case _:
            return [Finding("warn", "Discord", f"answers {status}", "try again in a while")]


async def _channels(settings: Settings) -> list[Finding]:
    """What is not allowed where cohorts live, before a lesson meets it."""
    from bot.adapters.discord.homes import lacking

    try:
        places = await asyncio.to_thread(homes, settings.database_url, "discord", CHANNELS)
    except BadAddress:
        return []  # said where the database is looked at
    if not places:
        return []
    told = await lacking(settings.discord_token.get_secret_value(), settings.discord_api_url, places)
    return [Finding("warn", "channel", what, todo.rstrip(".")) for what, _, todo in (one.partition(". ") for one in told)]
