"""Opening a lab: a thread under a lesson's persona, in the channel or in private, and the ways back into it."""

from collections.abc import Mapping

from bot.core.chat import (
    Action,
    Answer,
    Button,
    Buttons,
    Choose,
    Heading,
    Option,
    Person,
    Place,
    Post,
    Reply,
    Text,
    bold,
    line,
    note,
    para,
)
from bot.core.curriculum import Curriculum, Lesson
from bot.core.errors import CannotNow, shorten
from bot.core.lab_posts import TURN_LIMIT
from bot.core.labs.access import Access, check_quiz
from bot.core.labs.threads import crowded, thread_title
from bot.core.ports import Chat, Clock, Lab, NotSent, Records, Store, Unclear, Undeliverable


class Openings:
    def __init__(self, store: Store, clock: Clock, curriculum: Curriculum, chats: Mapping[str, Chat], access: Access) -> None:
        self._store, self._clock, self._curriculum = store, clock, curriculum
        self._chats, self._access = chats, access

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
            lab, lesson, _ = self._access.mine(records, person, lab_id)
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


def _unfinished(lesson: Lesson, lab: Lab, *, private: bool) -> Reply:
    """The choice between the lab that is there and a new one, which is private if that was asked for."""
    afresh = Action("lab.new", (lesson.slug, "private") if private else (lesson.slug,))
    buttons = (Button("Go on there", Action("lab.go", (str(lab.id),)), "primary"), Button("Start afresh", afresh))
    text = line("You have an unfinished lab on ", bold(lesson.title), f": {lab.turns} of {TURN_LIMIT} replies used.")
    return Reply(Post((Text(text), note("Starting afresh closes it."), Buttons(buttons))))
