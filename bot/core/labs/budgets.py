"""What a learner is told about how much of the language model is left."""

from datetime import UTC, datetime, timedelta

from bot.core.chat import Line, Moment, Part, line, note
from bot.core.ports import Grant, Spent

LOW = 5
"""From so many answers left on, they are counted down."""


def used_up(grant: Grant, now: datetime) -> Line:
    """Why the lessons answer instead of the model, and until when; empty where the model may."""
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    match grant.refused:
        case "person":
            said = "Your share of the language model is used up for today; I'm answering from the lessons until "
            return line(said, Moment(today + timedelta(days=1)), ".")
        case "workspace":
            said = "This month's budget for the language model is used up here; I'm answering from the lessons until "
            return line(said, Moment((today.replace(day=1) + timedelta(days=32)).replace(day=1)), ".")
        case _:
            return ()


def left_today(grant: Grant, spent: Spent | None) -> tuple[Part, ...]:
    """Said in time, under an answer that was the model's."""
    if grant.refused or spent is None or not spent.tokens or grant.left > LOW:
        return ()
    if not grant.left:
        return (note("That was your last answer from the language model today. I go on from the lessons."),)
    answers = "1 more answer" if grant.left == 1 else f"{grant.left} more answers"
    return (note(f"{answers} from the language model today; after that I go on from the lessons."),)
