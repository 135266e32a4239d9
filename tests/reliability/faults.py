"""Platform faults: each call that a flow makes meets each trouble once, and what people do must still be done once."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count

from tests.reliability.matrix import Result, Setting, Works, prepare
from tests.reliability.scene import Stuck
from tests.reliability.site import When, Wire

EACH = 2
"""Calls of one name that meet trouble, one at a time."""

KINDS: tuple[tuple[When, str], ...] = (
    ("before", "429"),
    ("before", "500"),
    ("after", "500"),
    ("after", "drop"),
    ("after", "timeout"),
)
"""Asked to wait, refused, and three ways in which what was done is not said."""


@dataclass(frozen=True, slots=True)
class Trouble:
    call: str
    when: When
    kind: str
    hit: int = 1
    """The how manieth such call meets it."""

    def __str__(self) -> str:
        return f"{self.kind} {self.when} {self.call}"

    def wait(self, wire: Wire) -> None:
        made = count(1)
        wire.fail(self.call, self.when, self.kind, matching=lambda _: next(made) >= self.hit)


async def calls_of(works: Works, setting: Setting, name: str, troubles: Sequence[Trouble] = ()) -> list[tuple[str, int]]:
    """The calls a flow makes, the first two of each kind; with `troubles`, those it makes because of them."""
    async with works.scene(setting, haste=True) as scene:
        wire = scene.site.wire
        if wire is None:
            return []
        flow = works.flows()[name]
        await prepare(flow, scene)
        before = len(wire.calls())
        for one in troubles:
            one.wait(wire)
        await flow.act(scene)
        made = Counter(wire.calls()[before:])
        return [(call, hit) for call, number in made.items() for hit in range(1, min(number, EACH) + 1)]


async def meet(works: Works, setting: Setting, name: str, troubles: Sequence[Trouble], without: str = "") -> Result:
    """Once more from the beginning where a call was not made: how often a draft is shown goes by the time it takes."""
    result = await _meet(works, setting, name, troubles, without)
    for _ in range(3):
        if result.reached:
            break
        result = await _meet(works, setting, name, troubles, without)
    return result


async def _meet(works: Works, setting: Setting, name: str, troubles: Sequence[Trouble], without: str) -> Result:
    ends = tuple((str(one), one.hit) for one in troubles)
    async with works.scene(setting, without, haste=True) as scene:
        flow, wire = works.flows()[name], scene.site.wire
        assert wire, f"{setting.site} has no wire to fail"
        try:
            await prepare(flow, scene)
            for one in troubles:
                one.wait(wire)
            await flow.act(scene)
            reached = not wire.waiting
            wire.waiting.clear()
            found = [*await flow.judge(scene), *scene.site.complaints(), *scene.unsound()]
        except (Stuck, AssertionError, TimeoutError) as stuck:
            return Result(setting, name, ends, scene.kills, (f"lost: {str(stuck)[-800:] or type(stuck).__name__}",))
        return Result(setting, name, ends, scene.kills, tuple(found), reached)


async def all_faults(
    works: Works, settings: Sequence[Setting], names: Sequence[str], tell: Callable[[Result], None]
) -> list[Result]:
    """Every call of these flows with every trouble; and where one leads to looking back, trouble in that as well."""
    results: list[Result] = []
    hands = asyncio.Semaphore(works.parallel)

    async def one(setting: Setting, name: str, troubles: Sequence[Trouble]) -> None:
        async with hands:
            results.append(await meet(works, setting, name, troubles))
        tell(results[-1])

    async with asyncio.TaskGroup() as group:
        for setting in settings:
            for name in names:
                async with hands:
                    cases = await _cases(works, setting, name)
                for troubles in cases:
                    group.create_task(one(setting, name, troubles))
    return results


async def _cases(works: Works, setting: Setting, name: str) -> list[list[Trouble]]:
    calls = await calls_of(works, setting, name)
    cases = [[Trouble(call, when, kind, hit)] for call, hit in calls for when, kind in KINDS]
    for call, hit in calls:
        first = Trouble(call, "after", "drop", hit)
        behind = [other for other, _ in await calls_of(works, setting, name, [first]) if (other, 1) not in calls]
        cases += [[first, Trouble(other, when, kind)] for other in dict.fromkeys(behind) for when, kind in KINDS]
    return cases
