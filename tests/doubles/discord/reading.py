"""What can be used in a message or a form: buttons, selects, entries, found by what a person reads on them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.doubles.discord.specs import Json
from tests.doubles.discord.things import walk

BUTTON, LINK = 2, 5
SELECTS = (3, 5, 6, 7, 8)
ENTRIES = (4, 19, 21, 22, 23, *SELECTS)


@dataclass(frozen=True, slots=True)
class Part:
    """A button, a select or an entry of a form. `label` is what stands on it, above it or in it."""

    type: int
    custom_id: str
    label: str
    body: Json

    @property
    def disabled(self) -> bool:
        return bool(self.body.get("disabled"))

    @property
    def options(self) -> tuple[str, ...]:
        """What can be chosen, as it reads."""
        return tuple(option["label"] for option in self.body.get("options") or [])

    @property
    def value(self) -> str:
        """What a text entry is filled with."""
        return str(self.body.get("value") or "")


def parts(components: list[Json]) -> list[Part]:
    """Everything that can be pressed, chosen from or filled in."""
    return list(_parts(components))


def find(components: list[Json], what: str) -> Part:
    """By custom_id, by label, by the beginning of a custom_id or of a label: the first kind that fits one part only."""
    known = parts(components)
    tests: tuple[Callable[[Part], bool], ...] = (
        lambda part: part.custom_id == what,
        lambda part: part.label == what,
        lambda part: bool(part.custom_id) and part.custom_id.startswith(what),
        lambda part: part.label.startswith(what),
    )
    for test in tests:
        found = [part for part in known if test(part)]
        if len(found) == 1:
            return found[0]
        assert not found, f"{what!r} is on the screen {len(found)} times: {[(part.label, part.custom_id) for part in found]}"
    raise AssertionError(f"no {what!r} among {[(part.label, part.custom_id) for part in known]}")


def values(part: Part, wanted: tuple[str, ...]) -> list[str]:
    """Options by value, by what they say, or by its beginning."""
    options, found = part.body.get("options") or [], []
    for one in wanted:
        fits = [option for option in options if one in (option["value"], option["label"])]
        fits = fits or [option for option in options if option["label"].startswith(one)]
        assert len(fits) == 1, f"{one!r} is {len(fits)} times among {part.options}"
        found.append(str(fits[0]["value"]))
    least, most = bounds(part)
    assert least <= len(found) <= most, f"{part.custom_id} wants {least} to {most} values, not {found}"
    return found


def bounds(part: Part) -> tuple[int, int]:
    least, most = part.body.get("min_values"), part.body.get("max_values")
    if part.type == 22:
        return (1 if least is None and part.body.get("required", True) else least or 0), most or len(part.options)
    return (1 if least is None else least), (1 if most is None else most)


def _parts(components: list[Json]) -> Iterator[Part]:
    labels = {one["component"].get("custom_id"): one["label"] for one in walk(components) if one["type"] == 18}
    for one in walk(components):
        kind, name = one["type"], one.get("custom_id") or ""
        if kind == BUTTON:
            emoji = (one.get("emoji") or {}).get("name") or ""
            yield Part(kind, name, one.get("label") or emoji, one)
        elif kind in ENTRIES:
            yield Part(kind, name, labels.get(name) or one.get("label") or one.get("placeholder") or "", one)
