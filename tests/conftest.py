"""The shipped course, read once, and a whole core over a real database for each test."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.adapters.clock import Recurrences
from bot.adapters.library import Library, read
from bot.adapters.tutor.ideas import mentioned
from bot.adapters.tutor.intents import alarming
from bot.adapters.tutor.study_guide import StudyGuide
from bot.core.chat import Action, Answer, Choose, Command, Declined, Form, Part, Person, Place, Post, Press, Reply, Said, Submit
from bot.core.cohorts import Cohorts
from bot.core.costs import Prices
from bot.core.curriculum import Curriculum
from bot.core.deliveries import Deliveries
from bot.core.desk import Desk
from bot.core.digests import Digests
from bot.core.jobs import Handler
from bot.core.lab_work import LabWork
from bot.core.labs import Labs, Shapes, Stops
from bot.core.lessons import Lessons
from bot.core.notices import Notices
from bot.core.plain import plain
from bot.core.ports import Allowance, Pictures, Tutor
from bot.core.presses import Features
from bot.core.privacy import Privacy
from bot.core.progress import Progress
from bot.core.quizzes import Quizzes
from bot.core.reports import Reports
from bot.core.schedules import Schedules
from bot.store.database import Database
from bot.store.migrate import upgrade
from tests.fakes import FakeChat, FakeClock, FakePictures
from tests.soundness import left_sound

ROOT = Path(__file__).parents[1]
ADA = Person("fake", "w", "ada", "Ada")
GRACE = Person("fake", "w", "grace", "Grace")
CHANNEL = Place("fake", "w", "general")


@pytest.fixture(scope="session")
def library() -> Library:
    return read(ROOT / "lessons", ROOT / "personas")


@pytest.fixture(scope="session")
def course(library: Library) -> Curriculum:
    return library.curriculum


@pytest.fixture(autouse=True)
def sound(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever a test's programs and cores leave in its own folder keeps the invariants. Asked last, when all have ended."""
    if "tmp_path" not in request.fixturenames:
        yield
        return
    breaks = [name for mark in request.node.iter_markers("breaks") for name in mark.args]
    with left_sound(request.getfixturevalue("tmp_path"), breaks):
        yield


@dataclass
class Stage:
    """The core with a fake platform, and people who act on it. What somebody is answered is given back."""

    database: Database
    clock: FakeClock
    chat: FakeChat
    digests: Digests
    deliveries: Deliveries
    desk: Desk
    privacy: Privacy
    gestures: list[str] = field(default_factory=list)

    def event(self) -> str:
        self.gestures.append(f"e{len(self.gestures)}")
        return self.gestures[-1]

    async def types(self, person: Person, text: str, place: Place = CHANNEL) -> Answer:
        """A slash command, and everything that follows from it."""
        name, _, rest = text.removeprefix("/").partition(" ")
        return await self._after(self.desk.hear(Command(person, place, self.event(), name, rest)))

    async def says(self, person: Person, text: str, place: Place, event: str = "") -> Answer:
        return await self._after(self.desk.hear(Said(person, place, event or self.event(), text)))

    async def presses(self, person: Person, action: Action, *values: str, place: Place = CHANNEL, event: str = "") -> Answer:
        return await self._after(self.desk.hear(Press(person, place, event or self.event(), action, values)))

    async def sends(self, person: Person, action: Action, place: Place = CHANNEL, **fields: str | tuple[str, ...]) -> Answer:
        values = {name: (value,) if isinstance(value, str) else value for name, value in fields.items()}
        return await self._after(self.desk.hear(Submit(person, place, self.event(), action, values)))

    async def _after(self, hearing: Awaitable[Answer]) -> Answer:
        answer = await hearing
        await self.deliveries.settle()
        return answer


def text(answer: Answer) -> str:
    """What a reply says, or a form asks."""
    if isinstance(answer, Form):
        return answer.title
    if isinstance(answer, Declined):
        return answer.sentence
    assert isinstance(answer, Reply), "there was no answer"
    return plain(answer.post)


def parts(answer: Answer) -> tuple[Part, ...]:
    assert isinstance(answer, Reply), "there was no reply"
    return answer.post.parts


def button(source: Answer | Post, label: str) -> Action:
    """The action of the button of that label. Fails, naming the labels there are."""
    shown = source.parts if isinstance(source, Post) else parts(source)
    found = {button.label: button.action for part in shown if part.kind == "buttons" for button in part.buttons}
    assert label in found, f"no button {label!r} among {list(found)}"
    return found[label]


def choice(source: Answer) -> Choose:
    return next(part for part in parts(source) if isinstance(part, Choose))


Build = Callable[..., "Stage"]


@pytest.fixture(scope="session")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty database, to be copied: migrating anew for each test would take most of its time."""
    path = tmp_path_factory.mktemp("schema") / "lectern.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
async def build(tmp_path: Path, schema: Path, course: Curriculum) -> AsyncIterator[Build]:
    """Builds stages over one database file: a second one after the first was closed is a restart."""
    opened: list[Database] = []
    url = f"sqlite:///{shutil.copy(schema, tmp_path)}"

    def build(
        *,
        course: Curriculum = course,
        clock: FakeClock | None = None,
        chat: FakeChat | None = None,
        tutor: Tutor | None = None,
        pictures: Pictures | None = None,
        seed: int = 7,
        prices: Prices | None = None,
        days: int = 30,
        allowance: Allowance = Allowance(),  # noqa: B008 - frozen
    ) -> Stage:
        database, clock, chat, recurrence = Database(url), clock or FakeClock(), chat or FakeChat(), Recurrences()
        opened.append(database)
        chats, guide = {"fake": chat}, tutor or StudyGuide(course)
        digests = Digests(database, clock, course, recurrence)
        stops = Stops()
        work = LabWork(database, clock, course, guide, mentioned, stops, allowance)
        handlers: dict[str, Handler] = {"digest": digests, "notice": Notices(database), **work.handlers()}
        deliveries = Deliveries(database, clock, chats, handlers, "test")
        privacy = Privacy(database, clock, guide.banner, days)
        cohorts = Cohorts(database, clock, course)
        features = Features(
            lessons=Lessons(database, clock, course),
            labs=Labs(database, clock, course, chats, stops, alarming),
            shapes=Shapes(database, clock, course),
            quizzes=Quizzes(database, clock, course, mentioned, lambda: seed),
            progress=Progress(database, clock, course, pictures or FakePictures()),
            cohorts=cohorts,
            schedules=Schedules(database, clock, course, recurrence, digests, cohorts, chats, prices),
            reports=Reports(database, clock, course, cohorts, pictures or FakePictures()),
            privacy=privacy,
        )
        desk = Desk(database, course, features)
        return Stage(database, clock, chat, digests, deliveries, desk, privacy)

    yield build
    for database in opened:
        await database.close()


@pytest.fixture
def stage(build: Build) -> Stage:
    return build()
