"""The tutor that converses: a model's words, cleaned and checked as they come, and the lessons' own where it fails."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from dataclasses import replace

from bot.adapters.tutor.attempts import asked
from bot.adapters.tutor.intents import Intent, intent
from bot.adapters.tutor.model import phrases
from bot.adapters.tutor.model.bill import Bill
from bot.adapters.tutor.model.breaker import Breaker
from bot.adapters.tutor.model.canary import canary
from bot.adapters.tutor.model.cleaning import parts_of
from bot.adapters.tutor.model.client import ModelClient
from bot.adapters.tutor.model.ending import failed_checks, final, tries
from bot.adapters.tutor.model.outcomes import Ended, Outcome
from bot.adapters.tutor.model.prompt import BUDGET, REPLY, VERBATIM, DoesNotFit, Prompt, bare, lay_out
from bot.core.chat import Line, Moment, Text, line
from bot.core.ports import Clock, Draft, LabTurn, Shape, Source, Spent, Tutor

REPLY_THINKING = 2000
"""OpenAI's models may think inside the cap; what they say is asked to be short all the same."""

TRUNCATED = 0.6
"""A server that counts fewer tokens than this share of our estimate has dropped the beginning: the persona and the lesson."""

FEWEST = 2
"""Turns of history that are kept for everybody, however small one learner's window was: their own words may have been long."""

WITHHELD = frozenset({Outcome.OK, Outcome.EMPTY, Outcome.CONTENT_FILTER})
"""It answered, but with nothing that can be shown."""

log = logging.getLogger(__name__)


class ModelTutor:
    """Answers through `client`; where that fails, `guide` answers, after one sentence that says so."""

    def __init__(self, client: ModelClient, guide: Tutor, clock: Clock, *, budget: int = BUDGET) -> None:
        self._client, self._guide, self._clock, self._budget = client, guide, clock, budget
        self._breaker = Breaker()
        self._most = VERBATIM
        self._fit = False
        self._probe: asyncio.Task[Ended] | None = None

    @property
    def banner(self) -> str:
        return phrases.BANNER_HERE if self._client.loopback else phrases.BANNER_AWAY.format(host=self._client.host)

    async def check(self) -> Ended:
        """Ask the model one plain thing, unless somebody does already. Learners wait for it only where it was not done before."""
        if self._probe is None or self._probe.done():
            self._probe = asyncio.create_task(canary(self._client))
        ended = await asyncio.shield(self._probe)
        self._fit = ended.outcome is Outcome.OK
        return ended

    async def start(self) -> None:
        """Try the model before a learner does, and say in the log how that went. Labs do not wait for it."""
        ended = await self.check()
        if self._fit:
            log.info("The language model is ready", extra=_figures(ended))
            return
        self._breaker.note(ended.outcome, self._clock.now(), ended.retry_after)
        log.warning("The language model did not pass its test; labs are answered from the lessons", extra=_figures(ended))

    async def close(self) -> None:
        if self._probe is not None:
            self._probe.cancel()
            with suppress(asyncio.CancelledError):
                await self._probe
        await self._client.close()

    def cost(self, turn: LabTurn) -> int:
        if turn.instead or self._alarming(turn) or not self._breaker.closed(self._clock.now()):
            return 0
        try:
            return self._prompt(turn, self._most).tokens + self._cap
        except DoesNotFit:
            return 0

    async def answer(self, turn: LabTurn) -> AsyncGenerator[Draft]:
        if self._alarming(turn):
            async with aclosing(self._guide.answer(turn)) as drafts:
                async for draft in drafts:  # fixed words, and nothing of it leaves
                    yield draft
            return
        if turn.instead:
            async with aclosing(self._from_lessons(turn, turn.instead)) as drafts:
                async for draft in drafts:
                    yield draft
            return
        last: Ended | DoesNotFit | None = None
        tried, bill = tries(turn), Bill()
        async with aclosing(self._replies(turn, bill)) as replies:
            async for reply in replies:
                if not isinstance(reply, str):
                    last = reply
                elif parts := parts_of(reply):
                    shape = self._shape(turn, reply, bill)
                    yield Draft(parts, done=False, attempt=tried, spent=bill.so_far(reply), shape=shape)
        spent = bill.total(last) if isinstance(last, Ended) else Spent()
        failed = failed_checks(turn, last) if isinstance(last, Ended) else ()
        if isinstance(last, Ended) and (done := final(turn, last)):
            yield replace(done, spent=spent, shape=replace(self._shape(turn, last.text, bill), failed=failed))
            return
        async with aclosing(self._from_lessons(turn, self._why(last))) as drafts:
            async for draft in drafts:
                yield replace(draft, spent=spent, shape=replace(draft.shape or Shape(), failed=failed))

    def _shape(self, turn: LabTurn, text: str, bill: Bill) -> Shape:
        cited = [passage for passage in turn.lesson.passages() if f"[{passage.mark}]" in text]
        sources = tuple(Source(turn.lesson.slug, passage.id) for passage in cited[:6])
        model = self._client.model.rsplit("/", 1)[-1] if self._client.model.startswith(("/", ".")) else self._client.model
        return Shape("model", model, self._client.host, sources, bill.kept, self._cap)

    @property
    def _cap(self) -> int:
        return REPLY_THINKING if self._client.is_openai else REPLY

    def _alarming(self, turn: LabTurn) -> bool:
        return intent(turn.said, at_question=asked(turn) is not None) is Intent.ALARM

    # ------------------------------------------------------------ asking the model

    async def _replies(self, turn: LabTurn, bill: Bill) -> AsyncGenerator[str | Ended | DoesNotFit]:
        """The text as it comes and its end; nothing at all while the model is not to be asked."""
        try:
            prompt = self._prompt(turn, self._most)
        except DoesNotFit as larger:
            yield larger
            return
        if not self._breaker.admit(self._clock.now()):
            return
        ended: Ended | None = None
        try:
            async with aclosing(self._tried(turn, prompt, bill)) as replies:
                async for reply in replies:
                    if isinstance(reply, Ended):
                        ended = reply
                    else:
                        yield reply
        finally:
            self._settle(ended, turn)
        if ended:
            yield ended

    def _prompt(self, turn: LabTurn, most: int) -> Prompt:
        return bare(turn.said) if turn.bare else lay_out(turn, budget=self._budget, most=most)

    async def _tried(self, turn: LabTurn, prompt: Prompt, bill: Bill) -> AsyncGenerator[str | Ended]:
        """One call; where the window is too small for it, one more with half of what was said before."""
        if not self._fit and (ended := await self.check()).outcome is not Outcome.OK:
            yield ended
            return
        last = Ended(Outcome.PROTOCOL)
        full = prompt.kept
        for most in (full, full // 2):
            if most < full:
                prompt = self._prompt(turn, most)
            bill.prompt, bill.kept = prompt.tokens, prompt.kept
            async with aclosing(self._client.stream(prompt.messages, self._cap)) as replies:
                async for reply in replies:
                    if isinstance(reply, str):
                        yield reply
                    else:
                        last = reply
            if last.outcome is not Outcome.CONTEXT:
                self._most = min(self._most, max(most, FEWEST)) if most < full else self._most
                break
            if not prompt.kept:
                break
        self._compare(last, prompt)
        yield last

    def _settle(self, ended: Ended | None, turn: LabTurn) -> None:
        if ended is None:
            self._breaker.release()
            return
        was = self._breaker.latched
        self._breaker.note(ended.outcome, self._clock.now(), ended.retry_after)
        log.info("A call to the language model has ended", extra=_figures(ended) | {"lesson": turn.lesson.slug})
        if self._breaker.latched and not was:
            log.error(
                "The language model will not be asked again until its settings change and the program starts anew",
                extra=_figures(ended),
            )

    def _compare(self, ended: Ended, prompt: Prompt) -> None:
        """Some servers drop the beginning of what is too long without a word: then less is sent, and the operator told."""
        if ended.usage and ended.usage.prompt < TRUNCATED * prompt.tokens and self._most == VERBATIM:
            self._most = VERBATIM // 2
            log.warning(
                "The language model's server seems to cut off the beginning of prompts: give it a larger context window",
                extra={"counted": ended.usage.prompt, "estimated": prompt.tokens},
            )

    # ------------------------------------------------------------ answering without it

    def _why(self, last: Ended | DoesNotFit | None) -> Line:
        if isinstance(last, DoesNotFit):
            return line(phrases.TOO_LONG)
        if self._breaker.latched:
            return line(phrases.LATCHED)
        if until := self._breaker.until(self._clock.now()):
            return line(phrases.UNTIL, Moment(until), ".")
        return line(phrases.WITHHELD if last and last.outcome in WITHHELD else phrases.NOW)

    async def _from_lessons(self, turn: LabTurn, why: Line) -> AsyncGenerator[Draft]:
        async with aclosing(self._guide.answer(turn)) as drafts:
            async for draft in drafts:
                yield replace(draft, parts=(Text(why), *draft.parts))


def _figures(ended: Ended) -> dict[str, object]:
    """What may be written down about a call: never a word of it."""
    return {
        "outcome": ended.outcome.value,
        "status": ended.status,
        "prompt_tokens": ended.usage.prompt if ended.usage else None,
        "completion_tokens": ended.usage.completion if ended.usage else None,
        "first": ended.first,
        "total": ended.total,
    }
