"""Killed between any two steps, it loses nothing and does nothing twice. A short cut through `python -m tests.reliability`."""

import asyncio

import pytest

from tests.reliability.matrix import Result, Setting, Works, run, trace
from tests.reliability.scene import End

pytestmark = pytest.mark.asyncio(loop_scope="module")
SLACK = Setting("slack", "sqlite")
THREE = Setting("slack", "postgresql", 3)

NINE: dict[str, tuple[End, ...]] = {
    "after the claim": (("kept claim", 1),),
    "after the intent": (("kept intend", 1),),
    "after the deadline was checked": (("before post", 1),),
    "after the post, before its receipt is kept": (("after post", 1),),
    "after the receipt is kept": (("kept record", 1),),
    "while looking for a post": (("after post", 1), ("after find", 1)),
    "in the stream": (("after show", 1),),
    "after the last edit": (("after edit", 1),),
    "after the end is kept": (("kept finish*", 1),),
}


async def runs(works: Works, setting: Setting, flow: str, *cases: tuple[End, ...], without: str = "") -> list[Result]:
    hands = asyncio.Semaphore(2)

    async def one(ends: tuple[End, ...]) -> Result:
        async with hands:
            return await run(works, setting, flow, ends, without)

    results = await asyncio.gather(*(one(ends) for ends in cases))
    assert all(result.reached for result in results), [str(result) for result in results if not result.reached]
    return results


def faults(results: list[Result]) -> list[str]:
    return [str(result) for result in results if result.found]


async def test_a_reply_in_a_lab_is_there_once_wherever_the_process_was_killed(shared: Works) -> None:
    assert faults(await runs(shared, SLACK, "lab turn", *NINE.values())) == []


@pytest.mark.parametrize("site", ["slack", "discord"])
async def test_a_digest_of_several_messages_is_made_whole_where_only_its_first_was_posted(shared: Works, site: str) -> None:
    ends: list[tuple[End, ...]] = [(("before rest", 1),), (("before rest", 1), ("after find", 1)), (("after post", 1),)]
    assert faults(await runs(shared, Setting(site, "sqlite"), "digest", *ends, without="brevity")) == []


async def test_a_digest_goes_out_once_though_one_of_three_processes_dies(shared: Works) -> None:
    assert faults(await runs(shared, THREE, "digest", (("after post", 1),))) == []


async def test_the_steps_of_a_flow_are_the_ones_it_is_killed_at(shared: Works) -> None:
    steps = [step for step, _ in await trace(shared, SLACK, "digest")]
    assert [step for step in steps if step.startswith(("before", "after"))] == ["before post", "after post"]
    kept = [step.removeprefix("kept ").partition("+")[0] for step in steps if step.startswith("kept") and "fade" not in step]
    assert kept == ["advance", "claim", "intend", "record", "finish"]
