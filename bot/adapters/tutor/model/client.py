"""Calls a language model through the `openai` package: one shape of request, whole text as it comes, one named end."""

import asyncio
import logging
import random
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypedDict
from urllib.parse import urlsplit

from bot.adapters.tutor.model.faults import fault_of
from bot.adapters.tutor.model.outcomes import Ended, Fault, Outcome, Usage, verdict

if TYPE_CHECKING:
    import httpx2
    import openai
    from openai.types import CompletionUsage
    from openai.types.chat import ChatCompletionChunk

OPENAI = "https://api.openai.com/v1"
MOST = 4000
"""Characters of a reply after which the call is given up: no lab needs more, a model that runs on does not stop."""
RETRIED = frozenset({Outcome.NETWORK, Outcome.SERVER, Outcome.PROTOCOL, Outcome.CUT})
"""Worth one more try while the learner has seen nothing. After a timeout they have waited long enough."""
PATIENCE = 3.0
"""Seconds a server may ask us to wait before that try: a learner who waits longer is answered from the lessons."""
SENT = frozenset(
    {"host", "accept", "accept-encoding", "connection", "content-length", "content-type", "transfer-encoding", "user-agent"}
)
"""All headers another host than OpenAI's gets, besides our own authorization: whatever the environment adds stays here."""

log = logging.getLogger(__name__)

Cap: TypeAlias = Literal["max_tokens", "max_completion_tokens"]


class Message(TypedDict):
    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds. `read` is the longest silence, `total` the longest call, `rest` how long to wait for the usage after the text."""

    connect: float = 5.0
    read: float = 20.0
    total: float = 60.0
    rest: float = 2.0


@dataclass(slots=True)
class _Call:
    """What has come of one call so far. `news` is set whenever there is more."""

    messages: Sequence[Message]
    tokens: int
    news: asyncio.Event = field(default_factory=asyncio.Event)
    text: str = ""
    finish: str | None = None
    chunks: int = 0
    usage: Usage | None = None
    first: float | None = None


def _pause() -> float:
    return random.uniform(0.5, 1.5)  # noqa: S311 - spreads retries, guards nothing


class ModelClient:
    """One model at one address. Loads the library at its first use; nothing said, asked or refused is ever logged.

    Without a name, the model is the one that the server lists, if it lists exactly one.
    """

    def __init__(
        self,
        base_url: str,
        model: str,
        api_key: str = "",
        *,
        limits: Limits | None = None,
        pause: Callable[[], float] = _pause,
    ) -> None:
        self.base_url, self.model = base_url or OPENAI, model
        self.host = urlsplit(self.base_url).hostname or ""
        self.is_openai = self.host == "api.openai.com" or self.host.endswith(".api.openai.com")
        self.loopback = _loopback(self.host)
        self._key = api_key or "none"
        self._limits, self._pause = limits or Limits(), pause
        self._cap: Cap = "max_completion_tokens" if self.is_openai else "max_tokens"
        self._sdk: openai.AsyncOpenAI | None = None
        self._loading = asyncio.Lock()

    async def stream(self, messages: Sequence[Message], tokens: int) -> AsyncGenerator[str | Ended]:
        """The whole text so far, each time there is more, then how it ended. Closing it ends the call.

        The call is read by a task of its own: a slow reader neither delays it nor counts against its time, and is
        given the latest text, not every piece.
        """
        call = _Call(messages, tokens)
        task = asyncio.create_task(self._run(call))
        task.add_done_callback(lambda _: call.news.set())
        shown = ""
        try:
            while True:
                await call.news.wait()
                call.news.clear()
                if call.text != shown:
                    shown = call.text
                    yield shown
                if task.done():
                    break
            yield task.result()
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def close(self) -> None:
        if self._sdk is not None:
            await self._sdk.close()

    # ------------------------------------------------------------ one call

    async def _run(self, call: _Call) -> Ended:
        sdk = await self._loaded()
        loop = asyncio.get_running_loop()
        started = loop.time()
        fault: Fault | None
        try:
            async with asyncio.timeout(self._limits.total) as limit:
                fault = await self._tried(sdk, call, limit)
        except TimeoutError:
            fault = Fault(Outcome.TIMEOUT)
        outcome = verdict(call.finish, call.text, chunks=call.chunks) if call.finish or fault is None else fault.outcome
        ended = Ended(outcome, call.text, call.usage, total=loop.time() - started)
        if call.first is not None:
            ended = replace(ended, first=call.first - started)
        return replace(ended, status=fault.status, retry_after=fault.retry_after) if fault else ended

    async def _tried(self, sdk: "openai.AsyncOpenAI", call: _Call, limit: asyncio.Timeout) -> Fault | None:
        """Once; once more with the other cap where this one is refused; once more after trouble that nobody saw."""
        if not self.model and (unnamed := await self._name(sdk)):
            return unnamed
        fault = await self._attempt(sdk, call, limit)
        if fault and fault.cap_refused:
            self._cap = "max_tokens" if self._cap == "max_completion_tokens" else "max_completion_tokens"
            fault = await self._attempt(sdk, call, limit)
        outcome = fault.outcome if fault else verdict(call.finish, call.text, chunks=call.chunks)
        wait = max(self._pause(), (fault and fault.retry_after) or 0.0)
        if outcome in RETRIED and not call.text and not call.finish and wait <= PATIENCE:
            await asyncio.sleep(wait)
            call.chunks, call.usage = 0, None
            fault = await self._attempt(sdk, call, limit)
        return fault

    async def _name(self, sdk: "openai.AsyncOpenAI") -> Fault | None:
        """Take the one model there is. Its name may be a path on that server: it is sent back there and shown nowhere."""
        import httpx2
        import openai

        try:
            listed = [model.id for model in (await sdk.models.list()).data]
        except (openai.OpenAIError, httpx2.HTTPError, ValueError, TypeError, AttributeError, LookupError, OSError) as error:
            if isinstance(error, TimeoutError):
                raise
            return fault_of(error)
        if len(listed) == 1 and isinstance(listed[0], str):
            self.model = listed[0]
            return None
        log.error("Set OPENAI_MODEL: the model server does not list exactly one model", extra={"listed": len(listed)})
        return Fault(Outcome.CONFIG)

    async def _attempt(self, sdk: "openai.AsyncOpenAI", call: _Call, limit: asyncio.Timeout) -> Fault | None:
        import httpx2
        import openai

        try:
            await self._read(sdk, call, limit)
        except (openai.OpenAIError, httpx2.HTTPError, ValueError, TypeError, AttributeError, LookupError, OSError) as error:
            if isinstance(error, TimeoutError):
                raise
            return fault_of(error)
        return None

    async def _read(self, sdk: "openai.AsyncOpenAI", call: _Call, limit: asyncio.Timeout) -> None:
        loop = asyncio.get_running_loop()
        async with await sdk.chat.completions.create(**self._request(call)) as stream:
            async for chunk in stream:
                _take(call, chunk)
                if call.text and call.first is None:
                    call.first = loop.time()
                if len(call.text) >= MOST and not call.finish:
                    call.text, call.finish = call.text[:MOST], "length"
                    return
                if call.finish:
                    limit.reschedule(min(limit.when() or 0.0, loop.time() + self._limits.rest))

    def _request(self, call: _Call) -> dict[str, Any]:
        request: dict[str, Any] = {
            "model": self.model,
            "messages": list(call.messages),
            "stream": True,
            "stream_options": {"include_usage": True},
            self._cap: call.tokens,
        }
        return request | {"store": False} if self.is_openai else request

    # ------------------------------------------------------------ the library

    async def _loaded(self) -> "openai.AsyncOpenAI":
        async with self._loading:
            if self._sdk is None:
                self._sdk = await asyncio.to_thread(self._load)  # a second of imports would hold up everybody
        return self._sdk

    def _load(self) -> "openai.AsyncOpenAI":
        import httpx2
        import openai

        for name in ("openai", "httpx2", "httpcore2"):
            logging.getLogger(name).setLevel(logging.WARNING)  # below it they write addresses and prompts
        headers: dict[str, Any] = {"OpenAI-Organization": openai.Omit(), "OpenAI-Project": openai.Omit()}
        sdk = openai.AsyncOpenAI(
            base_url=self.base_url,
            api_key=self._key,
            max_retries=0,
            timeout=httpx2.Timeout(self._limits.read, connect=self._limits.connect),
            default_headers=None if self.is_openai else headers,
            http_client=openai.DefaultAsyncHttpx2Client(
                follow_redirects=False,
                trust_env=not self.loopback,  # a proxy would take words off this server that are said to stay
                event_hooks={} if self.is_openai else {"request": [self._bare]},
            ),
        )
        _ = sdk.chat.completions  # loads the rest
        return sdk

    async def _bare(self, request: "httpx2.Request") -> None:
        """Only what the request needs leaves for a host that is not OpenAI's."""
        for name in list(request.headers):
            if name.lower() not in SENT:
                del request.headers[name]
        request.headers["authorization"] = f"Bearer {self._key}"


def _take(call: _Call, chunk: "ChatCompletionChunk") -> None:
    call.chunks += 1
    call.usage = _usage(chunk.usage) or call.usage
    for choice in chunk.choices or ():
        if choice.index:
            continue
        more = choice.delta.content if choice.delta else None
        if more:
            call.text += more
            call.news.set()
        call.finish = choice.finish_reason or call.finish


def _usage(usage: "CompletionUsage | None") -> Usage | None:
    if usage is None:
        return None
    counted = (usage.prompt_tokens, usage.completion_tokens)
    return Usage(*counted) if all(isinstance(count, int) for count in counted) else None


def _loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return False
