"""A lab's calculators: chosen, filled in as a form, and the exact result posted in the thread and kept for the persona."""

from collections.abc import Callable, Mapping

from bot.core.calculators import CALCULATORS, Calculator, Result
from bot.core.chat import POSTS, Action, Answer, Button, Buttons, Form, Items, Part, Person, Post, Reply, bold, line, note, para
from bot.core.curriculum import Lesson, Persona
from bot.core.errors import CannotNow, StaleChoice
from bot.core.lab_posts import persona_post
from bot.core.ports import Clock, Lab, Records, Store

Mine = Callable[[Records, Person, str], tuple[Lab, Lesson, Persona]]


class Calculations:
    """`taught` gives the lab, if that person may be helped in it now."""

    def __init__(self, store: Store, clock: Clock, taught: Mine) -> None:
        self._store, self._clock, self._taught = store, clock, taught

    async def pick(self, person: Person, lab_id: str) -> Answer:
        """The lab's calculators, each a button that opens its form."""
        lab, lesson = await self._store.write(lambda records: self._open(records, person, lab_id))
        buttons = tuple(
            Button(CALCULATORS[name].title, Action("lab.calculate", (str(lab.id), name))) for name in lesson.lab.calculators
        )
        if not buttons:
            raise CannotNow("There is nothing to calculate in this lab. Just go on in the thread.")
        return Reply(Post((para("What would you like to calculate? The result is posted in the lab."), Buttons(buttons))))

    async def form(self, person: Person, lab_id: str, name: str) -> Form:
        lab, lesson = await self._store.write(lambda records: self._open(records, person, lab_id))
        calculator = _known(lesson, name)
        return Form(calculator.title, Action("lab.calculated", (str(lab.id), name)), calculator.fields, submit="Calculate")

    async def sent(self, person: Person, lab_id: str, event: str, name: str, typed: Mapping[str, str]) -> Answer:
        """The form filled in. Safe to be given twice; what cannot be used keeps it open."""

        def unit(records: Records) -> None:
            now = self._clock.now()
            lab, lesson, persona = self._taught(records, person, lab_id)
            _check_open(lab)
            result = _known(lesson, name).run(typed)
            if not records.hear_once(event, now):
                return
            post = persona_post(persona, result_parts(result), lab, lab.progress, calculator=True)
            records.say_step(lab, result.data, POSTS.dump_json(post).decode(), now, kind="calculated")

        await self._store.write(unit)
        return None

    def _open(self, records: Records, person: Person, lab_id: str) -> tuple[Lab, Lesson]:
        lab, lesson, _ = self._taught(records, person, lab_id)
        _check_open(lab)
        return lab, lesson


def result_parts(result: Result) -> tuple[Part, ...]:
    found = tuple(para(bold(sentence)) for sentence in result.found)
    return (
        para(bold(f"{result.title}: "), "calculated with"),
        Items(tuple(line(given) for given in result.given)),
        *found,
        note("Exact arithmetic, without a language model."),
    )


def _known(lesson: Lesson, name: str) -> Calculator:
    if name not in lesson.lab.calculators or name not in CALCULATORS:
        raise StaleChoice("That calculator is no longer in this lab. Press Calculator to see what there is.")
    return CALCULATORS[name]


def _check_open(lab: Lab) -> None:
    if lab.stage != "open":
        raise CannotNow("This lab has come to its exit question, which is asked without help. Reply with your answer.")
