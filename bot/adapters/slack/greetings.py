"""What Lectern says in Slack of its own accord: a welcome, an offer to join, the Home tab. Pure."""

from collections.abc import Sequence

from bot.core.chat import (
    Action,
    Answer,
    Button,
    Buttons,
    Form,
    Heading,
    Items,
    Part,
    Post,
    Reply,
    TextField,
    bold,
    line,
    note,
    para,
)
from bot.core.ports import Cohort

CREATE = Action("slack.create")
CREATED = Action("slack.created")
HELP = Action("slack.help")

NOT_A_LAB = (
    "“Ask this lab” works on a message inside one of your labs: I then answer what it says. "
    "Open a lab with /lab, or just reply in its thread; no shortcut is needed there."
)


def welcome_post(cohort: Cohort | None) -> Post:
    """For the channel Lectern has just been invited to."""
    if cohort:
        return Post(
            (
                para("Here I am again. This channel is the home of ", bold(cohort.name), "."),
                Buttons((Button("Join the cohort", Action("cohort.join", (str(cohort.id),)), "primary"), Button("Help", HELP))),
            )
        )
    return Post(
        (
            Heading("Hello, I am Lectern"),
            para("I teach a course here: a short digest on the days you choose, labs in threads, quizzes that explain."),
            Items(
                (
                    line(bold("To begin"), ", make this channel a cohort's home. Whoever does leads it."),
                    line(bold("To look around"), ", type /lesson or /lab rlhf. Only you see what I answer."),
                )
            ),
            Buttons((Button("Create a cohort here", CREATE, "primary"), Button("What can you do?", HELP))),
        )
    )


def create_form() -> Form:
    field = TextField("name", "The cohort's name", hint="Support team, winter", limit=60)
    intro = (para("This channel becomes the cohort's home: its digests are posted here, and you lead it."),)
    return Form("Create a cohort", CREATED, (field,), intro, "Create")


def offer_post(cohort: Cohort) -> Post:
    """For somebody who has just come into a cohort's channel, and for their eyes only."""
    return Post(
        (
            para("This channel takes a course together: ", bold(cohort.name), ". Would you like to take it, too?"),
            Buttons((Button("Join", Action("cohort.join", (str(cohort.id),)), "primary"), Button("What is this?", HELP))),
            note("Only you see this, and I ask only once. Nobody sees your answers but you."),
        )
    )


def home_parts(progress: Answer, status: Answer) -> Sequence[Part]:
    """The Home tab: where one stands, ways on, and for leads their cohort."""
    parts: list[Part] = [*(progress.post.parts if isinstance(progress, Reply) else ())]
    ways = (
        Button("Lessons", Action("lesson.list")),
        Button("Labs", Action("lab.list")),
        Button("Quizzes", Action("quiz.list")),
        Button("Help", HELP),
    )
    parts.append(Buttons(ways))
    parts.append(note("What you open here comes to you in Messages, the tab beside this one."))
    if isinstance(status, Reply):
        parts += [Heading("You lead"), *status.post.parts]
    return parts
