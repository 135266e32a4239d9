"""What people are told while the database cannot be used, and that everything goes on by itself when it can."""

import pytest

from bot.core.chat import Action, Answer, Declined, Place, Press, Said, Submit
from bot.core.desk import CANNOT_KEEP
from bot.core.ports import Trouble, Unavailable
from tests.conftest import ADA, CHANNEL, Stage, button, text
from tests.core.learners import open_lab


async def limit(stage: Stage, pages: int) -> None:
    """So many pages and no more, as on a full disk; 0 for just those there are."""
    pragma = f"PRAGMA max_page_count={pages or 1}"
    await stage.database.write(lambda records: records._connection.exec_driver_sql(pragma).scalar())


async def says_long(stage: Stage, place: Place, n: int) -> Answer:
    return await stage.desk.hear(Said(ADA, place, f"m{n}", "word " * 390))


async def test_on_a_full_disk_learners_are_told_that_nothing_was_kept_and_later_all_goes_on(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    thread = await open_lab(stage)
    await limit(stage, 0)
    refused: list[int] = []
    for n in range(12):
        answer = await says_long(stage, thread, n)
        if answer is not None:
            assert text(answer) == CANNOT_KEEP["full"]
            refused.append(n)
    assert refused, "the disk never was full"
    await stage.deliveries.settle()  # what was kept waits, since answers cannot be kept either
    assert "word" not in caplog.text

    await limit(stage, 1_000_000)
    for n in refused:
        assert await says_long(stage, thread, n) is None
    for _ in range(12):
        stage.clock.pass_(minutes=10)
        await stage.deliveries.settle()
    turns = await stage.database.read(lambda records: records.turns(1, 99))
    assert len([turn for turn in turns if turn.who]) == 12
    assert await stage.database.read(lambda records: records.broken(stage.clock.now())) == []


@pytest.mark.parametrize("why", ["away", "busy", "full", "readonly"])
async def test_every_trouble_has_its_sentence(stage: Stage, monkeypatch: pytest.MonkeyPatch, why: Trouble) -> None:
    async def fails(self: object, unit: object) -> None:
        raise Unavailable(why)

    welcome = await stage.types(ADA, "/cohort create Support")
    monkeypatch.setattr(type(stage.database), "write", fails)
    monkeypatch.setattr(type(stage.database), "read", fails)
    for said in (
        await stage.desk.hear(Said(ADA, CHANNEL, "m", "@lectern quiz rlhf")),
        await stage.desk.hear(Press(ADA, CHANNEL, "p", button(welcome, "Join the course"))),
    ):
        assert text(said) == CANNOT_KEEP[why]
        assert "nothing of that was kept" in text(said)
    form = await stage.desk.hear(Submit(ADA, CHANNEL, "s", Action("lab.sent", ("1",)), {"answer": ("x",)}))
    assert form == Declined(CANNOT_KEEP[why])
