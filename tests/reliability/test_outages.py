"""The database fails under the whole program for a while: what is said meanwhile is answered, once, without a restart."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from bot.core.desk import CANNOT_KEEP
from tests.reliability.flows import LabTurn
from tests.reliability.matrix import Setting, Works
from tests.reliability.scene import Scene
from tests.reliability.slack_site import SlackSite

pytestmark = pytest.mark.asyncio(loop_scope="module")
Outage = Callable[[Scene], AbstractAsyncContextManager[None]]


def told_to(broken: str, whole: str) -> Outage:
    """Trouble that SQLite itself is told to make, in the process that has the file open."""

    @asynccontextmanager
    async def outage(scene: Scene) -> AsyncIterator[None]:
        (victim,) = scene.victims
        pages = "".join(str(row[0]) for row in scene.ask("PRAGMA page_count"))
        await victim.order("pragma", says=broken.format(pages=pages))
        yield
        await victim.order("pragma", says=whole)

    return outage


@asynccontextmanager
async def locked(scene: Scene) -> AsyncIterator[None]:
    """Another program writes, and does not come to an end."""
    other = sqlite3.connect(scene.case.url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("PRAGMA busy_timeout=5000")
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()


OUTAGES: dict[str, Outage] = {
    "full": told_to("max_page_count={pages}", "max_page_count=1073741823"),
    "only to be read": told_to("query_only=1", "query_only=0"),
    "locked": locked,
}


@pytest.mark.parametrize("outage", OUTAGES)
async def test_what_was_said_while_the_file_could_not_be_written_is_answered(shared: Works, outage: str) -> None:
    async with shared.scene(Setting("slack", "sqlite"), haste=True) as scene:
        flow, site = LabTurn(), scene.site
        assert isinstance(site, SlackSite)
        flow.said = ()
        words = [f"What is number {n} of what is {'very ' * 300}long" for n in range(10)]
        await flow.ready(scene)
        await scene.quiet()
        async with OUTAGES[outage](scene):
            while not (site.double.courier.lost or await told(flow)):  # a full file has room for some
                flow.said = (*flow.said, words.pop())
                await flow.ada.says(flow.said[-1], flow.thread)
                await site.double.settled()
        await scene.quiet()
        refused = [said for said in flow.said if not scene.ask("SELECT seq FROM turns WHERE text = :said", said=said)]
        assert await told(flow) == len(refused), "each is kept, or its learner is told"
        for said in refused:
            await flow.ada.says(said, flow.thread)
        flow.said = (*[said for said in flow.said if said not in refused], *refused)
        await scene.quiet()
        assert [*await flow.judge(scene), *scene.unsound()] == []
        assert scene.kills == 0


async def told(flow: LabTurn) -> int:
    """How often somebody has read that what they said could not be kept."""
    return sum(sentence in one.text for one in await flow.ada.all_seen() for sentence in CANNOT_KEEP.values())


@pytest.mark.parametrize("falls", [True, False], ids=["the server falls over", "its connections are ended"])
async def test_a_reply_comes_whole_though_the_server_goes_away(shared: Works, falls: bool) -> None:
    async with shared.scene(Setting("slack", "postgresql", 2), haste=True) as scene:
        flow = LabTurn()
        await flow.ready(scene)
        await scene.quiet()
        acting = asyncio.create_task(flow.act(scene))
        for _ in range(1 if falls else 10):
            await asyncio.sleep(0)
            if falls:
                await asyncio.to_thread(shared.databases.restart)
            else:
                await asyncio.to_thread(shared.databases.dismiss, scene.case)
        await acting
        assert [*await flow.judge(scene), *scene.unsound()] == []
        assert scene.kills == 0
