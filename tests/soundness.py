"""What must hold in every database that a test leaves behind, asked as `python -m bot doctor` asks it, once all has ended."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.store.examination import examine
from bot.store.invariants import Broken


@contextmanager
def left_sound(folder: Path, breaks: Sequence[str] = ()) -> Iterator[None]:
    """Fails unless every SQLite file there is sound in the end. Whoever damages one on purpose names what `breaks`."""
    yield
    judge([one for path in sorted(folder.rglob("*.db")) for one in unsound(f"sqlite:///{path}")], breaks)


def unsound(url: str) -> list[Broken]:
    """What does not hold there. What has an innocent reason is not counted: tests set clocks, and stop programs half-way."""
    return [one for one in examine(url, datetime.now(UTC)).broken if not one.unless]


def judge(found: Sequence[Broken], breaks: Sequence[str] = ()) -> None:
    if {one.name for one in found} != set(breaks):
        said = [f"{one.name}: it does not hold that {one.says}: {', '.join(one.where)}" for one in found]
        pytest.fail("\n".join(said) or f"{breaks} was to be broken, and holds", pytrace=False)
