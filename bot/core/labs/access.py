"""Who may do what in a lab: its owner is taught there, and where a channel may read along, others may ask."""

from bot.core.chat import Person, whole
from bot.core.curriculum import Curriculum, Lesson, Persona
from bot.core.errors import CannotNow, NotYours, QuizOpen, StaleChoice, shorten
from bot.core.ports import Clock, Lab, Records

GUEST_TURNS = 16
"""Messages of all guests together that one lab answers: it is its owner's."""

Found = tuple[Lab, Lesson, Persona]


class Access:
    """Finds the lab that a gesture is about. Raises a refusal where it is not for whoever made it."""

    def __init__(self, clock: Clock, curriculum: Curriculum) -> None:
        self._clock, self._curriculum = clock, curriculum

    def taught(self, records: Records, person: Person, lab_id: str, reply: str = "") -> Found:
        """As `mine`, and it would not give a quiz away."""
        lab, lesson, persona = self.mine(records, person, lab_id, reply)
        check_quizzes(records, lab, lesson, records.know(person, self._clock.now()))
        return lab, lesson, persona

    def mine(self, records: Records, person: Person, lab_id: str, reply: str = "") -> Found:
        """As `own`, and it is not closed."""
        lab, lesson, persona = self.own(records, person, lab_id, reply)
        if lab.stage == "closed":
            raise CannotNow(f"This lab is closed. Open a new one with /lab {lesson.slug}.")
        return lab, lesson, persona

    def own(self, records: Records, person: Person, lab_id: str, reply: str = "") -> Found:
        """The lab, if it is this person's. What is done about one `reply` is also for whoever asked for that."""
        lab, lesson, persona = self._any(records, lab_id)
        who = records.know(person, self._clock.now())
        if who != lab.owner and not (reply and who == asker(records, lab, reply)):
            owner, names = owner_of(records, lab)
            raise NotYours(f"This is {owner}'s lab, and only {owner} can do that. Open your own with /lab {lesson.slug}.", names)
        return lab, lesson, persona

    def speaking(self, records: Records, person: Person, lab_id: str) -> tuple[Lab, Lesson, int]:
        """The lab, if this person may write in it, and their number: as its owner, or as a guest."""
        lab, lesson, _ = self._any(records, lab_id)
        who = records.know(person, self._clock.now())
        if who == lab.owner:
            self.mine(records, person, lab_id)
        else:
            _check_guest(records, lab, lesson)
        return lab, lesson, who

    def _any(self, records: Records, lab_id: str) -> Found:
        number = whole(lab_id)
        lab = records.lab(number) if number is not None else None
        lesson = self._curriculum.get(lab.lesson) if lab else None
        if lab is None or lesson is None:
            raise StaleChoice("That lab's lesson is no longer in the course. See what there is with /lab.")
        return lab, lesson, persona_of(records, self._curriculum, lab, lesson)


def persona_of(records: Records, curriculum: Curriculum, lab: Lab, lesson: Lesson) -> Persona:
    """The persona the thread was opened with, as it was then: an edit of its name, face or prompt is for new labs."""
    present = curriculum.personas.get(lab.persona)
    if present and present.version == lab.version:
        return present
    return records.kept_persona(lab.persona, lab.version) or present or curriculum.persona_of(lesson)


def owner_of(records: Records, lab: Lab) -> tuple[str, tuple[str, ...]]:
    """The owner's name, as it is shown, and their id, as a post carries it. Whoever was forgotten has neither."""
    owner = records.person(lab.owner)
    return (shorten(owner.name, 40), (owner.id,)) if owner.name else ("somebody else", ())


def asker(records: Records, lab: Lab, reply: str) -> int:
    """Who wrote what that reply answers."""
    number = whole(reply.partition(".")[0])
    turn = records.turn(lab.id, number) if number is not None else None
    return (turn.who if turn else None) or lab.owner


def guests_of(records: Records, lab: Lab) -> dict[int, int]:
    """How many messages each guest has in the lab, whoever came first first."""
    return {who: said for who, said in records.voices(lab.id).items() if who != lab.owner}


def check_quiz(records: Records, who: int, lesson: Lesson) -> None:
    """A lesson's lab is closed to whoever is in its quiz. Raises QuizOpen."""
    if records.open_attempt(who, lesson.slug):
        raise QuizOpen(lesson.slug, lesson.title)


def check_quizzes(records: Records, lab: Lab, lesson: Lesson, who: int) -> None:
    """As `check_quiz`; and while its owner is in the quiz, a lab answers no guest either, since its owner reads that."""
    check_quiz(records, who, lesson)
    if records.open_attempt(lab.owner, lesson.slug):  # which is nobody else's business
        owner, names = owner_of(records, lab)
        raise CannotNow(f"{owner}'s lab rests for the moment. Open your own with /lab {lesson.slug}.", names)


def _check_guest(records: Records, lab: Lab, lesson: Lesson) -> None:
    (owner, names), own = owner_of(records, lab), f"Open your own with /lab {lesson.slug}."
    if (lab.thread or lab.place).direct:
        raise NotYours(f"This is {owner}'s lab, and it is private. {own}", names)
    if lab.stage != "open":
        raise NotYours(f"This is {owner}'s lab, and nothing is answered there any more. {own}", names)
    if sum(guests_of(records, lab).values()) >= GUEST_TURNS:
        raise NotYours(f"This is {owner}'s lab, and it has answered as many guests as it can. {own}", names)
