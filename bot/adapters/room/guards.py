"""What every request must pass: the right host, our own origin, and headers that let the page load nothing from elsewhere."""

import ipaddress
from collections.abc import Awaitable, Callable, Collection
from typing import TypeAlias
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Middleware

from bot.adapters.room.faults import log_withheld

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]
Guard: TypeAlias = Middleware

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """An aiohttp `on_response_prepare` hook, so that errors and the WebSocket's answer carry them too."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.popall("Server", None)


@web.middleware
async def quiet_faults(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A fault is one logged traceback without the exception's own text, and a sentence for whoever asked."""
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except Exception as error:  # noqa: BLE001 - the last line of defence before aiohttp's own log
        log_withheld("A request to the room failed.", error)
        raise web.HTTPInternalServerError(text="Something went wrong on our side. Please try again.") from None


@web.middleware
async def own_origin(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A WebSocket or a POST may only come from a page this very server delivered."""
    changes = request.method not in ("GET", "HEAD") or request.headers.get("Upgrade", "").lower() == "websocket"
    if changes and not _same_origin(request):
        raise web.HTTPForbidden(text="This request came from another page.")
    return await handler(request)


def own_host(port: Callable[[], int]) -> Guard:
    """For a room bound to loopback: a foreign name that resolves to this machine (DNS rebinding) gets nothing."""

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        named = _host_and_port(request.headers.get("Host", ""))
        if named is None or not is_loopback(named[0]) or named[1] != port():
            raise web.HTTPMisdirectedRequest(text="Please open the room under its own address, such as http://localhost.")
        return await handler(request)

    return check


def except_for(paths: Collection[str], guard: Guard) -> Guard:
    """The guard, for all but some paths."""

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        return await (handler(request) if request.path in paths else guard(request, handler))

    return check


def _host_and_port(header: str) -> tuple[str, int] | None:
    try:
        parts = urlsplit(f"//{header}")
        plain = parts.hostname is not None and parts.netloc == header and "@" not in header
        return (parts.hostname, parts.port or 80) if plain and parts.hostname else None
    except ValueError:
        return None


def _same_origin(request: web.Request) -> bool:
    origin = request.headers.get("Origin", "")
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and parts.netloc.lower() == request.headers.get("Host", "").lower()
