"""Refusals: what is said, privately, to somebody whose wish cannot be granted. Each is a sentence that says what to do next."""

from collections.abc import Sequence

from bot.core.chat import Action, Button, Person

SORRY = "Something went wrong on our side, and it has been noted. Please try again."
"""For what is no refusal but a fault: said once, while the log says more."""


class Refusal(Exception):
    """Part of the conversation, not a fault. `sentence` is shown to the person alone, with `buttons` that lead on.

    `names`: whom it names, by their ids.
    """

    buttons: tuple[Button, ...] = ()

    def __init__(self, sentence: str, names: tuple[str, ...] = ()) -> None:
        super().__init__(sentence)
        self.sentence, self.names = sentence, names


class NoSuchTopic(Refusal):
    def __init__(self, asked: str, topics: Sequence[str], nearest: str) -> None:
        self.nearest = nearest
        guess = f" Did you mean {nearest}?" if nearest else ""
        super().__init__(f"There is no lesson called “{shorten(asked)}”.{guess} The topics are: {', '.join(topics)}.")


class NoSuchCommand(Refusal):
    def __init__(self, asked: str, nearest: str) -> None:
        self.nearest = nearest
        guess = f" Did you mean {nearest}?" if nearest else ""
        super().__init__(f"I don't know “{shorten(asked)}”.{guess} Type /lectern help to see what I can do.")


class StaleChoice(Refusal):
    def __init__(
        self, sentence: str = "That button is from an earlier message and no longer works. Type /lectern help to start afresh."
    ) -> None:
        super().__init__(sentence)


class NotYours(Refusal):
    """Somebody else's."""


class LeadsOnly(Refusal):
    def __init__(self, leads: Sequence[Person]) -> None:
        names = ", ".join(shorten(lead.name, 40) for lead in leads)
        then = (
            f"The leads here: {names}." if names else "Nobody leads this one any more: a member takes the lead with /cohort lead."
        )
        super().__init__(f"Only the cohort's leads can do that. {then}", tuple(lead.id for lead in leads))


class NoCohortHere(Refusal):
    buttons = (Button("Start one here", Action("cohort.found")),)

    def __init__(self) -> None:
        super().__init__(
            "No cohort lives in this channel. Start one here with /cohort create NAME, or go to the channel where yours lives."
        )


class BadInput(Refusal):
    """Something typed that cannot be read. The sentence says what would be; `field` names where it stood in a form."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


class CannotNow(Refusal):
    """Understood, but not possible as things stand."""


class MembersOnly(Refusal):
    """A cohort's calendar is for those who are in it; joining is a tap away."""

    def __init__(self, cohort: str, number: int) -> None:
        super().__init__(f"The calendar of “{cohort}” is for its members. Join with /cohort join.")
        self.buttons = (Button("Join", Action("cohort.join", (str(number),)), "primary"),)


class QuizOpen(Refusal):
    """The lab of a lesson would answer its quiz."""

    def __init__(self, slug: str, title: str) -> None:
        super().__init__(
            f"You are in the middle of the quiz on “{shorten(title)}”, and its lab would give answers away. "
            "Finish the quiz first; the lab waits for you, just as you left it."
        )
        self.buttons = (Button("Back to the quiz", Action("quiz.open", (slug,)), "primary"),)


class BadContent(Exception):
    """The course's files are wrong. Each problem begins with the file's path and line. Stops the start."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


def shorten(text: str, limit: int = 60) -> str:
    """One line of somebody's words, short enough to repeat to them."""
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"
