"""The gateway with the real client: who may listen, what is heard with which intent, and nothing is lost when lines break."""

import asyncio
import json
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import discord
import pytest

from tests.doubles.discord import Channel, DiscordDouble, Person
from tests.doubles.dpy import Bot, connected, pointed

WITHOUT_CONTENT = 4609


@pytest.fixture
def ada(discord_double: DiscordDouble) -> Person:
    return discord_double.user("Ada")


@pytest.fixture
def general(discord_double: DiscordDouble) -> Channel:
    return discord_double.channel("general")


def texts(bot: Bot) -> list[str]:
    return [message.content for message in bot.heard]


@asynccontextmanager
async def line(double: DiscordDouble, query: str = "v=10&encoding=json") -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """A bare connection, after its hello."""
    async with aiohttp.ClientSession() as session, session.ws_connect(f"{double.gateway_url}?{query}") as socket:
        if "zlib" not in query:
            assert (await socket.receive_json())["op"] == 10
        yield socket


def identify(double: DiscordDouble, **more: Any) -> dict[str, Any]:
    properties = {"os": "linux", "browser": "test", "device": "test"}
    return {"op": 2, "d": {"token": double.token, "intents": 513, "properties": properties, **more}}


async def test_a_wrong_token_is_refused_over_both_ways(discord_double: DiscordDouble) -> None:
    with pointed(discord_double):
        bot = Bot()
        with pytest.raises(discord.LoginFailure):
            await bot.start("nobody's")
        await bot.close()
    async with line(discord_double) as socket:
        await socket.send_json(identify(discord_double, token="nobody's"))
        assert (await socket.receive()).data == 4004


async def test_an_intent_that_is_switched_off_in_the_portal_ends_the_connection(discord_double: DiscordDouble) -> None:
    discord_double.allow_message_content(False)
    bot = Bot()
    with pytest.raises(discord.PrivilegedIntentsRequired):
        async with connected(discord_double, bot):
            pass
    async with connected(discord_double, Bot(WITHOUT_CONTENT)):
        pass
    async with line(discord_double) as socket:
        await socket.send_json(identify(discord_double, intents=1 << 1))  # members
        assert (await socket.receive()).data == 4014


@pytest.mark.parametrize(
    ("payload", "code", "complaint"),
    [
        ({"intents": 1 << 26}, 4013, "intents"),
        ({"shard": [1, 1]}, 4010, "shard"),
        ({"op": 5}, 4001, "op 5"),
    ],
)
async def test_a_wrong_payload_closes_the_line_and_is_a_violation(
    discord_double: DiscordDouble, payload: dict[str, Any], code: int, complaint: str
) -> None:
    async with line(discord_double) as socket:
        await socket.send_json(payload if "op" in payload else identify(discord_double, **payload))
        assert (await socket.receive()).data == code
    with pytest.raises(AssertionError, match=complaint):
        discord_double.assert_clean()


async def test_only_the_tenth_version_as_json_is_spoken(discord_double: DiscordDouble) -> None:
    async with line(discord_double, "v=9&encoding=json"):
        pass
    with pytest.raises(AssertionError, match="wants v=10"):
        discord_double.assert_clean()


async def test_frames_are_compressed_for_who_asks(discord_double: DiscordDouble) -> None:
    async with line(discord_double, "v=10&encoding=json&compress=zlib-stream") as socket:
        stream = zlib.decompressobj()
        assert json.loads(stream.decompress((await socket.receive()).data))["op"] == 10
        await socket.send_bytes(json.dumps(identify(discord_double)).encode())
        ready = json.loads(stream.decompress((await socket.receive()).data))
    assert (ready["t"], ready["s"]) == ("READY", 1)
    assert ready["d"]["resume_gateway_url"] == discord_double.gateway_url


@pytest.mark.parametrize("compress", [True, False])
async def test_the_guild_arrives_with_its_channels_and_active_threads_only(
    discord_double: DiscordDouble, ada: Person, general: Channel, compress: bool
) -> None:
    discord_double.gateway.compress = compress
    hidden = discord_double.channel("hidden")
    discord_double.deny(hidden, "VIEW_CHANNEL")
    active, done = await ada.opens_thread(general, "active"), await ada.opens_thread(general, "done")
    secret = await ada.opens_thread(general, "secret", private=True)
    discord_double.archive(done)
    bot = Bot()
    async with connected(discord_double, bot):
        guild = bot.guilds[0]
        assert {str(one.id): one.name for one in guild.text_channels} == {general.id: "general", hidden.id: "___hidden___"}
        assert [str(one.id) for one in guild.threads] == [active.id]
        assert guild.me.guild_permissions.manage_webhooks
    assert secret.id in general.guild.channels  # type: ignore[union-attr]
    discord_double.assert_clean()


async def test_without_the_intent_words_are_missing_except_where_discord_says_so(
    discord_double: DiscordDouble, ada: Person, general: Channel
) -> None:
    discord_double.allow_message_content(False)
    bot = Bot(WITHOUT_CONTENT)
    async with connected(discord_double, bot):
        channel: Any = bot.get_channel(int(general.id))
        own = await channel.send("I am here")
        stranger = await ada.says("just talking", general)
        await ada.says(f"{discord_double.mention} a question", general)
        await ada.says("a reply", general, reply_to=general.messages[str(own.id)])
        await ada.says("a quiet reply", general, reply_to=general.messages[str(own.id)], ping=False)
        await ada.says("in private", ada.dm)
        await discord_double.until(lambda: len(bot.heard) == 5)
        assert texts(bot) == ["", f"{discord_double.mention} a question", "a reply", "", "in private"]
        fetched = await channel.fetch_message(int(stranger.id))
        assert fetched.content == ""
        hook = await channel.create_webhook(name="Labs")
        said = await hook.send("I am Paul", wait=True)
        assert said.content == "I am Paul"
        assert (await channel.fetch_message(said.id)).content == ""
        assert (await hook.fetch_message(said.id)).content == "I am Paul"
    discord_double.assert_clean()


async def test_what_happens_while_the_line_is_down_comes_after_the_resume_in_order(
    discord_double: DiscordDouble, ada: Person, general: Channel
) -> None:
    bot = Bot()
    async with connected(discord_double, bot):
        await ada.says("one", general)
        await discord_double.until(lambda: len(bot.heard) == 1)
        discord_double.gateway.drop()
        await ada.says("two", general)
        await ada.says("three", general)
        await discord_double.until(lambda: len(bot.heard) == 3)
        (session,) = discord_double.gateway.sessions
        assert (texts(bot), session.resumed, discord_double.gateway.identified) == (["one", "two", "three"], 1, 1)
    discord_double.assert_clean()


async def test_asked_to_reconnect_the_client_resumes(discord_double: DiscordDouble, ada: Person, general: Channel) -> None:
    bot = Bot()
    async with connected(discord_double, bot):
        await discord_double.gateway.reconnect()
        await ada.says("meanwhile", general)
        await discord_double.until(lambda: bot.heard)
        assert discord_double.gateway.sessions[0].resumed == 1
        await discord_double.gateway.invalidate(resumable=True)
        await discord_double.until(lambda: discord_double.gateway.sessions[0].resumed == 2)
    assert discord_double.gateway.identified == 1


async def test_an_invalid_session_is_begun_anew_and_loses_what_came_between(
    discord_double: DiscordDouble, ada: Person, general: Channel
) -> None:
    bot = Bot()
    async with connected(discord_double, bot):
        await discord_double.gateway.invalidate()
        await ada.says("lost", general)
        await discord_double.until(lambda: discord_double.gateway.identified == 2)
        await discord_double.until(lambda: bot.events.count("GUILD_CREATE") == 2)
        await ada.says("heard", general)
        await discord_double.until(lambda: bot.heard)
        assert texts(bot) == ["heard"]


async def test_who_resumes_too_late_begins_anew(discord_double: DiscordDouble, ada: Person, general: Channel) -> None:
    bot = Bot()
    async with connected(discord_double, bot):
        discord_double.gateway.forget()
        discord_double.gateway.drop()
        await discord_double.until(lambda: discord_double.gateway.identified == 2)
        await discord_double.until(lambda: bot.events.count("GUILD_CREATE") == 2)
        assert len(discord_double.gateway.live) == 1


async def test_a_line_that_acknowledges_nothing_is_given_up_and_resumed(
    discord_double: DiscordDouble, ada: Person, general: Channel
) -> None:
    discord_double.gateway.heartbeat = 0.05
    bot = Bot(heartbeat_timeout=0.3)
    async with connected(discord_double, bot):
        await discord_double.until(lambda: discord_double.gateway.sockets[-1].beats)
        before = discord_double.gateway.sessions[0].resumed
        discord_double.gateway.zombies()
        await discord_double.until(lambda: discord_double.gateway.sessions[0].resumed > before)
        await ada.says("still there?", general)
        await discord_double.until(lambda: bot.heard)
    discord_double.assert_clean()


async def test_events_may_come_twice_and_late(discord_double: DiscordDouble, ada: Person, general: Channel) -> None:
    bot = Bot()
    async with connected(discord_double, bot):
        discord_double.gateway.hold()
        await ada.says("one", general)
        await ada.says("two", general)
        discord_double.gateway.release(backwards=True)
        discord_double.gateway.again("MESSAGE_CREATE")
        await discord_double.until(lambda: len(bot.heard) == 3)
    assert texts(bot) == ["two", "one", "one"]


async def test_two_processes_hear_everything_twice(discord_double: DiscordDouble, ada: Person, general: Channel) -> None:
    one, other = Bot(), Bot()
    async with connected(discord_double, one), connected(discord_double, other):
        await ada.says("hello", general)
        await discord_double.until(lambda: one.heard and other.heard)
    discord_double.assert_clean()


async def test_two_shards_share_the_guilds(discord_double: DiscordDouble, general: Channel) -> None:
    guild = int(discord_double.guild.id)
    async with line(discord_double) as first, line(discord_double) as second:
        await first.send_json(identify(discord_double, shard=[0, 2]))
        await second.send_json(identify(discord_double, shard=[1, 2]))
        ready = [(await socket.receive_json())["d"]["guilds"] for socket in (first, second)]
    mine = [{"id": str(guild), "unavailable": True}]
    assert ready == ([mine, []] if (guild >> 22) % 2 == 0 else [[], mine])


async def test_places_the_app_cannot_see_are_silent(discord_double: DiscordDouble, ada: Person, general: Channel) -> None:
    hidden = discord_double.channel("hidden")
    discord_double.deny(hidden, "VIEW_CHANNEL")
    secret = await ada.opens_thread(general, "secret", private=True)
    elsewhere = discord_double.another_guild("Elsewhere", bot=False)
    foreign = discord_double.channel("foreign", elsewhere)
    discord_double.user("Ada", elsewhere)
    bot = Bot()
    async with connected(discord_double, bot):
        for place in (hidden, secret, foreign):
            await ada.says("psst", place)
        discord_double.threads.join(secret, discord_double.world.bot.id)
        await ada.says("hello", secret)
        await ada.says("bye", general)
        await discord_double.until(lambda: len(bot.heard) == 2)
    assert texts(bot) == ["hello", "bye"]
    discord_double.assert_clean()


async def test_the_app_hears_when_places_come_change_and_go(discord_double: DiscordDouble, ada: Person, general: Channel) -> None:
    bot = Bot()
    async with connected(discord_double, bot):
        thread = await ada.opens_thread(general, "lab")
        discord_double.archive(thread)
        await ada.says("wake up", thread)
        discord_double.delete(thread)
        message = await ada.says("hello", general)
        await ada.edits(message, "hello!")
        await ada.deletes(message)
        discord_double.rename(general, "lessons")
        discord_double.delete(general)
        home = discord_double.another_guild("Another")
        discord_double.remove_app(home)
        await discord_double.until(lambda: "GUILD_DELETE" in bot.events)
    wanted = [
        "THREAD_CREATE", "MESSAGE_CREATE", "THREAD_UPDATE", "THREAD_UPDATE", "MESSAGE_CREATE",
        "THREAD_DELETE", "MESSAGE_CREATE", "MESSAGE_UPDATE",
        "MESSAGE_DELETE", "CHANNEL_UPDATE", "CHANNEL_DELETE", "GUILD_CREATE", "GUILD_DELETE",
    ]  # fmt: skip
    assert [name for name in bot.events if name not in ("READY", "RESUMED")][1:] == wanted
    discord_double.assert_clean()


async def test_a_closed_door_keeps_the_client_out_until_it_opens(
    discord_double: DiscordDouble, ada: Person, general: Channel
) -> None:
    bot = Bot()
    async with connected(discord_double, bot):
        discord_double.gateway.deaf = True
        await discord_double.gateway.close(1001)
        await ada.says("meanwhile", general)
        await asyncio.sleep(0)
        discord_double.gateway.deaf = False
        await discord_double.until(lambda: bot.heard)
    assert texts(bot) == ["meanwhile"]


async def test_a_place_the_app_may_see_again_gets_its_name_and_its_threads_back(
    discord_double: DiscordDouble, ada: Person, general: Channel
) -> None:
    discord_double.deny(general, "VIEW_CHANNEL")
    thread = await ada.opens_thread(general, "lab")
    bot = Bot()
    async with connected(discord_double, bot):
        guild = bot.guilds[0]
        assert [one.name for one in guild.text_channels] == ["___hidden___"]
        assert [one.name for one in await guild.fetch_channels()] == []
        discord_double.allow(general, "VIEW_CHANNEL")
        await discord_double.until(lambda: "THREAD_LIST_SYNC" in bot.events)
        assert [one.name for one in guild.text_channels] == ["general"]
        assert [str(one.id) for one in guild.threads] == [thread.id]
        discord_double.set_permissions(discord_double.app_role(), "SEND_MESSAGES")
        discord_double.deny(general, "VIEW_CHANNEL", whom=discord_double.guild.roles[discord_double.guild.id])
        discord_double.deny(general, "VIEW_CHANNEL")
        await discord_double.until(lambda: [one.name for one in guild.text_channels] == ["___hidden___"])
    discord_double.assert_clean()


async def test_what_discord_writes_down_itself_comes_as_messages_too(
    discord_double: DiscordDouble, ada: Person, general: Channel
) -> None:
    bot = Bot()
    async with connected(discord_double, bot):
        thread = await ada.opens_thread(general, "lab")
        discord_double.rename(thread, "Lab 2")
        await discord_double.until(lambda: len(bot.heard) == 2)
    assert [(one.type.name, one.content, one.author.name) for one in bot.heard] == [
        ("thread_created", "lab", "ada"),
        ("channel_name_change", "Lab 2", "owner"),
    ]
    assert (ada.sees(general), ada.sees(thread)) == ([], [])


async def test_a_guild_may_be_out_of_reach_for_a_while(discord_double: DiscordDouble, general: Channel) -> None:
    bot = Bot()
    async with connected(discord_double, bot):
        discord_double.outage()
        await discord_double.until(lambda: bot.guilds[0].unavailable)
        discord_double.recover()
        await discord_double.until(lambda: not bot.guilds[0].unavailable)
        assert bot.joined == []
        discord_double.another_guild("Another")
        await discord_double.until(lambda: bot.joined == ["Another"])


async def test_a_new_session_that_comes_too_soon_is_turned_away(discord_double: DiscordDouble) -> None:
    discord_double.gateway.identify_seconds = 5.0
    async with line(discord_double) as first, line(discord_double) as second, line(discord_double) as third:
        await first.send_json(identify(discord_double))
        assert (await first.receive_json())["t"] == "READY"
        await second.send_json(identify(discord_double))
        assert await second.receive_json() == {"op": 9, "d": False, "s": None, "t": None}
        discord_double.advance(5)
        await third.send_json(identify(discord_double))
        assert (await third.receive_json())["t"] == "READY"


async def test_the_app_learns_how_often_it_may_still_come(discord_double: DiscordDouble) -> None:
    discord_double.apps.starts_left, discord_double.apps.shards = 0, 2
    with pointed(discord_double):
        bot = Bot()
        await bot.login(discord_double.token)
        shards, address, limit = await bot.http.get_bot_gateway()
        await bot.close()
    assert (shards, address, limit["remaining"]) == (2, discord_double.gateway_url, 0)
    discord_double.assert_clean()
