"""A short history; `python -m tests.reliability history` lives through long ones, also with several processes."""

import pytest

from tests.reliability.histories import drawn, history
from tests.reliability.matrix import Setting, Works


@pytest.mark.asyncio(loop_scope="module")
async def test_whatever_happens_everything_is_said_once_and_in_order(shared: Works) -> None:
    story = await history(shared, Setting("slack", "sqlite"), seed=7, many=60)
    assert story.found == []
    assert story.replies
    assert story.kills


def test_a_seed_gives_the_same_deeds_again() -> None:
    assert drawn(7, 500) == drawn(7, 500)
    assert {deed.what for deed in drawn(7, 500)} >= {"say", "kill", "freeze", "clock", "again", "trouble", "calendar"}
