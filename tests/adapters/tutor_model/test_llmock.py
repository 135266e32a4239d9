"""Somebody else's faulty model server: what it breaks has the outcome we say, and it finds no fault with us."""

import asyncio
import socket
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from bot.adapters.clock import SystemClock
from bot.adapters.tutor.model.client import Limits, Message, ModelClient
from bot.adapters.tutor.model.outcomes import Ended, Outcome
from bot.adapters.tutor.model.tutor import ModelTutor
from bot.adapters.tutor.study_guide import StudyGuide
from tests.adapters.tutor.small_course import COURSE, turn

LLMOCK = Path(sys.executable).with_name("llmock")
ASKED: list[Message] = [{"role": "system", "content": "Teach."}, {"role": "user", "content": "Why does dough rise? " * 20}]
LIMITS = Limits(read=2.0, total=10.0, rest=0.5)


@asynccontextmanager
async def broken(*options: str) -> AsyncIterator[tuple[ModelClient, str]]:
    """A server that misbehaves as told, and our client of it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        "serve",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--response-style",
        "varied",
        "--log-level",
        "error",
        *options,
    ]
    server = await asyncio.create_subprocess_exec(LLMOCK, *command, stdout=DEVNULL, stderr=DEVNULL)
    address = f"http://127.0.0.1:{port}"
    client = ModelClient(f"{address}/v1", "gpt-4o-mini", "sk-test", limits=LIMITS, pause=lambda: 0.0)
    try:
        await _up(address)
        yield client, address
    finally:
        await client.close()
        server.terminate()
        await server.wait()


async def _up(address: str) -> None:
    async with aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(f"{address}/health"):
                    return
            except aiohttp.ClientConnectionError:
                continue


async def ask(client: ModelClient) -> Ended:
    ended = [reply async for reply in client.stream(ASKED, 200)][-1]
    assert isinstance(ended, Ended)
    return ended


async def test_a_reply_of_a_healthy_server_is_whole() -> None:
    async with broken() as (client, _):
        ended = await ask(client)
    assert ended.outcome is Outcome.OK
    assert ended.text
    assert ended.usage


@pytest.mark.parametrize(
    ("option", "outcomes"),
    [
        ("disconnect", {Outcome.NETWORK, Outcome.CUT}),
        ("truncate", {Outcome.CUT}),
        ("stall", {Outcome.TIMEOUT}),
        ("malformed", {Outcome.PROTOCOL}),
    ],
)
async def test_a_stream_that_breaks_is_no_success(option: str, outcomes: set[Outcome]) -> None:
    async with broken("--stream-fault", f"{option}=1.0", "--stream-stall-seconds", "30") as (client, _):
        assert (await ask(client)).outcome in outcomes


@pytest.mark.parametrize(
    ("options", "outcome"),
    [
        (("--error-rate", "503=1.0"), Outcome.SERVER),
        (("--error-rate", "401=1.0"), Outcome.AUTH),
        (("--error-rate", "429=1.0"), Outcome.RATE),
        (("--context-window", "50"), Outcome.CONTEXT),
    ],
)
async def test_a_refusal_has_its_name(options: tuple[str, str], outcome: Outcome) -> None:
    async with broken(*options) as (client, _):
        assert (await ask(client)).outcome is outcome


async def test_it_finds_no_fault_with_how_a_lab_goes_on_while_it_fails() -> None:
    """Breaker, retries and waiting as a learner's ten messages meet them."""
    async with broken("--error-rate", "503=0.4") as (client, address):
        tutor = ModelTutor(client, StudyGuide(COURSE), SystemClock())
        for _ in range(10):
            assert [draft async for draft in tutor.answer(turn("Why does dough rise?"))][-1].done
        report = await asyncio.create_subprocess_exec(LLMOCK, "report", "--url", address, stdout=PIPE)
        verdict, _ = await report.communicate()
    assert report.returncode == 0, verdict.decode()
