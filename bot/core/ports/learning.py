"""What learners do, as the core remembers it: reading, quizzes, labs and how far they have come."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.core.chat import Place
from bot.core.curriculum import Persona
from bot.core.ports.remembered import Attempt, Given, Lab, LabStage, LessonStanding, OpenLab
from bot.core.ports.tutor import LabProgress, Shape, Turn, TurnKind


class ReadingRecords(Protocol):
    def read_section(self, who: int, lesson: str, section: int, *, last: bool, now: datetime) -> bool:
        """Keep the place in the lesson. True the first time the last section is reached."""
        ...

    def section(self, who: int, lesson: str) -> int | None:
        """The section last looked at."""
        ...


class QuizRecords(Protocol):
    def open_attempt(self, who: int, lesson: str) -> Attempt | None: ...

    def start_attempt(
        self, who: int, lesson: str, questions: Sequence[str], seed: int, redo_of: int | None, now: datetime
    ) -> Attempt:
        """Begin, or give the one already open: there is never more than one for a person and lesson."""
        ...

    def attempt(self, attempt: int) -> Attempt | None: ...

    def given(self, attempt: int) -> list[Given]:
        """The answers of one attempt, in the order given."""
        ...

    def give(self, attempt: Attempt, question: str, answer: str, right: bool | None, misconception: str, now: datetime) -> bool:
        """Keep an answer. False if this question was answered before in this attempt. Marks itself as the first ever or later."""
        ...

    def mark(self, attempt: int, question: str, *, right: bool) -> bool:
        """Mark a written answer, once. False if it was marked already."""
        ...

    def finish_attempt(self, attempt: int, now: datetime) -> bool: ...

    def drop_attempt(self, attempt: int) -> None:
        """Forget an attempt whose questions are no longer in the course."""
        ...

    def seen_questions(self, who: int, lesson: str) -> set[str]: ...

    def pass_quiz(self, who: int, lesson: str, now: datetime) -> bool:
        """True the first time."""
        ...


class LabRecords(Protocol):
    def open_lab(self, event: str, who: int, lesson: str, persona: str, version: str, place: Place, now: datetime) -> Lab | None:
        """Keep a new lab and put its opening on the ledger. None if this gesture opened one already. Raises Full."""
        ...

    def keep_persona(self, persona: Persona) -> None:
        """Keep a persona as it is now, for the labs opened with it."""
        ...

    def kept_persona(self, persona: str, version: str) -> Persona | None:
        """The persona as it was in that version."""
        ...

    def lab(self, lab: int) -> Lab | None: ...

    def lab_in(self, thread: Place) -> Lab | None: ...

    def lab_at(self, platform: str, conversation: str) -> Lab | None:
        """The latest lab held in a conversation that a platform names without its channel: a thread, or a direct message."""
        ...

    def unfinished_lab(self, who: int, lesson: str) -> Lab | None:
        """The person's latest lab of that lesson that is not closed."""
        ...

    def labs_of(self, who: int) -> list[Lab]:
        """The person's labs that have a thread and are not closed, the latest used first."""
        ...

    def open_labs(self, platform: str, since: datetime, most: int) -> list[OpenLab]:
        """Labs with a thread, not closed, in which something happened since then; the latest first, at most so many."""
        ...

    def lab_opened(self, lab: int, thread: Place, root: str) -> None: ...

    def hear_turn(self, lab: Lab, event: str, who: int, text: str, now: datetime) -> bool:
        """Keep what somebody said and put the reply on the ledger. False if this message was kept before. Raises Full.

        Only what the owner says counts as one of the lab's turns.
        """
        ...

    def turns(self, lab: int, last: int) -> list[Turn]:
        """The latest turns, oldest first."""
        ...

    def turn(self, lab: int, seq: int) -> Turn | None: ...

    def voices(self, lab: int) -> dict[int, int]:
        """How many messages each person has in the lab, whoever came first first."""
        ...

    def withheld(self, lab: int, who: int) -> int:
        """How many replies to that person were withheld there, since they did not pass their checks."""
        ...

    def say_turn(
        self, lab: int, text: str, now: datetime, *, reply: str = "", kind: TurnKind = "said", shape: Shape | None = None
    ) -> int:
        """Keep what the persona said, as the end of that reply, and what it was made of. Gives the turn's number."""
        ...

    def say_step(self, lab: Lab, text: str, post: str, now: datetime, *, kind: TurnKind = "said") -> None:
        """Keep a step of the authored path, and put its post (JSON) on the ledger: shown at once, it could be lost."""
        ...

    def begin_reply(self, lab: int, reply: str) -> None:
        """Keep that the persona is writing that reply."""
        ...

    def end_reply(self, lab: int) -> None:
        """Keep that nothing is being written any more."""
        ...

    def stop_reply(self, lab: int, reply: str) -> bool:
        """Keep that it shall be stopped. False if it is not the one being written."""
        ...

    def replied(self, lab: int, reply: str) -> Turn | None:
        """What became of that reply."""
        ...

    def shape(self, lab: int, reply: str) -> Shape | None:
        """What that reply was made of."""
        ...

    def go_on_from(self, lab: int, reply: str) -> None:
        """Make a reply that was cut off part of the conversation."""
        ...

    def move_lab(self, lab: int, stage: LabStage, progress: LabProgress, now: datetime) -> None: ...

    def answer_exit(self, lab: Lab, who: int, text: str, now: datetime) -> bool:
        """Keep the answer to the exit question and close the lab. False if it was answered."""
        ...


class ProgressRecords(Protocol):
    def standing(self, who: int, lessons: Sequence[str]) -> list[LessonStanding]:
        """One entry a lesson, in the order given."""
        ...

    def complete(self, who: int, lesson: str, now: datetime) -> bool:
        """True the first time."""
        ...
