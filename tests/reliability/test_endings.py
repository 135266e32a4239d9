"""A real process that is asked to end while it answers: it ends in order, and the answer is whole, from it or from the next."""

import asyncio

import pytest

from bot.core.deliveries import LEASE
from tests.reliability.control import PATIENCE
from tests.reliability.flows import LabTurn
from tests.reliability.matrix import SITES, Setting, Works
from tests.reliability.scene import LOOK_AGAIN

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize("site", SITES)
@pytest.mark.parametrize("endless", [False, True], ids=["the answer ends", "the answer is handed over"])
async def test_asked_to_end_in_the_middle_of_an_answer(shared: Works, site: str, endless: bool) -> None:
    async with shared.scene(Setting(site, "postgresql"), haste=True, endless=endless) as scene:
        flow = LabTurn()
        flow.said = flow.said[:1]
        await flow.ready(scene)
        await scene.quiet()
        (victim,) = scene.victims
        before, scene.endless = scene.passed, False
        await scene.arm("after show", act="end")
        await flow.act(scene)

        assert victim.end == "after show"
        assert await ending(shared, victim.pid) == 0
        assert [*await flow.judge(scene), *scene.unsound()] == []
        assert scene.passed - before < LEASE / 2, "somebody waited for a lease that should have been given back"


async def ending(works: Works, pid: int) -> int:
    """What a process ended with."""
    async with asyncio.timeout(PATIENCE):
        while pid not in works.nursery.ended:  # noqa: ASYNC110 - it is another process
            await asyncio.sleep(LOOK_AGAIN)
    return works.nursery.ended[pid]
