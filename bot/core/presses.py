"""Presses: which use case each button and each list belongs to."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from bot.core.chat import Answer, Person, Place, Post, Press, Reply, Shown, note, whole
from bot.core.cohorts import Cohorts
from bot.core.curriculum import Curriculum
from bot.core.errors import BadInput, StaleChoice
from bot.core.labs import Labs, Shapes
from bot.core.lessons import Lessons
from bot.core.ports import Store
from bot.core.privacy import Privacy
from bot.core.progress import Progress
from bot.core.quizzes import Quizzes
from bot.core.reports import Reports
from bot.core.schedules import Schedules

Route = Callable[[Press], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Features:
    """Everything a learner or a lead can be led to."""

    lessons: Lessons
    labs: Labs
    shapes: Shapes
    quizzes: Quizzes
    progress: Progress
    cohorts: Cohorts
    schedules: Schedules
    reports: Reports
    privacy: Privacy


class Presses:
    def __init__(self, store: Store, curriculum: Curriculum, features: Features) -> None:
        self._store, self._curriculum, self._features = store, curriculum, features
        self._routes = self._table()

    async def hear(self, press: Press) -> Answer:
        """Raises StaleChoice for a verb that nothing of ours bears any more."""
        route = self._routes.get(press.action.verb)
        if route is None:
            raise StaleChoice
        return await route(press)

    def _table(self) -> dict[str, Route]:
        lessons, labs, shapes, quizzes = (
            self._features.lessons,
            self._features.labs,
            self._features.shapes,
            self._features.quizzes,
        )
        cohorts, schedules = self._features.cohorts, self._features.schedules
        reports, privacy = self._features.reports, self._features.privacy
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
            "lab.new": self._lab_afresh,
            "lab.mine": lambda p: labs.openings.mine(p.person),
            "lab.go": lambda p: labs.openings.go(p.person, _arg(p, 0)),
            "lab.ask": lambda p: labs.ask(p.person, _arg(p, 0), p.event, _arg(p, 1)),
            "lab.hint": lambda p: labs.press(p.person, _arg(p, 0), p.event, "hint", "".join(p.action.args[1:2])),
            "lab.explain": lambda p: labs.press(p.person, _arg(p, 0), p.event, "explain", "".join(p.action.args[1:2])),
            "lab.next": lambda p: labs.press(p.person, _arg(p, 0), p.event, "next", "".join(p.action.args[1:2])),
            "lab.stop": lambda p: labs.stop(p.person, _arg(p, 0), _arg(p, 1)),
            "lab.continue": lambda p: labs.go_on(p.person, _arg(p, 0), p.event, _arg(p, 1)),
            "lab.again": lambda p: labs.again(p.person, _arg(p, 0), p.event, _arg(p, 1)),
            "lab.shaped": lambda p: shapes.show(p.person, _arg(p, 0), _arg(p, 1)),
            "lab.prompt": lambda p: shapes.instructions(p.person, _arg(p, 0), _arg(p, 1)),
            "lab.back": lambda p: shapes.show(p.person, _arg(p, 0), _arg(p, 1), Shown.INSTEAD),
            "lab.bare": lambda p: shapes.ask_bare(p.person, _arg(p, 0), p.event, _arg(p, 1)),
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
            "progress.show": lambda p: self._features.progress.show(p.person),
            "cohort.status": lambda p: schedules.status(p.person, p.place),
            "cohort.join": lambda p: cohorts.join(p.person, p.place, _number(p, 0)),
            "cohort.change": lambda p: schedules.change(p.person, _arg(p, 0), p.action.args[1:]),
            "cohort.save": lambda p: schedules.save(p.person, _arg(p, 0), p.action.args[1:]),
            "cohort.retry": lambda p: schedules.post_again(p.person, _arg(p, 0), _arg(p, 1)),
            "cohort.leave": self._at_home(cohorts.leave),
            "cohort.pause": self._at_home(schedules.pause),
            "cohort.resume": self._at_home(schedules.resume),
            "cohort.skip": self._at_home(schedules.skip),
            "cohort.post": self._at_home(lambda person, home: schedules.post(person, home, "")),
            "cohort.share": lambda p: cohorts.share(p.person, _arg(p, 0)),
            "cohort.found": lambda p: cohorts.found(p.place),
            "cohort.report": lambda p: reports.show(p.person, p.place, _arg(p, 0)),
            "cohort.export": lambda p: reports.export(p.person, p.place, _arg(p, 0)),
            "privacy.show": self._show_privacy,
            "privacy.export": lambda p: privacy.export(p.person),
            "privacy.ask": lambda p: privacy.ask(p.person),
            "privacy.forget": lambda p: privacy.forget(p.person),
            "digest.lesson": self._from_digest,
            "digest.lab": self._from_digest,
            "digest.quiz": self._from_digest,
            "digest.sources": self._from_digest,
        }

    def _at_home(self, deed: Callable[[Person, Place], Awaitable[Answer]]) -> Route:
        """Done in the channel of the cohort that the button names, wherever it is pressed."""

        async def route(press: Press) -> Answer:
            return await deed(press.person, await self._features.cohorts.home(press.person, _arg(press, 0)))

        return route

    async def _show_privacy(self, press: Press) -> Answer:
        return self._features.privacy.show()

    async def _lab_afresh(self, press: Press) -> Answer:
        private = press.action.args[1:] == ("private",)
        return await self._features.labs.openings.open(
            press.person, press.place, press.event, _arg(press, 0), private=private, afresh=True
        )

    async def _from_digest(self, press: Press) -> Answer:
        """Any button under a digest joins its cohort, too."""
        cohort, topic = _number(press, 0), self._curriculum.find(_arg(press, 1)).slug
        joined = await self._store.write(lambda records: self._features.cohorts.enrol(records, press.person, cohort))
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
                return await self._features.lessons.open(press.person, topic)
            case "digest.lab":
                return await self._features.labs.openings.open(press.person, press.place, press.event, topic)
            case "digest.quiz":
                return await self._features.quizzes.open(press.person, topic)
            case _:
                return await self._features.lessons.sources(topic)


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
