"""What learners do in the tests: answer questions rightly or wrongly as they are shown, talk in labs, take the whole course."""

from collections.abc import Callable
from dataclasses import replace

from bot.core.chat import Answer, Choose, Form, Person, Place, SelectField
from bot.core.curriculum import Choices, Curriculum, Lesson, Matching, Numeric, Ordering, Question, Short
from bot.core.quiz_tasks import rights
from tests.conftest import ADA, CHANNEL, Stage, button, choice, parts


def reduced(course: Curriculum, slug: str, *question_ids: str) -> Curriculum:
    """The course with only these questions in one lesson's bank."""
    return changed(
        course, slug, lambda lesson: replace(lesson, questions=tuple(q for q in lesson.questions if q.id in question_ids))
    )


def changed(course: Curriculum, slug: str, change: Callable[[Lesson], Lesson]) -> Curriculum:
    """The course as it is after an author changed one lesson."""
    return replace(course, lessons=tuple(change(lesson) if lesson.slug == slug else lesson for lesson in course.lessons))


def without(course: Curriculum, slug: str) -> Curriculum:
    return replace(course, lessons=tuple(lesson for lesson in course.lessons if lesson.slug != slug))


def questions(course: Curriculum) -> list[tuple[Lesson, Question]]:
    return [(lesson, question) for lesson in course.lessons for question in lesson.questions]


def asked(course: Curriculum, shown: Answer) -> tuple[Lesson, Question]:
    """The question a quiz post asks, by what its control carries."""
    controls = [part for part in parts(shown) if isinstance(part, Choose)]
    action = controls[0].action if controls else button(shown, "Answer")
    return next((lesson, question) for lesson, question in questions(course) if question.id == action.args[1])


def values_of(shown: Choose, *texts: str) -> tuple[str, ...]:
    """The values of the options that read so."""
    found = {option.text: option.value for option in shown.options}
    return tuple(found[text] for text in texts)


async def give(stage: Stage, course: Curriculum, shown: Answer, *, right: bool = True, person: Person = ADA) -> Answer:
    """Answer the question that is shown, and give the feedback."""
    _, question = asked(course, shown)
    match question.task:
        case Choices(options):
            texts = [o.text for o in options if o.right] if right else [next(o.text for o in options if not o.right)]
            control = choice(shown)
            return await stage.presses(person, control.action, *values_of(control, *texts))
        case Ordering(items):
            wanted = list(items) if right else [items[1], items[0], *items[2:]]
            return await fill(stage, shown, wanted, person=person)
        case Matching(pairs) as task:
            texts = list(rights(task)[: len(pairs)])
            return await fill(stage, shown, texts if right else [texts[1], texts[0], *texts[2:]], person=person)
        case Numeric(answer, high=high):
            form = await opened(stage, shown, person)
            return await stage.sends(person, form.action, answer=f"{answer if right else high * 7 + 1:f}")
        case Short():
            form = await opened(stage, shown, person)
            marking = await stage.sends(person, form.action, answer="It depends on what the data show.")
            if not right:
                return await stage.presses(person, button(marking, "None of them"))
            control = choice(marking)
            return await stage.presses(person, control.action, *(option.value for option in control.options))


async def opened(stage: Stage, shown: Answer, person: Person = ADA) -> Form:
    form = await stage.presses(person, button(shown, "Answer"))
    assert isinstance(form, Form)
    return form


async def fill(stage: Stage, shown: Answer, texts: list[str], *, person: Person = ADA) -> Answer:
    """Choose these texts in the rows of an ordering or matching form."""
    form = await opened(stage, shown, person)
    fields = {}
    for field, text in zip(form.fields, texts, strict=True):
        assert isinstance(field, SelectField)
        fields[field.name] = next(option.value for option in field.options if option.text == text)
    return await stage.sends(person, form.action, CHANNEL, **fields)


async def onward(stage: Stage, feedback: Answer, person: Person = ADA) -> Answer:
    """Press the button that goes on."""
    label = next(
        b.label for part in parts(feedback) if part.kind == "buttons" for b in part.buttons if b.action.verb == "quiz.next"
    )
    return await stage.presses(person, button(feedback, label))


async def take(stage: Stage, course: Curriculum, topic: str, *rights: bool, person: Person = ADA) -> Answer:
    """A whole quiz, answered rightly or wrongly in turn (all right by default); gives its result."""
    shown = await stage.types(person, f"/quiz {topic}")
    return await answer_all(stage, course, shown, *rights, person=person)


async def answer_all(stage: Stage, course: Curriculum, shown: Answer, *rights: bool, person: Person = ADA) -> Answer:
    for right in rights or (True,) * 5:
        shown = await onward(stage, await give(stage, course, shown, right=right, person=person), person)
    return shown


async def open_lab(stage: Stage, topic: str = "rlhf", person: Person = ADA) -> Place:
    """Open a lab in the channel; gives its thread."""
    before = len(stage.chat.keys)
    await stage.types(person, f"/lab {topic}")
    assert len(stage.chat.keys) == before + 2, "no root and opening were posted"
    return Place("fake", "w", CHANNEL.channel, str(before + 1))
