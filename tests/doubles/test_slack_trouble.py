"""Everything that goes wrong on demand: lost answers, limits, dead tokens. And time that passes without sleeping."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.bolt import client, refused
from tests.doubles.slack import Channel, Person, SlackDouble


@pytest.fixture
async def web(double: SlackDouble) -> AsyncIterator[AsyncWebClient]:
    async with client(double) as web:
        yield web


@pytest.fixture
def ada(double: SlackDouble) -> Person:
    return double.user("ada")


@pytest.fixture
def general(double: SlackDouble, ada: Person) -> Channel:
    return double.channel("general", members=[ada])


async def test_a_limit_says_how_long_to_wait(double: SlackDouble, web: AsyncWebClient, ada: Person, general: Channel) -> None:
    double.fail("chat.postMessage", kind="429", retry_after=7)
    with pytest.raises(SlackApiError) as caught:
        await web.chat_postMessage(channel=general.id, text="one")
    assert (caught.value.response.status_code, caught.value.response.headers["Retry-After"]) == (429, "7")
    await web.chat_postMessage(channel=general.id, text="two")
    assert [message.text for message in ada.sees(general)] == ["two"]


async def test_the_clients_own_handler_waits_and_tries_again(
    double: SlackDouble, web: AsyncWebClient, ada: Person, general: Channel
) -> None:
    web.retry_handlers = [AsyncRateLimitErrorRetryHandler(max_retry_count=1)]
    double.fail("chat.postMessage", kind="429", retry_after=0)
    await web.chat_postMessage(channel=general.id, text="late")
    assert len(double.calls_to("chat.postMessage")) == 2
    assert [message.text for message in ada.sees(general)] == ["late"]


@pytest.mark.parametrize(("when", "seen"), [("before", []), ("after", ["hello"])])
async def test_a_server_error_may_come_before_or_after_the_deed(
    double: SlackDouble, web: AsyncWebClient, ada: Person, general: Channel, when: str, seen: list[str]
) -> None:
    double.fail("chat.postMessage", "before" if when == "before" else "after", "500")
    with pytest.raises(SlackApiError):
        await web.chat_postMessage(channel=general.id, text="hello")
    assert [message.text for message in ada.sees(general)] == seen


async def test_an_answer_can_be_lost_on_the_way(double: SlackDouble, web: AsyncWebClient, ada: Person, general: Channel) -> None:
    double.fail("chat.postMessage", "after", "drop")
    with pytest.raises(aiohttp.ClientError):
        await web.chat_postMessage(channel=general.id, text="hello")
    double.fail("chat.postMessage", "after", "timeout")
    async with client(double, seconds=1) as hasty:
        with pytest.raises(asyncio.TimeoutError):
            await hasty.chat_postMessage(channel=general.id, text="hello again")
    await double.until(lambda: [message.text for message in ada.sees(general)] == ["hello", "hello again"])
    double.assert_clean()


async def test_trouble_can_be_meant_for_some_calls_only(double: SlackDouble, web: AsyncWebClient, general: Channel) -> None:
    double.fail("chat.postMessage", kind="fatal_error", times=2, matching=lambda arguments: "digest" in arguments["text"])
    await web.chat_postMessage(channel=general.id, text="hello")
    assert await refused(web.chat_postMessage(channel=general.id, text="digest")) == "fatal_error"
    assert await refused(web.chat_postMessage(channel=general.id, text="digest")) == "fatal_error"
    await web.chat_postMessage(channel=general.id, text="digest")


async def test_only_documented_errors_can_be_played(double: SlackDouble) -> None:
    with pytest.raises(AssertionError, match=r"not documented for chat\.delete"):
        double.fail("chat.delete", kind="invalid_blocks")
    with pytest.raises(AssertionError, match="no method"):
        double.fail("chat.remove")


async def test_the_tiers_are_enforced_when_asked(double: SlackDouble, web: AsyncWebClient, ada: Person, general: Channel) -> None:
    double.rates.enforced = True
    await web.chat_postMessage(channel=general.id, text="one")
    assert await refused(web.chat_postMessage(channel=general.id, text="two")) == "ratelimited"
    double.advance(1.1)
    await web.chat_postMessage(channel=general.id, text="three")
    for _ in range(20):
        await web.users_list(limit=10)
    assert await refused(web.users_list(limit=10)) == "ratelimited"
    double.advance(60)
    await web.users_list(limit=10)
    double.assert_clean()


async def test_tokens_die_in_several_ways(double: SlackDouble, web: AsyncWebClient) -> None:
    async with client(double, "xoxb-nobody's") as stranger:
        assert await refused(stranger.auth_test()) == "invalid_auth"
    double.installation.state = "account_inactive"
    assert await refused(web.auth_test()) == "account_inactive"
    double.installation.state = ""
    double.revoke()
    assert await refused(web.auth_test()) == "token_revoked"
    assert [delivery.name for delivery in double.courier.sent] == ["tokens_revoked"]


async def test_the_app_gives_its_token_back(double: SlackDouble, web: AsyncWebClient) -> None:
    assert (await web.auth_revoke(test=True))["revoked"] is False
    assert (await web.auth_revoke())["revoked"] is True
    assert await refused(web.auth_test()) == "token_revoked"


async def test_a_wrong_app_token_opens_no_socket(double: SlackDouble, web: AsyncWebClient) -> None:
    assert await refused(web.apps_connections_open(app_token="xapp-wrong")) == "invalid_auth"
    assert (await web.apps_connections_open(app_token=double.app_token))["url"].startswith("ws://127.0.0.1:")


async def test_the_double_answers_what_auth_test_tells(double: SlackDouble, web: AsyncWebClient) -> None:
    told = await web.auth_test()
    assert (told["user_id"], told["bot_id"]) == (double.installation.bot.id, double.installation.bot.bot_id)
    assert "chat:write" in told.headers["X-OAuth-Scopes"]
