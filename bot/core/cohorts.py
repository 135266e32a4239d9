"""Cohorts: a group taking the course in one channel, its members and its leads."""

from unicodedata import category

from bot.core.chat import Action, Answer, Button, Buttons, Form, Person, Place, Post, Reply, Shown, bold, para, say, whole
from bot.core.cohort_posts import NAME_LIMIT, created_post, founding_form, sharing_form
from bot.core.curriculum import Curriculum
from bot.core.errors import BadInput, CannotNow, LeadsOnly, NoCohortHere, StaleChoice, shorten
from bot.core.ports import Clock, Cohort, Records, Store

TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that force a direction of writing on what follows. Letters bring their own direction along, so no name needs them."""


def _title(name: str) -> str:
    """The name in one line, without marks that would turn the words around it; empty if nothing of it shows."""
    flat = " ".join(name.split())
    title = "".join(sign for sign in flat if sign not in TURNING and category(sign) != "Cc").strip()
    return title if any(category(sign)[0] not in "CMZ" for sign in title) else ""


def _check_channel(place: Place) -> None:
    if place.direct:
        raise CannotNow(
            "A cohort lives in a channel, so that its members can see the digests. Go to a channel and create it there."
        )


class Cohorts:
    def __init__(self, store: Store, clock: Clock, curriculum: Curriculum) -> None:
        self._store, self._clock, self._curriculum = store, clock, curriculum

    # ------------------------------------------------------------ membership

    async def found(self, place: Place) -> Form:
        """What `create` needs to know."""
        _check_channel(place)
        return founding_form()

    async def create(self, person: Person, place: Place, name: str) -> Answer:
        """This channel becomes a cohort's home, the caller its lead."""
        _check_channel(place)
        title = _title(name)
        if not title or len(title) > NAME_LIMIT:
            raise BadInput(
                f"Give the cohort a name of up to {NAME_LIMIT} characters, like this: /cohort create Support team, winter."
            )

        def unit(records: Records) -> Cohort | None:
            now = self._clock.now()
            if cohort := records.create_cohort(place.parent, title, now):
                records.lead(cohort.id, records.know(person, now), now)
            return cohort

        cohort = await self._store.write(unit)
        if cohort is None:
            there = await self._store.read(lambda records: records.cohort_at(place))
            raise CannotNow(
                f"This channel is already the home of “{there.name if there else 'a cohort'}”. "
                "Join it with /cohort join, or create yours in another channel."
            )
        return Reply(created_post(cohort, self._curriculum), Shown.OPENLY)

    async def join(self, person: Person, place: Place, cohort_id: int | None = None) -> Answer:
        def unit(records: Records) -> tuple[Cohort, bool]:
            cohort = self._at(records, place) if cohort_id is None else self._named(records, person, cohort_id)
            now = self._clock.now()
            return cohort, records.join(cohort.id, records.know(person, now), now)

        cohort, fresh = await self._store.write(unit)
        if not fresh:
            return say(f"You are already in “{cohort.name}”. Type /progress to see where you stand.")
        first = self._curriculum.lessons[0]
        buttons = Buttons(
            (Button(f"Read lesson 1: {shorten(first.title, 50)}", Action("lesson.open", (first.slug,)), "primary"),)
        )
        return Reply(
            Post(
                (
                    para("Welcome to ", bold(cohort.name), ". Start whenever you like; nobody sees your answers but you."),
                    buttons,
                )
            )
        )

    async def leave(self, person: Person, place: Place) -> Answer:
        def unit(records: Records) -> tuple[Cohort, bool]:
            cohort, now = self._at(records, place), self._clock.now()
            who = records.know(person, now)
            leads = records.leads(cohort.id)
            if leads == [who]:
                raise CannotNow("You are the only lead here. Hand over first with /cohort lead @person, then leave.")
            return cohort, records.leave(cohort.id, who, now)

        cohort, left = await self._store.write(unit)
        if not left:
            return say(f"You are not in “{cohort.name}”, so there is nothing to leave.")
        return say(f"You have left “{cohort.name}”. Your progress is kept; /cohort join brings you back.")

    def enrol(self, records: Records, person: Person, cohort: int) -> Cohort | None:
        """Join by using the course: pressing any button under a digest does. Gives the cohort if they are new in it."""
        home, now = self._named(records, person, cohort), self._clock.now()
        return home if records.join(cohort, records.know(person, now), now) else None

    async def lead(self, person: Person, place: Place, name: str) -> Answer:
        """Share the lead with a member."""
        wanted = name.strip().removeprefix("@")
        if not wanted and (orphan := await self._store.write(lambda records: self._adopted(records, person, place))):
            return say(f"Nobody led “{orphan.name}” any more, so you do now.")
        if not wanted:
            await self._store.write(lambda records: self.led(records, person, place))
            raise BadInput("Whom should I make a lead? Write it like this: /cohort lead @Grace.")

        def unit(records: Records) -> tuple[Person, bool]:
            cohort = self.led(records, person, place)
            other = records.member_named(cohort.id, wanted)
            if other is None:
                raise BadInput(
                    f"I know no single member called “{shorten(wanted, 40)}” here. "
                    "They need to /cohort join first; write the name as it is shown."
                )
            return records.person(other), records.lead(cohort.id, other, self._clock.now())

        other, fresh = await self._store.write(unit)
        told = para(f"{other.name} is a lead now, too." if fresh else f"{other.name} is a lead already.")
        return Reply(Post((told,), names=(other.id,)))

    async def share(self, person: Person, cohort_id: str) -> Form:
        """Who is to lead, too."""
        cohort = await self._store.write(lambda records: self.led_by_id(records, person, cohort_id))
        return sharing_form(cohort.id)

    async def home(self, person: Person, cohort_id: str) -> Place:
        """Where the cohort lives that a button names. Raises StaleChoice."""
        return (await self._store.read(lambda records: self._named(records, person, whole(cohort_id)))).place

    def _adopted(self, records: Records, person: Person, place: Place) -> Cohort | None:
        """A cohort whose last lead was forgotten is led by the first member who asks for it."""
        cohort, now = self._at(records, place), self._clock.now()
        who = records.know(person, now)
        if records.leads(cohort.id) or records.role(cohort.id, who) is None:
            return None
        records.lead(cohort.id, who, now)
        return cohort

    # ------------------------------------------------------------ who may

    def _at(self, records: Records, place: Place) -> Cohort:
        cohort = records.cohort_at(place)
        if cohort is None:
            raise NoCohortHere
        return cohort

    def _named(self, records: Records, person: Person, number: int | None) -> Cohort:
        """The cohort of that number, of the person's own workspace: a number can be forged."""
        cohort = records.cohort(number) if number is not None else None
        if cohort is None or (cohort.place.platform, cohort.place.workspace) != (person.platform, person.workspace):
            raise StaleChoice
        return cohort

    def led(self, records: Records, person: Person, place: Place) -> Cohort:
        """The channel's cohort, for those who lead it. Raises NoCohortHere and LeadsOnly."""
        return self._led(records, person, self._at(records, place))

    def led_by_id(self, records: Records, person: Person, cohort_id: str) -> Cohort:
        """The cohort a button names, for those who lead it. Raises StaleChoice and LeadsOnly."""
        return self._led(records, person, self._named(records, person, whole(cohort_id)))

    def _led(self, records: Records, person: Person, cohort: Cohort) -> Cohort:
        who = records.know(person, self._clock.now())
        if records.role(cohort.id, who) != "lead":
            raise LeadsOnly([records.person(lead) for lead in records.leads(cohort.id)])
        return cohort
