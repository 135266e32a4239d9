"""`python -m tests.reliability.victim`: the bot as an operator starts it, under a probe."""

import os
import sys

from tests.reliability.guards import take_away
from tests.reliability.probe import Probe


def main() -> int:
    from bot.__main__ import main as bot

    probe = Probe(os.environ["PROBE_CONTROL"], os.environ["PROBE_NAME"])
    for guard in filter(None, os.environ.get("PROBE_WITHOUT", "").split(",")):
        take_away(guard)
    probe.install()
    probe.listen()
    return bot([])


if __name__ == "__main__":
    sys.exit(main())
