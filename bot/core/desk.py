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
    note,
    para,
    whole,
)
from bot.core.cohorts import Cohorts, say
from bot.core.curriculum import Curriculum
from bot.core.errors import BadInput, NoSuchCommand, Refusal, StaleChoice, shorten
from bot.core.help import COMMANDS, help_post
from bot.core.labs import Labs, Shapes
from bot.core.lessons import Lessons
from bot.core.ports import Clock, Store, Trouble, Unavailable
from bot.core.privacy import Privacy
from bot.core.progress import Progress
from bot.core.quizzes import Quizzes
from bot.core.reports import Reports

LONGEST = 2000
"""Characters of a command's text that are read; longer ones are refused."""

CALLED = re.compile(r"\s*(@lectern\b)?[\s,:]*/?", re.IGNORECASE)
"""What may stand before a command that is written as a message."""

CANNOT_KEEP: dict[Trouble, str] = {
    "away": "I cannot reach my memory just now, so nothing of that was kept. Please try it again in a minute.",
    "busy": "I have too much to do just now, so nothing of that was kept. Please try it again in a minute.",
    "full": "My memory is full, so nothing of that was kept. Please tell whoever runs me, and try it again later.",
    "readonly": "I can only read my memory just now, so nothing of that was kept. Please tell whoever runs me.",
}

NO_LETTER = re.compile("[\x00\ud800-\udfff]")

log = logging.getLogger(__name__)

Route = Callable[[Press], Awaitable[Answer]]


class Desk:
    def __init__(
        self,
        store: Store,
        clock: Clock,
        curriculum: Curriculum,
        lessons: Lessons,
        labs: Labs,
        shapes: Shapes,
        quizzes: Quizzes,
        progress: Progress,
        cohorts: Cohorts,
        reports: Reports,
        privacy: Privacy,
    ) -> None:
        self._store, self._clock, self._curriculum = store, clock, curriculum
        self._lessons, self._labs, self._shapes, self._quizzes = lessons, labs, shapes, quizzes
        self._progress, self._cohorts, self._reports, self._privacy = progress, cohorts, reports, privacy
        self._routes = self._press_routes()

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
                    return await self._press(heard)
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
                return await self._lessons.open(person, text)
            case "lab" | "labs":
                return await self._labs.openings.command(person, command.place, command.event, text)
            case "quiz":
                return await self._quizzes.open(person, text)
            case "progress":
                return await self._progress.show(person)
            case "cohort":
                return await self._cohort(person, command.place, text)
            case "lectern" | "help":
                return await self._lectern(person, text)
            case unknown:
                raise NoSuchCommand(f"/{unknown}", _nearest(unknown))

    async def _cohort(self, person: Person, place: Place, text: str) -> Answer:
        word, _, rest = text.partition(" ")
        cohorts = self._cohorts
        routes: dict[str, Callable[[], Awaitable[Answer]]] = {
            "": lambda: cohorts.status(person, place),
            "status": lambda: cohorts.status(person, place),
            "create": lambda: cohorts.create(person, place, rest),
            "join": lambda: cohorts.join(person, place),
            "leave": lambda: cohorts.leave(person, place),
            "schedule": lambda: cohorts.schedule(person, place, rest),
            "pause": lambda: cohorts.pause(person, place),
            "resume": lambda: cohorts.resume(person, place),
            "skip": lambda: cohorts.skip(person, place),
            "post": lambda: cohorts.post(person, place, rest),
            "lead": lambda: cohorts.lead(person, place, rest),
            "report": lambda: self._reports.show(person, place),
            "export": lambda: self._reports.export(person, place),
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
                return self._privacy.show()
            case "export":
                return await self._privacy.export(person)
            case "forget":
                return await self._privacy.ask(person)
            case unknown:
                raise NoSuchCommand(f"/lectern {unknown}", _nearest(f"lectern {unknown}"))

    # ------------------------------------------------------------ messages

    async def _said(self, said: Said) -> Answer:
        """In a lab a turn; in a direct message a command without its slash; anywhere else a call for help."""
        slash = said.text.lstrip().startswith("/")
        if said.place.thread or (said.place.direct and not slash and await self._labs.goes_on(said.place)):
            return await self._labs.hear(said.person, said.place, said.event, said.text)
        name, _, rest = CALLED.sub("", said.text, count=1).strip().partition(" ")
        if name.casefold() in {words.split()[0] for words, _, _ in COMMANDS} | {"help"}:
            answer = await self._command(Command(said.person, said.place, said.event, name, rest))
        else:
            answer = help_post(self._curriculum)
        if said.place.direct and isinstance(answer, Reply):
            return replace(answer, shown=Shown.OPENLY)
        return answer

    # ------------------------------------------------------------ buttons

    def _press_routes(self) -> dict[str, Route]:
        lessons, labs, quizzes, cohorts = self._lessons, self._labs, self._quizzes, self._cohorts
        return {
            "lesson.list": lambda p: lessons.pick(p.person),
            "lesson.pick": lambda p: lessons.open(p.person, _one(p.values)),
            "lesson.open": lambda p: lessons.open(p.person, _arg(p, 0)),
            "lesson.turn": lambda p: lessons.turn(p.person, _arg(p, 0), _arg(p, 1)),
            "lesson.since": lambda p: lessons.since(_arg(p, 0)),
            "lesson.passage": lambda p: lessons.passage(_arg(p, 0), _arg(p, 1)),
            "lab.see": lambda p: lessons.passage(_arg(p, 0), _arg(p, 1)),
            "lab.list": lambda p: labs.openings.command(p.person, p.place, p.event, ""),
            "lab.open": lambda p: labs.openings.open(p.person, p.place, p.event, _topic(p)),
            "lab.private": lambda p: labs.openings.open(p.person, p.place, p.event, _topic(p), private=True),
            "lab.new": lambda p: self._lab_afresh(p),
            "lab.mine": lambda p: labs.openings.mine(p.person),
            "lab.go": lambda p: labs.openings.go(p.person, _arg(p, 0)),
            "lab.ask": lambda p: labs.ask(p.person, _arg(p, 0), p.event, _arg(p, 1)),
            "lab.hint": lambda p: labs.press(p.person, _arg(p, 0), p.event, "hint", "".join(p.action.args[1:2])),
            "lab.explain": lambda p: labs.press(p.person, _arg(p, 0), p.event, "explain", "".join(p.action.args[1:2])),
            "lab.next": lambda p: labs.press(p.person, _arg(p, 0), p.event, "next", "".join(p.action.args[1:2])),
            "lab.stop": lambda p: labs.stop(p.person, _arg(p, 0), _arg(p, 1)),
            "lab.continue": lambda p: labs.go_on(p.person, _arg(p, 0), p.event, _arg(p, 1)),
            "lab.again": lambda p: labs.again(p.person, _arg(p, 0), p.event, _arg(p, 1)),
            "lab.shaped": lambda p: self._shapes.show(p.person, _arg(p, 0), _arg(p, 1)),
            "lab.prompt": lambda p: self._shapes.instructions(p.person, _arg(p, 0), _arg(p, 1)),
            "lab.back": lambda p: self._shapes.show(p.person, _arg(p, 0), _arg(p, 1), Shown.INSTEAD),
            "lab.bare": lambda p: self._shapes.ask_bare(p.person, _arg(p, 0), p.event, _arg(p, 1)),
            "lab.calculator": lambda p: labs.calculations.pick(p.person, _arg(p, 0)),
            "lab.calculate": lambda p: labs.calculations.form(p.person, _arg(p, 0), _arg(p, 1)),
            "lab.finish": lambda p: labs.press(p.person, _arg(p, 0), p.event, "finish"),
            "lab.exit": lambda p: labs.exit_form(p.person, _arg(p, 0)),
            "quiz.list": lambda p: quizzes.open(p.person, ""),
            "quiz.open": lambda p: quizzes.open(p.person, _topic(p)),
            "quiz.pick": lambda p: quizzes.press(p.person, _arg(p, 0), _arg(p, 1), p.values),
            "quiz.form": lambda p: quizzes.form(p.person, _arg(p, 0), _arg(p, 1)),
            "quiz.mark": lambda p: quizzes.mark(p.person, _arg(p, 0), _arg(p, 1), p.values),
            "quiz.none": lambda p: quizzes.mark_none(p.person, _arg(p, 0), _arg(p, 1)),
            "quiz.next": lambda p: quizzes.next(p.person, _arg(p, 0)),
            "quiz.redo": lambda p: quizzes.redo(p.person, _arg(p, 0)),
            "progress.show": lambda p: self._progress.show(p.person),
            "cohort.status": lambda p: cohorts.status(p.person, p.place),
            "cohort.join": lambda p: cohorts.join(p.person, p.place, _number(p, 0)),
            "cohort.change": lambda p: cohorts.change(p.person, _arg(p, 0), p.action.args[1:]),
            "cohort.save": lambda p: cohorts.save(p.person, _arg(p, 0), p.action.args[1:]),
            "cohort.retry": lambda p: cohorts.post_again(p.person, _arg(p, 0), _arg(p, 1)),
            "cohort.report": lambda p: self._reports.show(p.person, p.place, _arg(p, 0)),
            "cohort.export": lambda p: self._reports.export(p.person, p.place, _arg(p, 0)),
            "privacy.show": self._show_privacy,
            "privacy.export": lambda p: self._privacy.export(p.person),
            "privacy.ask": lambda p: self._privacy.ask(p.person),
            "privacy.forget": lambda p: self._privacy.forget(p.person),
            "digest.lesson": self._from_digest,
            "digest.lab": self._from_digest,
            "digest.quiz": self._from_digest,
            "digest.sources": self._from_digest,
        }

    async def _show_privacy(self, press: Press) -> Answer:
        return self._privacy.show()

    async def _press(self, press: Press) -> Answer:
        route = self._routes.get(press.action.verb)
        if route is None:
            raise StaleChoice
        return await route(press)

    async def _lab_afresh(self, press: Press) -> Answer:
        private = press.action.args[1:] == ("private",)
        opened = self._labs.openings.open
        return await opened(press.person, press.place, press.event, _arg(press, 0), private=private, afresh=True)

    async def _from_digest(self, press: Press) -> Answer:
        """Any button under a digest joins its cohort, too."""
        cohort, topic = _number(press, 0), self._curriculum.find(_arg(press, 1)).slug
        joined = await self._store.write(lambda records: self._cohorts.enrol(records, press.person, cohort))
        answer = await self._of_digest(press, topic)
        if joined is None:
            return answer
        welcome = note(f"You are now in “{joined.name}”. /cohort leave undoes that.")
        if isinstance(answer, Reply):
            return replace(answer, post=replace(answer.post, parts=(welcome, *answer.post.parts)))
        return answer or Reply(Post((welcome,)))

    async def _of_digest(self, press: Press, topic: str) -> Answer:
        match press.action.verb:
            case "digest.lesson":
                return await self._lessons.open(press.person, topic)
            case "digest.lab":
                return await self._labs.openings.open(press.person, press.place, press.event, topic)
            case "digest.quiz":
                return await self._quizzes.open(press.person, topic)
            case _:
                return await self._lessons.sources(topic)

    # ------------------------------------------------------------ forms

    async def _submit(self, submit: Submit) -> Answer:
        args = submit.action.args
        match submit.action.verb, len(args):
            case "quiz.sent", 2:
                return await self._quizzes.sent(submit.person, args[0], args[1], submit.fields)
            case "lab.sent", 1:
                return await self._labs.exit_sent(submit.person, args[0], submit.event, submit.text("answer"))
            case "lab.calculated", 2:
                typed = {name: values[0] for name, values in submit.fields.items() if values}
                return await self._labs.calculations.sent(submit.person, args[0], submit.event, args[1], typed)
            case "cohort.form", 1:
                fields = {name: submit.text(name) for name in ("time", "zone", "from")}
                days = ",".join(submit.fields.get("days", ()))
                return await self._cohorts.schedule_from_form(submit.person, args[0], {**fields, "days": days})
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


def _arg(press: Press, n: int) -> str:
    if n >= len(press.action.args):
        raise StaleChoice
    return press.action.args[n]


def _number(press: Press, n: int) -> int:
    number = whole(_arg(press, n))
    if number is None:
        raise StaleChoice
    return number


def _one(values: tuple[str, ...]) -> str:
    if len(values) != 1:
        raise BadInput("Choose one from the list first.")
    return values[0]


def _topic(press: Press) -> str:
    """The lesson named by the button itself, or chosen from a list."""
    return press.action.args[0] if press.action.args else _one(press.values)


def _nearest(words: str) -> str:
    known = [command for command, _, _ in COMMANDS]
    near = difflib.get_close_matches(shorten(words.casefold(), 40), known, n=1, cutoff=0.6)
    return f"/{near[0]}" if near else ""
