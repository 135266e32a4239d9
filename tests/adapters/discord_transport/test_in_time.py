"""Whatever the core, the model or the database does meanwhile: Discord has its acknowledgement within three seconds."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.adapters.library import Library
from bot.core.chat import Answer, Heard
from bot.core.ports import Draft, LabTurn
from tests.contract.discord import DiscordLearner, DiscordPlatform
from tests.contract.test_promises import lab_of
from tests.doubles.discord import require

CALLBACK = "post /interactions/{interaction_id}/{interaction_token}/callback"


class Hanging:
    """A tutor that never answers."""

    banner = "Nobody answers."

    def cost(self, turn: LabTurn) -> int:
        return 0

    async def answer(self, turn: LabTurn) -> AsyncGenerator[Draft]:
        await asyncio.Event().wait()
        yield Draft((), done=True)


@asynccontextmanager
async def held(discord: DiscordPlatform) -> AsyncIterator[asyncio.Event]:
    """A core that answers nothing until the event is set."""
    desk, free = discord.app.desk.hear, asyncio.Event()

    async def hear(heard: Heard) -> Answer:
        await free.wait()
        return await desk(heard)

    discord.app.desk.hear = hear  # type: ignore[method-assign]
    yield free
    free.set()


async def test_two_hundred_gestures_at_once_are_acknowledged_in_time_while_the_tutor_hangs(
    tmp_path: Path, library: Library
) -> None:
    async with DiscordPlatform(tmp_path, library, require(), Hanging()) as discord:
        ada = await discord.learner("Ada")
        _, opening = await lab_of(ada)
        await ada.presses(opening, opening.buttons[0])
        [thread] = discord.channel.threads
        people = [discord.double.user(f"Learner {n}") for n in range(100)]
        asked = [ada.person.command(f"/ask text:And {n}?", thread) for n in range(16)]
        shown = [person.command("/progress", discord.channel) for person in people[:14]]
        told = [person.command(f"/{what} nothing", discord.channel) for what in ("lesson", "quiz") for person in people[:85]]
        done = await asyncio.gather(*asked, *shown, *told)
        assert [one.error for one in done if one.error] == []
        assert len(done) == 200
        await discord.double.until(lambda: all(one.original and not one.original.loading for one in done))


async def test_a_slow_core_is_waited_for_openly_and_its_answers_come_where_they_belong(
    discord: DiscordPlatform, ada: DiscordLearner
) -> None:
    async with held(discord) as free:
        await ada.types("/progress")
        assert any(one.loading for one in ada.person.sees(discord.channel))
        free.set()
        assert (await ada.sees("Where you stand")).private


async def test_what_is_for_all_is_said_to_all_also_when_it_comes_late(discord: DiscordPlatform, ada: DiscordLearner) -> None:
    other = discord.double.channel("second")
    await discord.double.settled()
    async with held(discord) as free:
        done = await ada.person.command("/cohort create Night shift", other)
        free.set()
        grace = discord.double.user("Grace")
        said = await grace.reads(other, "Night shift")
    assert (done.error, said.only_for) == ("", "")
    assert not [one for one in ada.person.sees(other) if one.loading]


async def test_a_late_answer_in_place_of_a_message_still_takes_its_place(discord: DiscordPlatform, ada: DiscordLearner) -> None:
    await ada.types("/lesson rlhf")
    page = await ada.sees("section 1 of 8")
    async with held(discord) as free:
        await ada.presses(page, "Next")
        free.set()
        assert (await ada.sees("section 2 of 8")).id == page.id


async def test_a_form_that_comes_too_late_is_opened_by_a_button(discord: DiscordPlatform, ada: DiscordLearner) -> None:
    await ada.types("/cohort status")
    status = await ada.sees("No calendar yet")
    async with held(discord) as free:
        await ada.presses(status, "Set the calendar")
        free.set()
        late = await ada.sees("longer than Discord lets a form wait")
    await ada.fills(late, late.buttons[0], zone="Europe/Berlin")
    await ada.sees("Is this right?")


async def test_a_fault_of_ours_is_one_private_apology(discord: DiscordPlatform, ada: DiscordLearner) -> None:
    async def broken(heard: Heard) -> Answer:
        raise ZeroDivisionError

    discord.app.desk.hear = broken  # type: ignore[method-assign]
    await ada.types("/progress")
    assert (await ada.sees("Something went wrong on our side")).private


async def test_an_answer_too_late_for_its_interaction_comes_directly(discord: DiscordPlatform, ada: DiscordLearner) -> None:
    async with held(discord) as free:
        await ada.types("/progress")
        discord.double.advance(16 * 60)
        free.set()
        await ada.sees("Where you stand")
    assert [one for one in ada.person.sees(ada.person.dm) if "Where you stand" in one.words]


async def test_an_acknowledgement_whose_receipt_was_lost_is_followed_by_the_answer(
    discord: DiscordPlatform, ada: DiscordLearner
) -> None:
    discord.double.fail(CALLBACK, "after", "502")
    await ada.types("/progress")
    await ada.sees("Where you stand")
    await discord.quiet()
    assert len([one for one in await ada.all_seen() if "Where you stand" in one.text]) == 1


async def test_a_picture_of_progress_goes_with_its_words(discord: DiscordPlatform, ada: DiscordLearner) -> None:
    await ada.types("/progress")
    await ada.sees("Where you stand")
    message = next(one for one in ada.person.sees(discord.channel) if one.attachments)
    [picture] = message.attachments
    assert picture.description
