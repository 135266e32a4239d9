"""Every way of table 1.4, and some more, in which a server breaks a stream, with the name its end must get."""

import asyncio
import socket
import struct

from bot.adapters.tutor.model.outcomes import Outcome
from tests.adapters.tutor_model.double import TEXT, USAGE, WORDS, Exchange, Scene, chunk

HALF = WORDS[:10]
HALF_TEXT = " ".join(HALF)


async def half(exchange: Exchange) -> None:
    await exchange.head()
    await exchange.say(*HALF)


async def ends_early(exchange: Exchange) -> None:
    await half(exchange)
    await exchange.end()


async def cut_inside_an_event(exchange: Exchange) -> None:
    await half(exchange)
    await exchange.piece(b'data: {"id":"c","choices":[{"index":0,"delta":{"content":" mo')
    await exchange.end()


async def eof(exchange: Exchange) -> None:
    await half(exchange)
    exchange.writer.close()


async def reset(exchange: Exchange) -> None:
    await half(exchange)
    raw = exchange.writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    exchange.writer.transport.abort()


async def reset_at_once(exchange: Exchange) -> None:
    exchange.writer.transport.abort()


async def error_event(exchange: Exchange) -> None:
    await half(exchange)
    await exchange.event({"error": {"message": "secret-prompt-piece", "type": "server_error"}})
    await exchange.end()


async def malformed(exchange: Exchange) -> None:
    await half(exchange)
    await exchange.event('{"id": "c", "choices": [')
    await exchange.end()


async def odd_shape(exchange: Exchange) -> None:
    await half(exchange)
    await exchange.event({"id": "c", "choices": [{"index": 0, "delta": {"content": ["a", "list"]}}]})
    await exchange.end()


async def silent_after_words(exchange: Exchange) -> None:
    await half(exchange)
    await exchange.gone()


async def silent(exchange: Exchange) -> None:
    await exchange.gone()


async def drips(exchange: Exchange) -> None:
    """A word again and again, never silent for long, never done."""
    await exchange.head()
    await exchange.say(*HALF)
    for n in range(200):
        await exchange.event(chunk({"content": f" {n}"}))
        try:
            async with asyncio.timeout(0.02):
                await exchange.gone()
        except TimeoutError:
            continue
        return


async def only_pings(exchange: Exchange) -> None:
    await exchange.head()
    for _ in range(200):
        await exchange.piece(b": ping\n\n")
        try:
            async with asyncio.timeout(0.02):
                await exchange.gone()
        except TimeoutError:
            continue
        return


async def html(exchange: Exchange) -> None:
    await exchange.head(200, "text/html")
    await exchange.piece(b"<html><body>Please log in</body></html>")
    await exchange.end()


async def one_object(exchange: Exchange) -> None:
    await exchange.head(200, "application/json")
    await exchange.piece(b'{"id":"c","choices":[{"message":{"role":"assistant","content":"hi"}}]}')
    await exchange.end()


async def nothing(exchange: Exchange) -> None:
    await exchange.head()
    await exchange.end()


async def blank(exchange: Exchange) -> None:
    await exchange.head()
    await exchange.say(" ", "\n")
    await exchange.finish(usage=USAGE)


async def at_length(exchange: Exchange) -> None:
    await half(exchange)
    await exchange.finish("length")


async def filtered(exchange: Exchange) -> None:
    await half(exchange)
    await exchange.finish("content_filter")


async def tool_call(exchange: Exchange) -> None:
    await exchange.head()
    await exchange.finish("tool_calls")


async def runs_on(exchange: Exchange) -> None:
    await exchange.head()
    for _ in range(3000):
        await exchange.event(chunk({"content": "again "}))
    await exchange.gone()


async def no_rest(exchange: Exchange) -> None:
    """Done, but the usage and the end never come."""
    await exchange.head()
    await exchange.say(*WORDS)
    await exchange.event(chunk({}, "stop"))
    await exchange.gone()


async def no_usage(exchange: Exchange) -> None:
    await exchange.head()
    await exchange.event({"id": "c", "choices": None})
    await exchange.say(*WORDS)
    await exchange.event(chunk({"content": None}))
    await exchange.finish()


def refusing(status: int, *, code: str | None = None, message: str = "secret-prompt-piece", **headers: str) -> Scene:
    async def refuse(exchange: Exchange) -> None:
        await exchange.refuse(status, {"message": message, "code": code, "type": None, "param": None}, **headers)

    return refuse


async def redirect(exchange: Exchange) -> None:
    await exchange.refuse(307, {"message": "elsewhere"}, Location="http://127.0.0.1:9/v1/chat/completions")


WINDOW = "This model's maximum context length is 4096 tokens. However, you requested 5000 (max_tokens 350)."

CASES: tuple[tuple[str, Scene, Outcome, str], ...] = (
    ("ends without a finish", ends_early, Outcome.CUT, HALF_TEXT),
    ("cut inside an event", cut_inside_an_event, Outcome.CUT, HALF_TEXT),
    ("early end of file", eof, Outcome.NETWORK, HALF_TEXT),
    ("reset", reset, Outcome.NETWORK, HALF_TEXT),
    ("reset at once", reset_at_once, Outcome.NETWORK, ""),
    ("error in the stream", error_event, Outcome.SERVER, HALF_TEXT),
    ("malformed line", malformed, Outcome.PROTOCOL, HALF_TEXT),
    ("odd shape", odd_shape, Outcome.PROTOCOL, HALF_TEXT),
    ("silence after words", silent_after_words, Outcome.TIMEOUT, HALF_TEXT),
    ("silence", silent, Outcome.TIMEOUT, ""),
    ("only pings", only_pings, Outcome.TIMEOUT, ""),
    ("429 with a wait", refusing(429, Retry_After="0.2"), Outcome.RATE, ""),
    ("429 with a long wait", refusing(429, Retry_After="130"), Outcome.RATE, ""),
    ("429 quota", refusing(429, code="insufficient_quota"), Outcome.QUOTA, ""),
    ("login page", html, Outcome.PROTOCOL, ""),
    ("one object", one_object, Outcome.PROTOCOL, ""),
    ("empty stream", nothing, Outcome.PROTOCOL, ""),
    ("401", refusing(401), Outcome.AUTH, ""),
    ("403", refusing(403), Outcome.AUTH, ""),
    ("404", refusing(404), Outcome.CONFIG, ""),
    ("400", refusing(400), Outcome.CONFIG, ""),
    ("redirect", redirect, Outcome.CONFIG, ""),
    ("500", refusing(500), Outcome.SERVER, ""),
    ("window", refusing(400, message=WINDOW), Outcome.CONTEXT, ""),
    ("window, by its code", refusing(400, code="exceed_context_size_error"), Outcome.CONTEXT, ""),
    ("blank", blank, Outcome.EMPTY, "  \n"),
    ("length", at_length, Outcome.LENGTH, HALF_TEXT),
    ("filter", filtered, Outcome.CONTENT_FILTER, HALF_TEXT),
    ("tool call", tool_call, Outcome.PROTOCOL, ""),
    ("no end after the finish", no_rest, Outcome.OK, TEXT),
    ("no usage, odd chunks", no_usage, Outcome.OK, TEXT),
)
