"""Cohorts: a group taking the course in one channel, its leads, and the calendar they steer."""

from datetime import datetime
from itertools import islice

from bot.core.calendar import ahead, decode_rule, instant, occurrence, read_rule, rule_of, rule_text, skipped_hour, wall_at
from bot.core.chat import Action, Answer, Button, Buttons, Form, Person, Place, Post, Reply, Shown, bold, para
from bot.core.cohort_posts import created_post, preview_post, schedule_form, status_post
from bot.core.curriculum import Curriculum
from bot.core.digests import Digests
from bot.core.errors import BadInput, CannotNow, LeadsOnly, NoCohortHere, StaleChoice, shorten
from bot.core.ports import Clock, Cohort, Records, Recurrence, Rule, Schedule, Store

NAME_LIMIT = 60


def say(*runs: str) -> Reply:
    """One private sentence."""
    return Reply(Post((para(*runs),)))


class Cohorts:
    def __init__(self, store: Store, clock: Clock, curriculum: Curriculum, recurrence: Recurrence, digests: Digests) -> None:
        self._store, self._clock, self._curriculum = store, clock, curriculum
        self._recurrence, self._digests = recurrence, digests

    # ------------------------------------------------------------ membership

    async def create(self, person: Person, place: Place, name: str) -> Answer:
        """This channel becomes a cohort's home, the caller its lead."""
        if place.direct:
            raise CannotNow(
                "A cohort lives in a channel, so that its members can see the digests. Go to a channel and create it there."
            )
        title = shorten(name, 1000)
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
        return Reply(created_post(cohort, person, self._curriculum), Shown.OPENLY)

    async def join(self, person: Person, place: Place, cohort_id: int | None = None) -> Answer:
        def unit(records: Records) -> tuple[Cohort, bool]:
            cohort = records.cohort(cohort_id) if cohort_id else records.cohort_at(place)
            if cohort is None:
                raise NoCohortHere
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
        home, now = records.cohort(cohort), self._clock.now()
        if home is None:
            raise StaleChoice
        return home if records.join(cohort, records.know(person, now), now) else None

    async def lead(self, person: Person, place: Place, name: str) -> Answer:
        """Share the lead with a member."""
        wanted = name.strip().removeprefix("@")
        if not wanted:
            raise BadInput("Whom should I make a lead? Write it like this: /cohort lead @Grace.")

        def unit(records: Records) -> tuple[str, bool]:
            cohort, _ = self._steered(records, person, place)
            other = records.member_named(cohort.id, wanted)
            if other is None:
                raise BadInput(
                    f"I know no single member called “{shorten(wanted, 40)}” here. "
                    "They need to /cohort join first; write the name as it is shown."
                )
            return records.person(other).name, records.lead(cohort.id, other, self._clock.now())

        other, fresh = await self._store.write(unit)
        return say(f"{other} is a lead now, too." if fresh else f"{other} is a lead already.")

    # ------------------------------------------------------------ the calendar

    async def schedule(self, person: Person, place: Place, text: str) -> Answer:
        """From text straight to the dates; without text, a form. Nothing is kept before Save."""
        cohort, schedule = await self._store.write(lambda records: self._steered(records, person, place))
        if not text.strip():
            return schedule_form(cohort.id, schedule.rule if schedule else None)
        return self._preview(cohort, read_rule(text, self._clock.now().date()), Shown.PRIVATELY)

    async def schedule_from_form(self, person: Person, cohort_id: str, fields: dict[str, str]) -> Answer:
        cohort, _ = await self._store.write(lambda records: self._steered_by_id(records, person, cohort_id))
        rule = rule_of(fields["days"], fields["time"], fields["zone"], fields["from"], self._clock.now().date())
        return self._preview(cohort, rule, Shown.PRIVATELY)

    async def change(self, person: Person, cohort_id: str) -> Form:
        cohort, schedule = await self._store.write(lambda records: self._steered_by_id(records, person, cohort_id))
        return schedule_form(cohort.id, schedule.rule if schedule else None)

    def _preview(self, cohort: Cohort, rule: Rule, shown: Shown) -> Reply:
        now = self._clock.now()
        walls = list(islice(ahead(self._recurrence, rule, wall_at(rule, now)), len(self._curriculum.lessons)))
        year = islice(ahead(self._recurrence, rule, wall_at(rule, now)), 370)
        skipped = next((wall for wall in year if skipped_hour(rule, wall)), None)
        return Reply(preview_post(cohort, rule, walls, skipped, self._curriculum), shown)

    async def save(self, person: Person, cohort_id: str, rule_code: tuple[str, ...]) -> Answer:
        def unit(records: Records) -> tuple[Cohort, Rule, bool]:
            cohort, _ = self._steered_by_id(records, person, cohort_id)
            now = self._clock.now()
            rule = decode_rule(rule_code, now)
            cursor = wall_at(rule, now)
            records.set_schedule(cohort.id, rule, cursor, instant(rule, self._recurrence.after(rule, cursor)), now)
            return cohort, rule, self._curriculum.after(records.lessons_sent(cohort.id)) is not None

        cohort, rule, due = await self._store.write(unit)
        after = (
            "The next digest goes out on time."
            if due
            else "The whole course has gone out here already, so nothing more will be posted."
        )
        return Reply(
            Post((para(bold("Saved. "), f"“{cohort.name}” gets its digests {rule_text(rule)}. {after}"),)), Shown.INSTEAD
        )

    async def pause(self, person: Person, place: Place) -> Answer:
        def unit(records: Records) -> tuple[Cohort, bool]:
            cohort, schedule = self._scheduled(records, person, place)
            now = self._clock.now()
            cursor = wall_at(schedule.rule, now)
            return cohort, not schedule.paused and records.pause(cohort.id, paused=True, cursor=cursor, next_due=None, now=now)

        cohort, changed = await self._store.write(unit)
        if not changed:
            return say(f"“{cohort.name}” is paused already. /cohort resume starts it again.")
        return say(f"Paused. No digest goes out to “{cohort.name}” until /cohort resume; no lesson is lost by the pause.")

    async def resume(self, person: Person, place: Place) -> Answer:
        def unit(records: Records) -> tuple[Cohort, Schedule, datetime | None, bool]:
            cohort, schedule = self._scheduled(records, person, place)
            now = self._clock.now()
            cursor = wall_at(schedule.rule, now)
            due = self._digests.next_due(records, schedule, cursor)
            changed = schedule.paused and records.pause(cohort.id, paused=False, cursor=cursor, next_due=due, now=now)
            return cohort, schedule, due, changed

        cohort, schedule, due, changed = await self._store.write(unit)
        if not changed:
            return say(f"“{cohort.name}” is not paused. /cohort status shows what comes next.")
        if due is None:
            return say("Resumed, but the whole course has gone out here already; there is nothing left to post.")
        return say(
            f"Resumed. “{cohort.name}” gets its digests {rule_text(schedule.rule)} again; /cohort status shows the next date."
        )

    async def skip(self, person: Person, place: Place) -> Answer:
        """Leave the next date out; its lesson goes out on the one after."""

        def unit(records: Records) -> None:
            cohort, schedule = self._scheduled(records, person, place)
            if schedule.paused or schedule.next_due is None:
                raise CannotNow("No digest is planned here, so there is none to skip. /cohort status shows the calendar.")
            now = self._clock.now()
            wall = self._recurrence.after(schedule.rule, schedule.cursor)
            records.note_occasion(cohort.id, occurrence(wall), "skipped", now)
            records.advance(schedule, wall, self._digests.next_due(records, schedule, wall))

        await self._store.write(unit)
        status = await self.status(person, place)
        if isinstance(status, Reply):
            return Reply(Post((para(bold("Skipped. "), "The lesson moves to the next date."), *status.post.parts)))
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
        def unit(records: Records) -> Post:
            who = records.know(person, self._clock.now())
            cohort = records.cohort_at(place) or next(iter(records.cohorts_of(who)), None)
            if cohort is None:
                raise NoCohortHere
            role = records.role(cohort.id, who)
            if role is None:
                raise CannotNow(f"The calendar of “{cohort.name}” is for its members. Join with /cohort join.")
            schedule = records.schedule(cohort.id)
            left = [lesson for lesson in self._curriculum.lessons if lesson.slug not in records.lessons_sent(cohort.id)]
            walls = self._ahead(schedule, len(left))
            leads = [records.person(lead).name for lead in records.leads(cohort.id)]
            entries = records.occasions(cohort.id)
            return status_post(cohort, schedule, walls, left, entries, leads, self._curriculum, steering=role == "lead")

        return Reply(await self._store.write(unit))

    def _ahead(self, schedule: Schedule | None, count: int) -> list[datetime]:
        if schedule is None or schedule.paused or schedule.next_due is None:
            return []
        return list(islice(ahead(self._recurrence, schedule.rule, schedule.cursor), count))

    # ------------------------------------------------------------ who may

    def _at(self, records: Records, place: Place) -> Cohort:
        cohort = records.cohort_at(place)
        if cohort is None:
            raise NoCohortHere
        return cohort

    def _steered(self, records: Records, person: Person, place: Place) -> tuple[Cohort, Schedule | None]:
        return self._led(records, person, self._at(records, place))

    def _steered_by_id(self, records: Records, person: Person, cohort_id: str) -> tuple[Cohort, Schedule | None]:
        cohort = records.cohort(int(cohort_id)) if cohort_id.isdecimal() else None
        if cohort is None:
            raise StaleChoice
        return self._led(records, person, cohort)

    def _led(self, records: Records, person: Person, cohort: Cohort) -> tuple[Cohort, Schedule | None]:
        who = records.know(person, self._clock.now())
        if records.role(cohort.id, who) != "lead":
            raise LeadsOnly([records.person(lead).name for lead in records.leads(cohort.id)])
        return cohort, records.schedule(cohort.id)

    def _scheduled(self, records: Records, person: Person, place: Place) -> tuple[Cohort, Schedule]:
        cohort, schedule = self._steered(records, person, place)
        if schedule is None:
            raise CannotNow(f"“{cohort.name}” has no calendar yet. Set one with /cohort schedule.")
        return cohort, schedule
