"""Everything that goes wrong on demand: lost answers, limits by route and over all; and what the client makes of it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import discord
import pytest

from tests.doubles.discord import Channel, DiscordDouble, Person
from tests.doubles.dpy import Bot, connected, refused

SAY = "post /channels/{channel_id}/messages"
EDIT = "patch /channels/{channel_id}/messages/{message_id}"
HOOK = "post /webhooks/{webhook_id}/{webhook_token}"


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client's pauses between tries pass at once; all else that sleeps does so for as long as it says."""
    sleep = asyncio.sleep

    async def briefly(seconds: float, result: Any = None) -> Any:
        return await sleep(0 if seconds in (1, 3, 5, 7, 9) else seconds, result)

    monkeypatch.setattr("discord.http.asyncio.sleep", briefly)


@pytest.fixture
async def bot(discord_double: DiscordDouble, general: Channel) -> AsyncIterator[Bot]:
    bot = Bot()
    async with connected(discord_double, bot):
        yield bot


@pytest.fixture
def ada(discord_double: DiscordDouble) -> Person:
    return discord_double.user("Ada")


@pytest.fixture
def general(discord_double: DiscordDouble) -> Channel:
    return discord_double.channel("general")


def place(bot: Bot, channel: Channel) -> Any:
    return bot.get_channel(int(channel.id))


def words(person: Person, channel: Channel) -> list[str]:
    return [message.words for message in person.sees(channel)]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", ["500", "502", "504"])
async def test_a_message_of_the_bot_is_said_once_whenever_the_answer_is_lost(
    discord_double: DiscordDouble, bot: Bot, ada: Person, general: Channel, when: Any, kind: str
) -> None:
    discord_double.fail(SAY, when, kind)
    await place(bot, general).send("hello")
    assert words(ada, general) == ["hello"]
    assert len(discord_double.calls_to(SAY)) == 2
    discord_double.assert_clean()


async def test_a_persona_says_it_twice_because_webhooks_know_no_nonce(
    discord_double: DiscordDouble, bot: Bot, ada: Person, general: Channel
) -> None:
    hook = await place(bot, general).create_webhook(name="Labs")
    discord_double.fail(HOOK, "after", "502")
    await hook.send("hello", wait=True)
    assert words(ada, general) == ["hello", "hello"]


async def test_a_503_is_not_tried_again_and_a_refusal_carries_its_code(
    discord_double: DiscordDouble, bot: Bot, ada: Person, general: Channel
) -> None:
    discord_double.fail(SAY, kind="503")
    with pytest.raises(discord.DiscordServerError):
        await place(bot, general).send("hello")
    for code in (50013, 50001, 10003, 50035, 160006):
        discord_double.fail(SAY, kind=code)
        assert await refused(place(bot, general).send("hello")) == code
    assert words(ada, general) == []
    discord_double.assert_clean()


@pytest.mark.parametrize(("when", "seen"), [("before", []), ("after", ["hello"])])
async def test_a_line_may_be_cut_before_or_after_the_deed(
    discord_double: DiscordDouble, bot: Bot, ada: Person, general: Channel, when: Any, seen: list[str]
) -> None:
    discord_double.fail(SAY, when, "drop")
    with pytest.raises(aiohttp.ClientError):
        await place(bot, general).send("hello")
    assert words(ada, general) == seen


async def test_an_answer_may_never_come(discord_double: DiscordDouble, bot: Bot, ada: Person, general: Channel) -> None:
    discord_double.fail(SAY, "after", "timeout")
    sending = asyncio.create_task(place(bot, general).send("hello"))
    await ada.reads(general, "hello")
    assert not sending.done()
    discord_double.api.let_go()
    with pytest.raises(aiohttp.ClientError):
        await sending


async def test_a_limit_is_waited_for(discord_double: DiscordDouble, bot: Bot, ada: Person, general: Channel) -> None:
    discord_double.fail(SAY, kind="429", retry_after=0.01)
    await place(bot, general).send("hello")
    discord_double.fail(SAY, kind="429 global", retry_after=0.01)
    await place(bot, general).send("again")
    assert words(ada, general) == ["hello", "again"]
    discord_double.assert_clean()


async def test_a_limit_without_the_via_header_is_a_ban(discord_double: DiscordDouble, bot: Bot, general: Channel) -> None:
    discord_double.fail(SAY, kind="429 banned")
    with pytest.raises(discord.HTTPException) as caught:
        await place(bot, general).send("hello")
    assert caught.value.status == 429
    assert len(discord_double.calls_to(SAY)) == 1


async def test_trouble_can_be_meant_for_some_calls_only(
    discord_double: DiscordDouble, bot: Bot, ada: Person, general: Channel
) -> None:
    discord_double.fail(SAY, kind=50013, times=2, matching=discord_double.saying("digest"))
    await place(bot, general).send("hello")
    assert await refused(place(bot, general).send("digest")) == 50013
    assert await refused(place(bot, general).send("digest")) == 50013
    await place(bot, general).send("digest")
    assert words(ada, general) == ["hello", "digest"]


async def test_only_what_discord_answers_can_be_played(discord_double: DiscordDouble) -> None:
    with pytest.raises(AssertionError, match="no route"):
        discord_double.fail("post /channels/{channel_id}/shout")
    with pytest.raises(AssertionError, match="nothing Discord answers"):
        discord_double.fail(SAY, kind="out of paper")
    with pytest.raises(AssertionError, match="nothing Discord answers"):
        discord_double.fail(SAY, kind=12345)


async def post(double: DiscordDouble, web: aiohttp.ClientSession, channel: Channel, number: int) -> aiohttp.ClientResponse:
    body = {"content": str(number), "nonce": str(number), "enforce_nonce": True, "allowed_mentions": {"parse": []}}
    headers = {"Authorization": f"Bot {double.token}"}
    async with web.post(f"{double.api_url}/channels/{channel.id}/messages", json=body, headers=headers) as answer:
        await answer.read()
    return answer


async def test_buckets_are_told_in_headers_and_kept_by_route_and_place(discord_double: DiscordDouble, general: Channel) -> None:
    discord_double.rates.enforced = True
    other = discord_double.channel("other")
    async with aiohttp.ClientSession() as web:
        answers = [await post(discord_double, web, general, number) for number in range(6)]
        elsewhere = await post(discord_double, web, other, 7)
        discord_double.advance(5.1)
        later = await post(discord_double, web, general, 8)
    assert [one.status for one in (*answers, elsewhere, later)] == [200] * 5 + [429, 200, 200]
    assert [one.headers["X-RateLimit-Remaining"] for one in answers] == ["4", "3", "2", "1", "0", "0"]
    refusal = answers[-1]
    body = await refusal.json()
    assert (body["global"], 0 < body["retry_after"] <= 5, refusal.headers["X-RateLimit-Scope"]) == (False, True, "user")
    assert (refusal.headers["Via"], answers[0].headers["X-RateLimit-Limit"]) == ("1.1 google", "5")
    assert answers[0].headers["X-RateLimit-Bucket"] == elsewhere.headers["X-RateLimit-Bucket"]
    discord_double.assert_clean()


async def test_over_everything_stands_a_limit_of_fifty_a_second(discord_double: DiscordDouble) -> None:
    discord_double.rates.enforced = True
    channels = [discord_double.channel(f"c{number}") for number in range(51)]
    discord_double.clock.freeze()
    async with aiohttp.ClientSession() as web:
        answers = [await post(discord_double, web, channel, 1) for channel in channels]
        body = await answers[-1].json()
    assert [one.status for one in answers] == [200] * 50 + [429]
    assert (body["global"], answers[-1].headers["X-RateLimit-Global"], answers[-1].headers["X-RateLimit-Scope"]) == (
        True,
        "true",
        "global",
    )


async def test_the_client_reads_the_headers_and_waits_by_itself(
    discord_double: DiscordDouble, bot: Bot, ada: Person, general: Channel
) -> None:
    discord_double.rates.limits[SAY] = (2, 0.05)
    discord_double.rates.enforced = True
    for number in range(5):
        await place(bot, general).send(str(number))
    assert words(ada, general) == list("01234")
    assert 429 not in [call.status for call in discord_double.calls_to(SAY)]


async def test_a_request_without_or_with_a_wrong_token_is_unauthorized(discord_double: DiscordDouble, general: Channel) -> None:
    async with aiohttp.ClientSession() as web:
        for headers in ({}, {"Authorization": "Bot wrong"}, {"Authorization": discord_double.token}):
            async with web.get(f"{discord_double.api_url}/channels/{general.id}", headers=headers) as answer:
                assert (answer.status, (await answer.json())["code"]) == (401, 0)


async def test_a_bad_request_is_refused_recorded_and_fails_the_test(
    discord_double: DiscordDouble, bot: Bot, ada: Person, general: Channel
) -> None:
    assert await refused(place(bot, general).send("x" * 2001)) == 50035
    assert words(ada, general) == []
    with pytest.raises(AssertionError, match="2001 characters, at most 2000"):
        discord_double.assert_clean()
    async with aiohttp.ClientSession() as web:
        for path in ("/nothing", "/guilds/1/bans"):
            async with web.get(discord_double.api_url + path, headers={"Authorization": f"Bot {discord_double.token}"}) as answer:
                assert answer.status in (403, 404)
    with pytest.raises(AssertionError, match=r"no such route(.|\n)*does not play"):
        discord_double.assert_clean()


async def test_who_keeps_calling_a_webhook_that_is_gone_is_noticed(
    discord_double: DiscordDouble, bot: Bot, general: Channel
) -> None:
    hook = await place(bot, general).create_webhook(name="Labs")
    discord_double.delete_webhook(discord_double.world.webhooks[str(hook.id)])
    for _ in range(10):
        assert await refused(hook.send("x")) == 10015
    discord_double.assert_clean()
    assert await refused(hook.send("x")) == 10015
    with pytest.raises(AssertionError, match="11 calls of a webhook that is gone"):
        discord_double.assert_clean()
