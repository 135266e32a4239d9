"""At the door: whether Discord lets us in. What keeps us out is said in a sentence."""

import logging

import discord
from aiohttp import ClientError

from bot.adapters.discord.client import Client, dial
from bot.adapters.discord.errors import DiscordRefused

GUIDE = "docs/platforms/discord.md says where it is."
BAD_TOKEN, TOO_MANY, INTENTS = 4004, 4011, (4013, 4014)
SHARDS_AT = 2_500

log = logging.getLogger(__name__)


async def introduce(client: Client, token: str, api_url: str) -> str:
    """Log in and learn where to connect. Gives the bot's name. Raises DiscordRefused."""
    try:
        await client.login(token)
        shards, gateway, limit = await client.http.get_bot_gateway()
    except discord.LoginFailure:
        raise DiscordRefused(_bad_token()) from None
    except discord.HTTPException as error:
        raise DiscordRefused(_answered(error, api_url)) from None
    except (discord.DiscordException, ClientError, OSError, TimeoutError):
        raise DiscordRefused(unreachable(api_url)) from None
    except (TypeError, KeyError, ValueError, AttributeError):  # something answers, but not as Discord does
        raise DiscordRefused(unreachable(api_url)) from None
    if limit.get("remaining", 1) < 1:
        hours = limit.get("reset_after", 0) / 3_600_000
        raise DiscordRefused(f"Discord allows no more new connections for {hours:.1f} hours. Start me then.")
    if shards > 1:
        log.warning("Discord suggests more than one connection; at 2,500 servers it will ask for it", extra={"shards": shards})
    dial(gateway)
    return client.user.name if client.user else ""


def unreachable(api_url: str) -> str:
    return (
        f"Discord cannot be reached at {api_url}, or does not answer as Discord does. "
        "Check the network, and DISCORD_API_URL if it is set."
    )


def kept_out(error: BaseException, api_url: str) -> DiscordRefused:
    """Why the connection could not be made, or has ended for good."""
    match error:
        case DiscordRefused():
            return error
        case discord.PrivilegedIntentsRequired():
            return DiscordRefused(_no_intent())
        case discord.ConnectionClosed(code=code):
            return DiscordRefused(_closed(code))
        case discord.LoginFailure():
            return DiscordRefused(_bad_token())
        case _:
            return DiscordRefused(unreachable(api_url))


def _closed(code: int) -> str:
    if code == BAD_TOKEN:
        return _bad_token()
    if code in INTENTS:
        return _no_intent()
    if code == TOO_MANY:
        return (
            f"Discord asks for more than one connection, which Lectern does not make: it is in more than {SHARDS_AT:,} servers."
        )
    return f"Discord has closed the connection and says {code}. Try again; if it stays so, tell whoever maintains Lectern."


def _no_intent() -> str:
    return (
        "Discord does not let this app read messages. Switch on “Message Content Intent” under Bot in the developer portal "
        "(discord.com/developers/applications), or set DISCORD_MESSAGE_CONTENT=0: labs then work by /ask, mentions and a button."
    )


def _bad_token() -> str:
    return f"Discord does not accept DISCORD_TOKEN. It stands under Bot in the developer portal (Reset Token). {GUIDE}"


def _answered(error: discord.HTTPException, api_url: str) -> str:
    if error.status == 401:
        return _bad_token()
    if error.status == 429:
        seconds = error.response.headers.get("Retry-After", "some")
        return f"Discord asks to wait {seconds} seconds before we connect again. Start me then."
    return unreachable(api_url)
