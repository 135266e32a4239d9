"""Schedules: the calendar of a cohort, which its leads steer, and how it stands."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice, takewhile

from bot.core.calendar import ahead, decode_rule, due_after, occurrence, read_rule, rule_of, rule_text, skipped_hour, wall_at
from bot.core.chat import Answer, Form, Person, Place, Post, Reply, Shown, Text, bold, para, say
from bot.core.cohort_posts import absence_part, preview_post, schedule_form, status_post
from bot.core.cohorts import Cohorts
from bot.core.costs import Prices, cost_parts, month_of
from bot.core.curriculum import Curriculum, Lesson
from bot.core.digests import Digests
from bot.core.errors import CannotNow, MembersOnly, NoCohortHere
from bot.core.plain import day_text
from bot.core.ports import Chat, Clock, Cohort, Records, Recurrence, Rule, Schedule, Store


class Schedules:
    def __init__(
        self,
        store: Store,
        clock: Clock,
        curriculum: Curriculum,
        recurrence: Recurrence,
        digests: Digests,
        cohorts: Cohorts,
        chats: Mapping[str, Chat],
        prices: Prices | None = None,
    ) -> None:
        self._store, self._clock, self._curriculum = store, clock, curriculum
        self._recurrence, self._digests, self._prices = recurrence, digests, prices
        self._cohorts, self._chats = cohorts, chats

    # ------------------------------------------------------------ the calendar

    async def schedule(self, person: Person, place: Place, text: str) -> Answer:
        """From text straight to the dates; without text, a form. Nothing is kept before Save."""

        def unit(records: Records) -> tuple[Cohort, Schedule | None]:
            cohort = self._cohorts.led(records, person, place)
            return cohort, records.schedule(cohort.id)

        cohort, schedule = await self._store.write(unit)
        if not text.strip():
            return self._form(cohort, schedule.rule if schedule else None)
        return await self._preview(cohort, read_rule(text, self._clock.now()))

    async def schedule_from_form(self, person: Person, cohort_id: str, fields: dict[str, str]) -> Answer:
        cohort = await self._store.write(lambda records: self._cohorts.led_by_id(records, person, cohort_id))
        rule = rule_of(fields["days"], fields["time"], fields["zone"], fields["from"], self._clock.now())
        return await self._preview(cohort, rule)

    async def change(self, person: Person, cohort_id: str, rule_code: tuple[str, ...] = ()) -> Form:
        """The form with what is set; or with the rule whose dates have just been shown, as far as it still holds."""

        def unit(records: Records) -> tuple[Cohort, Schedule | None]:
            cohort = self._cohorts.led_by_id(records, person, cohort_id)
            return cohort, records.schedule(cohort.id)

        cohort, schedule = await self._store.write(unit)
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
            cohort = self._cohorts.led_by_id(records, person, cohort_id)
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
            cohort = self._cohorts.led(records, person, place)
            return self._digests.post_now(records, cohort, topic.strip(), self._clock.now()).title

        title = await self._store.write(unit)
        return say(f"Posting “{title}” now. It takes the place of its date in the calendar.")

    async def post_again(self, person: Person, cohort_id: str, slug: str) -> Answer:
        """The button beside a failed digest."""

        def unit(records: Records) -> str:
            cohort = self._cohorts.led_by_id(records, person, cohort_id)
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

    def _scheduled(self, records: Records, person: Person, place: Place) -> tuple[Cohort, Schedule]:
        cohort = self._cohorts.led(records, person, place)
        schedule = records.schedule(cohort.id)
        if schedule is None:
            raise CannotNow(f"“{cohort.name}” has no calendar yet. Set one with /cohort schedule.")
        return cohort, schedule
