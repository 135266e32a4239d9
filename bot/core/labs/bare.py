"""The same question without the persona: asked once, answered in a direct message, and paid for like any other."""

from contextlib import aclosing
from datetime import datetime

from bot.core.chat import Heading, Part, Place, Post, Quote, line, note, para
from bot.core.curriculum import Curriculum
from bot.core.errors import shorten
from bot.core.jobs import Job, Pace
from bot.core.labs.access import persona_of
from bot.core.labs.budgets import left_today, used_up
from bot.core.labs.threads import NO_LESSON
from bot.core.ports import Allowance, Clock, Draft, Grant, LabTurn, Purpose, Records, Store, Tutor, Work


class BareAnswers:
    """The handler of the work that asks the model alone."""

    pace = Pace(faults=3, talks=True)

    def __init__(self, store: Store, clock: Clock, curriculum: Curriculum, tutor: Tutor, allowance: Allowance) -> None:
        self._store, self._clock, self._curriculum = store, clock, curriculum
        self._tutor, self._allowance = tutor, allowance

    async def do(self, job: Job) -> None:
        found = await self._store.read(lambda records: self._asked(records, job.work))
        if found is None:
            await job.done(lambda records, now: records.settle(job.work.key, None, now), why=NO_LESSON)
            return
        turn, purpose = found
        cost = self._tutor.cost(turn)
        grant = await self._store.write(lambda records: self._reserve(records, purpose, cost))
        person = await self._store.read(lambda records: records.person(purpose.who))
        place = await job.chat(Place(person.platform, person.workspace, "")).direct(person)
        instead = used_up(grant, self._clock.now())
        last = Draft((para(*instead),), done=True) if instead else await self._answer(turn)
        await job.whole(place, _post(turn, last, left_today(grant, last.spent)))
        failed = last.shape.failed if last.shape else ()
        await job.done(lambda records, now: records.settle(job.work.key, last.spent, now, failed))

    async def _answer(self, turn: LabTurn) -> Draft:
        last = Draft((), done=True)
        async with aclosing(self._tutor.answer(turn)) as drafts:
            async for draft in drafts:
                last = draft
        return last

    def _reserve(self, records: Records, purpose: Purpose, cost: int) -> Grant:
        return records.reserve(purpose, cost, self._allowance, self._clock.now()) if cost else Grant()

    def _asked(self, records: Records, work: Work) -> tuple[LabTurn, Purpose] | None:
        lab = records.lab(int(work.payload["lab"]))
        lesson = self._curriculum.get(lab.lesson) if lab else None
        said = records.turn(lab.id, int(work.payload["turn"])) if lab else None
        if lab is None or lesson is None or said is None:
            return None
        purpose = Purpose(work.key, said.who or lab.owner, lab.place.platform, lab.place.workspace, lab.lesson)
        persona = persona_of(records, self._curriculum, lab, lesson)
        return LabTurn(lesson, persona, lab.progress, (), said.text, bare=True), purpose

    def give_up(self, records: Records, work: Work, why: str, now: datetime, *, refused: bool) -> None:
        records.settle(work.key, None, now)


def _post(turn: LabTurn, last: Draft, left: tuple[Part, ...]) -> Post:
    who = turn.persona.speaker.name
    compare = f"Compare it with what {who} said: the instructions and the lesson made the difference. Nothing here was checked."
    asked = Quote(line(shorten(turn.said, 300)))
    return Post((Heading("The same, without the persona"), asked, *last.parts, note(compare), *left))
