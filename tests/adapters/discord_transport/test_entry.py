"""At the door: who is let in, what is said to whoever is not, and what is seen to first."""

import asyncio
from pathlib import Path

import discord
import pytest

from bot.__main__ import main
from bot.adapters.discord.errors import DiscordRefused
from bot.adapters.library import Library
from tests.contract.discord import DiscordLearner, DiscordPlatform
from tests.doubles.discord import DiscordDouble, require

COMMANDS = "put /applications/{application_id}/commands"


@pytest.fixture
def closed(tmp_path: Path, library: Library) -> DiscordPlatform:
    """Not started yet."""
    return DiscordPlatform(tmp_path, library, require())


async def refused(platform: DiscordPlatform) -> str:
    """What the operator reads."""
    await platform.double.start()
    platform.channel = platform.double.channel("course")
    try:
        with pytest.raises(DiscordRefused) as told:
            await platform.run()
    finally:
        await platform.double.stop()
    assert "\n" not in str(told.value)
    assert platform.double.token not in str(told.value)
    return str(told.value)


async def test_a_token_that_is_not_taken_is_said_in_one_line(closed: DiscordPlatform) -> None:
    closed.double.api.token = "another"
    assert "Discord does not accept DISCORD_TOKEN" in await refused(closed)


async def test_a_token_the_gateway_does_not_take_is_said_in_one_line(closed: DiscordPlatform) -> None:
    closed.double.gateway.token = "another"
    assert "Discord does not accept DISCORD_TOKEN" in await refused(closed)


async def test_an_intent_that_was_not_granted_is_said_with_both_ways_out(closed: DiscordPlatform) -> None:
    closed.double.allow_message_content(False)
    told = await refused(closed)
    assert "Message Content Intent" in told
    assert "DISCORD_MESSAGE_CONTENT=0" in told


async def test_a_server_that_is_not_discord_is_said_in_one_line(closed: DiscordPlatform) -> None:
    closed.double.fail("get /users/@me", "before", "503", times=9)
    assert "cannot be reached at" in await refused(closed)


async def test_commands_that_are_refused_stop_the_start(closed: DiscordPlatform) -> None:
    closed.double.fail(COMMANDS, "before", 50035)
    assert "Discord did not take the commands" in await refused(closed)


async def test_without_the_intent_asked_for_none_is_needed(unread: DiscordPlatform) -> None:
    [session] = unread.double.gateway.live
    assert session.intents == 4609


async def test_with_message_content_the_intents_are_the_least_that_serve(discord: DiscordPlatform) -> None:
    [session] = discord.double.gateway.live
    assert session.intents == 37377


async def test_an_unreachable_discord_ends_the_start_with_a_line_and_a_status(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "DISCORD_TOKEN": "MTA.secret.token",
        "DISCORD_API_URL": "http://127.0.0.1:9/api/v10",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'lectern.db'}",
        "LESSONS_DIR": str(Path(__file__).parents[3] / "lessons"),
        "PERSONAS_DIR": str(Path(__file__).parents[3] / "personas"),
        "PORT": "0",
    }.items():
        monkeypatch.setenv(name, value)
    assert await asyncio.to_thread(main, ["sync", "discord"]) == 1
    said = capsys.readouterr().err
    assert "Discord cannot be reached at http://127.0.0.1:9/api/v10" in said
    assert "secret" not in said


async def test_commands_are_brought_up_to_date_by_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    async with DiscordDouble(require()) as double:
        for name, value in {
            "DISCORD_TOKEN": double.token,
            "DISCORD_API_URL": double.api_url,
            "DATABASE_URL": f"sqlite:///{tmp_path / 'lectern.db'}",
            "LESSONS_DIR": str(Path(__file__).parents[3] / "lessons"),
            "PERSONAS_DIR": str(Path(__file__).parents[3] / "personas"),
        }.items():
            monkeypatch.setenv(name, value)
        for _ in range(2):
            assert await asyncio.to_thread(main, ["sync", "discord"]) == 0
        assert len(double.calls_to(COMMANDS)) == 2
        assert not double.gateway.sessions
        double.assert_clean()
    assert "commands of Lectern" in capsys.readouterr().out


async def test_without_a_token_there_is_nothing_to_bring_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DISCORD_TOKEN", raising=False)
    assert await asyncio.to_thread(main, ["sync", "discord"]) == 1
    assert "DISCORD_TOKEN is not set" in capsys.readouterr().err


async def test_a_token_that_is_taken_away_later_makes_it_not_ready(discord: DiscordPlatform, ada: DiscordLearner) -> None:
    bot = discord.app.discord
    assert bot
    assert bot.ready
    await discord.double.gateway.close(4004)
    await discord.double.until(lambda: not bot.ready)


async def test_a_server_it_has_come_to_is_greeted_once_where_it_may_speak(discord: DiscordPlatform) -> None:
    double, bot = discord.double, discord.app.discord
    assert bot
    await double.until(bot._client.is_ready)  # before that, the library takes every server for one it was in already
    ada = double.user("Ada")
    guild = double.world.guild("Second", double.owner.user)
    double.user("Ada", guild)
    channel = double.channel("general", guild)
    double.world.tell("GUILD_CREATE", guild)
    said = await ada.reads(channel, "Hello, I am Lectern")
    done = await ada.clicks(said, "Create a cohort here")
    assert not done.error
    form = await ada.sees_form("Create a cohort")
    await ada.submits(form, {"name": "Winter"})
    await ada.reads(channel, "This channel now takes the course")
    await discord.quiet()
    assert len([one for one in channel.messages.values() if "Hello" in one.words]) == 1


async def test_nothing_is_logged_about_voice_which_nobody_needs(
    closed: DiscordPlatform, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("warn_nacl", "warn_dave"):
        monkeypatch.setattr(discord.VoiceClient, name, True)
    async with closed:
        assert closed.app.discord
    assert "voice" not in caplog.text
