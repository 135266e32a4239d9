"""What comes of a gesture: it is done, it opens a form, or it is refused with a sentence."""

from dataclasses import dataclass
from typing import TypeAlias

from bot.adapters.room.render import Json, form_json
from bot.core.chat import Form


@dataclass(frozen=True, slots=True)
class Done:
    """`message` is the one to look at, `channel` the one that was added."""

    message: int | None = None
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    form: Form


@dataclass(frozen=True, slots=True)
class Refused:
    sentence: str
    fields: dict[str, str]


Outcome: TypeAlias = Done | Opened | Refused


class NotDone(Exception):
    """The gesture cannot be done. The sentence goes to the person alone; the same gesture may be tried again."""

    def __init__(self, sentence: str, fields: dict[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.sentence, self.fields = sentence, fields or {}


def outcome_json(gesture: str, outcome: Outcome) -> Json:
    match outcome:
        case Done(message=message, channel=channel):
            return {"type": "ok", "id": gesture, "message": message} | ({"channel": channel} if channel else {})
        case Opened(form=form):
            return {"type": "form", "id": gesture, "form": form_json(form)}
        case Refused(sentence=sentence, fields=fields):
            return {"type": "refused", "id": gesture, "sentence": sentence, "fields": fields}
