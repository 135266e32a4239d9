"""Labs: threads under a persona, in which one learner is taught. Opening, talking, the authored path and the end."""

from bot.core.labs.access import persona_of
from bot.core.labs.labs import Labs
from bot.core.labs.retries import tell, trouble_post
from bot.core.labs.shaped import Shapes
from bot.core.labs.threads import NO_LESSON, end, thread_title
from bot.core.labs.words import WORDS, wish_of
from bot.core.labs.writing import Stops

__all__ = [
    "NO_LESSON",
    "WORDS",
    "Labs",
    "Shapes",
    "Stops",
    "end",
    "persona_of",
    "tell",
    "thread_title",
    "trouble_post",
    "wish_of",
]
