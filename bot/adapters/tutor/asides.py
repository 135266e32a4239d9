"""Reads what is said beside the subject: manners, follow-ups, the end of the lab, complaints, tricks."""

import re
from enum import Enum

from bot.adapters.tutor.tidying import tidy

SHORT = 160
"""Longer messages are about the subject, whatever they begin with."""


class Aside(Enum):
    GREETING = "greeting"
    THANKS = "thanks"
    FOLLOW_UP = "follow-up"
    ENDING = "ending"
    LOST = "lost"
    COMPLAINT = "complaint"
    TRICK = "trick"
    WHO = "who"


def aside(text: str) -> Aside | None:
    """What the words are, if they are no question about the course and no answer."""
    said = " ".join(tidy(text).split())
    if len(said) > SHORT:
        return None
    return next((kind for kind, known in _KNOWN if known.match(said)), None)


_LEAD = (
    r"(?:(?:so|and|but|ok|okay|k|hm+|um+|uh|well|wait|hey|hi|thanks|sorry|also|please|pls|now|then|yes|no|lol|wow|bro)"
    r"\b[\s,.!:;-]*)*"
)
_TAIL = r"(?:[\s,]*(?:please|pls|tho|though|then|now|again|exactly|anyway|lol|bro|man|thanks?|thank you))*[\s,.!?…:;()-]*$"
_WANT = r"(?:(?:can|could|would|will) you |please |pls |just |i want you to )*"
_IT = r"(?: (?:it|that|this|that one|this one|the (?:question|passage|quote|text|answer|last (?:one|part|bit)|above)))?"


def _whole(*wordings: str) -> re.Pattern[str]:
    return re.compile(rf"{_LEAD}(?:{'|'.join(wordings)}){_TAIL}")


def _begins(*wordings: str) -> re.Pattern[str]:
    return re.compile(rf"{_LEAD}(?:{'|'.join(wordings)})")


_SOCIAL = r"[\s,.!?…:;()-]*"
_GREETING = re.compile(
    rf"(?:(?:hi+|hello+|hey+|hiya|yo|good (?:morning|afternoon|evening|day)|greetings|howdy|there)\b{_SOCIAL})+$"
)
_THANKS = re.compile(
    r"(?:(?:ok(?:ay)?|k|kk|thanks?|thank you|thx|ty|cheers|cool|nice|great|good|fine|perfect|awesome|alright|all right|"
    r"right|sure|got it|i see|makes sense|understood|interesting|wow|lol|haha+|yes|yep|yeah|no|nope|sorry|so much|a lot|"
    rf"very much|well|now)\b{_SOCIAL})+$"
)
_FOLLOW_UP = _whole(
    r"why(?: (?:so|not|is (?:that|it|this)(?: so)?|that|this))?",
    r"how (?:so|come|is that|does that work)",
    r"huh|eh|what|wdym|pardon|come again|elaborate|go on|continue|more|meaning|really|are you sure|so what|and|in english|eli5",
    rf"{_WANT}(?:tell|show|give) me more(?: about{_IT})?",
    rf"{_WANT}(?:explain|rephrase|summari[sz]e|simplify|say|put|repeat|clarify|translate){_IT}"
    r"(?: (?:more|simply|simpler|easier|again|better|differently|short(?:er)?|briefly|clearly|further|"
    r"in (?:\w+ ){0,2}(?:words|way|terms|english|detail)|"
    r"(?:to|for|like) (?:\S+ ){0,4}\S+))*",
    rf"{_WANT}(?:(?:give|show) me )?(?:an? )?(?:(?:other|another|concrete|simple|real|quick) )*examples?(?: (?:of|for){_IT})?",
    r"for example|such as|like what|like how|which (?:one|means)",
    r"what (?:do|did) you mean(?: (?:by|with)(?: that| this| it)?)?",
    r"what(?:'s| is| does| do)? (?:that|this|it|the question)(?: even)?(?: (?:mean|supposed to mean|about|asking))?",
)
_ENDING = _whole(
    r"(?:is|was) (?:it|this|that|the lab|the lesson)(?: all)? ?"
    r"(?:over|finished|done|all|the end|it|the last (?:one|question))?(?: yet| now)?",
    r"(?:are|am) (?:we|i) (?:done|finished|there|through|at the end)(?: yet| now| here)?",
    r"how (?:much )?long(?:er)?"
    r"(?: (?:is|does|will|do|did|this|it|the lab|the lesson|that|we|i|take|takes|last|lasts|be|to go|going|left))*",
    r"how many(?: more)? (?:questions|replies|turns|messages)"
    r"(?: (?:are|do|does|will|there|left|to|go|more|come|remain|i|have|we|still))*",
    r"(?:how|when|where) (?:do|can|will|does|is|may) (?:i|we|it|this|the lab) ?"
    r"(?:(?:be )?(?:finish|end|stop|quit|leave|over|done|get out|close)(?:ed)?)(?: (?:it|this|the lab|here))?",
    r"(?:can|may|could) (?:i|we) (?:finish|end|stop|quit|leave|go|be done)(?: (?:it|this|the lab|here|home))?",
    r"(?:i(?:'m| am) (?:done|finished)|let's (?:stop|finish|end)|i want to (?:stop|finish|end|leave|go|quit))"
    r"(?: (?:with )?(?:it|this|the lab|here))?",
)
_LOST = _whole(
    r"(?:i(?:'m| am|m)|im|we are) (?:so |totally |completely |really |a bit |kind of )*"
    r"(?:lost|confused|overwhelmed|stuck|bored|tired|not following)"
    r"(?: (?:here|by (?:it|this|that)))?",
    r"(?:this|that|it) (?:is|'s)? ?(?:too|so|very|really)? ?(?:hard|difficult|confusing|complicated|much)(?: for me)?",
    r"(?:this|that|it) makes no sense(?: to me)?",
    r"i (?:really |still |just )*(?:don't|dont|do not|can't|cannot) (?:get|understand|see|follow)"
    r"(?: (?:it|this|that|anything|a thing|the question|what you (?:mean|want)|you))?(?: at all)?",
)
_COMPLAINT = _begins(
    r"(?:you(?:'re| are|r)?|ur|this (?:bot|lab|thing|is)|this|that's|that is|it's|what an?)\b"
    r"(?: (?:is|are|so|really|very|such|an?|just|pretty|totally|completely|bot)\b)* "
    r"(?:useless|stupid|dumb|idiot\w*|bad|terrible|awful|annoying|boring|broken|rubbish|crap|garbage|trash|worthless|pointless|"
    r"nonsense|a joke|the worst|lying|unhelpful|incompetent|not (?:helpful|helping|listening|answering|what i)|no help|waste)\b",
    r"you (?:suck|lied|lie|(?:already |just )?(?:said|told|asked)|ignored|missed|keep (?:repeating|asking|saying|giving|telling)|"
    r"(?:got|made|gave)(?: me)? (?:it|that|this|something|an? (?:mistake|error|wrong)|the wrong|wrong))\b",
    r"you (?:never|don't|do not|didn't|did not|aren't|can't|cannot)(?: even| really)? "
    r"(?:understand|listen\w*|help\w*|answer\w*|know|get (?:it|me|that)|read|hear|make (?:any )?sense|work)\b",
    r"i (?:hate|already|just (?:told|said)|told you|said (?:that|this|it)|did (?:already )?(?:say|answer|tell))\b",
    r"(?:shut up|go away|fuck|screw you|bullshit|wtf|omg|ffs|stop (?:it|repeating|asking))\b",
    r"(?:that's|that is|that was|this is) (?:wrong|not (?:true|right|correct|what i .*))[\s.!?]*$",
    r"(?:what a (?:waste|joke))\b",
)
_TRICK = _begins(
    r"(?:ignore|disregard|forget|override|bypass) (?:all |any |your |the |my |previous |prior |above |these |those )*"
    r"(?:instructions?|rules?|prompts?|system|everything|orders|guidelines|training|that|previous)\b",
    rf"{_WANT}(?:tell|give|write|sing|make)(?: me| us)? (?:an? )?(?:\w+ )?"
    r"(?:joke|story|poem|song|rap|essay|recipe|riddle|haiku)\b",
    r"(?:pretend|act as|act like|roleplay|role-play|you are now|from now on|imagine you are|repeat after me|"
    r"say (?:\"|'|the word)|simon says)\b",
    rf"{_WANT}(?:what(?:'s| is| are)|show(?: me)?|reveal|print|repeat|give me|tell me) "
    r"your (?:system )?(?:prompt|instructions|rules|password|secrets?)\b",
    rf"{_WANT}(?:do|write) my (?:homework|essay|assignment)\b",
)
_WHO = _whole(
    r"(?:are|r) (?:you|u) (?:an? )?"
    r"(?:real|human|bot|robot|ai|person|machine|chatgpt|gpt\S*|claude|llm|alive|there|a language model|sure about that)"
    r"(?: (?:person|or .{1,30}|bot))?",
    r"(?:who|what) (?:are|r) (?:you|u)|what can you do|who made you|what(?:'s| is) your name",
    r"can you (?:hear|read|understand|see) me",
    r"how are you(?: (?:doing|today))*|what(?:'s| is) up|sup",
)
_KNOWN = (
    (Aside.GREETING, _GREETING),
    (Aside.THANKS, _THANKS),
    (Aside.FOLLOW_UP, _FOLLOW_UP),
    (Aside.ENDING, _ENDING),
    (Aside.LOST, _LOST),
    (Aside.WHO, _WHO),
    (Aside.TRICK, _TRICK),
    (Aside.COMPLAINT, _COMPLAINT),
)
