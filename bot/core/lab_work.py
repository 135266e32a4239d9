"""What a lab sends by itself: its thread and opening, the persona's replies, the exit question and the close."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import datetime

from bot.core.chat import POSTS as STORED
from bot.core.chat import Place, Post
from bot.core.curriculum import Curriculum, Lesson, Persona
from bot.core.jobs import Handler, Job, Pace
from bot.core.lab_posts import closing_post, exit_post, opening_post, root_post
from bot.core.labs import NO_LESSON, Stops, persona_of, tell, thread_title, trouble_post
from bot.core.labs.bare import BareAnswers
from bot.core.labs.replying import Replies
from bot.core.plain import plain
from bot.core.ports import Allowance, Clock, Lab, Mentions, Records, Store, Tutor, Undeliverable, Work

POSTS = Pace(faults=5)
"""Somebody is waiting: where the fault is ours, they are told after a few tries."""


class LabWork:
    """The handlers of all kinds of work that belong to labs."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        curriculum: Curriculum,
        tutor: Tutor,
        mentions: Mentions,
        stops: Stops,
        allowance: Allowance,
    ) -> None:
        self._store, self._curriculum, self._tutor, self._mentions = store, curriculum, tutor, mentions
        self._bare = BareAnswers(store, clock, curriculum, tutor, allowance)
        self._replies = Replies(store, clock, curriculum, tutor, stops, allowance)

    def handlers(self) -> Mapping[str, Handler]:
        return {
            "lab": self._kind(self._open),
            "lab-opening": self._kind(self._greet),
            "lab-step": self._kind(self._take_step),
            "reply": self._replies,
            "bare": self._bare,
            "lab-exit": self._kind(self._ask_exit),
            "lab-closing": self._kind(self._close),
            "lab-trouble": _Trouble(self._curriculum, self._tell),
        }

    def _kind(self, do: Callable[[Job], Awaitable[None]]) -> "_Kind":
        return _Kind(self._curriculum, do)

    async def _gather(self, job: Job) -> tuple[Lab, Lesson, Persona, str] | None:
        def unit(records: Records) -> tuple[Lab, Lesson, Persona, str] | None:
            lab = records.lab(int(job.work.payload["lab"]))
            lesson = self._curriculum.get(lab.lesson) if lab else None
            if lab is None or lesson is None:
                return None  # the lesson has left the course since
            return lab, lesson, persona_of(records, self._curriculum, lab, lesson), records.person(lab.owner).name

        return await self._store.read(unit)

    # ------------------------------------------------------------ opening and closing

    async def _open(self, job: Job) -> None:
        """The root in the channel and the thread under it."""
        if (found := await self._gather(job)) is None:
            await job.done(why=NO_LESSON)
            return
        lab, lesson, persona, owner = found
        await job.whole(lab.place, root_post(lesson, persona, owner, private=lab.place.direct))
        root = str(job.work.ref)
        person = await self._store.read(lambda records: records.person(lab.owner))
        thread = await job.chat(lab.place).open_thread(lab.place, root, thread_title(lesson, owner), person)

        def settle(records: Records, now: datetime) -> None:
            records.lab_opened(lab.id, thread, root)
            records.move_lab(lab.id, "open", lab.progress, now)
            records.enqueue(f"lab:{lab.id}:opening", "lab-opening", thread.lane, {"lab": lab.id}, now)

        await job.done(settle)

    async def _greet(self, job: Job) -> None:
        if (found := await self._gather(job)) is None:
            await job.done(why=NO_LESSON)
            return
        lab, lesson, persona, _ = found
        post = opening_post(lesson, persona, lab, self._tutor.banner)
        await self._say(job, lab, post)

    async def _take_step(self, job: Job) -> None:
        """A step of the authored path, which stands in the transcript since it was asked for."""
        if (found := await self._gather(job)) is None:
            await job.done(why=NO_LESSON)
            return
        await job.once(_thread(found[0]), STORED.validate_json(str(job.work.payload["post"])))
        await job.done()

    async def _ask_exit(self, job: Job) -> None:
        if (found := await self._gather(job)) is None:
            await job.done(why=NO_LESSON)
            return
        lab, lesson, persona, _ = found
        await self._say(job, lab, exit_post(lesson, persona, lab))

    async def _close(self, job: Job) -> None:
        if (found := await self._gather(job)) is None:
            await job.done(why=NO_LESSON)
            return
        lab, lesson, persona, _ = found
        await self._say(job, lab, closing_post(lesson, persona, str(job.work.payload["text"]), self._mentions))

    async def _tell(self, job: Job) -> None:
        """That something was given up: in the place of what is half there, in the thread, or to the learner directly."""
        if (found := await self._gather(job)) is None:
            await job.done(why=NO_LESSON)
            return
        lab, lesson, persona, _ = found
        what = job.work.payload
        turn = await self._store.read(lambda records: records.turn(lab.id, what["turn"])) if what["turn"] else None
        why, led = str(what.get("why", "")), bool(what.get("led"))
        post = trouble_post(lesson, persona, lab, what["kind"], what["key"], turn, why, led=led)
        if what["ref"]:
            with suppress(Undeliverable):  # somebody has deleted it
                await job.chat(lab.place).edit(_thread(lab), what["ref"], post)
                await job.done(why="told in the place of what was half there")
                return
        await job.once(await self._within_reach(job, lab, refused=bool(why)), post)
        await job.done()

    async def _within_reach(self, job: Job, lab: Lab, *, refused: bool) -> Place:
        """The thread, unless that is where the platform has just refused something."""
        if lab.thread and not refused:
            return lab.thread
        person = await self._store.read(lambda records: records.person(lab.owner))
        return await job.chat(lab.place).direct(person)

    async def _say(self, job: Job, lab: Lab, post: Post) -> None:
        await job.once(_thread(lab), post)
        text = plain(post, controls=False)

        def settle(records: Records, now: datetime) -> None:
            records.say_turn(lab.id, text, now)

        await job.done(settle)


class _Kind:
    """One kind of lab work: how to do it; where it is given up, the learner is told."""

    def __init__(self, curriculum: Curriculum, do: Callable[[Job], Awaitable[None]], pace: Pace = POSTS) -> None:
        self._curriculum, self._do, self.pace = curriculum, do, pace

    async def do(self, job: Job) -> None:
        await self._do(job)

    def give_up(self, records: Records, work: Work, why: str, now: datetime, *, refused: bool) -> None:
        tell(records, self._curriculum, work, why if refused else "", now)


class _Trouble(_Kind):
    """Telling of trouble. There is nobody left to tell where that fails, so it is tried for days."""

    def __init__(self, curriculum: Curriculum, do: Callable[[Job], Awaitable[None]]) -> None:
        super().__init__(curriculum, do, Pace(tries=1000))

    def give_up(self, records: Records, work: Work, why: str, now: datetime, *, refused: bool) -> None:
        return None


def _thread(lab: Lab) -> Place:
    return lab.thread or lab.place
