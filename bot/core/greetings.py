"""What Lectern says where it has just come to, and to those who come there: a welcome, a form, an offer. Pure."""

from bot.core.chat import Action, Button, Buttons, Form, Heading, Items, Post, TextField, bold, line, note, para
from bot.core.ports import Cohort

CREATE = Action("greet.create")
"""Asks for the form in which a channel becomes a cohort's home."""
CREATED = Action("greet.created")
"""The form sent back; stands for /cohort create."""
HELP = Action("greet.help")
"""Stands for /lectern help."""


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
