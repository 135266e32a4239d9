"""The Web API over HTTP: read, judge, authenticate, play the fault, do it, answer with documented errors only."""

import asyncio
from base64 import b64decode
from collections.abc import Callable
from typing import Any

from aiohttp import web

from tests.doubles.slack.call import MEASURED, Call, Refusal
from tests.doubles.slack.faults import Fault, Faults, Rates
from tests.doubles.slack.oracle import TOKENLESS, Oracle
from tests.doubles.slack.specs import Json
from tests.doubles.slack.world import Installation, World

Method = Callable[[Call], Json]


class Api:
    def __init__(self, world: World, oracle: Oracle, faults: Faults, rates: Rates, violations: list[str], app_token: str) -> None:
        self.calls: list[Call] = []
        self.table: dict[str, Method] = {}
        self.app_token = app_token
        self._world = world
        self._oracle = oracle
        self._faults = faults
        self._rates = rates
        self._violations = violations
        self._hanging = asyncio.Event()

    def let_go(self) -> None:
        """Answer the requests that hang, so that the server can stop."""
        self._hanging.set()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        call, complaints = await self._read(request)
        self.calls.append(call)
        try:
            return await self._answered(request, call, complaints)
        except Exception as error:
            call.violations.append(f"the double itself is wrong: {error!r}")
            raise
        finally:
            self._violations.extend(f"{call.method}: {complaint}" for complaint in call.violations)
            self._world.changed()

    async def _answered(self, request: web.Request, call: Call, complaints: list[str]) -> web.StreamResponse:
        if complaints:
            call.violations.extend(complaints)
            return self._error(call, self._wrong(call, complaints), response_metadata={"messages": complaints})
        if fault := self._faults.take(call.method, "before", call.arguments):
            return await self._trouble(request, call, fault)
        try:
            call.installation = self._authenticated(call)
            self._scoped(call)
            if seconds := self._slow(call):
                return _wait(call, seconds)
            call.answer = self._method(call)(call)
        except Refusal as refusal:
            return self._error(call, refusal.error, **refusal.more)
        if fault := self._faults.take(call.method, "after", call.arguments):
            return await self._trouble(request, call, fault)
        scopes = {"X-OAuth-Scopes": ",".join(sorted(call.installation.scopes))} if call.installation else {}
        return web.json_response({"ok": True, **call.answer}, headers=scopes)

    async def _read(self, request: web.Request) -> tuple[Call, list[str]]:
        method = request.match_info["method"]
        content_type = request.content_type if request.can_read_body else ""
        body: Any = {}
        if content_type == "application/json":
            body = await request.json()
        elif content_type:
            body = dict(await request.post())
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme == "Basic":
            login, _, password = b64decode(token).decode().partition(":")
            body, token = {**body, "client_id": login, "client_secret": password}, ""
            content_type = content_type or "application/x-www-form-urlencoded"
        arguments, complaints = self._oracle.read(method, dict(request.query), body, content_type, token)
        token = token or str({**request.query, **body}.get("token", ""))
        return Call(method, arguments, token, content_type, self._world.clock.now(), self._world), complaints

    def _method(self, call: Call) -> Method:
        found = self.table.get(call.method)
        if found is None:
            call.violations.append("a method the double does not play: teach it, or do without")
            raise Refusal("unknown_method")
        return found

    def _authenticated(self, call: Call) -> Installation | None:
        if call.method in TOKENLESS:
            return None
        if not call.token:
            raise Refusal("not_authed")
        if call.method == "apps.connections.open":
            if call.token != self.app_token:
                raise Refusal("invalid_auth")
            return None
        found = next((one for one in self._world.installations if one.token == call.token), None)
        if found is None:
            raise Refusal("invalid_auth")
        if found.expires and self._world.clock.now() > found.expires:
            found.state = "token_expired"
        if found.state:
            raise Refusal(found.state)
        return found

    def _scoped(self, call: Call) -> None:
        if call.installation is not None:
            call.needs(*self._oracle.scopes(call.method))

    def _slow(self, call: Call) -> int:
        team = call.installation.teams[0] if call.installation else ""
        return self._rates.wait(call.method, team, str(call.get("channel")), self._world.clock.now())

    def _wrong(self, call: Call, complaints: list[str]) -> str:
        """The nearest documented error for a request that should never have been sent."""
        if not self._oracle.knows(call.method):
            return "unknown_method"
        documented = self._oracle.errors(call.method)
        structure = any(complaint.startswith(("blocks", "view", "chunks")) for complaint in complaints)
        return "invalid_blocks" if structure and "invalid_blocks" in documented else "invalid_arg_name"

    def _error(self, call: Call, error: str, **more: Any) -> web.Response:
        documented = self._oracle.errors(call.method) if self._oracle.knows(call.method) else {error}
        if error.startswith("restricted_action_") and error not in documented:
            error = "restricted_action"  # some methods know only the general refusal
        known = error in documented
        if not known and not {(call.method, error), ("*", error)} & MEASURED and error != "invalid_auth":
            call.violations.append(f"the double itself is wrong: {error} is not documented for {call.method}")
        call.error = error
        return web.json_response({"ok": False, "error": error, **more})

    async def _trouble(self, request: web.Request, call: Call, fault: Fault) -> web.StreamResponse:
        call.error = fault.kind
        if fault.kind == "429":
            return _wait(call, fault.retry_after)
        if fault.kind == "500":
            return web.Response(status=500, text="<html>Internal Server Error</html>", content_type="text/html")
        if fault.kind == "timeout":
            await self._hanging.wait()
        if fault.kind in ("drop", "timeout"):
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        return self._error(call, fault.kind)


def _wait(call: Call, seconds: int) -> web.Response:
    call.error = "ratelimited"
    return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": str(seconds)})
