"""`python -m tests.reliability`: kill it everywhere, and print what was lost and what was doubled."""

import argparse
import asyncio
import sys
import time
from collections import defaultdict
from collections.abc import Sequence

from tests.reliability.faults import all_faults
from tests.reliability.matrix import SITES, Result, Setting, matrix, works

FLOWS = ("digest", "schedule change", "enrolment", "quiz answer", "lab opening", "lab turn", "lab hint")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.reliability", description=__doc__)
    parser.add_argument("what", nargs="?", default="matrix", choices=["matrix", "faults"])
    parser.add_argument("--site", action="append", choices=list(SITES), help="a platform's double (default: all)")
    parser.add_argument("--database", action="append", choices=["sqlite", "postgresql", "postgresql3"])
    parser.add_argument("--flow", action="append", choices=FLOWS)
    parser.add_argument("--parallel", type=int, default=2)
    parser.add_argument("--once", action="store_true", help="no second kill of whoever takes over")
    asked = parser.parse_args(arguments)
    return asyncio.run(_matrix(asked))


async def _matrix(asked: argparse.Namespace) -> int:
    began = time.monotonic()
    async with works(asked.parallel) as shared:
        settings, flows = _settings(asked.site or list(SITES), asked.database), asked.flow or FLOWS
        if asked.what == "faults":
            results = await all_faults(shared, settings, flows, _tell)
        else:
            results = await matrix(shared, settings, flows, _tell, twice=not asked.once)
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
                found.append(Setting(site, "postgresql", 3 if database.endswith("3") else 1))
    return found


def _tell(result: Result) -> None:
    if result.found or not result.reached:
        print(f"{'' if result.reached else 'NOT REACHED '}{result}", flush=True)


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
