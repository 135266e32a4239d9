"""What Lectern says in Slack of its own accord: the Home tab, and what only Slack needs. Pure."""

from collections.abc import Sequence

from bot.core.chat import Action, Answer, Button, Buttons, Heading, Part, Reply, note
from bot.core.greetings import HELP

NOT_A_LAB = (
    "“Ask this lab” works on a message inside one of your labs: I then answer what it says. "
    "Open a lab with /lab, or just reply in its thread; no shortcut is needed there."
)


def home_parts(progress: Answer, labs: Answer, status: Answer) -> Sequence[Part]:
    """The Home tab: where one stands, the labs one is in, ways on, and for leads their cohort."""
    parts: list[Part] = [*(progress.post.parts if isinstance(progress, Reply) else ())]
    parts += labs.post.parts if isinstance(labs, Reply) else ()
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
