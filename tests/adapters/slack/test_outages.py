"""What was said in labs while Slack could not reach us is answered, once, when it can."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.adapters.library import Library
from bot.adapters.slack import calls
from bot.adapters.slack.buckets import Buckets
from tests.adapters.slack.stage import EchoTutor, Stage
from tests.doubles.slack import Message, specs


@pytest.fixture
async def stage(tmp_path: Path, library: Library) -> AsyncIterator[Stage]:
    stage = Stage(tmp_path, library, specs.require(), EchoTutor())
    await stage.start()
    yield stage
    await stage.stop()
    stage.double.assert_clean()


def unhurried() -> Buckets:
    """Buckets whose waiting takes no time."""
    now = [0.0]

    async def sleep(seconds: float) -> None:
        now[0] += seconds
        await asyncio.sleep(0)

    return Buckets(lambda: now[0], sleep)


async def lost(stage: Stage, count: int) -> None:
    """Until Slack has given up bringing so many events."""
    await stage.double.until(lambda: len(stage.double.courier.lost) >= count)


def answers(stage: Stage, root: Message) -> list[str]:
    replies = root.channel.replies(root.ts)
    return [words.partition("]")[0].partition("[")[2] for m in replies if "heard [" in (words := m.words)]


async def test_what_was_asked_in_an_outage_is_answered_once_in_its_order_and_nothing_else_is(stage: Stage) -> None:
    ada, grace = await stage.learner("Ada"), await stage.learner("Grace")
    one, two = await stage.lab(ada), await stage.lab(grace, "fine-tuning")
    await ada.says("Before", one.ts)
    await ada.sees("heard [Before]", thread=one.ts)
    await stage.quiet()
    await stage.app.stop()
    await ada.says("First", one.ts)
    await grace.says("And a guest?", one.ts)
    await grace.says("Mine", two.ts)
    await ada.says("Second", one.ts)
    await ada.says("Not in a lab")
    await lost(stage, 5)
    stage.pass_(hours=3)
    for _ in range(2):
        await stage.run()
        await ada.sees("heard [Second]", thread=one.ts)
        await grace.sees("heard [Mine]", thread=two.ts)
        await stage.quiet()
        await stage.app.stop()
        stage.pass_(hours=3)
    await stage.run()
    await stage.quiet()
    assert answers(stage, one) == ["Before", "First", "And a guest?", "Second"]
    assert answers(stage, two) == ["Mine"]


async def test_a_private_lab_is_read_back_page_by_page_where_slack_gives_little_at_a_time(stage: Stage) -> None:
    ada = await stage.learner("Ada")
    await ada.types("/lab rlhf private")
    opening = await ada.sees("Just reply here")
    root = ada.person.dm.messages[opening.thread or ""]
    await stage.quiet()
    await stage.app.stop()
    for n in range(8):
        await ada.person.says(f"{n}", ada.person.dm, root)
    await lost(stage, 8)
    stage.pass_(days=2)
    stage.double.conversations.page = 3
    await stage.run()
    await stage.double.until(lambda: len(answers(stage, root)) == 8, what=f"{answers(stage, root)}")
    assert answers(stage, root) == [str(n) for n in range(8)]


async def test_a_short_silence_reads_nothing_back(stage: Stage) -> None:
    ada = await stage.learner("Ada")
    await stage.lab(ada)
    await stage.quiet()
    before = len(stage.double.calls_to("conversations.replies"))
    stage.pass_(seconds=50)
    await stage.restart()
    assert stage.app.slack
    assert await stage.app.slack.outages.catch_up() == 0
    assert len(stage.double.calls_to("conversations.replies")) == before


@pytest.mark.parametrize("trouble", ["thread_not_found", "missing_scope", "429"])
async def test_a_lab_that_cannot_be_read_keeps_no_other_from_being_read(
    stage: Stage, trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "Buckets", unhurried)
    ada, grace = await stage.learner("Ada"), await stage.learner("Grace")
    one, two = await stage.lab(ada), await stage.lab(grace, "fine-tuning")
    await stage.quiet()
    await stage.app.stop()
    await ada.says("Mine", one.ts)
    await lost(stage, 1)
    stage.pass_(hours=3)
    stage.double.fail("conversations.replies", kind=trouble, matching=lambda arguments: arguments["ts"] == two.ts)
    await stage.run()
    await ada.sees("heard [Mine]", thread=one.ts)


async def test_a_reading_that_was_cut_off_begins_again_with_what_was_missed(stage: Stage) -> None:
    ada = await stage.learner("Ada")
    root = await stage.lab(ada)
    await stage.quiet()
    await stage.app.stop()
    await ada.says("Mine", root.ts)
    await lost(stage, 1)
    stage.pass_(hours=3)
    stage.double.fail("conversations.replies", kind="500")
    await stage.run()
    asked = stage.double.calls_to
    await stage.double.until(lambda: asked("conversations.replies"))
    assert stage.app.slack
    await asyncio.sleep(0)
    await stage.app.slack.outages.catch_up()
    await ada.sees("heard [Mine]", thread=root.ts)
