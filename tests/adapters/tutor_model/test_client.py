import asyncio
import logging
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from itertools import pairwise

import pytest

from bot.adapters.tutor.model.client import MOST, Limits, Message, ModelClient
from bot.adapters.tutor.model.faults import retry_after
from bot.adapters.tutor.model.outcomes import Ended, Outcome, Usage
from tests.adapters.tutor_model import scenes
from tests.adapters.tutor_model.double import TEXT, WORDS, Double, Exchange, Scene, good, serving

QUICK = Limits(connect=1.0, read=0.25, total=0.6, rest=0.1)
PATIENT = Limits(read=20.0, total=30.0, rest=0.1)
MARK = "zebra-marker-word"
ASKED: list[Message] = [{"role": "system", "content": "Teach."}, {"role": "user", "content": MARK}]


@asynccontextmanager
async def talking(
    usual: Scene, *first: Scene, limits: Limits = QUICK, key: str = "sk-local-secret"
) -> AsyncIterator[tuple[Double, ModelClient]]:
    async with serving(usual, *first) as double:
        client = ModelClient(double.url, "m", key, limits=limits, pause=lambda: 0.0)
        try:
            yield double, client
        finally:
            await client.close()


async def ask(client: ModelClient) -> tuple[list[str], Ended]:
    texts: list[str] = []
    async for said in client.stream(ASKED, 350):
        if isinstance(said, Ended):
            return texts, said
        texts.append(said)
    raise AssertionError("a call without an end")


async def good_slowly(exchange: Exchange) -> None:
    await exchange.head()
    for n, word in enumerate(WORDS):
        await exchange.say(word if n == 0 else f" {word}")
        await asyncio.sleep(0)
    await exchange.finish()


async def test_a_reply_comes_whole_from_its_beginning_and_ends_ok_with_its_usage() -> None:
    async with talking(good, limits=PATIENT) as (double, client):
        texts, ended = await ask(client)
    assert (ended.outcome, ended.text, ended.usage) == (Outcome.OK, TEXT, Usage(2600, 22))
    assert texts
    assert texts[-1] == TEXT
    assert all(later.startswith(earlier) for earlier, later in pairwise(texts))
    assert ended.first is not None
    assert ended.first <= ended.total
    assert not double.refused


@pytest.mark.parametrize(("scene", "outcome", "text"), [pytest.param(*case[1:], id=case[0]) for case in scenes.CASES])
async def test_every_broken_stream_has_its_name_and_keeps_what_came(
    scene: Scene, outcome: Outcome, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    limits = QUICK if outcome is Outcome.TIMEOUT else PATIENT
    async with talking(scene, limits=limits) as (double, client):
        _, ended = await ask(client)
    assert (ended.outcome, ended.text) == (outcome, text)
    assert not double.refused
    logged = " ".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records if record.name != "asyncio")
    assert not any(word in logged for word in (MARK, "secret"))


async def test_a_reply_that_drips_is_ended_by_the_total_time() -> None:
    async with talking(scenes.drips) as (_, client):
        _, ended = await ask(client)
    assert ended.outcome is Outcome.TIMEOUT
    assert ended.text.startswith(scenes.HALF_TEXT)


async def test_a_model_that_does_not_stop_is_stopped() -> None:
    async with talking(scenes.runs_on, limits=PATIENT) as (_, client):
        _, ended = await ask(client)
    assert (ended.outcome, len(ended.text)) == (Outcome.LENGTH, MOST)


async def test_the_wait_a_server_asks_for_is_handed_on() -> None:
    async with talking(scenes.refusing(429, Retry_After="130"), limits=PATIENT) as (double, client):
        _, ended = await ask(client)
    assert (ended.status, ended.retry_after, len(double.seen)) == (429, 130.0, 1)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "2"}, 2.0),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after": "99999999"}, 3600.0),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Mon, 23 Nov 2026 10:00:30 GMT", "date": "Mon, 23 Nov 2026 10:00:00 GMT"}, 30.0),
        ({"retry-after": "Mon, 23 Nov 2026 10:00:30 GMT"}, None),
        ({}, None),
    ],
)
def test_a_wait_is_read_in_every_form(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers) == seconds


@pytest.mark.parametrize(
    ("status", "code", "outcome"),
    [
        (402, None, Outcome.QUOTA),
        (408, None, Outcome.TIMEOUT),
        (409, None, Outcome.SERVER),
        (413, None, Outcome.CONTEXT),
        (422, None, Outcome.CONFIG),
        (422, "context_length_exceeded", Outcome.CONTEXT),
        (429, "rate_limit_exceeded", Outcome.RATE),
        (503, None, Outcome.SERVER),
        (504, None, Outcome.TIMEOUT),
    ],
)
async def test_every_status_has_its_name(status: int, code: str | None, outcome: Outcome) -> None:
    async with talking(scenes.refusing(status, code=code), limits=PATIENT) as (_, client):
        _, ended = await ask(client)
    assert (ended.outcome, ended.status) == (outcome, status)


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("insufficient_quota", Outcome.QUOTA),
        ("context_length_exceeded", Outcome.CONTEXT),
        ("rate_limit_exceeded", Outcome.RATE),
        ("other", Outcome.SERVER),
    ],
)
async def test_an_error_inside_the_stream_is_named_by_its_code(code: str, outcome: Outcome) -> None:
    async def told(exchange: Exchange) -> None:
        await exchange.head()
        await exchange.event({"error": {"message": "no", "code": code}})
        await exchange.end()

    async with talking(told, limits=PATIENT) as (_, client):
        _, ended = await ask(client)
    assert ended.outcome is outcome


def test_the_pause_before_a_second_try_is_the_default_range() -> None:
    from bot.adapters.tutor.model.client import _pause

    assert all(0.5 <= _pause() <= 1.5 for _ in range(100))


# ---------------------------------------------------------------- second tries


@pytest.mark.parametrize("scene", [scenes.reset_at_once, scenes.html, scenes.refusing(500)], ids=["reset", "html", "500"])
async def test_trouble_that_nobody_saw_is_tried_once_more(scene: Scene) -> None:
    async with talking(good, scene, limits=PATIENT) as (double, client):
        _, ended = await ask(client)
    assert (ended.outcome, len(double.seen)) == (Outcome.OK, 2)


@pytest.mark.parametrize(
    ("scene", "tries"),
    [
        (scenes.refusing(500), 2),
        (scenes.reset, 1),
        (scenes.silent, 1),
        (scenes.refusing(401), 1),
        (scenes.refusing(429, code="insufficient_quota"), 1),
        (scenes.refusing(400), 1),
    ],
)
async def test_there_is_one_more_try_at_the_most_and_none_after_words(scene: Scene, tries: int) -> None:
    limits = QUICK if scene is scenes.silent else PATIENT
    async with talking(scene, limits=limits) as (double, client):
        await ask(client)
    assert len(double.seen) == tries


async def test_a_refused_cap_is_exchanged_and_the_other_one_kept() -> None:
    other = scenes.refusing(400, message="Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.")
    async with talking(good, other, limits=PATIENT) as (double, client):
        outcomes = [(await ask(client))[1].outcome for _ in range(2)]
    assert outcomes == [Outcome.OK, Outcome.OK]
    assert ["max_tokens" in seen.body for seen in double.seen] == [True, False, False]
    assert double.seen[1].body["max_completion_tokens"] == 350


# ---------------------------------------------------------------- what leaves


async def test_a_request_holds_only_what_every_server_takes() -> None:
    async with talking(good, limits=PATIENT) as (double, client):
        await ask(client)
    assert double.seen[0].body == {
        "model": "m",
        "messages": ASKED,
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_tokens": 350,
    }


async def test_nothing_of_openai_in_the_environment_leaves_for_another_host(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("API_KEY", "ADMIN_KEY", "ORG_ID", "PROJECT_ID", "WEBHOOK_SECRET"):
        monkeypatch.setenv(f"OPENAI_{name}", "env-secret")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/env-secret")
    monkeypatch.setenv(
        "OPENAI_CUSTOM_HEADERS", "Authorization: Bearer env-secret\nX-Team: env-secret\nopenai-project: env-secret"
    )
    async with talking(good, limits=PATIENT, key="") as (double, client):
        _, ended = await ask(client)
    assert ended.outcome is Outcome.OK
    headers = double.seen[0].headers
    assert "env-secret" not in str(headers)
    assert headers["authorization"] == "Bearer none"
    assert not [name for name in headers if name.startswith(("openai", "x-"))]


async def test_no_proxy_of_the_environment_sees_words_that_stay_here(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with talking(good, limits=PATIENT) as (_, client):
        _, ended = await ask(client)
    assert ended.outcome is Outcome.OK


async def test_the_log_stays_silent_about_words_whatever_the_environment_asks(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("OPENAI_LOG", "debug")
    caplog.set_level(logging.DEBUG)
    async with talking(scenes.refusing(401, message="Incorrect key sk-local-secret"), limits=PATIENT) as (_, client):
        _, ended = await ask(client)
    assert ended == Ended(Outcome.AUTH, status=401, total=ended.total)
    logged = " ".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records if record.name != "asyncio")
    assert MARK not in logged
    assert "sk-local" not in logged


def test_only_openai_itself_is_asked_not_to_store_and_gets_its_own_cap() -> None:
    from bot.adapters.tutor.model.client import _Call

    def request(url: str) -> dict[str, object]:
        return ModelClient(url, "m")._request(_Call(ASKED, 9))

    for url in ("", "https://api.openai.com/v1", "https://eu.api.openai.com/v1"):
        assert request(url)["store"] is False
        assert request(url)["max_completion_tokens"] == 9
        assert "max_tokens" not in request(url)
    for url in ("http://localhost:11434/v1", "https://api.openai.com.evil.example/v1", "https://openai.example/v1"):
        assert "store" not in request(url)
        assert request(url)["max_tokens"] == 9


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://localhost:11434/v1", True),
        ("http://127.0.0.5/v1", True),
        ("http://[::1]:8080/v1", True),
        ("http://llm.localhost/v1", True),
        ("http://192.168.0.4/v1", False),
        ("https://localhost.example/v1", False),
        ("", False),
    ],
)
def test_it_knows_whether_words_stay_on_this_server(url: str, *, here: bool) -> None:
    assert ModelClient(url, "m").loopback is here


# ---------------------------------------------------------------- many, and none


async def wait_until(true: Callable[[], bool], event: asyncio.Event) -> None:
    async with asyncio.timeout(5):
        while not true():
            event.clear()
            await event.wait()


async def test_closing_a_stream_hangs_up_on_the_server() -> None:
    async with talking(scenes.silent_after_words, limits=PATIENT) as (double, client):
        async with aclosing(client.stream(ASKED, 350)) as replies:
            assert isinstance(await anext(replies), str)
            double.left.clear()
        await wait_until(lambda: double.at_once == 0, double.left)


async def test_cancelling_the_reader_before_any_word_hangs_up_too() -> None:
    async with talking(scenes.silent, limits=PATIENT) as (double, client):
        task = asyncio.create_task(ask(client))
        await double.arrived.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await wait_until(lambda: double.at_once == 0, double.left)


async def test_the_first_step_may_be_taken_by_another_task() -> None:
    """As labs do while they wait for the first draft: a timer bound to that task would hit somebody else."""
    async with talking(scenes.drips, limits=QUICK) as (_, client), aclosing(client.stream(ASKED, 350)) as replies:
        first = await asyncio.ensure_future(anext(replies))
        assert isinstance(first, str)
        rest = [said async for said in replies]
    assert isinstance(rest[-1], Ended)
    assert rest[-1].outcome is Outcome.TIMEOUT


async def test_fifty_streams_at_once_come_whole() -> None:
    async with talking(good_slowly, limits=PATIENT) as (double, client):
        ends = [ended for _, ended in await asyncio.gather(*(ask(client) for _ in range(50)))]
    assert {(ended.outcome, ended.text) for ended in ends} == {(Outcome.OK, TEXT)}
    assert double.most_at_once > 10


async def test_the_library_is_not_loaded_before_it_is_used() -> None:
    code = (
        "import sys, bot.adapters.tutor.model.tutor as tutor; tutor.ModelClient('', 'm'); "
        "print(sorted({'openai', 'httpx2'} & set(sys.modules)))"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    assert out.decode().strip() == "[]"


@pytest.mark.parametrize(("listed", "outcome"), [(("the-one",), Outcome.OK), ((), Outcome.CONFIG), (("a", "b"), Outcome.CONFIG)])
async def test_without_a_name_the_only_model_listed_is_asked(listed: tuple[str, ...], outcome: Outcome) -> None:
    async with serving(good) as double:
        double.models = listed
        client = ModelClient(double.url, "", limits=PATIENT, pause=lambda: 0.0)
        _, ended = await ask(client)
        await client.close()
    assert ended.outcome is outcome
    assert [seen.body["model"] for seen in double.seen] == (["the-one"] if outcome is Outcome.OK else [])
