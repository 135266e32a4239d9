"""Calls to Discord through its library: bounded in time, with failures sorted. Rate limits are the library's; so are repeats,
but for what would stand there twice."""

import asyncio
import io
import json
import mimetypes
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from types import SimpleNamespace, TracebackType
from typing import Any, TypeAlias

import aiohttp
import discord
from discord.http import Route
from discord.webhook.async_ import async_context

from bot.adapters.discord.faults import NETWORK, sorted_out
from bot.adapters.discord.gate import Gate
from bot.adapters.discord.parts import File
from bot.core.ports import NotSent, Unclear

Json: TypeAlias = dict[str, Any]
Ids: TypeAlias = Mapping[str, Any]

SECONDS = 10.0
"""What one call may take, its wait for a rate limit included: less than a delivery's margin."""
V2, EPHEMERAL, SILENT = 1 << 15, 1 << 6, 1 << 12
QUIET: Json = {"parse": []}
"""Allowed mentions: none. Stands in everything that is sent, so that nothing a learner or a model writes pings anybody."""


@dataclass(slots=True)
class _Wire:
    """Whether a call is out, and may have been taken: false while it waits its turn or was turned away by a rate limit."""

    out: bool = False
    wait: float = 5.0


_WIRE: ContextVar[_Wire] = ContextVar("discord_wire")


def watch_wire() -> aiohttp.TraceConfig:
    """For the library's session: keeps for each call whether it was really sent."""
    trace = aiohttp.TraceConfig()

    async def begun(session: aiohttp.ClientSession, context: SimpleNamespace, sent: aiohttp.TraceRequestStartParams) -> None:
        if wire := _WIRE.get(None):
            wire.out = True

    async def ended(session: aiohttp.ClientSession, context: SimpleNamespace, got: aiohttp.TraceRequestEndParams) -> None:
        if (wire := _WIRE.get(None)) and got.response.status == 429:
            wire.out = False
            wire.wait = _seconds(got.response.headers.get("Retry-After", ""))

    trace.on_request_start.append(begun)
    trace.on_request_end.append(ended)
    return trace


class Calls:
    """Every method raises NotSent, Unclear, Refused (an Undeliverable) or Rejected."""

    def __init__(self, client: discord.Client, seconds: float = SECONDS) -> None:
        self._client, self._seconds = client, seconds
        self._gate = Gate()

    @property
    def me(self) -> int:
        """Our own user, known once Discord has let us in."""
        return self._client.user.id if self._client.user else 0

    @property
    def application(self) -> int:
        return self._client.application_id or self.me

    async def bot(
        self,
        method: str,
        path: str,
        ids: Ids,
        body: Json | list[Json] | None = None,
        files: Sequence[File] = (),
        query: Json | None = None,
    ) -> Any:
        """A call with the bot's own token. The library repeats it after an error of the server."""
        route = Route(method, path, **ids)
        more: Json = {"params": query} if query else {}
        await self._gate.turn()
        if files:
            sent, form = _multipart(body, files)
            return await self._bounded(self._client.http.request(route, files=sent, form=form, **more))
        if body is not None:
            more["json"] = body
        return await self._bounded(self._client.http.request(route, **more))

    async def token(
        self,
        method: str,
        path: str,
        ids: Ids,
        body: Json | None = None,
        files: Sequence[File] = (),
        query: Json | None = None,
        *,
        once: bool = False,
    ) -> Any:
        """A call that carries its right in its address: of a webhook or an interaction. `once`: never repeated by itself,
        unless it surely was not taken."""
        route = Route(method, path, **ids)
        session = self._client.http._HTTPClient__session  # type: ignore[attr-defined]  # as its own webhooks take it
        more: Json = {"params": query} if query else {}
        if files:
            more["files"], more["multipart"] = _multipart(body, files)
        elif body is not None:
            more["payload"] = body
        ask = async_context.get().request(route, _Once(session) if once else session, **more)  # type: ignore[arg-type]
        return await self._bounded(ask)

    async def _bounded(self, ask: Any) -> Any:
        wire = _Wire()
        mark = _WIRE.set(wire)
        try:
            async with asyncio.timeout(self._seconds):
                return await ask
        except TimeoutError:
            if wire.out:
                raise Unclear("Discord did not answer in time.") from None
            raise NotSent("Discord asks to go slower.", wire.wait) from None
        except NETWORK as error:
            raise sorted_out(error) from None  # its own text may hold what was to be sent
        except RuntimeError:  # the session is closed: we are stopping
            raise NotSent("We are stopping.") from None
        finally:
            _WIRE.reset(mark)


class _Once:
    """The library's session for a call that must not stand there twice: what may have been taken is not sent again."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    def request(self, *arguments: Any, **more: Any) -> "_Answer":
        return _Answer(self._session.request(*arguments, **more))


class _Answer:
    def __init__(self, asked: Any) -> None:
        self._asked = asked

    async def __aenter__(self) -> aiohttp.ClientResponse:
        try:
            response: aiohttp.ClientResponse = await self._asked.__aenter__()
        except OSError as error:
            raise sorted_out(error) from None
        if response.status >= 500:
            response.release()
            raise Unclear("Discord had trouble of its own.")
        return response

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._asked.__aexit__(kind, error, trace)


def _multipart(body: Json | list[Json] | None, files: Sequence[File]) -> tuple[list[discord.File], list[Json]]:
    sent = [discord.File(io.BytesIO(one.png), one.name, description=one.alt) for one in files]
    form: list[Json] = [{"name": "payload_json", "value": json.dumps(body, ensure_ascii=False)}]
    for number, file in enumerate(sent):
        kind = mimetypes.guess_type(file.filename)[0] or "application/octet-stream"
        content = {"value": file.fp, "filename": file.filename, "content_type": kind}
        form.append({"name": f"files[{number}]", **content})
    return sent, form


def _seconds(given: str) -> float:
    try:
        return min(max(float(given), 0.1), 3_600.0)
    except ValueError:
        return 5.0
