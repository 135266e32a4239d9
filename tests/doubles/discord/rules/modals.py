"""Forms: at most five entries, each under its label. Source: components/reference, interactions/receiving-and-responding."""

from collections.abc import Iterator

from tests.doubles.discord.rules import parts
from tests.doubles.discord.specs import Json

MOST = 5


def complaints(data: Json) -> Iterator[str]:
    components = data.get("components") or []
    if not 1 <= len(components) <= MOST:
        yield f"body.data.components: {len(components)} entries, from 1 to {MOST}"
    yield from parts.unique(components, "body.data.components")
    for index, one in enumerate(components):
        where = f"body.data.components[{index}]"
        match one.get("type"):
            case 18:
                yield from _labelled(one.get("component") or {}, where)
            case 1:
                yield from (
                    f"{where}: only a text input stands in a row" for part in one.get("components") or [] if part.get("type") != 4
                )
                yield from (
                    f"{where}: a text input without a label" for part in one.get("components") or [] if not part.get("label")
                )
            case 10:
                pass
            case kind:
                yield f"{where}: type {kind} does not stand in a form"


def _labelled(one: Json, where: str) -> Iterator[str]:
    if one.get("disabled"):
        yield f"{where}: nothing in a form is disabled"
    match one.get("type"):
        case 4:
            yield from _text(one, where)
        case 21 if not 2 <= len(one.get("options") or []) <= 10:
            yield f"{where}: {len(one.get('options') or [])} options, from 2 to 10"
        case 22 if not 1 <= len(one.get("options") or []) <= 10:
            yield f"{where}: {len(one.get('options') or [])} options, from 1 to 10"
        case 3 | 5 | 6 | 7 | 8:
            yield from parts.select(one, where)
    if one.get("type") in (21, 22):
        yield from parts.choices(one.get("options") or [], where)


def _text(one: Json, where: str) -> Iterator[str]:
    if one.get("label"):
        yield f"{where}: the label stands around the text input, not in it"
    least, most = one.get("min_length") or 0, one.get("max_length") or 4000
    if least > most:
        yield f"{where}: from {least} to {most} characters"
    if len(one.get("value") or "") > most:
        yield f"{where}: filled with {len(one['value'])} characters, at most {most}"
