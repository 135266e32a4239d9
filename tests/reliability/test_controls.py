"""The controls: with a guard taken away, the same harness sees what went wrong, so a table of zeros means something."""

import asyncio

import pytest

from tests.reliability.faults import Trouble, meet
from tests.reliability.matrix import Setting, Works, run
from tests.reliability.scene import LOOK_AGAIN, Scene

pytestmark = pytest.mark.asyncio(loop_scope="module")
SLACK = Setting("slack", "sqlite")
TWO = Setting("slack", "postgresql", 2)


@pytest.mark.parametrize(
    ("guard", "flow", "end", "seen"),
    [
        ("look first", "digest", "after post", "doubled: digest:"),
        ("hear once", "lab hint", "kept hear_once*", "doubled: "),
        ("first attempt", "quiz answer", "kept *give", "wrong: a first answer has changed"),
    ],
)
async def test_a_kill_shows_that_a_guard_is_missing(shared: Works, guard: str, flow: str, end: str, seen: str) -> None:
    result = await run(shared, SLACK, flow, [(end, 1)], without=guard)
    assert result.reached
    assert [found for found in result.found if found.startswith(seen)], result.found


async def test_a_refused_post_shows_that_nobody_keeps_a_thread_in_order(shared: Works) -> None:
    result = await meet(shared, SLACK, "lab turn", [Trouble("chat.postMessage", "before", "500")], without="order")
    assert result.reached
    assert "wrong: order" in result.found


async def test_two_processes_show_that_work_is_not_leased(shared: Works) -> None:
    """Both stand still when each is about to post, since it has looked and seen nothing; then both go on."""
    async with shared.scene(TWO, without="lease") as scene:
        flow = shared.flows()["digest"]
        await flow.ready(scene)
        await scene.quiet()
        await scene.arm("before post", act="stop")
        await _struck(scene)
        for victim in scene.victims:
            victim.thaw()
        await scene.quiet()
        assert [found for found in await flow.judge(scene) if found.startswith("doubled: digest:")]


async def _struck(scene: Scene) -> None:
    """A digest is due, and every process has it in hand, the second as soon as it no longer waits for the first."""
    await scene.pass_(3 * 3600)
    async with asyncio.timeout(60):
        while not all(victim.stopped.is_set() for victim in scene.victims):
            await scene.pass_(2)
            await asyncio.sleep(LOOK_AGAIN * 5)
