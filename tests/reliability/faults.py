"""Platform faults: each call that a flow makes meets each trouble once, and what people do must still be done once."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.reliability.matrix import Result, Setting, Works
from tests.reliability.scene import Stuck

KINDS = (("before", "429"), ("before", "500"), ("after", "500"), ("after", "drop"), ("after", "timeout"))
"""Asked to wait, refused, and three ways in which what was done is not said."""


@dataclass(frozen=True, slots=True)
class Trouble:
    call: str
    when: str
    kind: str

    def __str__(self) -> str:
        return f"{self.kind} {self.when} {self.call}"


async def calls_of(works: Works, setting: Setting, name: str, troubles: Sequence[Trouble] = ()) -> list[str]:
    """The calls a flow makes, each once; with `troubles`, those it makes because of them."""
    async with works.scene(setting, haste=True) as scene:
        flow = works.flows()[name]
        await flow.ready(scene)
        before = len(scene.site.calls())
        for one in troubles:
            scene.site.fail(one.call, one.when, one.kind)
        await flow.act(scene)
        return list(dict.fromkeys(scene.site.calls()[before:]))


async def meet(works: Works, setting: Setting, name: str, troubles: Sequence[Trouble]) -> Result:
    ends = tuple((str(one), 1) for one in troubles)
    async with works.scene(setting, haste=True) as scene:
        flow = works.flows()[name]
        try:
            await flow.ready(scene)
            for one in troubles:
                scene.site.fail(one.call, one.when, one.kind)
            await flow.act(scene)
            reached = not scene.site.faults_left()
            scene.site.heal()
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
    cases = [[Trouble(call, when, kind)] for call in calls for when, kind in KINDS]
    for call in calls:
        first = Trouble(call, "after", "drop")
        behind = [other for other in await calls_of(works, setting, name, [first]) if other not in calls]
        cases += [[first, Trouble(other, when, kind)] for other in behind for when, kind in KINDS]
    return cases
