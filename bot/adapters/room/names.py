"""Display names: what a person may be called, without what disturbs other people's pages, and nobody else's name."""

import unicodedata
from collections.abc import Iterable

from bot.adapters.room.limits import NAME_CHARS
from bot.core.errors import BadInput

UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")  # letters and marks that show nothing
MARKS_IN_A_ROW = 2
LECTERN = "lectern"
CALLS = ("you", "everyone", "everybody", "here", "channel", "all")  # an "@here" that is a person would call nobody
TAKEN = "That name is taken here. Please choose another, or add your surname."
PRESENT = "Somebody with that name is in the room already. Please add your surname or an initial."

LATIN_TWINS = str.maketrans(
    "АВЕЅІЈКМНОРСТУХаеѕіјкмнорстухвһԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧαεικνορτυχłøđı0",
    "ABESIJKMHOPCTYXaesijkmhopctyxbhdqwABEZHIKMNOPTYXaeiknoptuxlodio",
)
"""Cyrillic and Greek letters by the Latin ones they are mistaken for (a small part of Unicode's confusables.txt)."""
STROKES = str.maketrans("i1|", "lll")


def clean_title(typed: str) -> str:
    """The name of something, as it is kept: 1 to 40 visible characters. Raises BadInput."""
    name = " ".join(_without_stacks(_visible(unicodedata.normalize("NFC", typed))).split())
    if not any(char.isalnum() for char in name):
        raise BadInput("Please type a name with at least one letter or number.")
    if len(name) > NAME_CHARS:
        raise BadInput(f"That name is too long. Please use at most {NAME_CHARS} characters.")
    return name


def clean_name(typed: str, reserved: Iterable[str] = (), present: Iterable[str] = ()) -> str:
    """A person's name, that does not look like Lectern, a `reserved` one, or somebody `present`. Raises BadInput."""
    name = clean_title(typed)
    looks = look(name)
    ours = {look(call) for call in CALLS} | {look(_plain(one)) for one in reserved}
    if look(LECTERN) in looks or {looks, look(_plain(name))} & ours:
        raise BadInput(TAKEN)
    if looks in {look(one) for one in present}:
        raise BadInput(PRESENT)
    return name


def look(name: str) -> str:
    """What the name looks like at a glance, whatever stands between its letters."""
    folded = fold(name)
    return "".join(char for char in folded if char.isalnum() or unicodedata.category(char).startswith("M")) or folded


def fold(name: str) -> str:
    """The name with letters that are mistaken for each other made the same."""
    flat = "".join(char for char in unicodedata.normalize("NFKD", name) if not "\u0300" <= char <= "\u036f")
    return flat.translate(LATIN_TWINS).casefold().translate(STROKES)


def _plain(name: str) -> str:
    """The name without what stands in brackets after it."""
    return name.partition("(")[0]


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
