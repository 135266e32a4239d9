"""Reads what a learner's message is meant to be: a question, a statement, no attempt at all, or an alarm."""

import re
from enum import Enum

from bot.adapters.tutor.tidying import tidy

LONG = 14
"""From this many words on, a sentence that only begins like a question ("When the loss falls, …") is a statement."""

SHORT = 80
"""Longer messages say something, whatever they begin with."""


class Intent(Enum):
    QUESTION = "question"
    STATEMENT = "statement"
    EMPTY = "empty"
    ALARM = "alarm"


_LEAD = (
    r"(?:(?:so|and|but|ok|okay|hm+|um+|uh|well|wait|hey|hi|hello|also|please|pls|now|then|yes|no|sorry|sure|honestly|"
    r"basically|actually|like|just|still)"
    r"\b[\s,.!:;-]*)*"
)
_WANT = r"(?:(?:can|could|would|will) you |please |pls |just )*"

_WH = re.compile(_LEAD + r"(?:what|why|how|who|whom|whose|when|where|which)(?:'?s)?\b")
_YES_NO = re.compile(
    _LEAD
    + r"(?:can|could|do|does|did|don't|doesn't|didn't|is|isn't|are|aren't|was|were|will|would|should|has|have|had|may|might)\b"
)
_ASKING = re.compile(
    _LEAD + _WANT + r"(?:explain|tell (?:me|us)|define|show (?:me|us)|remind me|give me an? example|what about|how about|"
    r"i'd (?:like|love)|i (?:want|wanted|would like|was wondering|wonder|don't (?:understand|get|see))|"
    r"(?:just |was )*wondering)\b"
)
_NO_EFFORT = re.compile(
    _LEAD + r"(?:(?:"
    r"(?:i )?(?:really |honestly )?(?:don't|dont|do not) (?:really )?(?:know|have (?:a|any) (?:clue|idea))|"
    r"idk|dunno|not sure|(?:i )?(?:have )?no (?:idea|clue)|(?:i )?give up|pass|skip|whatever|help|help me|(?:i'?m )?stuck|"
    + _WANT
    + r"(?:tell|give|show|say) (?:me|it|us)(?: (?:it|the (?:right )?(?:answer|solution)))?|"
    r"what(?:'s| is) the (?:answer|solution)|(?:the )?(?:answer|solution)|"
    r"ok|okay|yes|no|yep|nope|hi|hello|hey|thanks|thank you|cool|nice|lol|hm+|um+|please|pls|now|sorry"
    r")[\s,.!?…-]*)+$"
)
_ALARM = re.compile(
    r"\b(?:kill(?:ing)? myself|(?:want|going|wish) to die|end my (?:own )?life|(?:i am|i'm|feel(?:ing)?) suicidal|"
    r"(?:hurt|harm|cut)(?:ting|ing)? myself|(?:want|going|plan(?:ning)?) to (?:kill|shoot|stab|hurt) (?:him|her|them|my|some))\b"
)


def intent(text: str, *, at_question: bool) -> Intent:
    """What the words are. `at_question`: an authored question is open, so a long statement is an attempt at it."""
    said = _said(text)
    if alarming(text):
        return Intent.ALARM
    if not re.search(r"[^\W_]", said) or (len(said) <= SHORT and _NO_EFFORT.match(said)):
        return Intent.EMPTY
    if re.search(r"\?[^\w?]*$", said) or _ASKING.match(said):
        return Intent.QUESTION
    begins = _WH.match(said) or _YES_NO.match(said)
    return Intent.QUESTION if begins and not (at_question and len(said.split()) >= LONG) else Intent.STATEMENT


def alarming(text: str) -> bool:
    """Whether somebody seems to be in danger, or about to harm others."""
    return bool(_ALARM.search(_said(text)))


def tentative(text: str) -> bool:
    """Whether a question could be a careful answer ("because the air is lifted?"): it asks for yes or no, not for facts."""
    said = _said(text)
    return not (_ASKING.match(said) or _WH.match(said))


def _said(text: str) -> str:
    return " ".join(tidy(text).split())
