"""What a reply has taken of the model: as the server counts it, else as we estimate it, and never nothing for something."""

from dataclasses import dataclass

from bot.adapters.tutor.model.outcomes import Ended, Outcome
from bot.adapters.tutor.model.tokens import typed
from bot.core.ports import Spent

UNREAD = frozenset({Outcome.AUTH, Outcome.CONFIG, Outcome.RATE, Outcome.QUOTA, Outcome.CONTEXT})
"""The server refused before the model read a word."""


@dataclass(slots=True)
class Bill:
    """`prompt` is our estimate of the latest call's request, 0 until there is one; `kept` the earlier turns it held."""

    prompt: int = 0
    kept: int = 0

    def so_far(self, text: str) -> Spent:
        return Spent(self.prompt, round(typed(text)))

    def total(self, ended: Ended) -> Spent:
        if ended.usage:
            return Spent(ended.usage.prompt, ended.usage.completion, counted=True)
        if not self.prompt or (ended.outcome in UNREAD and not ended.text):
            return Spent()
        return self.so_far(ended.text)
