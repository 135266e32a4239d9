"""What shaped this answer? Shows whoever asked, privately, what a reply was made of, and lets them ask without the persona."""

from collections.abc import Iterator

from bot.core.chat import (
    Action,
    Answer,
    Button,
    Buttons,
    Heading,
    Items,
    Part,
    Person,
    Post,
    Reply,
    Shown,
    bold,
    line,
    note,
    para,
    whole,
)
from bot.core.curriculum import Curriculum, Lesson, Persona
from bot.core.errors import CannotNow, NotYours, StaleChoice, shorten
from bot.core.lab_posts import SHAPED
from bot.core.labs.access import asker, persona_of
from bot.core.ports import Clock, Lab, Records, Shape, Source, Store

FIRST_WORDS = 200
"""Characters of the instructions that fit a phone beside the rest; all of them are one tap away."""

EARLIER = {0: "none of the earlier messages", 1: "the message before yours"}


class Shapes:
    def __init__(self, store: Store, clock: Clock, curriculum: Curriculum) -> None:
        self._store, self._clock, self._curriculum = store, clock, curriculum

    async def show(self, person: Person, lab_id: str, reply: str, shown: Shown = Shown.PRIVATELY) -> Answer:

        def unit(records: Records) -> Post:
            lab, lesson, shape = self._shaped(records, person, lab_id, reply)
            return shape_post(self._curriculum, lab, persona_of(records, self._curriculum, lab, lesson), reply, shape)

        return Reply(await self._store.write(unit), shown)

    async def instructions(self, person: Person, lab_id: str, reply: str) -> Answer:
        """The persona's whole prompt: it is no secret, and the course's own best specimen."""

        def unit(records: Records) -> Persona:
            lab, lesson, _ = self._shaped(records, person, lab_id, reply)
            return persona_of(records, self._curriculum, lab, lesson)

        persona = await self._store.write(unit)
        parts = [para(text) for text in persona.prompt.split("\n") if text.strip()]
        back = Buttons((Button("Back", Action("lab.back", (lab_id, reply))),))
        return Reply(Post((Heading(f"{persona.speaker.name}: the instructions"), *parts, back)), Shown.INSTEAD)

    async def ask_bare(self, person: Person, lab_id: str, event: str, reply: str) -> Answer:
        """The same question to the model alone. The answer comes in a direct message, since it may take its time."""

        def unit(records: Records) -> None:
            now = self._clock.now()
            if not records.hear_once(event, now):
                return
            lab, _, shape = self._shaped(records, person, lab_id, reply)
            if shape.by != "model":
                raise CannotNow("No language model gave that answer, so there is none to ask without the persona.")
            who = asker(records, lab, reply)
            if any(records.open_attempt(who, each.slug) for each in self._curriculum.lessons):
                raise CannotNow("You are in the middle of a quiz. Finish it first, then ask me again.")
            payload = {"lab": lab.id, "turn": int(reply.partition(".")[0])}
            if not records.enqueue(f"lab:{lab.id}:bare:{reply}", "bare", f"bare:{who}", payload, now):
                raise CannotNow("You have asked that without the persona already. The answer is in your direct messages with me.")

        await self._store.write(unit)
        said = "I'm asking the model the same, without the persona and the lesson. The answer comes to you in a direct message."
        return Reply(Post((para(said),)))

    def _shaped(self, records: Records, person: Person, lab_id: str, reply: str) -> tuple[Lab, Lesson, Shape]:
        number = whole(lab_id)
        lab = records.lab(number) if number is not None else None
        lesson = self._curriculum.get(lab.lesson) if lab else None
        if lab is None or lesson is None:
            raise StaleChoice("That lab's lesson is no longer in the course. See what there is with /lab.")
        if (who := asker(records, lab, reply)) != records.know(person, self._clock.now()):
            owner = records.person(who)
            name = shorten(owner.name, 40) or "somebody else"
            raise NotYours(
                f"That answer was given to {name}, who alone sees what shaped it. Open your own with /lab {lesson.slug}.",
                (owner.id,),
            )
        shape = records.shape(lab.id, reply)
        if shape is None:
            raise StaleChoice("What shaped that answer was not kept. Ask again, and look at the new one.")
        return lab, lesson, shape


def shape_post(curriculum: Curriculum, lab: Lab, persona: Persona, reply: str, shape: Shape) -> Post:
    code = (str(lab.id), reply)
    sources = [(source, *found) for source in shape.sources if (found := _passage(curriculum, source))]
    buttons = [Button("Read the instructions", Action("lab.prompt", code))]
    if shape.by == "model":
        buttons.append(Button("Ask without the persona", Action("lab.bare", code)))
    for source, mark, heading in sources[:2]:
        buttons.append(Button(f"{mark} {shorten(heading, 50)}", Action("lab.see", (source.lesson, source.passage))))
    listed = tuple(line(bold(mark), f" {heading}", f": {source.why}" if source.why else "") for source, mark, heading in sources)
    passages: tuple[Part, ...] = (Items(listed),) if listed else ()
    return Post((Heading(SHAPED), *_made(persona, shape, bool(listed)), *passages, *_taken(shape), Buttons(tuple(buttons))))


def _made(persona: Persona, shape: Shape, listed: bool) -> Iterator[Part]:
    name = persona.speaker.name
    if shape.withheld:
        yield para(bold("Withheld: "), "the language model's own answer did not pass the checks that every answer goes through.")
    if shape.by == "lessons":
        yield para(bold("Who answered: "), f"the study guide, a search over the lessons. {name}'s instructions were not used.")
        if listed:
            yield para(bold("Passages that matched your words, and why:"))
        else:
            yield para(
                bold("Passages: "), "none. Your words were compared with the ideas and manners the course's authors wrote down."
            )
        return
    yield para(bold("Who answered: "), f"the model {shorten(shape.model, 60)} at {shape.host}, as {name}.")
    yield para(bold("Its instructions begin: "), f"“{shorten(persona.prompt, FIRST_WORDS)}”")
    before = EARLIER.get(shape.turns, f"the last {shape.turns} messages of this lab")
    yield para(
        bold("It also read: "),
        f"the whole lesson, where your lab stands, {before}, and your words. No quiz answers, nothing from outside this lab.",
    )
    yield para(bold("Passages it cited:" if listed else "Passages it cited: "), "" if listed else "none.")


def _taken(shape: Shape) -> Iterator[Part]:
    if shape.by == "model":
        yield note(f"Settings: a reply of {shape.limit:,} tokens at most; everything else as the model's makers chose.")
    if shape.spent and shape.spent.tokens:
        how = "counted by its server" if shape.spent.counted else "estimated, since its server did not count"
        yield note(f"It took {shape.spent.prompt:,} tokens to read and {shape.spent.completion:,} to write, {how}.")


def _passage(curriculum: Curriculum, source: Source) -> tuple[str, str] | None:
    """Mark and heading, while the course has it."""
    lesson = curriculum.get(source.lesson)
    passage = lesson.passage(source.passage) if lesson else None
    return (passage.mark, passage.heading) if passage else None
