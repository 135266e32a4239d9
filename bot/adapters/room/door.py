"""The door of a room with a password: a login page, few tries, and a session cookie that scripts cannot read."""

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
OPEN_TO_ALL = ("/login", "/healthz", "/readyz", "/static/")


class Door:
    def __init__(self, password: str, page: File) -> None:
        self._digest = _digest(password)
        self._page = page
        self._tries = Bucket(TRIES_PER_SECOND, TRIES_AT_ONCE, time.monotonic)
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
        """Failures are throttled over all addresses together: behind a proxy they are all the same one."""
        given = (await request.post()).get("password", "")
        if not self._tries.take():
            raise web.HTTPSeeOther("/login#wait")
        if not isinstance(given, str) or not hmac.compare_digest(_digest(given), self._digest):
            raise web.HTTPSeeOther("/login#wrong")
        self._tries.give_back()
        response = web.HTTPSeeOther("/")
        secure = request.secure or request.headers.get("X-Forwarded-Proto") == "https"
        response.set_cookie(
            COOKIE, self._session(), max_age=SESSION_SECONDS, path="/", httponly=True, samesite="Strict", secure=secure
        )
        raise response

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
