"""`python -m tests.reliability`: kill it everywhere, and print what was lost and what was doubled."""

import argparse
import asyncio
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress

from tests.reliability.faults import all_faults
from tests.reliability.histories import Story, history
from tests.reliability.matrix import SITES, Result, Setting, matrix, works

FLOWS = ("digest", "schedule change", "enrolment", "quiz answer", "lab opening", "lab turn", "lab hint")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.reliability", description=__doc__)
    parser.add_argument("what", nargs="?", default="matrix", choices=["matrix", "faults", "history"])
    parser.add_argument("--site", action="append", choices=list(SITES), help="a platform's double (default: all)")
    parser.add_argument("--database", action="append", choices=["sqlite", "postgresql", "postgresql2", "postgresql3"])
    parser.add_argument("--flow", action="append", choices=FLOWS)
    parser.add_argument("--minutes", type=float, default=600, help="end after so long with what there is")
    parser.add_argument("--parallel", type=int, default=2)
    parser.add_argument("--once", action="store_true", help="no second kill of whoever takes over")
    parser.add_argument("--seed", type=int, default=1, help="of a history")
    parser.add_argument("--deeds", type=int, default=2000, help="of a history")
    asked = parser.parse_args(arguments)
    if asked.what == "history":
        return asyncio.run(_history(asked))
    return asyncio.run(_matrix(asked))


async def _history(asked: argparse.Namespace) -> int:
    """One on SQLite, one with two and one with three processes on PostgreSQL, unless told otherwise."""
    wanted = asked.database or ("sqlite", "postgresql2", "postgresql3")
    stories: list[Story] = []
    async with works(1) as shared:
        for setting in _settings(["slack"], wanted):
            stories.append(await history(shared, setting, asked.seed, asked.deeds))
            print(stories[-1], flush=True)
            print("\n".join(stories[-1].found), flush=True)
    return 1 if any(story.found for story in stories) else 0


async def _matrix(asked: argparse.Namespace) -> int:
    began = time.monotonic()
    results: list[Result] = []

    def tell(result: Result) -> None:
        results.append(result)
        if result.found or not result.reached:
            print(f"{'' if result.reached else 'NOT REACHED '}{result}", flush=True)

    settings, flows = _settings(asked.site or list(SITES), asked.database), asked.flow or FLOWS
    async with works(asked.parallel) as shared:
        with suppress(TimeoutError):
            async with asyncio.timeout(asked.minutes * 60):
                if asked.what == "faults":
                    await all_faults(shared, settings, flows, tell)
                else:
                    await matrix(shared, settings, flows, tell, twice=not asked.once)
    print(table(results))
    print(f"{len(results)} runs, {sum(result.kills for result in results)} kills, {time.monotonic() - began:.0f} s")
    return 1 if any(result.found or not result.reached for result in results) else 0


def _settings(sites: Sequence[str], databases: Sequence[str] | None) -> list[Setting]:
    found = []
    for site in sites:
        for database in databases or ("sqlite", "postgresql", "postgresql3"):
            if database == "sqlite":
                found.append(Setting(site, "sqlite"))
            else:
                found.append(Setting(site, "postgresql", int(database.removeprefix("postgresql") or 1)))
    return found


def table(results: Sequence[Result]) -> str:
    groups: dict[tuple[str, str], list[Result]] = defaultdict(list)
    for result in results:
        groups[str(result.setting), result.flow].append(result)
    rows = ["| where | flow | runs | kills | lost | doubled | wrong | not reached |", "| --- | --- " + "| ---: " * 6 + "|"]
    for (where, flow), some in groups.items():
        numbers = [
            len(some),
            sum(result.kills for result in some),
            *(sum(result.count(word) for result in some) for word in ("lost", "doubled")),
            sum(len(result.found) - result.count("lost", "doubled") for result in some),
            sum(not result.reached for result in some),
        ]
        rows.append(f"| {where} | {flow} | {' | '.join(map(str, numbers))} |")
    return "\n".join(rows)


if __name__ == "__main__":
    sys.exit(main())
