"""One fake per port, shared by all tests: a clock that is set, a chat that keeps what was posted, pictures of one pixel."""

from collections.abc import AsyncGenerator, Sequence
from datetime import UTC, datetime, timedelta

from bot.core.chat import Person, Place, Post, Speaker, para
from bot.core.curriculum import Lesson
from bot.core.plain import plain
from bot.core.ports import Counts, Draft, LabTurn, LessonStanding

START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
"""A Monday."""


class FakeClock:
    def __init__(self, now: datetime = START) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def set(self, now: datetime) -> None:
        self._now = now

    def pass_(self, **time: float) -> None:
        self._now += timedelta(**time)


class FakeChat:
    """Keeps every post under its key, as a platform that forgets nothing. `failures` are raised first, one a call.

    `crowded`: too much is being written to show anything before it is whole.
    """

    settle = 0.0
    crowded = False
    lacking = ""

    def __init__(self) -> None:
        self.posts: dict[str, tuple[Place, Post]] = {}
        self.keys: list[str] = []
        self.shown: list[Post] = []
        self.edits: list[Post] = []
        self.signs: list[Speaker] = []
        self.invited: list[str] = []
        self.failures: list[Exception] = []
        self.after_failures: list[Exception] = []

    async def post(self, place: Place, post: Post, key: str) -> str:
        if self.failures:
            raise self.failures.pop(0)
        ref = str(len(self.keys) + 1)
        self.keys.append(key)
        self.posts[ref] = (place, post)
        if self.after_failures:
            raise self.after_failures.pop(0)
        return ref

    async def begin(self, place: Place, post: Post, key: str) -> str | None:
        return None if self.crowded else await self.post(place, post, key)

    async def find(self, place: Place, key: str, post: Post | None = None, *, settled: bool = True) -> str | None:
        return str(self.keys.index(key) + 1) if key in self.keys else None

    async def edit(self, place: Place, ref: str, post: Post) -> None:
        self.edits.append(post)
        self.posts[ref] = (place, post)

    async def show(self, place: Place, ref: str, post: Post) -> None:
        self.shown.append(post)

    async def busy(self, place: Place, speaker: Speaker) -> None:
        self.signs.append(speaker)

    async def open_thread(self, place: Place, ref: str, title: str, person: Person) -> Place:
        self.invited.append(person.id)
        return Place(place.platform, place.workspace, place.channel, ref, place.direct)

    async def aside(self, place: Place, person: Person) -> Place:
        return await self.direct(person)

    async def lacks(self, place: Place) -> str:
        return self.lacking

    async def direct(self, person: Person) -> Place:
        return Place(person.platform, person.workspace, f"dm:{person.id}", None, True)

    def said(self, place: Place | None = None) -> list[str]:
        """What was posted, as text, in order; with `place`, only there."""
        return [plain(post) for where, post in self.posts.values() if place is None or where == place]


class FakePictures:
    def __init__(self, fault: Exception | None = None) -> None:
        self.fault = fault

    async def progress(self, lessons: Sequence[Lesson], standing: Sequence[LessonStanding]) -> bytes:
        if self.fault:
            raise self.fault
        return b"\x89PNG one pixel"

    async def report(self, title: str, lessons: Sequence[Lesson], counts: Sequence[Counts]) -> bytes:
        if self.fault:
            raise self.fault
        return b"\x89PNG one pixel"


class ScriptedTutor:
    """Says what it is told to, draft by draft; `fault` comes after the drafts."""

    banner = "A scripted tutor answers."

    def __init__(self, *texts: str, fault: Exception | None = None, attempt: bool = True) -> None:
        self.texts, self.fault, self.attempt = texts, fault, attempt
        self.heard: list[LabTurn] = []

    def cost(self, turn: LabTurn) -> int:
        return 0

    async def answer(self, turn: LabTurn) -> AsyncGenerator[Draft]:
        self.heard.append(turn)
        for number, text in enumerate(self.texts, 1):
            yield Draft((para(text),), number == len(self.texts) and self.fault is None, self.attempt)
        if self.fault:
            raise self.fault
