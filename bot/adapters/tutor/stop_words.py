"""The words that say that something is asked, not what."""

from bot.adapters.tutor.stems import stems, tokens

_ASKING = """
about actually after again all almost already also although always am an and any anybody anyone anything anyway are
aren as at away back be because been before being both but by called came can cannot cant come comes could couldn did
didn do does doesn doing don done dont each either else etc even ever every everyone everything few for from gave get
gets getting give given gives giving go goes going gone gonna got gotta guess had hadn happen happened happening
happens has hasn have haven having he hello help her here hers herself hey hi him himself his how however id if im in
into is isn it its itself ive just kind kinda let lets like ll lol look looks lot lots made make makes making many may
maybe me mean means might mine more most much must mustn my myself need needs never no nobody none nor not nothing now
of off oh ok okay on once one only onto or other others ought our ours ourselves out over own per perhaps please pls
ppl put quite rather re really right said same say says see seem seems shall she should shouldn since so some somebody
somehow someone something somewhat sort still such sure take tell than thank thanks that thats the their theirs them
themselves then there these they thing things think this those though through thru thus till to told too true under
until up upon ur us use used using ve very via wanna want was wasn way ways we well went were weren what whatever
whats when where whether which while who whole whom whose why will with within without won wonder wondering work
working works would wouldn wow wtf yeah yep yes yet you your yours yourself
"""

_FILLING = """
absolutely apparently basically bit bloody bro btw bud completely crap damn dear definitely dude dunno entirely erm essentially
exactly frankly fucking generally genuinely guys haha heck hell hmm honestly hopefully idk imho imo lately legit literally
mate nope obviously oops ought personally possibly pretty presumably probably sir sorry specifically stuff super supposed
supposedly surely thingy tho totally truly uh um umm usually yo
"""

STOP = frozenset((*_ASKING.split(), *_FILLING.split()))


def told(text: str) -> frozenset[str]:
    """The stems of a text's words that tell something."""
    return frozenset(stem for word in tokens(text) if word not in STOP and len(word) > 1 for stem in stems(word))
