"""A lab while it is held: what is said in it, what is stopped, the steps of its authored path, and its end."""

import re
from collections.abc import Callable, Mapping

from bot.core.chat import POSTS, Answer, Form, Person, Place, Post, Reply, Shown, para, whole
from bot.core.curriculum import Curriculum, Lesson
from bot.core.errors import BadInput, CannotNow, StaleChoice
from bot.core.lab_posts import CARE, FEWEST_TURNS, TURN_LIMIT, exit_form, persona_post, stopped_post
from bot.core.labs.access import Access, check_quizzes
from bot.core.labs.calculating import Calculations
from bot.core.labs.openings import Openings
from bot.core.labs.path import STEPS
from bot.core.labs.threads import ask_rest, crowded, end
from bot.core.labs.words import wish_of
from bot.core.labs.writing import Stops
from bot.core.plain import plain, says_something
from bot.core.ports import Chat, Clock, Lab, Records, Store
from bot.core.progress import check_completion

TEXT_LIMIT = 2000
Alarming = Callable[[str], bool]
"""Whether somebody seems to be in danger, or about to harm others."""


class Labs:
    def __init__(
        self, store: Store, clock: Clock, curriculum: Curriculum, chats: Mapping[str, Chat], stops: Stops, alarming: Alarming
    ) -> None:
        self._store, self._clock, self._stops, self._alarming = store, clock, stops, alarming
        self._access = Access(clock, curriculum)
        self.openings = Openings(store, clock, curriculum, chats, self._access)
        self.calculations = Calculations(store, clock, self._access.taught)

    # ------------------------------------------------------------ talking

    async def goes_on(self, place: Place) -> bool:
        """Whether a lab is held there that is not closed: where a platform has no threads, in the direct message itself."""
        lab = await self._store.read(lambda records: records.lab_in(place))
        return lab is not None and lab.stage != "closed"

    async def hear(self, person: Person, place: Place, event: str, text: str) -> Answer:
        """A message in a thread. Kept before anything else happens; the reply comes from the ledger. Safe to be given twice."""
        said = text.strip()
        found = await self._store.read(lambda records: _here(records, place))
        if found is None:
            return None
        here, cut = found
        if self._alarming(said):
            return Reply(Post((para(CARE),)))  # to them alone; nothing of it is kept, and no tutor hears it
        wish = wish_of(said)
        if wish == "stop":
            return await self._stop_said(person, here, event)
        if wish == "continue" and cut:
            return await self.go_on(person, str(here.id), event, cut)
        if wish == "calculator":
            return await self.calculations.pick(person, str(here.id))
        if wish and wish != "continue":
            return await self.press(person, str(here.id), event, wish)

        def unit(records: Records) -> None:
            if not records.hear_once(event, self._clock.now()):
                return
            lab, lesson, who = self._access.speaking(records, person, str(here.id))
            if lab.stage == "exit":
                self._keep_exit(records, lab, lesson, said)
            else:
                check_quizzes(records, lab, lesson, who)
                self._keep_turn(records, lab, event, said, who)

        await self._store.write(unit)
        return None

    async def ask(self, person: Person, lab_id: str, event: str, starter: str) -> Answer:
        """A starter pressed instead of typed."""
        number = whole(starter)

        def unit(records: Records) -> None:
            if not records.hear_once(event, self._clock.now()):
                return
            lab, lesson, _ = self._access.taught(records, person, lab_id)
            if number is None or number >= len(lesson.lab.starters) or lab.stage != "open":
                raise StaleChoice("That beginning has passed. Just reply in the thread.")
            self._keep_turn(records, lab, event, lesson.lab.starters[number], lab.owner)

        await self._store.write(unit)
        return None

    def _keep_turn(self, records: Records, lab: Lab, event: str, said: str, who: int) -> None:
        _check_text(said, "There was no text in that message. Write a few words, or press Hint.")
        if lab.turns >= TURN_LIMIT:
            raise CannotNow("That was one reply too many: the exit question comes next. Wait for it, then answer that one.")
        with crowded():
            records.hear_turn(lab, event, who, said, self._clock.now())

    # ------------------------------------------------------------ stopping, and going on

    async def stop(self, person: Person, lab_id: str, reply: str) -> Answer:
        """End the reply that is being written; what came of it is kept. Safe to press twice."""

        def unit(records: Records) -> Lab:
            lab, _, _ = self._access.mine(records, person, lab_id, reply)
            if not records.stop_reply(lab.id, reply):
                raise StaleChoice("That reply has come to its end already.")
            return lab

        self._stops.stop((await self._store.write(unit)).id, reply)
        return None

    async def _stop_said(self, person: Person, here: Lab, event: str) -> Answer:
        """The reply, while one is written. Said too late it may mean the lab, which nobody can open again: so that is asked."""
        if here.replying:
            return await self.stop(person, str(here.id), here.replying)
        if here.stage != "open":
            return await self.press(person, str(here.id), event, "finish")
        await self._store.write(lambda records: self._access.mine(records, person, str(here.id)))
        return Reply(stopped_post(here))

    async def go_on(self, person: Person, lab_id: str, event: str, reply: str) -> Answer:
        """The rest of a reply that was stopped or cut off."""

        def unit(records: Records) -> None:
            now = self._clock.now()
            if not records.hear_once(event, now):
                return
            lab, _, _ = self._access.taught(records, person, lab_id, reply)
            begun = records.replied(lab.id, reply)
            if lab.stage != "open":
                raise CannotNow("This lab has come to its exit question, which is asked without help. Reply with your answer.")
            if begun is None or begun.kind != "cut" or not ask_rest(records, lab, reply, now):
                raise StaleChoice("That reply has gone on already, further down.")

        await self._store.write(unit)
        return None

    # ------------------------------------------------------------ the authored path

    async def press(self, person: Person, lab_id: str, event: str, wish: str, under: str = "") -> Answer:
        """Hint, explain, next or finish: answered from the authored path, whoever the tutor is. Safe to be given twice.

        `under` is the question whose buttons these were; empty where the words were typed.
        """

        def unit(records: Records) -> None:
            now = self._clock.now()
            if not records.hear_once(event, now):
                return
            lab, lesson, persona = self._access.mine(records, person, lab_id)
            if lab.stage == "exit" and wish != "finish":
                raise CannotNow("This lab has come to its exit question, which is asked without help. Reply with your answer.")
            if wish == "finish":
                self._finish(records, lab)
                return
            check_quizzes(records, lab, lesson, lab.owner)
            if under and under != str(lab.progress.question):
                raise StaleChoice("That button belongs to another question. Use those under the latest message, or just reply.")
            parts, progress = STEPS[wish](lab, lesson)
            post = persona_post(persona, parts, lab, progress)
            records.say_step(lab, plain(Post(parts), controls=False), POSTS.dump_json(post).decode(), now)
            records.move_lab(lab.id, "open", progress, now)

        await self._store.write(unit)
        return None

    # ------------------------------------------------------------ the end

    def _finish(self, records: Records, lab: Lab) -> None:
        if lab.stage == "exit":
            raise CannotNow("The exit question has been asked already. Reply with your answer to it.")
        if not lab.progress.answered and lab.turns < FEWEST_TURNS:
            raise CannotNow("You have hardly begun. Answer one of the questions first, in a sentence; then you can finish.")
        end(records, lab, lab.progress, self._clock)

    async def exit_form(self, person: Person, lab_id: str) -> Form:
        lab, lesson, _ = await self._store.write(lambda records: self._access.mine(records, person, lab_id))
        if lab.stage != "exit":
            raise StaleChoice("This lab has not come to its exit question yet. Press Finish the lab when you are ready.")
        return exit_form(lesson, lab)

    async def exit_sent(self, person: Person, lab_id: str, event: str, text: str) -> Answer:
        """The exit question answered in its form. Safe to be given twice."""
        if self._alarming(text):
            return Reply(Post((para(CARE),)))

        def unit(records: Records) -> None:
            if not records.hear_once(event, self._clock.now()):
                return
            lab, lesson, _ = self._access.mine(records, person, lab_id)
            if lab.stage != "exit":
                raise StaleChoice("This lab has not come to its exit question yet. Press Finish the lab when you are ready.")
            self._keep_exit(records, lab, lesson, text.strip())

        await self._store.write(unit)
        return None

    def _keep_exit(self, records: Records, lab: Lab, lesson: Lesson, text: str) -> None:
        _check_text(text, "There was no text in that. Answer the exit question in a sentence or two.")
        now = self._clock.now()
        if records.answer_exit(lab, lab.owner, text, now) and lab.thread:
            records.enqueue(f"lab:{lab.id}:closing", "lab-closing", lab.thread.lane, {"lab": lab.id, "text": text}, now)
            check_completion(records, lab.owner, lesson.slug, now)

    async def again(self, person: Person, lab_id: str, event: str, what: str) -> Answer:
        """The button under what was given up. Safe to be given twice."""

        def unit(records: Records) -> bool:
            now = self._clock.now()
            lab, _, _ = self._access.own(records, person, lab_id, re.split("[#+]", what.removeprefix("turn:"))[0])
            if not records.hear_once(event, now):
                return False
            opening = what.partition("+")[0] == "open"  # the thread is opened under the message that is there
            if not records.retry(f"lab:{lab.id}:{what}", now, begun=opening):
                raise StaleChoice("That is being tried again already. Look further down in the thread.")
            return True

        trying = Post((para("Trying again. It comes below."),))
        return Reply(trying, Shown.INSTEAD) if await self._store.write(unit) else None


def _here(records: Records, place: Place) -> tuple[Lab, str] | None:
    """The lab of that thread, and the name of its latest reply if that was cut off."""
    if (lab := records.lab_in(place)) is None:
        return None
    latest = records.turns(lab.id, 1)
    return lab, latest[0].reply if latest and latest[0].kind == "cut" else ""


def _check_text(said: str, if_empty: str) -> None:
    if not says_something(said):
        raise BadInput(if_empty)
    if len(said) > TEXT_LIMIT:
        raise BadInput(
            f"That is {len(said):,} characters; I can read {TEXT_LIMIT:,} at a time. "
            "I have kept none of it: please send it again in shorter pieces."
        )
