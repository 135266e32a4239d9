"""Display names: what a person may be called, with everything taken out that could disturb other people's pages."""

import unicodedata

from bot.adapters.room.limits import NAME_CHARS
from bot.core.errors import BadInput

UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")  # letters and marks that show nothing
MARKS_IN_A_ROW = 2
OUR_OWN = frozenset({"lectern", "you"})


def clean_name(typed: str) -> str:
    """The name as it is kept: 1 to 40 visible characters. Raises BadInput."""
    name = " ".join(_without_stacks(_visible(unicodedata.normalize("NFC", typed))).split())
    if not any(char.isalnum() for char in name):
        raise BadInput("Please type a name with at least one letter or number.")
    if len(name) > NAME_CHARS:
        raise BadInput(f"That name is too long. Please use at most {NAME_CHARS} characters.")
    if name.casefold() in OUR_OWN:
        raise BadInput("That name is taken. Please choose another.")
    return name


def _visible(text: str) -> str:
    """Without control, bidirectional and zero-width characters (Cc, Cf) and unassigned or private ones."""
    spaced = (" " if char.isspace() else char for char in text)
    return "".join(char for char in spaced if char not in UNSEEN and not unicodedata.category(char).startswith("C"))


def _without_stacks(text: str) -> str:
    """At most two combining marks on one letter, so that a name cannot grow over its neighbours."""
    kept: list[str] = []
    run = 0
    for char in text:
        run = run + 1 if unicodedata.category(char).startswith("M") else 0
        if run <= MARKS_IN_A_ROW:
            kept.append(char)
    return "".join(kept)
