"""The door of a room with a password: a login page, slow after wrong guesses, and a session cookie scripts cannot read."""

import asyncio
import hashlib
import hmac
import secrets
import time
from collections import OrderedDict

from aiohttp import web

from bot.adapters.room.files import CHECK_EACH_TIME, File
from bot.adapters.room.guards import Handler
from bot.adapters.room.limits import Bucket

COOKIE = "lectern"
SESSIONS = 1000
SESSION_SECONDS = 30 * 24 * 3600
TRIES_AT_ONCE = 10
TRIES_PER_SECOND = 1 / 15
TRIES_OF_ALL_AT_ONCE = 100
TRIES_OF_ALL_PER_SECOND = 1.0
ADDRESSES = 1000
WAIT_SECONDS = 3.0
WAITING = 50  # wrong guesses kept waiting at once; more are answered right away, so that they hold no memory
OPEN_TO_ALL = ("/login", "/healthz", "/readyz", "/static/")


class Door:
    def __init__(self, password: str, page: File) -> None:
        self._digest = _digest(password)
        self._page = page
        self._failures = Bucket(TRIES_OF_ALL_PER_SECOND, TRIES_OF_ALL_AT_ONCE, time.monotonic)
        self._addresses: OrderedDict[str, Bucket] = OrderedDict()
        self._waiting = 0
        self._sessions: OrderedDict[str, float] = OrderedDict()

    @web.middleware
    async def guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith(OPEN_TO_ALL) or self._knows(request):
            return await handler(request)
        if request.path == "/":
            raise web.HTTPSeeOther("/login")
        raise web.HTTPUnauthorized(text="Please log in first.")

    async def show(self, request: web.Request) -> web.StreamResponse:
        """The login page. With `no-referrer` browsers send `Origin: null` with a form, so this page alone is less strict."""
        response = self._page.answer(request, CHECK_EACH_TIME)
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    async def enter(self, request: web.Request) -> web.StreamResponse:
        """The password always opens, whoever else is guessing: only failures are counted, and made to wait."""
        given = (await request.post()).get("password", "")
        if not isinstance(given, str) or not hmac.compare_digest(_digest(given), self._digest):
            raise web.HTTPSeeOther(await self._turn_away(request.remote or ""))
        response = web.HTTPSeeOther("/")
        secure = request.secure or request.headers.get("X-Forwarded-Proto") == "https"
        response.set_cookie(
            COOKIE, self._session(), max_age=SESSION_SECONDS, path="/", httponly=True, samesite="Strict", secure=secure
        )
        raise response

    async def _turn_away(self, address: str) -> str:
        """Where a wrong guess leads; after many from one address, or from all together, only after a while."""
        if self._failures_of(address).take() and self._failures.take():
            return "/login#wrong"
        if self._waiting < WAITING:
            self._waiting += 1
            try:
                await asyncio.sleep(WAIT_SECONDS)
            finally:
                self._waiting -= 1
        return "/login#wait"

    def _failures_of(self, address: str) -> Bucket:
        bucket = self._addresses.setdefault(address, Bucket(TRIES_PER_SECOND, TRIES_AT_ONCE, time.monotonic))
        self._addresses.move_to_end(address)
        while len(self._addresses) > ADDRESSES:
            self._addresses.popitem(last=False)
        return bucket

    def _session(self) -> str:
        session = secrets.token_urlsafe(32)
        self._sessions[_digest(session).hex()] = time.monotonic() + SESSION_SECONDS
        while len(self._sessions) > SESSIONS:
            self._sessions.popitem(last=False)
        return session

    def _knows(self, request: web.Request) -> bool:
        ends = self._sessions.get(_digest(request.cookies.get(COOKIE, "")).hex())
        return ends is not None and time.monotonic() < ends


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode(errors="surrogatepass")).digest()
