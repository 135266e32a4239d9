"""The API over HTTP: read, judge, authenticate, play the fault, do it, answer as described only."""

import asyncio
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from aiohttp import BodyPartReader, web

from tests.doubles.discord.call import Call, Trouble, invalid
from tests.doubles.discord.faults import Fault, Faults
from tests.doubles.discord.oracle import Oracle
from tests.doubles.discord.rates import Rates, Verdict
from tests.doubles.discord.rules import Files
from tests.doubles.discord.specs import Json
from tests.doubles.discord.world import World

Route = Callable[[Call], Any]
VIA = {"Via": "1.1 google"}
PREFIX = "/api/v10"
GONE, MOST_KNOCKS = (10015, 50027), 10


class Api:
    def __init__(self, world: World, oracle: Oracle, faults: Faults, rates: Rates, violations: list[str]) -> None:
        self.calls: list[Call] = []
        self.table: dict[str, Route] = {}
        self.token = ""
        self._world = world
        self._oracle = oracle
        self._faults = faults
        self._rates = rates
        self._violations = violations
        self._hanging = asyncio.Event()
        self._knocks: dict[str, int] = {}

    def let_go(self) -> None:
        """Answer the requests that hang, so that the server can stop, and let later ones hang."""
        self._hanging.set()
        self._hanging = asyncio.Event()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        path = request.rel_url.raw_path.removeprefix(PREFIX)
        matched = self._oracle.match(request.method, path)
        if matched is None:
            self._violations.append(f"{request.method} {path}: Discord has no such route")
            return _json(404, {"message": "404: Not Found", "code": 0})
        kind, body, files = await self._read(request)
        values = {name: unquote(value) for name, value in matched.path.items()}
        call = Call(
            matched.operation.name, values, request.query, body, files, self._world.clock.now(), self._world, matched=matched
        )
        self.calls.append(call)
        try:
            return await self._answered(request, call, kind)
        except Exception as error:
            call.violations.append(f"the double itself is wrong: {error!r}")
            raise
        finally:
            self._violations.extend(f"{call.route}: {complaint}" for complaint in call.violations)
            self._world.changed()

    async def _answered(self, request: web.Request, call: Call, kind: str) -> web.StreamResponse:
        assert call.matched is not None
        operation = call.matched.operation
        call.violations.extend(self._oracle.manners(operation, call.query, call.body))
        complaints = self._oracle.request(call.matched, call.query, kind, call.body, call.files)
        if complaints:
            call.violations.extend(complaints)
            where, _, why = complaints[0].partition(": ")
            return self._refusal(call, invalid(where, why), {})
        if not self._authenticated(request, call):
            return self._refusal(call, Trouble(0), {})
        verdict = self._rates.judge(call)
        if verdict.wait > 0:
            return self._slower(call, verdict)
        if fault := self._faults.take(call, "before"):
            return await self._trouble(request, call, fault, verdict)
        try:
            call.answer = self._route(call)(call)
        except Trouble as trouble:
            return self._refusal(call, trouble, verdict.headers)
        call.status = next((int(status) for status in ("201", "200") if status in operation.answers), 204)
        if call.answer is None and "204" in operation.answers:
            call.status = 204
        if fault := self._faults.take(call, "after"):
            return await self._trouble(request, call, fault, verdict)
        self._check(call, call.status, call.answer)
        return _json(call.status, call.answer, verdict.headers)

    def _check(self, call: Call, status: int, body: Any) -> None:
        assert call.matched is not None
        complaints = self._oracle.answer(call.matched.operation, status, body)
        call.violations.extend(f"the double itself is wrong: {complaint}" for complaint in complaints)

    async def _read(self, request: web.Request) -> tuple[str, Any, Files]:
        if not request.can_read_body:
            return "", None, {}
        if request.content_type == "multipart/form-data":
            return await self._parts(request)
        raw = await request.read()
        return request.content_type, json.loads(raw) if raw else None, {}

    async def _parts(self, request: web.Request) -> tuple[str, Any, Files]:
        body: Any = {}
        files: Files = {}
        async for part in await request.multipart():
            assert isinstance(part, BodyPartReader)
            if part.name == "payload_json":
                body = json.loads(await part.text())
            else:
                kind = part.headers.get("Content-Type", "application/octet-stream")
                files[part.name or ""] = (part.filename or "", kind, bytes(await part.read()))
        return "multipart/form-data", body, files

    def _authenticated(self, request: web.Request, call: Call) -> bool:
        given = request.headers.get("Authorization", "")
        call.authorised = given == f"Bot {self.token}"
        assert call.matched is not None
        if given and not call.authorised:
            return False
        return call.authorised or call.matched.operation.anonymous

    def _route(self, call: Call) -> Route:
        found = self.table.get(call.route)
        if found is None:
            call.violations.append("a route the double does not play: teach it, or do without")
            raise Trouble(20001)
        return found

    def _refusal(self, call: Call, trouble: Trouble, headers: dict[str, str]) -> web.Response:
        call.status, call.code, call.answer = trouble.status, trouble.code, trouble.body()
        if trouble.code in GONE:
            self._knock(call)
        if trouble.status != 429:
            self._check(call, trouble.status, call.answer)
        return _json(trouble.status, call.answer, headers)

    def _knock(self, call: Call) -> None:
        """Who keeps calling a webhook that is gone is shut out for a while: topics/rate-limits, "Invalid Request Limit"."""
        name = call.path["webhook_id"]
        self._knocks[name] = self._knocks.get(name, 0) + 1
        if self._knocks[name] > MOST_KNOCKS:
            call.violations.append(f"{self._knocks[name]} calls of a webhook that is gone")

    def _slower(self, call: Call, verdict: Verdict) -> web.Response:
        everywhere = verdict.scope == "global"
        body = {"message": "You are being rate limited.", "retry_after": round(verdict.wait, 3), "global": everywhere}
        call.status, call.answer = 429, body | {"code": 0}
        self._check(call, 429, call.answer)
        headers = {**verdict.headers, "Retry-After": str(max(1, round(verdict.wait))), "X-RateLimit-Scope": verdict.scope}
        if everywhere:
            headers["X-RateLimit-Global"] = "true"
        return _json(429, call.answer, headers)

    async def _trouble(self, request: web.Request, call: Call, fault: Fault, verdict: Verdict) -> web.StreamResponse:
        call.code = -1
        match fault.kind:
            case "429" | "429 global":
                scope = "global" if fault.kind.endswith("global") else "user"
                return self._slower(call, Verdict(verdict.headers, fault.retry_after, scope))
            case "429 banned":
                return web.Response(status=429, text="error code: 1015", headers={"Retry-After": "600"})
            case "timeout":
                await self._hanging.wait()
                return _cut(request)
            case "drop":
                return _cut(request)
            case kind if kind in ("500", "502", "503", "504"):
                call.status = int(kind)
                return web.Response(
                    status=int(kind), text="<html>upstream connect error</html>", content_type="text/html", headers=VIA
                )
        return self._refusal(call, Trouble(int(fault.kind)), verdict.headers)


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _json(status: int, body: Json | list[Any] | None, headers: dict[str, str] | None = None) -> web.Response:
    """discord.py reads JSON only from exactly this content type, and chokes on it where there is no body."""
    if body is None:
        return web.Response(status=status, headers={**VIA, **(headers or {})})
    sent = {**VIA, **(headers or {}), "Content-Type": "application/json"}
    return web.Response(status=status, body=json.dumps(body).encode(), headers=sent)
