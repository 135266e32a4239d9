"""Asks a model one plain thing before a learner does: a wrong chat template answers nonsense with every sign of success."""

from contextlib import aclosing

from bot.adapters.tutor.model.client import Message, ModelClient
from bot.adapters.tutor.model.outcomes import Ended, Outcome

PROBE = (
    "This is a test of the connection before a lesson begins. A teaching assistant will later answer questions of learners about "
    "how language models are made, how they are tuned on examples, how people compare two replies, and how a team can choose "
    "between a better prompt and a tuned model. Nothing of that is needed now. Please reply with the single word: ready"
)
"""Sixty-five words: a server that counts fewer than 40 tokens has not read them."""

READ = 40
TOKENS, TOKENS_THINKING = 8, 256
"""OpenAI's models may think before they speak, and refuse a cap they cannot think in."""


async def canary(client: ModelClient) -> Ended:
    """OK if the server reads what it is sent and answers; CONFIG if it only seems to; else what went wrong. Not the text."""
    last = await probe(client)
    return Ended(judged(last), usage=last.usage, status=last.status, retry_after=last.retry_after, total=last.total)


async def probe(client: ModelClient) -> Ended:
    """What came of the question, as it came."""
    messages: list[Message] = [
        {"role": "system", "content": "You answer in one word."},
        {"role": "user", "content": PROBE},
    ]
    last = Ended(Outcome.PROTOCOL)
    async with aclosing(client.stream(messages, TOKENS_THINKING if client.is_openai else TOKENS)) as replies:
        async for reply in replies:
            if isinstance(reply, Ended):
                last = reply
    return last


def judged(ended: Ended) -> Outcome:
    if ended.outcome not in (Outcome.OK, Outcome.LENGTH, Outcome.EMPTY):
        return ended.outcome
    if ended.usage and ended.usage.prompt < READ:
        return Outcome.CONFIG
    thought = ended.outcome is Outcome.LENGTH and ended.usage and ended.usage.completion > 0
    return Outcome.OK if ended.text.strip() or thought else Outcome.CONFIG
