"""What only a real server shows: its protocol, its counting, its window and what it does when nobody listens any more.

Nothing here judges wording: the model is far too small to teach.
"""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing

import aiohttp
import pytest

from bot.adapters.tutor.model.canary import READ, canary
from bot.adapters.tutor.model.client import Limits, Message, ModelClient
from bot.adapters.tutor.model.outcomes import Ended, Outcome
from bot.adapters.tutor.model.prompt import BUDGET, REPLY, lay_out
from bot.adapters.tutor.model.tutor import ModelTutor
from bot.adapters.tutor.study_guide import StudyGuide
from bot.core.chat import Post
from bot.core.curriculum import Curriculum
from bot.core.plain import plain
from bot.core.ports import Draft, LabProgress, LabTurn
from tests.adapters.tutor_model import real_server
from tests.fakes import FakeClock

pytestmark = [
    pytest.mark.real_model,
    pytest.mark.timeout(1200),
    pytest.mark.skipif(not real_server.available(), reason="needs the wheels of requirements-apart.lock: make env-dev"),
]
PATIENT = Limits(read=500.0, total=900.0)
ASKED: list[Message] = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Name a colour."}]
ENDLESS: list[Message] = [{"role": "system", "content": "Never stop."}, {"role": "user", "content": "Tell a very long story."}]
TOO_LONG: list[Message] = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "word " * 6000}]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.adapters.tutor_model.real_server"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        assert server.stdin
        assert server.stdout
        yield server.stdout.readline().strip()
        server.stdin.close()


@pytest.fixture
async def client(address: str) -> AsyncIterator[ModelClient]:
    client = ModelClient(f"{address}/v1", "smollm2", limits=PATIENT)
    yield client
    await client.close()


async def ask(client: ModelClient, messages: list[Message], tokens: int) -> tuple[list[str], Ended]:
    said = [reply async for reply in client.stream(messages, tokens)]
    ended = said[-1]
    assert isinstance(ended, Ended)
    return [text for text in said if isinstance(text, str)], ended


async def busy(address: str) -> bool:
    async with aiohttp.ClientSession() as session, session.get(f"{address}/slots") as answer:
        return any(slot["is_processing"] for slot in await answer.json())


async def test_the_first_question_shows_that_it_reads_what_it_is_sent(client: ModelClient) -> None:
    ended = await canary(client)
    assert ended.outcome is Outcome.OK
    assert ended.usage
    assert ended.usage.prompt >= READ


async def test_a_reply_comes_in_pieces_and_ends_with_what_it_took(client: ModelClient) -> None:
    texts, ended = await ask(client, ASKED, 60)
    assert ended.outcome in (Outcome.OK, Outcome.LENGTH)
    assert len(texts) > 1
    assert ended.text == texts[-1]
    assert ended.usage
    assert 0 < ended.usage.completion <= 60


async def test_a_reply_that_reaches_its_cap_says_so_and_is_no_success(client: ModelClient) -> None:
    _, ended = await ask(client, ENDLESS, 12)
    assert ended.outcome is Outcome.LENGTH
    assert ended.usage
    assert ended.usage.completion == 12


async def test_what_is_larger_than_its_window_is_refused_by_name(client: ModelClient) -> None:
    texts, ended = await ask(client, TOO_LONG, 20)
    assert (texts, ended.outcome) == ([], Outcome.CONTEXT)


async def test_a_call_that_is_left_ends_on_the_server_too(client: ModelClient, address: str) -> None:
    async with aclosing(client.stream(ENDLESS, 3000)) as replies:
        async for reply in replies:
            assert isinstance(reply, str)
            assert await busy(address)
            break
    while await busy(address):  # noqa: ASYNC110 - it looks between two tokens whether anybody listens, and tells nobody
        await asyncio.sleep(0.05)


async def test_a_lab_ends_in_a_reply_whatever_so_small_a_model_says(client: ModelClient, course: Curriculum) -> None:
    lesson = course.lessons[0]
    turn = LabTurn(lesson, course.persona_of(lesson), LabProgress(), (), "Does tuning change only the last layers?")
    drafts: list[Draft] = [draft async for draft in ModelTutor(client, StudyGuide(course), FakeClock()).answer(turn)]
    assert drafts[-1].done
    assert plain(Post(drafts[-1].parts))


# After the lab above the server still holds the prefix, so this one is short.
async def test_a_labs_request_fits_and_is_counted_no_higher_than_we_estimate(client: ModelClient, course: Curriculum) -> None:
    lesson = course.lessons[0]
    said = "I think it only sees the answer tokens. Is that right?"
    prompt = lay_out(LabTurn(lesson, course.persona_of(lesson), LabProgress(), (), said))
    _, ended = await ask(client, list(prompt.messages), 8)
    assert ended.usage
    assert ended.usage.prompt + REPLY <= BUDGET
    assert ended.usage.prompt <= prompt.tokens
