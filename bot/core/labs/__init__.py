"""Labs: threads under a persona, in which one learner is taught. Opening, talking, the authored path and the end."""

from bot.core.labs.labs import Labs
from bot.core.labs.threads import end, persona_of, thread_title
from bot.core.labs.words import WORDS, wish_of

__all__ = ["WORDS", "Labs", "end", "persona_of", "thread_title", "wish_of"]
