"""What the doctor finds: one line each."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "warn", "wrong"]
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """`what` was found about a `part`, and `todo` says what to do about it, unless it is well."""

    level: Level
    part: str
    what: str
    todo: str = ""


def printed(finding: Finding) -> str:
    advice = f" → {finding.todo}" if finding.todo else ""
    return f"{finding.level:5}  {finding.part}: {finding.what}{advice}"


def listed(names: tuple[str, ...]) -> str:
    """The first few, and how many more there are."""
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
