"""Cohorts: a group taking the course in one channel, its leads, and the calendar they steer."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice, takewhile
from unicodedata import category

from bot.core.calendar import ahead, decode_rule, due_after, occurrence, read_rule, rule_of, rule_text, skipped_hour, wall_at
from bot.core.chat import Action, Answer, Button, Buttons, Form, Person, Place, Post, Reply, Shown, Text, bold, para, whole
from bot.core.cohort_posts import absence_part, created_post, preview_post, schedule_form, status_post
from bot.core.costs import Prices, cost_parts, month_of
from bot.core.curriculum import Curriculum, Lesson
from bot.core.digests import Digests
from bot.core.errors import BadInput, CannotNow, LeadsOnly, MembersOnly, NoCohortHere, StaleChoice, shorten
from bot.core.plain import day_text
from bot.core.ports import Chat, Clock, Cohort, Records, Recurrence, Rule, Schedule, Store

NAME_LIMIT = 60
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that force a direction of writing on what follows. Letters bring their own direction along, so no name needs them."""


def say(*runs: str) -> Reply:
    """One private sentence."""
    return Reply(Post((para(*runs),)))


def _title(name: str) -> str:
    """The name in one line, without marks that would turn the words around it; empty if nothing of it shows."""
    flat = " ".join(name.split())
    title = "".join(sign for sign in flat if sign not in TURNING and category(sign) != "Cc").strip()
    return title if any(category(sign)[0] not in "CMZ" for sign in title) else ""


class Cohorts:
    def __init__(
        self,
        store: Store,
        clock: Clock,
        curriculum: Curriculum,
        recurrence: Recurrence,
        digests: Digests,
        chats: Mapping[str, Chat],
        prices: Prices | None = None,
    ) -> None:
        self._store, self._clock, self._curriculum, self._chats = store, clock, curriculum, chats
        self._recurrence, self._digests, self._prices = recurrence, digests, prices

    # ------------------------------------------------------------ membership

    async def create(self, person: Person, place: Place, name: str) -> Answer:
        """This channel becomes a cohort's home, the caller its lead."""
        if place.direct:
            raise CannotNow(
                "A cohort lives in a channel, so that its members can see the digests. Go to a channel and create it there."
            )
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
            await self._store.write(lambda records: self._steered(records, person, place))
            raise BadInput("Whom should I make a lead? Write it like this: /cohort lead @Grace.")

        def unit(records: Records) -> tuple[Person, bool]:
            cohort, _ = self._steered(records, person, place)
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

    def _adopted(self, records: Records, person: Person, place: Place) -> Cohort | None:
        """A cohort whose last lead was forgotten is led by the first member who asks for it."""
        cohort, now = self._at(records, place), self._clock.now()
        who = records.know(person, now)
        if records.leads(cohort.id) or records.role(cohort.id, who) is None:
            return None
        records.lead(cohort.id, who, now)
        return cohort

    # ------------------------------------------------------------ the calendar

    async def schedule(self, person: Person, place: Place, text: str) -> Answer:
        """From text straight to the dates; without text, a form. Nothing is kept before Save."""
        cohort, schedule = await self._store.write(lambda records: self._steered(records, person, place))
        if not text.strip():
            return self._form(cohort, schedule.rule if schedule else None)
        return await self._preview(cohort, read_rule(text, self._clock.now()))

    async def schedule_from_form(self, person: Person, cohort_id: str, fields: dict[str, str]) -> Answer:
        cohort, _ = await self._store.write(lambda records: self._steered_by_id(records, person, cohort_id))
        rule = rule_of(fields["days"], fields["time"], fields["zone"], fields["from"], self._clock.now())
        return await self._preview(cohort, rule)

    async def change(self, person: Person, cohort_id: str, rule_code: tuple[str, ...] = ()) -> Form:
        """The form with what is set; or with the rule whose dates have just been shown, as far as it still holds."""
        cohort, schedule = await self._store.write(lambda records: self._steered_by_id(records, person, cohort_id))
        rule = decode_rule(rule_code, self._clock.now()) if rule_code else schedule.rule if schedule else None
        return self._form(cohort, rule)

    def _form(self, cohort: Cohort, rule: Rule | None) -> Form:
        now = self._clock.now()
        return schedule_form(cohort.id, rule, (wall_at(rule, now) if rule else now).date())

    async def _preview(self, cohort: Cohort, rule: Rule) -> Reply:
        left, dealt = await self._store.read(lambda records: self._still_ahead(records, cohort))
        begin = wall_at(rule, self._clock.now())
        walls = self._dates(rule, begin, dealt, len(left))
        year = self._recurrence.after(rule, begin) + timedelta(days=366)
        dates = takewhile(lambda wall: wall <= year, ahead(self._recurrence, rule, begin))
        skipped = next((wall for wall in dates if skipped_hour(rule, wall)), None)
        return Reply(preview_post(cohort, rule, left, walls, skipped))

    async def save(self, person: Person, cohort_id: str, rule_code: tuple[str, ...]) -> Answer:
        def unit(records: Records) -> tuple[Cohort, Rule, datetime | None]:
            cohort, _ = self._steered_by_id(records, person, cohort_id)
            now = self._clock.now()
            rule = decode_rule(rule_code, now)
            cursor = wall_at(rule, now)
            records.set_schedule(cohort.id, rule, cursor, due_after(self._recurrence, rule, cursor), now)
            left, dealt = self._still_ahead(records, cohort)
            return cohort, rule, self._dates(rule, cursor, dealt, 1)[0] if left else None

        cohort, rule, wall = await self._store.write(unit)
        after = (
            f"The next one: {day_text(wall)}."
            if wall
            else "The whole course has gone out here already, so nothing more will be posted."
        )
        saved = para(bold("Saved. "), f"“{cohort.name}” gets its digests {rule_text(rule)}. {after}")
        return Reply(Post((saved, *await self._lacking(cohort.place))), Shown.INSTEAD)

    async def _lacking(self, place: Place) -> tuple[Text, ...]:
        """What the platform would refuse there, told before it does."""
        chat = self._chats.get(place.platform)
        why = await chat.lacks(place) if chat else ""
        return (para(bold("Before the next lesson: "), why),) if why else ()

    async def pause(self, person: Person, place: Place) -> Answer:
        def unit(records: Records) -> tuple[Cohort, bool]:
            cohort, schedule = self._scheduled(records, person, place)
            now = self._clock.now()
            cursor = max(schedule.cursor, wall_at(schedule.rule, now))  # a date left out by skip stays left out
            return cohort, not schedule.paused and records.pause(cohort.id, paused=True, cursor=cursor, next_due=None, now=now)

        cohort, changed = await self._store.write(unit)
        if not changed:
            return say(f"“{cohort.name}” is paused already. /cohort resume starts it again.")
        return say(f"Paused. No digest goes out to “{cohort.name}” until /cohort resume; no lesson is lost by the pause.")

    async def resume(self, person: Person, place: Place) -> Answer:
        def unit(records: Records) -> tuple[Cohort, Schedule, bool, bool]:
            cohort, schedule = self._scheduled(records, person, place)
            now = self._clock.now()
            cursor = max(schedule.cursor, wall_at(schedule.rule, now))
            due = due_after(self._recurrence, schedule.rule, cursor)
            changed = schedule.paused and records.pause(cohort.id, paused=False, cursor=cursor, next_due=due, now=now)
            return cohort, schedule, self._left(records, cohort), changed

        cohort, schedule, left, changed = await self._store.write(unit)
        if not changed:
            return say(f"“{cohort.name}” is not paused. /cohort status shows what comes next.")
        if not left:
            return say("Resumed, but the whole course has gone out here already; there is nothing left to post.")
        return say(
            f"Resumed. “{cohort.name}” gets its digests {rule_text(schedule.rule)} again; /cohort status shows the next date."
        )

    async def skip(self, person: Person, place: Place) -> Answer:
        """Leave the next date out; its lesson goes out on the one after."""

        def unit(records: Records) -> None:
            cohort, schedule = self._scheduled(records, person, place)
            left, dealt = self._still_ahead(records, cohort)
            if schedule.paused or schedule.next_due is None or not left:
                raise CannotNow("No digest is planned here, so there is none to skip. /cohort status shows the calendar.")
            (wall,) = self._dates(schedule.rule, schedule.cursor, dealt, 1)
            moved = records.advance(schedule, wall, due_after(self._recurrence, schedule.rule, wall))
            if not (moved and records.note_occasion(cohort.id, occurrence(wall), "skipped", self._clock.now())):
                raise CannotNow("The calendar has moved on at this very moment. Look at /cohort status, then try again.")

        await self._store.write(unit)
        status = await self.status(person, place)
        if isinstance(status, Reply):
            skipped = para(bold("Skipped. "), "The lesson moves to the next date.")
            return Reply(replace(status.post, parts=(skipped, *status.post.parts)))
        return status

    async def post(self, person: Person, place: Place, topic: str) -> Answer:
        """Post the next digest, or a topic's, now."""

        def unit(records: Records) -> str:
            cohort, _ = self._steered(records, person, place)
            return self._digests.post_now(records, cohort, topic.strip(), self._clock.now()).title

        title = await self._store.write(unit)
        return say(f"Posting “{title}” now. It takes the place of its date in the calendar.")

    async def post_again(self, person: Person, cohort_id: str, slug: str) -> Answer:
        """The button beside a failed digest."""

        def unit(records: Records) -> str:
            cohort, _ = self._steered_by_id(records, person, cohort_id)
            return self._digests.post_now(records, cohort, slug, self._clock.now()).title

        return say(f"Trying again to post “{await self._store.write(unit)}”.")

    async def status(self, person: Person, place: Place) -> Answer:
        def unit(records: Records) -> tuple[Post, Place | None]:
            who = records.know(person, self._clock.now())
            cohort = records.cohort_at(place) or next(iter(records.cohorts_of(who)), None)
            if cohort is None:
                raise NoCohortHere
            role = records.role(cohort.id, who)
            if role is None:
                raise MembersOnly(cohort.name, cohort.id)
            schedule = records.schedule(cohort.id)
            left, dealt = self._still_ahead(records, cohort)
            walls = self._calendar(schedule, dealt, len(left))
            leads = [records.person(lead) for lead in records.leads(cohort.id)]
            entries = records.occasions(cohort.id)
            post = status_post(cohort, schedule, walls, left, entries, leads, self._curriculum, steering=role == "lead")
            if role == "lead":
                costs = records.costs(cohort.id, month_of(self._clock.now()))
                costs_told = cost_parts(costs, self._curriculum, self._prices)
                post = replace(post, parts=(*post.parts[:-1], *costs_told, post.parts[-1]))
            absence = records.absence(cohort.place.platform, cohort.place.workspace)
            post = replace(post, parts=(absence_part(absence), *post.parts)) if absence else post
            return post, cohort.place if role == "lead" else None

        post, steered = await self._store.write(unit)
        lacking = await self._lacking(steered) if steered else ()
        return Reply(replace(post, parts=(*lacking, *post.parts)))

    def _calendar(self, schedule: Schedule | None, dealt: set[str], count: int) -> list[datetime]:
        if schedule is None or schedule.paused or schedule.next_due is None:
            return []
        return self._dates(schedule.rule, schedule.cursor, dealt, count)

    def _dates(self, rule: Rule, wall: datetime, dealt: set[str], count: int) -> list[datetime]:
        """The next dates on which something will go out: none has been dealt with, under this calendar or an earlier one."""
        free = (date for date in ahead(self._recurrence, rule, wall) if occurrence(date) not in dealt)
        return list(islice(free, count))

    def _still_ahead(self, records: Records, cohort: Cohort) -> tuple[list[Lesson], set[str]]:
        """The lessons that have not gone out, and the occurrences that have been dealt with."""
        sent = records.lessons_sent(cohort.id)
        left = [lesson for lesson in self._curriculum.lessons if lesson.slug not in sent]
        return left, {entry.occurrence for entry in records.occasions(cohort.id)}

    def _left(self, records: Records, cohort: Cohort) -> bool:
        return self._curriculum.after(records.lessons_sent(cohort.id)) is not None

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

    def led(self, records: Records, person: Person, place: Place, number: int | None = None) -> Cohort:
        """The cohort of that number, or of the channel, for those who lead it. Raises LeadsOnly, NoCohortHere and StaleChoice."""
        cohort = self._at(records, place) if number is None else self._named(records, person, number)
        return self._led(records, person, cohort)[0]

    def _steered(self, records: Records, person: Person, place: Place) -> tuple[Cohort, Schedule | None]:
        return self._led(records, person, self._at(records, place))

    def _steered_by_id(self, records: Records, person: Person, cohort_id: str) -> tuple[Cohort, Schedule | None]:
        return self._led(records, person, self._named(records, person, whole(cohort_id)))

    def _led(self, records: Records, person: Person, cohort: Cohort) -> tuple[Cohort, Schedule | None]:
        who = records.know(person, self._clock.now())
        if records.role(cohort.id, who) != "lead":
            raise LeadsOnly([records.person(lead) for lead in records.leads(cohort.id)])
        return cohort, records.schedule(cohort.id)

    def _scheduled(self, records: Records, person: Person, place: Place) -> tuple[Cohort, Schedule]:
        cohort, schedule = self._steered(records, person, place)
        if schedule is None:
            raise CannotNow(f"“{cohort.name}” has no calendar yet. Set one with /cohort schedule.")
        return cohort, schedule
