"""Labs: a thread under a persona, in which one learner is taught. The path is authored, the talk is the tutor's."""

from collections.abc import Callable, Mapping

from bot.core.chat import (
    POSTS,
    Action,
    Answer,
    Button,
    Buttons,
    Choose,
    Form,
    Heading,
    Option,
    Person,
    Place,
    Post,
    Reply,
    Shown,
    Text,
    bold,
    line,
    note,
    para,
    whole,
)
from bot.core.curriculum import Curriculum, Lesson, Persona
from bot.core.errors import BadInput, CannotNow, NotYours, StaleChoice, shorten
from bot.core.lab_posts import CARE, FEWEST_TURNS, TURN_LIMIT, exit_form, persona_post, stopped_post
from bot.core.labs.calculating import Calculations
from bot.core.labs.path import STEPS
from bot.core.labs.threads import ask_rest, check_quiz, crowded, end, persona_of, thread_title
from bot.core.labs.words import wish_of
from bot.core.labs.writing import Stops
from bot.core.plain import plain
from bot.core.ports import Chat, Clock, Lab, NotSent, Records, Store, Unclear, Undeliverable
from bot.core.progress import check_completion

TEXT_LIMIT = 2000
Alarming = Callable[[str], bool]
"""Whether somebody seems to be in danger, or about to harm others."""


class Labs:
    def __init__(
        self, store: Store, clock: Clock, curriculum: Curriculum, chats: Mapping[str, Chat], stops: Stops, alarming: Alarming
    ) -> None:
        self._store, self._clock, self._curriculum = store, clock, curriculum
        self._chats, self._stops, self._alarming = chats, stops, alarming
        self.calculations = Calculations(store, clock, self._taught)

    # ------------------------------------------------------------ opening

    async def command(self, person: Person, place: Place, event: str, text: str) -> Answer:
        """`/lab [topic] [private]`; without topic, a picker."""
        words = text.split()
        private = bool(words) and words[-1].casefold() in ("private", "privately")
        topic = " ".join(words[:-1] if private else words)
        if not topic:
            return await self._pick(person, private=private)
        return await self.open(person, place, event, topic, private=private)

    async def mine(self, person: Person) -> Answer:
        """The ways back into the labs that are open; None where there is none."""
        labs = await self._store.write(lambda records: records.labs_of(records.know(person, self._clock.now())))
        buttons = [
            Button(f"Go on: {shorten(lesson.title, 60)}", Action("lab.go", (str(lab.id),)))
            for lab in labs
            if (lesson := self._curriculum.get(lab.lesson))
        ]
        if not buttons:
            return None
        return Reply(Post((para(bold("Your open labs" if len(buttons) > 1 else "Your open lab")), Buttons(tuple(buttons)))))

    async def _pick(self, person: Person, *, private: bool) -> Answer:
        options = tuple(
            Option(lesson.slug, f"{lesson.number}. {shorten(lesson.title, 70)}") for lesson in self._curriculum.lessons
        )
        what = para("A lab is a conversation of about ten minutes, in a thread of its own.")
        choose = Choose("", Action("lab.private" if private else "lab.open"), options)
        mine = await self.mine(person)
        before = mine.post.parts if isinstance(mine, Reply) else ()
        return Reply(Post((Heading("Which lab?"), what, choose, *before)))

    async def open(
        self, person: Person, place: Place, event: str, topic: str, *, private: bool = False, afresh: bool = False
    ) -> Answer:
        """A new thread under the lesson's persona. An unfinished lab of that lesson is offered first; `afresh` closes it."""
        lesson = self._curriculum.find(topic)
        home = await self._aside(place, person, lesson) if private else place.parent
        persona = self._curriculum.persona_of(lesson)

        def unit(records: Records) -> Lab | None:
            now = self._clock.now()
            if not records.hear_once(event, now):
                return None
            who = records.know(person, now)
            check_quiz(records, who, lesson)
            before = records.unfinished_lab(who, lesson.slug)
            if before and not afresh:
                return before
            if before:
                records.move_lab(before.id, "closed", before.progress, now)
            with crowded():
                records.keep_persona(persona)
                records.open_lab(event, who, lesson.slug, persona.id, persona.version, home, now)
            return None

        before = await self._store.write(unit)
        return _unfinished(lesson, before, private=private) if before else None

    async def _aside(self, place: Place, person: Person, lesson: Lesson) -> Place:
        try:
            return await self._chats[person.platform].aside(place, person)
        except (NotSent, Unclear, Undeliverable):
            raise CannotNow(
                "I could not write to you directly. Allow direct messages from me and try again, "
                f"or open the lab in the channel with /lab {lesson.slug}."
            ) from None

    async def go(self, person: Person, lab_id: str) -> Answer:
        """Back into an unfinished lab."""

        def unit(records: Records) -> tuple[Lab, Lesson]:
            lab, lesson, _ = self._mine(records, person, lab_id)
            if lab.thread is None:
                records.retry(f"lab:{lab.id}:open", self._clock.now(), begun=True)  # its opening may have been given up
            return lab, lesson

        lab, lesson = await self._store.write(unit)
        if lab.thread is None or lab.root is None:
            raise CannotNow("That lab is just being opened; look for its thread in a moment.")
        title = thread_title(lesson, person.name)
        try:
            await self._chats[lab.place.platform].open_thread(lab.place, lab.root, title, person)
        except (NotSent, Unclear, Undeliverable) as trouble:
            why = f"{trouble.why} " if isinstance(trouble, Undeliverable) else ""
            raise CannotNow(f"I could not take you there just now. {why}The thread is called “{title}”; it is kept.") from None
        return None

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
            lab, lesson, _ = self._mine(records, person, str(here.id))
            if lab.stage == "exit":
                self._keep_exit(records, lab, lesson, said)
            else:
                check_quiz(records, lab.owner, lesson)
                self._keep_turn(records, lab, event, said)

        await self._store.write(unit)
        return None

    async def ask(self, person: Person, lab_id: str, event: str, starter: str) -> Answer:
        """A starter pressed instead of typed."""
        number = whole(starter)

        def unit(records: Records) -> None:
            if not records.hear_once(event, self._clock.now()):
                return
            lab, lesson, _ = self._taught(records, person, lab_id)
            if number is None or number >= len(lesson.lab.starters) or lab.stage != "open":
                raise StaleChoice("That beginning has passed. Just reply in the thread.")
            self._keep_turn(records, lab, event, lesson.lab.starters[number])

        await self._store.write(unit)
        return None

    def _keep_turn(self, records: Records, lab: Lab, event: str, said: str) -> None:
        _check_text(said, "There was no text in that message. Write a few words, or press Hint.")
        if lab.turns >= TURN_LIMIT:
            raise CannotNow("That was one reply too many: the exit question comes next. Wait for it, then answer that one.")
        with crowded():
            records.hear_turn(lab, event, lab.owner, said, self._clock.now())

    # ------------------------------------------------------------ stopping, and going on

    async def stop(self, person: Person, lab_id: str, reply: str) -> Answer:
        """End the reply that is being written; what came of it is kept. Safe to press twice."""

        def unit(records: Records) -> Lab:
            lab, _, _ = self._mine(records, person, lab_id)
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
        await self._store.write(lambda records: self._mine(records, person, str(here.id)))
        return Reply(stopped_post(here))

    async def go_on(self, person: Person, lab_id: str, event: str, reply: str) -> Answer:
        """The rest of a reply that was stopped or cut off."""

        def unit(records: Records) -> None:
            now = self._clock.now()
            if not records.hear_once(event, now):
                return
            lab, _, _ = self._taught(records, person, lab_id)
            begun = records.replied(lab.id, reply)
            if lab.stage != "open":
                raise CannotNow("This lab has come to its exit question, which is asked without help. Reply with your answer.")
            if begun is None or begun.kind != "cut" or not ask_rest(records, lab, reply, now):
                raise StaleChoice("That reply has gone on already, further down.")

        await self._store.write(unit)
        return None

    # ------------------------------------------------------------ the authored path

    async def press(self, person: Person, lab_id: str, event: str, wish: str) -> Answer:
        """Hint, explain, next or finish: answered from the authored path, whoever the tutor is. Safe to be given twice."""

        def unit(records: Records) -> None:
            now = self._clock.now()
            if not records.hear_once(event, now):
                return
            lab, lesson, persona = self._mine(records, person, lab_id)
            if lab.stage == "exit" and wish != "finish":
                raise CannotNow("This lab has come to its exit question, which is asked without help. Reply with your answer.")
            if wish == "finish":
                self._finish(records, lab)
                return
            check_quiz(records, lab.owner, lesson)
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
        lab, lesson, _ = await self._store.write(lambda records: self._mine(records, person, lab_id))
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
            lab, lesson, _ = self._mine(records, person, lab_id)
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
            lab, _, _ = self._own(records, person, lab_id)
            if not records.hear_once(event, now):
                return False
            opening = what.partition("+")[0] == "open"  # the thread is opened under the message that is there
            if not records.retry(f"lab:{lab.id}:{what}", now, begun=opening):
                raise StaleChoice("That is being tried again already. Look further down in the thread.")
            return True

        trying = Post((para("Trying again. It comes below."),))
        return Reply(trying, Shown.INSTEAD) if await self._store.write(unit) else None

    # ------------------------------------------------------------ who may

    def _taught(self, records: Records, person: Person, lab_id: str) -> tuple[Lab, Lesson, Persona]:
        """The lab, if it is this person's, not closed, and would not give a quiz away."""
        lab, lesson, persona = self._mine(records, person, lab_id)
        check_quiz(records, lab.owner, lesson)
        return lab, lesson, persona

    def _mine(self, records: Records, person: Person, lab_id: str) -> tuple[Lab, Lesson, Persona]:
        """The lab, if it is this person's and not closed."""
        lab, lesson, persona = self._own(records, person, lab_id)
        if lab.stage == "closed":
            raise CannotNow(f"This lab is closed. Open a new one with /lab {lesson.slug}.")
        return lab, lesson, persona

    def _own(self, records: Records, person: Person, lab_id: str) -> tuple[Lab, Lesson, Persona]:
        number = whole(lab_id)
        lab = records.lab(number) if number is not None else None
        lesson = self._curriculum.get(lab.lesson) if lab else None
        if lab is None or lesson is None:
            raise StaleChoice("That lab's lesson is no longer in the course. See what there is with /lab.")
        if lab.owner != records.know(person, self._clock.now()):
            owner = shorten(records.person(lab.owner).name, 40)
            raise NotYours(f"This is {owner}'s lab, and its persona answers {owner}. Open your own with /lab {lesson.slug}.")
        return lab, lesson, persona_of(records, self._curriculum, lab, lesson)


def _here(records: Records, place: Place) -> tuple[Lab, str] | None:
    """The lab of that thread, and the name of its latest reply if that was cut off."""
    if (lab := records.lab_in(place)) is None:
        return None
    latest = records.turns(lab.id, 1)
    return lab, latest[0].reply if latest and latest[0].kind == "cut" else ""


def _check_text(said: str, if_empty: str) -> None:
    if not said:
        raise BadInput(if_empty)
    if len(said) > TEXT_LIMIT:
        raise BadInput(
            f"That is {len(said):,} characters; I can read {TEXT_LIMIT:,} at a time. "
            "I have kept none of it: please send it again in shorter pieces."
        )


def _unfinished(lesson: Lesson, lab: Lab, *, private: bool) -> Reply:
    """The choice between the lab that is there and a new one, which is private if that was asked for."""
    afresh = Action("lab.new", (lesson.slug, "private") if private else (lesson.slug,))
    buttons = (Button("Go on there", Action("lab.go", (str(lab.id),)), "primary"), Button("Start afresh", afresh))
    text = line("You have an unfinished lab on ", bold(lesson.title), f": {lab.turns} of {TURN_LIMIT} replies used.")
    return Reply(Post((Text(text), note("Starting afresh closes it."), Buttons(buttons))))
