"""What a lab shows: its root in the channel, its opening, the authored path, and its close."""

from collections.abc import Sequence

from bot.core.chat import (
    Action,
    Button,
    Buttons,
    Form,
    Heading,
    Items,
    Part,
    Post,
    Quote,
    TextField,
    bold,
    line,
    note,
    para,
)
from bot.core.curriculum import LabQuestion, Lesson, Persona
from bot.core.errors import shorten
from bot.core.ports import Lab, LabProgress, Mentions

TURN_LIMIT = 16
"""Learner turns after which a lab closes with its exit question."""

FEWEST_TURNS = 3
"""Learner turns after which a lab may be finished though no question was tried."""
LADDER = 3
"""Hints of every question."""

CARE = (
    "This sounds serious, and I am only a course bot: I cannot help with it. Please talk to a person you trust now, or call your "
    "local emergency number. The lab can wait."
)
THINKING = "Thinking…"
SHAPED = "What shaped this answer?"
CUT = "(the reply was cut off here)"
STOPPED = "(you stopped the reply here)"


def root_post(lesson: Lesson, persona: Persona, owner: str, *, private: bool = False) -> Post:
    """What the channel, or a direct message, sees of a lab; everything else is in its thread."""
    readers = "Nobody else can read it." if private else f"Anybody may read along and ask; open your own with /lab {lesson.slug}."
    return Post(
        (
            Heading(f"Lab: {lesson.title}"),
            para(lesson.lab.goal),
            note(f"{shorten(owner, 40)} and {persona.speaker.name} talk in the thread. {readers}"),
        ),
        persona.speaker,
    )


def opening_post(lesson: Lesson, persona: Persona, lab: Lab, banner: str) -> Post:
    starters = tuple(
        Button(starter, Action("lab.ask", (str(lab.id), str(n)))) for n, starter in enumerate(lesson.lab.starters[:3])
    )
    more = (Button("Calculator", Action("lab.calculator", (str(lab.id),))),) if lesson.lab.calculators else ()
    return Post(
        (
            para(bold(f"{persona.speaker.name}. "), persona.role),
            note(banner),
            para(lesson.lab.opening),
            note("Just reply here, or begin with one of these:"),
            Buttons((*starters, *more, Button("Skip to the first question", Action("lab.next", (str(lab.id), "-1"))))),
        ),
        persona.speaker,
    )


def question_parts(question: LabQuestion) -> tuple[Part, ...]:
    return (para(bold(question.ask)),)


def controls(lab: Lab, progress: LabProgress) -> Buttons:
    """What can be done in a lab besides replying: no more buttons than would be taken, since a phone shows few."""
    code = (str(lab.id), str(progress.question))
    buttons: list[Button] = []
    if progress.question >= 0 and not progress.explained:
        buttons.append(Button("Hint", Action("lab.hint", code)))
        if progress.attempts or progress.hints >= LADDER:
            buttons.append(Button("Explain", Action("lab.explain", code)))
    buttons.append(Button("Next question", Action("lab.next", code)))
    if progress.answered or lab.turns >= FEWEST_TURNS:
        buttons.append(Button("Finish the lab", Action("lab.finish", code[:1])))
    return Buttons(tuple(buttons))


def turns_left(lab: Lab) -> tuple[Part, ...]:
    left = TURN_LIMIT - lab.turns
    if not 0 < left <= 3:
        return ()
    return (note(f"{left} more {'reply' if left == 1 else 'replies'}, then this lab ends with its exit question."),)


def thinking_parts() -> tuple[Part, ...]:
    return (note(THINKING),)


def guest_part(guest: str, owner: str) -> Part:
    """Over an answer to somebody else than the lab's owner."""
    return note(f"To {shorten(guest, 40)}, who asks in {shorten(owner, 40)}'s lab:")


def stop_button(code: tuple[str, str]) -> Buttons:
    """What stands under a reply while it is written. `code` names lab and reply."""
    return Buttons((Button("Stop", Action("lab.stop", code)),))


def persona_post(
    persona: Persona,
    parts: Sequence[Part],
    lab: Lab,
    progress: LabProgress,
    *,
    reply: str = "",
    cut: bool = False,
    calculator: bool = False,
) -> Post:
    """What the persona said, with what can be done next. `reply` names an answer to the learner; `cut`: it could go on."""
    code = (str(lab.id), reply)
    row = list(controls(lab, progress).buttons)
    if cut:
        row.insert(0, Button("Continue", Action("lab.continue", code), "primary"))
    if calculator:
        row.append(Button("Calculator", Action("lab.calculator", (str(lab.id),))))
    if reply:
        row.append(Button(SHAPED, Action("lab.shaped", code)))
    return Post((*parts, *turns_left(lab), Buttons(tuple(row))), persona.speaker)


def stopped_post(lab: Lab) -> Post:
    """Somebody wants to stop, and nothing is being written."""
    return Post(
        (
            para("Nothing is being written just now. To end the lab with its exit question, press the button; else just go on."),
            Buttons((Button("Finish the lab", Action("lab.finish", (str(lab.id),))),)),
        )
    )


def exit_post(lesson: Lesson, persona: Persona, lab: Lab) -> Post:
    """The close: what was worked on, what to keep, and one question without help."""
    questions = lesson.lab.questions
    titles = {section.id: section.title for section in lesson.sections}
    touched = dict.fromkeys(titles[questions[n].section] for n in lab.progress.answered if n < len(questions))
    parts: list[Part] = [Heading("To end with")]
    if touched:
        parts += [para("You worked on:"), Items(tuple(line(title) for title in touched))]
    parts += [
        para(bold("To keep: "), lesson.lab.takeaway),
        para(bold("One last question, without help. "), lesson.lab.exit.ask),
        note("Reply here, or use the button. Your answer is kept and completes the lab."),
        Buttons((Button("Answer", Action("lab.exit", (str(lab.id),)), "primary"),)),
    ]
    return Post(tuple(parts), persona.speaker)


def exit_form(lesson: Lesson, lab: Lab) -> Form:
    field = TextField("answer", "Your answer", hint="Two or three sentences", long=True, limit=2000)
    return Form("Exit question", Action("lab.sent", (str(lab.id),)), (field,), (para(lesson.lab.exit.ask),), "Send")


def closing_post(lesson: Lesson, persona: Persona, text: str, mentions: Mentions) -> Post:
    """After the exit question: their words beside ours."""
    found = [idea.name for idea in lesson.lab.exit.ideas if mentions(text, idea.wordings)]
    missing = [idea.name for idea in lesson.lab.exit.ideas if idea.name not in found]
    parts: list[Part] = [para(bold("Kept. "), "Thank you for working it through."), Quote(line(shorten(text, 400)))]
    parts += [*mentioned_parts(found, missing), note("I only compare words. How close you came, you can tell best yourself:")]
    parts += [
        para(bold("One good answer: "), lesson.lab.exit.answer),
        note("This lab is closed. It stays here for you to read."),
        Buttons(
            (
                Button("Take the quiz", Action("quiz.open", (lesson.slug,))),
                Button("My progress", Action("progress.show")),
            )
        ),
    ]
    return Post(tuple(parts), persona.speaker)


def mentioned_parts(found: Sequence[str], missing: Sequence[str]) -> list[Part]:
    """Which ideas the words seem to hold: never right or wrong, since only words were compared."""
    parts: list[Part] = []
    if found:
        parts.append(para("You mentioned: ", "; ".join(found), "."))
    if missing:
        parts.append(para("Not mentioned: ", "; ".join(missing), "."))
    return parts
