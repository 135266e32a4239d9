"""The crash matrix: every step of every flow, on every database and platform, with a kill between it and the next.

The steps are not a list in a file: a flow is done once under the probe, and what it passed is where it is killed.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.adapters.library import read
from tests.doubles.slack import specs
from tests.reliability.databases import Databases, Kind
from tests.reliability.discord_site import DiscordSite
from tests.reliability.flows import Flow, flows
from tests.reliability.nursery import ROOT, Nursery
from tests.reliability.room_site import RoomSite
from tests.reliability.scene import TRACED, End, Scene, Stuck
from tests.reliability.site import Site
from tests.reliability.slack_site import SlackSite

SITES: dict[str, Callable[[], Site]] = {"room": RoomSite, "slack": lambda: SlackSite(specs.require()), "discord": DiscordSite}
"""A new platform adds its driver here, and is killed like the others."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Which platform, on which database, in how many processes."""

    site: str
    kind: Kind
    processes: int = 1

    def __str__(self) -> str:
        return f"{self.site}, {self.kind}{f' × {self.processes}' if self.processes > 1 else ''}"


@dataclass(frozen=True, slots=True)
class Result:
    setting: Setting
    flow: str
    ends: tuple[End, ...]
    kills: int
    found: tuple[str, ...]
    reached: bool = True

    def count(self, *begins: str) -> int:
        return sum(one.startswith(begins) for one in self.found)

    def __str__(self) -> str:
        where = " then ".join(f"{step} #{hit}" for step, hit in self.ends)
        return f"{self.setting}, {self.flow}, killed {where}: {'; '.join(self.found) or 'nothing'}"


@dataclass(slots=True)
class Works:
    """What all runs share: forked processes, prepared databases, the course."""

    nursery: Nursery
    databases: Databases
    parallel: int = 2
    flows: Callable[[], dict[str, Flow]] = field(default=dict)

    def scene(self, setting: Setting, without: str = "", *, haste: bool = False, endless: bool = False) -> Scene:
        site = SITES[setting.site]()
        return Scene(self.nursery, self.databases, site, setting.kind, setting.processes, without, haste=haste, endless=endless)


@asynccontextmanager
async def works(parallel: int = 2) -> AsyncIterator[Works]:
    course = read(ROOT / "lessons", ROOT / "personas").curriculum
    with tempfile.TemporaryDirectory(prefix="lectern-works-") as folder, Databases(Path(folder)) as databases:
        async with Nursery() as nursery:
            yield Works(nursery, databases, parallel, lambda: flows(course))


# ---------------------------------------------------------------- one run


async def prepare(flow: Flow, scene: Scene) -> None:
    """Nothing of what came before is left to do when the flow begins."""
    await flow.ready(scene)
    await scene.quiet()


async def trace(works: Works, setting: Setting, name: str, ends: Sequence[End] = ()) -> list[End]:
    """The steps of a flow; with `ends`, those of whoever goes on after the last of them."""
    async with works.scene(setting) as scene:
        flow = works.flows()[name]
        await prepare(flow, scene)
        scene.then.extend([*ends[1:], TRACED] if ends else [])
        await scene.arm(*(ends[0] if ends else TRACED))
        await flow.act(scene)
        assert len(scene.ends) == len(ends), f"{setting}, {name}: {ends} were not reached, only {scene.ends}"
        return steps_of(scene, setting)


def steps_of(scene: Scene, setting: Setting) -> list[End]:
    """Of several processes each has its own count, so that only the first time of a step can be asked for."""
    taken = [end for victim in scene.victims for end in victim.steps]
    if setting.processes > 1:
        taken = [(step, 1) for step, _ in taken]
    return list(dict.fromkeys(taken))


async def run(works: Works, setting: Setting, name: str, ends: Sequence[End], without: str = "") -> Result:
    """Once more from the beginning where a step was not reached: who comes first among several is chance."""
    result = await _run(works, setting, name, ends, without)
    for _ in range(3):
        if result.reached:
            break
        result = await _run(works, setting, name, ends, without)
    return result


async def _run(works: Works, setting: Setting, name: str, ends: Sequence[End], without: str) -> Result:
    async with works.scene(setting, without) as scene:
        flow = works.flows()[name]
        try:
            await prepare(flow, scene)
            scene.then.extend(ends[1:])
            await scene.arm(*ends[0])
            await flow.act(scene)
            await scene.arm("", 0)
            found = [*await flow.judge(scene), *scene.site.complaints(), *scene.unsound()]
        except (Stuck, AssertionError, TimeoutError) as stuck:
            found = [f"lost: {str(stuck)[:1500] or type(stuck).__name__}"]
        return Result(setting, name, tuple(ends), scene.kills, tuple(found), scene.ends[: len(ends)] == list(ends))


# ---------------------------------------------------------------- many runs


SECOND = ("kept intend", "after post", "after show", "after edit")
"""Ends after which whoever takes over has something to find out; it is killed at each of its own steps as well."""


async def cases(works: Works, setting: Setting, name: str, *, twice: bool) -> list[tuple[End, ...]]:
    first = await trace(works, setting, name)
    found: list[tuple[End, ...]] = [(end,) for end in first]
    if twice:
        for end in first:
            if end[0] in SECOND and end[1] == 1:
                found += [(end, other) for other in await trace(works, setting, name, [end])]
    return found


async def matrix(
    works: Works, settings: Sequence[Setting], names: Sequence[str], tell: Callable[[Result], None], *, twice: bool = True
) -> list[Result]:
    """Every step of these flows in these settings. `tell` hears of each result as it comes."""
    results: list[Result] = []
    hands = asyncio.Semaphore(works.parallel)

    async def one(setting: Setting, name: str, ends: tuple[End, ...]) -> None:
        async with hands:
            result = await run(works, setting, name, ends)
        results.append(result)
        tell(result)

    async with asyncio.TaskGroup() as group:
        for setting in settings:
            for name in names:
                async with hands:
                    found = await cases(works, setting, name, twice=twice)
                for ends in found:
                    group.create_task(one(setting, name, ends))
    return results
