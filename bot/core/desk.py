"""The front desk: everything heard on any platform comes here and is led to the use case that answers it."""

import difflib
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.core.chat import (
    Answer,
    Buttons,
    Command,
    Declined,
    Heard,
    Person,
    Place,
    Post,
    Press,
    Reply,
    Said,
    Shown,
    Submit,
    para,
    say,
)
from bot.core.curriculum import Curriculum
from bot.core.errors import BadInput, NoSuchCommand, Refusal, StaleChoice, shorten
from bot.core.help import COMMANDS, help_post
from bot.core.ports import Store, Trouble, Unavailable
from bot.core.presses import Features, Presses

LONGEST = 2000
"""Characters of a command's text that are read; longer ones are refused."""

CALLED = re.compile(r"\s*(@lectern\b)?[\s,:]*/?", re.IGNORECASE)
"""What may stand before a command that is written as a message."""

TAKES_AWAY = frozenset({"forget", "leave"})

CANNOT_KEEP: dict[Trouble, str] = {
    "away": "I cannot reach my memory just now, so nothing of that was kept. Please try it again in a minute.",
    "busy": "I have too much to do just now, so nothing of that was kept. Please try it again in a minute.",
    "full": "My memory is full, so nothing of that was kept. Please tell whoever runs me, and try it again later.",
    "readonly": "I can only read my memory just now, so nothing of that was kept. Please tell whoever runs me.",
}

NO_LETTER = re.compile("[\x00\ud800-\udfff]")

log = logging.getLogger(__name__)


class Desk:
    def __init__(self, store: Store, curriculum: Curriculum, features: Features) -> None:
        self._curriculum, self._features = curriculum, features
        self._presses = Presses(store, curriculum, features)

    async def hear(self, heard: Heard) -> Answer:
        """Answer one gesture. A refusal becomes its sentence, told privately, or beside the form it came from.

        Whatever else fails is the caller's to log.
        """
        try:
            _check_letters(heard)
            match heard:
                case Command():
                    return await self._command(heard)
                case Said():
                    return await self._said(heard)
                case Press():
                    return await self._presses.hear(heard)
                case Submit():
                    return await self._submit(heard)
        except Refusal as refusal:
            field = refusal.field if isinstance(refusal, BadInput) else ""
            return Declined(refusal.sentence, field) if isinstance(heard, Submit) else _said_no(refusal)
        except Unavailable as trouble:
            log.error("The database could not be used for what was heard", extra={"why": trouble.why})
            return Declined(CANNOT_KEEP[trouble.why]) if isinstance(heard, Submit) else say(CANNOT_KEEP[trouble.why])

    # ------------------------------------------------------------ commands

    async def _command(self, command: Command) -> Answer:
        if len(command.text) > LONGEST:
            length = f"{len(command.text):,} characters"
            raise BadInput(f"That is too long for a command ({length}). Type /lectern help to see how they are written.")
        person, text = command.person, command.text.strip()
        match command.name.casefold():
            case "lesson" | "lessons":
                return await self._features.lessons.open(person, text)
            case "lab" | "labs":
                return await self._features.labs.openings.command(person, command.place, command.event, text)
            case "quiz":
                return await self._features.quizzes.open(person, text)
            case "progress":
                return await self._features.progress.show(person)
            case "cohort":
                return await self._cohort(person, command.place, text)
            case "lectern" | "help":
                return await self._lectern(person, text)
            case unknown:
                raise NoSuchCommand(f"/{unknown}", _nearest(unknown))

    async def _cohort(self, person: Person, place: Place, text: str) -> Answer:
        word, _, rest = text.partition(" ")
        cohorts, schedules, reports = self._features.cohorts, self._features.schedules, self._features.reports
        routes: dict[str, Callable[[], Awaitable[Answer]]] = {
            "": lambda: schedules.status(person, place),
            "status": lambda: schedules.status(person, place),
            "create": lambda: cohorts.create(person, place, rest),
            "join": lambda: cohorts.join(person, place),
            "leave": lambda: cohorts.leave(person, place),
            "schedule": lambda: schedules.schedule(person, place, rest),
            "pause": lambda: schedules.pause(person, place),
            "resume": lambda: schedules.resume(person, place),
            "skip": lambda: schedules.skip(person, place),
            "post": lambda: schedules.post(person, place, rest),
            "lead": lambda: cohorts.lead(person, place, rest),
            "report": lambda: reports.show(person, place),
            "export": lambda: reports.export(person, place),
        }
        route = routes.get(word.casefold())
        if route is None:
            raise NoSuchCommand(f"/cohort {word}", _nearest(f"cohort {word}"))
        return await route()

    async def _lectern(self, person: Person, text: str) -> Answer:
        match text.casefold():
            case "" | "help":
                return help_post(self._curriculum)
            case "privacy":
                return self._features.privacy.show()
            case "export":
                return await self._features.privacy.export(person)
            case "forget":
                return await self._features.privacy.ask(person)
            case unknown:
                raise NoSuchCommand(f"/lectern {unknown}", _nearest(f"lectern {unknown}"))

    # ------------------------------------------------------------ messages

    async def _said(self, said: Said) -> Answer:
        """In a lab a turn; in a direct message a command without its slash; anywhere else a call for help."""
        slash = said.text.lstrip().startswith("/")
        if said.place.thread or (said.place.direct and not slash and await self._features.labs.goes_on(said.place)):
            return await self._features.labs.hear(said.person, said.place, said.event, said.text)
        name, _, rest = CALLED.sub("", said.text, count=1).strip().partition(" ")
        if name.casefold() in {words.split()[0] for words, _, _ in COMMANDS} | {"help"}:
            answer = await self._command(Command(said.person, said.place, said.event, name, rest))
        else:
            answer = help_post(self._curriculum)
        if said.place.direct and isinstance(answer, Reply):
            return replace(answer, shown=Shown.OPENLY)
        return answer

    # ------------------------------------------------------------ forms

    async def _submit(self, submit: Submit) -> Answer:
        args = submit.action.args
        match submit.action.verb, len(args):
            case "quiz.sent", 2:
                return await self._features.quizzes.sent(submit.person, args[0], args[1], submit.fields)
            case "lab.sent", 1:
                return await self._features.labs.exit_sent(submit.person, args[0], submit.event, submit.text("answer"))
            case "lab.calculated", 2:
                typed = {name: values[0] for name, values in submit.fields.items() if values}
                return await self._features.labs.calculations.sent(submit.person, args[0], submit.event, args[1], typed)
            case "cohort.form", 1:
                fields = {name: submit.text(name) for name in ("time", "zone", "from")}
                days = ",".join(submit.fields.get("days", ()))
                return await self._features.schedules.schedule_from_form(submit.person, args[0], {**fields, "days": days})
            case "cohort.shared", 1:
                home = await self._features.cohorts.home(submit.person, args[0])
                return await self._features.cohorts.lead(submit.person, home, submit.text("name"))
            case "cohort.founded", 0:
                return await self._features.cohorts.create(submit.person, submit.place, submit.text("name"))
            case _:
                raise StaleChoice


def _said_no(refusal: Refusal) -> Answer:
    leads_on = (Buttons(refusal.buttons),) if refusal.buttons else ()
    return Reply(Post((para(refusal.sentence), *leads_on), names=refusal.names))


def _check_letters(heard: Heard) -> None:
    """Half a character (a lone surrogate) and NUL are letters nobody can type, and no database keeps them all."""
    match heard:
        case Command(text=text) | Said(text=text):
            texts: tuple[str, ...] = (text,)
        case Press(values=texts):
            pass
        case Submit(fields=fields):
            texts = tuple(value for values in fields.values() for value in values)
    if any(NO_LETTER.search(text) for text in texts):
        raise BadInput("A part of that text was damaged on its way to me. Nothing was kept; please type it again.")


def _nearest(words: str) -> str:
    """The command that was probably meant; of those that take something away, only what is plainly a slip of the fingers.

    Of two words the second alone is compared: the first is right, and would make everything look near.
    """
    group, _, word = words.casefold().rpartition(" ")
    known = {command.removeprefix(f"{group} "): command for command, _, _ in COMMANDS if command.startswith(group)}
    asked = shorten(word, 40)
    near = difflib.get_close_matches(asked, known, n=1, cutoff=0.6)
    if not near or (near[0] in TAKES_AWAY and not difflib.get_close_matches(asked, near, cutoff=0.8)):
        return ""
    return f"/{known[near[0]]}"
