"""The gateway as it really is: lines that break, sessions that end, events that come twice, late or out of order."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.adapters.clock import Recurrences, SystemClock
from bot.adapters.discord.connection import Discord
from bot.adapters.library import Library
from bot.app import App
from bot.core.seats import Seat
from bot.store.database import Database
from bot.store.migrate import upgrade
from tests.contract.discord import DiscordLearner, DiscordPlatform
from tests.contract.test_promises import lab_of
from tests.doubles.discord import DiscordDouble, require
from tests.fakes import FakePictures


async def test_what_is_said_while_the_line_is_cut_is_answered_after_the_resume(
    discord: DiscordPlatform, ada: DiscordLearner
) -> None:
    root, _ = await lab_of(ada)
    await discord.quiet()
    identified = discord.double.gateway.identified
    discord.double.gateway.drop()
    await ada.says("hint", root.id)
    await ada.sees("There is no wrong answer to the opening", thread=root.id)
    assert discord.double.gateway.identified == identified


async def test_a_request_to_reconnect_loses_nothing(discord: DiscordPlatform, ada: DiscordLearner) -> None:
    root, _ = await lab_of(ada)
    await discord.quiet()
    await discord.double.gateway.reconnect()
    await ada.says("hint", root.id)
    await ada.sees("There is no wrong answer to the opening", thread=root.id)


@pytest.mark.parametrize("resumable", [True, False])
async def test_a_session_declared_invalid_loses_nothing_and_doubles_nothing(
    discord: DiscordPlatform, ada: DiscordLearner, *, resumable: bool
) -> None:
    root, _ = await lab_of(ada)
    await discord.quiet()
    bot = discord.app.discord
    assert isinstance(bot, Discord)
    bot.identify_pause = 0.0
    identified = discord.double.gateway.identified
    await discord.double.gateway.invalidate(resumable=resumable)
    await ada.says("hint", root.id)
    await ada.sees("There is no wrong answer to the opening", thread=root.id)
    await discord.quiet()
    assert len([one for one in await ada.all_seen() if "There is no wrong answer to the opening" in one.text]) == 1
    assert discord.double.gateway.identified == identified + (not resumable)


async def test_what_is_said_in_a_lab_between_two_sessions_is_read_back_and_answered_once(
    discord: DiscordPlatform, ada: DiscordLearner
) -> None:
    root, _ = await lab_of(ada)
    await discord.quiet()
    bot = discord.app.discord
    assert isinstance(bot, Discord)
    bot.identify_pause = 0.0
    discord.double.gateway.drop()
    discord.double.gateway.forget()
    await ada.says("hint", root.id)
    await ada.sees("There is no wrong answer to the opening", thread=root.id)
    await discord.quiet()
    assert len([one for one in await ada.all_seen() if "There is no wrong answer to the opening" in one.text]) == 1


async def test_what_is_said_in_a_lab_while_lectern_is_down_is_answered_once_and_in_order(
    discord: DiscordPlatform, ada: DiscordLearner
) -> None:
    root, opening = await lab_of(ada)
    await ada.presses(opening, "Skip to the first question")
    await discord.quiet()
    await discord.app.stop()
    for text in ("hint", "another hint"):
        await ada.says(text, root.id)
    await discord.run()
    await ada.sees("Hint 1 of 3", thread=root.id)
    await ada.sees("Hint 2 of 3", thread=root.id)
    await discord.restart()
    await discord.quiet()
    hints = [one.text for one in await ada.all_seen() if one.text.startswith("Hint ")]
    assert [hint[:11] for hint in hints] == ["Hint 1 of 3", "Hint 2 of 3"]


async def test_a_message_delivered_twice_is_heard_once(discord: DiscordPlatform, ada: DiscordLearner) -> None:
    root, opening = await lab_of(ada)
    await ada.presses(opening, "Skip to the first question")
    await ada.says("hint", root.id)
    discord.double.gateway.again("MESSAGE_CREATE")
    await ada.sees("Hint 1 of 3", thread=root.id)
    await discord.quiet()
    assert not [one for one in await ada.all_seen() if "Hint 2 of 3" in one.text]


async def test_a_gesture_from_before_a_restart_delivered_after_it_counts_once(
    discord: DiscordPlatform, ada: DiscordLearner
) -> None:
    root, opening = await lab_of(ada)
    await ada.presses(opening, "Skip to the first question")
    await ada.says("hint", root.id)
    first = await ada.sees("Hint 1 of 3", thread=root.id)
    await ada.presses(first, "Hint")
    await ada.sees("Hint 2 of 3", thread=root.id)
    await discord.restart()
    await ada.presses_again()
    await discord.quiet()
    assert not [one for one in await ada.all_seen() if "Hint 3 of 3" in one.text]


async def test_strangers_threads_other_bots_and_the_channel_are_none_of_its_business(
    discord: DiscordPlatform, ada: DiscordLearner
) -> None:
    theirs = await ada.person.opens_thread(discord.channel, "Lunch")
    await ada.person.says("Who comes along?", theirs)
    await discord.double.robot("Jukebox").says(f"{discord.double.mention} hello", discord.channel)
    await ada.says("Good morning")
    before = len(discord.double.calls)
    await discord.quiet()
    assert len(discord.double.calls) == before


async def test_called_by_name_it_answers_in_private(discord: DiscordPlatform, ada: DiscordLearner) -> None:
    await ada.says(f"{discord.double.mention} progress")
    assert (await ada.sees("Where you stand")).private


async def test_ready_means_that_discord_can_reach_it(discord: DiscordPlatform, ada: DiscordLearner) -> None:
    bot = discord.app.discord
    assert isinstance(bot, Discord)
    assert bot.ready
    bot.identify_pause = 3600.0
    discord.double.gateway.forget()
    discord.double.gateway.drop()
    await discord.double.until(lambda: not bot.ready)


async def test_a_command_that_comes_too_late_is_answered_directly_and_once(discord: DiscordPlatform, ada: DiscordLearner) -> None:
    double = discord.double
    double.gateway.hold()
    courier = double.courier
    late = courier.make(2, "progress", ada.person.user, discord.channel, {"id": "1", "name": "progress", "type": 1})
    courier.send(late)
    double.advance(4)
    double.gateway.release()
    await double.until(lambda: [one for one in ada.person.sees(ada.person.dm) if "Where you stand" in one.words])
    await discord.quiet()
    assert len([one for one in await ada.all_seen() if "Where you stand" in one.text]) == 1


async def test_another_process_stands_by_and_takes_over_when_the_first_leaves(
    tmp_path: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The seat is played by hand here; that only one process has it is tested where it is kept."""
    free = asyncio.Event()

    class Taken(Seat):
        async def look(self) -> bool:
            return free.is_set()

        async def hold(self, work: Callable[[], Awaitable[None]]) -> None:
            await free.wait()
            await work()

    async with DiscordDouble(require()) as double:
        platform = DiscordPlatform(tmp_path, library, require())
        platform.double = double
        monkeypatch.setattr("bot.app.Seat", Taken)
        upgrade(platform.url)
        app = App(
            platform.settings(), library, Database(platform.url), SystemClock(), Recurrences(), FakePictures(), seed=lambda: 3
        )
        await app.start()
        assert app.discord
        assert app.discord.ready
        assert not double.gateway.sessions
        free.set()
        await double.ready()
        await app.stop()
        double.assert_clean()
