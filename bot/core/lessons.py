"""Lessons: section by section, privately, at the reader's own pace. The place is kept."""

from bot.core.chat import (
    Action,
    Answer,
    Button,
    Buttons,
    Choose,
    Heading,
    Note,
    Option,
    Part,
    Person,
    Post,
    Reply,
    Shown,
    bold,
    note,
    para,
    whole,
)
from bot.core.curriculum import Curriculum, Lesson, Passage
from bot.core.digests import sources_post
from bot.core.errors import StaleChoice, shorten
from bot.core.ports import Clock, Records, Store
from bot.core.progress import check_completion


class Lessons:
    def __init__(self, store: Store, clock: Clock, curriculum: Curriculum) -> None:
        self._store, self._clock, self._curriculum = store, clock, curriculum

    async def open(self, person: Person, topic: str) -> Answer:
        """The lesson where the reader left it; without a topic, the list."""
        if not topic.strip():
            return await self.pick(person)
        lesson = self._curriculum.find(topic)
        who = await self._store.write(lambda records: records.know(person, self._clock.now()))
        kept = await self._store.read(lambda records: records.section(who, lesson.slug))
        section = 0 if kept is None or kept >= len(lesson.sections) - 1 else kept
        return await self._show(person, lesson, section, Shown.PRIVATELY, resumed=section > 0)

    async def pick(self, person: Person) -> Answer:
        options = tuple(
            Option(lesson.slug, f"{lesson.number}. {shorten(lesson.title, 70)}") for lesson in self._curriculum.lessons
        )
        return Reply(
            Post(
                (
                    Heading(self._curriculum.title),
                    Choose("Which lesson?", Action("lesson.pick"), options),
                )
            )
        )

    async def turn(self, person: Person, slug: str, section: str) -> Answer:
        """Next and Back."""
        lesson = self._known(slug)
        number = whole(section)
        if number is None or number >= len(lesson.sections):
            raise StaleChoice(f"That page is no longer in the lesson. Open it afresh with /lesson {lesson.slug}.")
        return await self._show(person, lesson, number, Shown.INSTEAD)

    async def since(self, slug: str) -> Answer:
        """The dated notes, apart from the lesson."""
        lesson = self._known(slug)
        if not lesson.since:
            raise StaleChoice(f"The dated notes are no longer in the lesson. Read it as it is now with /lesson {lesson.slug}.")
        return Reply(since_post(lesson), Shown.INSTEAD)

    async def passage(self, slug: str, passage_id: str) -> Answer:
        """One passage by itself: what a question rests on, one tap away."""
        lesson = self._known(slug)
        passage = lesson.passage(passage_id)
        if passage is None:
            raise StaleChoice(f"That passage is no longer in the lesson. Read it as it is now with /lesson {lesson.slug}.")
        return Reply(passage_post(lesson, passage))

    async def sources(self, slug: str) -> Answer:
        return Reply(sources_post(self._known(slug)))

    def _known(self, slug: str) -> Lesson:
        lesson = self._curriculum.get(slug)
        if lesson is None:
            raise StaleChoice("That lesson is no longer in the course. Type /lesson to see the lessons there are.")
        return lesson

    async def _show(self, person: Person, lesson: Lesson, section: int, shown: Shown, *, resumed: bool = False) -> Answer:
        def unit(records: Records) -> None:
            now = self._clock.now()
            who = records.know(person, now)
            last = section == len(lesson.sections) - 1
            if records.read_section(who, lesson.slug, section, last=last, now=now):
                check_completion(records, who, lesson.slug, now)

        await self._store.write(unit)
        return Reply(section_post(lesson, section, len(self._curriculum.lessons), resumed=resumed), shown)


def section_post(lesson: Lesson, number: int, lessons: int, *, resumed: bool = False) -> Post:
    section = lesson.sections[number]
    head = f"Lesson {lesson.number} of {lessons}: {lesson.title} · section {number + 1} of {len(lesson.sections)}"
    parts: list[Part] = [note(f"{head} · you left off here" if resumed else head), Heading(section.title)]
    if number == 0:
        parts.append(note(f"{lesson.summary} About {lesson.minutes} minutes."))
    for passage in section.passages:
        parts += [para(bold(passage.heading)), *passage.parts]
    parts += _sources(section.passages)
    parts.append(_turning(lesson, number))
    return Post(tuple(parts))


def since_post(lesson: Lesson) -> Post:
    parts: list[Part] = [note(f"Lesson {lesson.number} · what has changed since"), Heading("Since then")]
    for dated in lesson.since:
        parts += [para(bold(dated.heading)), *dated.parts]
    last = Action("lesson.turn", (lesson.slug, str(len(lesson.sections) - 1)))
    return Post((*parts, *_sources(lesson.since), Buttons((Button("Back to the lesson", last),))))


def passage_post(lesson: Lesson, passage: Passage) -> Post:
    parts: list[Part] = [note(f"{passage.mark} · {lesson.title}"), para(bold(passage.heading)), *passage.parts]
    return Post((*parts, *_sources((passage,))))


def _sources(passages: tuple[Passage, ...]) -> tuple[Note, ...]:
    """The references of these passages, if they have any: each once, in order of mention."""
    references = dict.fromkeys(source for passage in passages for source in passage.sources)
    return (note(f"Sources: {' · '.join(references)}"),) if references else ()


def _turning(lesson: Lesson, number: int) -> Buttons:
    def turn(to: int) -> Action:
        return Action("lesson.turn", (lesson.slug, str(to)))

    buttons = [Button("Back", turn(number - 1))] if number else []
    if number < len(lesson.sections) - 1:
        buttons.append(Button("Next", turn(number + 1), "primary"))
        if number:
            buttons.append(Button("From the start", turn(0)))
        return Buttons(tuple(buttons))
    buttons += [
        Button("Take the quiz", Action("quiz.open", (lesson.slug,)), "primary"),
        Button("Open the lab", Action("lab.open", (lesson.slug,))),
    ]
    if lesson.since:
        buttons.append(Button("Since then", Action("lesson.since", (lesson.slug,))))
    return Buttons(tuple(buttons))
