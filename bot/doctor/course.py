"""The course and who answers in its labs."""

import asyncio

from bot.adapters.library import read
from bot.core.errors import BadContent
from bot.doctor.findings import Finding
from bot.settings import Settings


async def course(settings: Settings) -> list[Finding]:
    try:
        library = await asyncio.to_thread(read, settings.lessons_dir, settings.personas_dir)
    except BadContent as bad:
        return [Finding("wrong", "course", problem, "python -m bot check says more") for problem in bad.problems[:5]]
    lessons = library.curriculum.lessons
    return [Finding("ok", "course", f"“{library.curriculum.title}”, {len(lessons)} lessons")]


async def model(settings: Settings) -> list[Finding]:
    """One short question, as before a first lesson: does it read what it is sent, and how quick is it?"""
    if not settings.model:
        return [Finding("ok", "model", "none; the study guide answers in labs")]
    from bot.adapters.tutor.model.canary import canary
    from bot.adapters.tutor.model.client import ModelClient
    from bot.adapters.tutor.model.outcomes import Outcome

    key = settings.openai_api_key.get_secret_value()
    client = ModelClient(settings.openai_base_url, settings.openai_model, key)
    who = f"{settings.openai_model} at {client.host}"
    try:
        ended = await canary(client)
    finally:
        await client.close()
    if ended.outcome is Outcome.OK:
        return [Finding("ok", "model", f"{who} answers a short question in {ended.total:.1f} s")]
    what = f"{who} is no help: {ended.outcome.name.lower()}"
    return [Finding("wrong", "model", what, "the study guide answers meanwhile; check OPENAI_BASE_URL, OPENAI_MODEL and the key")]
