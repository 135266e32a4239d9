"""What is said in labs while nobody listens is read back once somebody does."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest

from bot.core.chat import Place
from bot.core.listening import OVERLAP, Listening
from bot.core.ports import OpenLab
from tests.conftest import ADA, GRACE, Stage
from tests.core.learners import open_lab
from tests.fakes import START

HOUR = timedelta(hours=1)


@pytest.fixture
def listening(stage: Stage) -> Listening:
    return Listening(stage.database, stage.clock, "fake")


class Readings:
    """What was asked to be read back. With `said`, everything said in a thread is heard again, as an adapter does it."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, datetime]] = []
        self.fault: Exception | None = None
        self.then: Callable[[OpenLab], Awaitable[None]] | None = None

    async def __call__(self, lab: OpenLab, since: datetime) -> None:
        if self.fault:
            raise self.fault
        self.asked.append((lab.owner.name, since))
        if self.then:
            await self.then(lab)


async def test_nothing_is_read_back_where_nobody_ever_listened(stage: Stage, listening: Listening) -> None:
    await open_lab(stage)
    readings = Readings()
    assert await listening.catch_up(readings) == 0
    assert readings.asked == []


async def test_after_a_silence_every_open_lab_is_read_back_from_a_little_before_it(stage: Stage, listening: Listening) -> None:
    await listening.catch_up(Readings())
    await open_lab(stage)
    stage.clock.pass_(minutes=30)
    await open_lab(stage, person=GRACE)
    await listening.note()
    stage.clock.pass_(hours=5)
    readings = Readings()
    assert await Listening(stage.database, stage.clock, "fake").catch_up(readings, HOUR) == 2
    since = START + timedelta(minutes=30) - OVERLAP
    assert readings.asked == [("Grace", since), ("Ada", since)]


async def test_a_short_silence_is_left_to_the_platforms_own_redelivery(stage: Stage, listening: Listening) -> None:
    await listening.catch_up(Readings())
    await open_lab(stage)
    stage.clock.pass_(minutes=59)
    readings = Readings()
    assert await listening.catch_up(readings, HOUR) == 0
    assert readings.asked == []


async def test_a_catch_up_that_was_cut_off_begins_again_from_where_it_began(stage: Stage, listening: Listening) -> None:
    await listening.catch_up(Readings())
    await open_lab(stage)
    stage.clock.pass_(hours=5)
    readings = Readings()
    readings.fault = ConnectionError()
    with pytest.raises(ConnectionError):
        await listening.catch_up(readings)
    await listening.note()
    stage.clock.pass_(hours=1)
    readings.fault = None
    assert await listening.catch_up(readings) == 1
    assert readings.asked == [("Ada", START - OVERLAP)]
    assert await listening.catch_up(readings, HOUR) == 0


async def test_nothing_is_noted_as_heard_while_labs_are_still_read_back(stage: Stage, listening: Listening) -> None:
    await listening.catch_up(Readings())
    await open_lab(stage)
    stage.clock.pass_(hours=5)
    readings = Readings()

    async def beat(_: OpenLab) -> None:
        stage.clock.pass_(minutes=3)
        await listening.note()

    readings.then = beat
    await listening.catch_up(readings)
    heard = await stage.database.read(lambda records: records.heard_until("fake"))
    assert heard == START + 5 * HOUR


async def test_what_was_asked_in_the_silence_is_answered_once_and_what_was_heard_before_is_not_heard_again(
    stage: Stage, listening: Listening
) -> None:
    await listening.catch_up(Readings())
    thread = await open_lab(stage)
    await stage.says(ADA, "I think raters compare two answers", thread, "before")
    stage.clock.pass_(hours=5)
    readings = Readings()

    async def again(lab: OpenLab) -> None:
        place = lab.lab.thread or Place("fake", "w", "general")
        await stage.says(lab.owner, "I think raters compare two answers", place, "before")
        await stage.says(lab.owner, "And what is the reward model for?", place, "missed")

    readings.then = again
    for _ in range(2):
        await listening.catch_up(readings)
    lab = await stage.database.read(lambda records: records.lab_in(thread))
    assert lab
    assert lab.turns == 2
