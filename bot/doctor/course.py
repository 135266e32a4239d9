"""The course and who answers in its labs."""

import asyncio

from bot.adapters.library import read
from bot.adapters.tutor.model.cleaning import clean
from bot.adapters.tutor.model.outcomes import Outcome
from bot.core.errors import BadContent, shorten
from bot.doctor.findings import Finding
from bot.settings import Settings

REPLIES = 8
"""A good lab has six to ten."""
NO_HELP = {
    Outcome.TIMEOUT: ("did not answer in time", "see whether the server is busy; raise OPENAI_READ_SECONDS where it is slow"),
    Outcome.NETWORK: ("cannot be reached", "check OPENAI_BASE_URL, and whether the server runs"),
    Outcome.SERVER: ("has trouble of its own", "look at the server's log, or try again in a while"),
    Outcome.RATE: ("takes no more requests just now", "try again in a while, or ask its provider for more"),
    Outcome.QUOTA: ("has no money or quota left", "look at the account with its provider"),
    Outcome.AUTH: ("does not accept the key", "check OPENAI_API_KEY"),
    Outcome.CONFIG: ("did not read what it was sent, or does not know the model", "check OPENAI_MODEL and its chat template"),
    Outcome.CONTEXT: ("has too small a window for one short question", "start it with a context of at least 4,096 tokens"),
}
"""What keeps a model from helping, and what to do."""


async def course(settings: Settings) -> list[Finding]:
    try:
        library = await asyncio.to_thread(read, settings.lessons_dir, settings.personas_dir)
    except BadContent as bad:
        return [Finding("wrong", "course", problem, "python -m bot check says more") for problem in bad.problems[:5]]
    lessons = library.curriculum.lessons
    return [Finding("ok", "course", f"“{library.curriculum.title}”, {len(lessons)} lessons")]


async def model(settings: Settings) -> list[Finding]:
    """One short question, as before a first lesson: does it read what it is sent, how quick is it, and what will a lab take?"""
    if not settings.model:
        return [Finding("ok", "model", "none; the study guide answers in labs")]
    from bot.adapters.tutor.model.canary import judged, probe
    from bot.adapters.tutor.model.client import ModelClient

    key = settings.openai_api_key.get_secret_value()
    client = ModelClient(settings.openai_base_url, settings.openai_model, key)
    who = f"{settings.openai_model or 'the only one listed'} at {client.host}"
    try:
        ended = await probe(client)
    finally:
        await client.close()
    if (outcome := judged(ended)) is Outcome.OK:
        said = f"“{shorten(clean(ended.text), 40)}”" if ended.text.strip() else "a thought without words"
        return [
            Finding("ok", "model", f"{who} answers a short question with {said} in {ended.total:.1f} s"),
            await _tokens(settings),
        ]
    what, then = NO_HELP.get(outcome, ("does not answer as a model should", "check OPENAI_BASE_URL and OPENAI_MODEL"))
    return [Finding("wrong", "model", f"{who} {what}", f"{then}; the study guide answers meanwhile")]


async def _tokens(settings: Settings) -> Finding:
    from bot.adapters.tutor.model.prompt import DoesNotFit, lab_tokens

    course = (await asyncio.to_thread(read, settings.lessons_dir, settings.personas_dir)).curriculum
    try:
        labs = [
            lab_tokens(lesson, course.persona_of(lesson), settings.openai_request_tokens, REPLIES) for lesson in course.lessons
        ]
    except DoesNotFit:
        what = f"a lesson does not fit into {settings.openai_request_tokens:,} tokens"
        return Finding("wrong", "tokens", what, "python -m bot check names it; raise OPENAI_REQUEST_TOKENS")
    told, said = (sum(figures) // len(labs) for figures in zip(*labs, strict=True))
    return Finding(
        "ok", "tokens", f"a lab of {REPLIES} replies takes about {told:,} in, most of them cacheable, and {said:,} out"
    )
