"""Digests: which lesson goes out when, what the channel sees, and what became of it."""

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from bot.core.calendar import ahead, due_after, instant, occurrence
from bot.core.chat import Action, Button, Buttons, Heading, Items, Line, Moment, Note, Part, Post, Quote, bold, line, note, para
from bot.core.curriculum import Curriculum, Lesson
from bot.core.errors import CannotNow
from bot.core.jobs import Job, Pace
from bot.core.notices import tell
from bot.core.ports import Clock, Cohort, Counts, Occasion, Records, Recurrence, Schedule, Store, Undeliverable, Work

LATE = timedelta(minutes=15)
"""From here on a digest says which day it belonged to."""

log = logging.getLogger(__name__)


class Digests:
    pace = Pace()

    def __init__(self, store: Store, clock: Clock, curriculum: Curriculum, recurrence: Recurrence) -> None:
        self._store, self._clock, self._curriculum, self._recurrence = store, clock, curriculum, recurrence

    # ------------------------------------------------------------ planning

    async def plan(self) -> int:
        """Put every digest that is due on the ledger. Safe to call at any time, any number of times, in any process.

        A calendar that was left alone for a while gets its latest digest only; the others are recorded as missed,
        and their lessons stay ahead. Gives how many digests were planned.
        """
        now = self._clock.now()
        due = await self._store.read(lambda records: records.due_schedules(now))
        planned = 0
        for schedule in due:
            try:
                planned += await self._store.write(lambda records, due=schedule: self._plan(records, due, now))  # type: ignore[misc]
            except Exception:  # one cohort's trouble never keeps another from its lesson
                log.exception("A calendar could not be planned", extra={"cohort": schedule.cohort})
        return planned

    def _plan(self, records: Records, schedule: Schedule, now: datetime) -> int:
        cohort = records.cohort(schedule.cohort)
        if cohort is None or self._curriculum.after(records.lessons_sent(schedule.cohort)) is None:
            records.advance(schedule, schedule.cursor, None)
            return 0
        dates = ahead(self._recurrence, schedule.rule, schedule.cursor)
        walls = list(takewhile(lambda wall: instant(schedule.rule, wall) <= now, dates))
        latest = walls[-1] if walls else schedule.cursor
        if not records.advance(schedule, latest, due_after(self._recurrence, schedule.rule, latest)):
            return 0  # a lead has changed it since it was read, or another process was here: what was read is no longer so
        planned = 0
        for wall in reversed(walls):
            if planned or not self._plan_one(records, schedule, cohort, wall, now):
                records.note_occasion(cohort.id, occurrence(wall), "missed", now)
            else:
                planned = 1
        return planned

    def _plan_one(self, records: Records, schedule: Schedule, cohort: Cohort, wall: datetime, now: datetime) -> bool:
        lesson = self._curriculum.after(records.lessons_sent(cohort.id))
        late = now - instant(schedule.rule, wall) > LATE
        return lesson is not None and records.plan_digest(
            cohort, occurrence(wall), lesson.slug, late=late, version=schedule.version, now=now
        )

    def post_now(self, records: Records, cohort: Cohort, topic: str, now: datetime) -> Lesson:
        """Put a digest on the ledger at once: the topic's, or the next one's. Gives the lesson. Raises CannotNow."""
        sent = records.lessons_sent(cohort.id)
        lesson = self._curriculum.find(topic) if topic else self._curriculum.after(sent)
        if lesson is None:
            raise CannotNow(
                f"All {len(self._curriculum.lessons)} lessons of the course have gone out here. There is nothing left to post."
            )
        if lesson.slug in sent:
            return self._post_again(records, cohort, lesson, now)
        at = now.isoformat(timespec="microseconds")
        if not records.plan_digest(cohort, at, lesson.slug, late=False, version=None, now=now):
            raise CannotNow("Another digest is being posted here at this very moment. Look at /cohort status, then try again.")
        return lesson

    def _post_again(self, records: Records, cohort: Cohort, lesson: Lesson, now: datetime) -> Lesson:
        before = next(entry for entry in records.occasions(cohort.id) if entry.lesson == lesson.slug)
        if before.state == "failed" and records.retry_digest(before.id, now):
            return lesson
        state = "is on its way" if before.state == "planned" else "has gone out here already"
        raise CannotNow(
            f"The digest of “{lesson.title}” {state}. Each lesson is posted once; anybody can read it with /lesson {lesson.slug}."
        )

    # ------------------------------------------------------------ delivery

    async def do(self, job: Job) -> None:
        digest = int(job.work.payload["digest"])
        found = await self._store.read(lambda records: self._gather(records, digest))
        if found is None:
            raise Undeliverable("Its lesson is no longer in the course.")
        post, cohort = found
        ref = await job.once(cohort.place, post)
        await job.done(lambda records, now: records.settle_digest(digest, "posted", ref, "", now))

    def _gather(self, records: Records, digest: int) -> tuple[Post, Cohort] | None:
        occasion = records.occasion(digest)
        cohort = records.cohort(occasion.cohort) if occasion else None
        lesson = self._curriculum.get(occasion.lesson or "") if occasion else None
        if occasion is None or cohort is None or lesson is None:
            return None
        schedule = records.schedule(cohort.id)
        zone = schedule.rule.zone if schedule else "UTC"
        late = occasion.late or self._clock.now() - _due(occasion, zone) > LATE  # the platform may have been away for long
        counts = records.counts(cohort.id, lesson.slug)
        return digest_post(self._curriculum, lesson, cohort, counts, replace(occasion, late=late), zone), cohort

    def give_up(self, records: Records, work: Work, why: str, now: datetime, *, refused: bool) -> None:
        digest = int(work.payload["digest"])
        records.settle_digest(digest, "failed", None, why, now)
        occasion = records.occasion(digest)
        cohort = records.cohort(occasion.cohort) if occasion else None
        lesson = self._curriculum.get(occasion.lesson or "") if occasion else None
        if occasion is None or cohort is None or lesson is None or _failed_before(records, occasion):
            return
        for lead in records.leads(cohort.id):
            tell(records, lead, f"digest:{digest}", failed_post(cohort, lesson, why), now)


def _failed_before(records: Records, occasion: Occasion) -> bool:
    """Whether the digest before it failed, too: then its leads know, and hear nothing more until one has gone out."""
    sent = [one for one in records.occasions(occasion.cohort) if one.state in ("posted", "failed") and one.id != occasion.id]
    return bool(sent) and sent[0].state == "failed"


def failed_post(cohort: Cohort, lesson: Lesson, why: str) -> Post:
    """For each of the leads, directly: what did not go out, and what to do."""
    again = Action("cohort.retry", (str(cohort.id), lesson.slug))
    return Post(
        (
            para(bold("A digest could not be posted. "), f"“{lesson.title}” did not reach the channel of “{cohort.name}”."),
            para(why),
            note("No lesson is lost by that. I tell you once; later ones show in /cohort status."),
            Buttons((Button("Post it now", again, "primary"),)),
        )
    )


def digest_post(curriculum: Curriculum, lesson: Lesson, cohort: Cohort, counts: Counts, occasion: Occasion, zone: str) -> Post:
    """What the channel sees: one idea, one question to carry, and how many have finished, never who."""
    number = f"Lesson {lesson.number} of {len(curriculum.lessons)} · {lesson.minutes} minutes"
    parts: list[Part] = [Note(_dated(number, occasion, zone)), Heading(lesson.title), *lesson.digest.parts]
    parts += [Quote(line(lesson.digest.question)), _digest_buttons(lesson, cohort)]
    if counts.finished:
        parts.append(note(f"{counts.finished} of {counts.members} have finished this lesson."))
    return Post(tuple(parts))


def _dated(number: str, occasion: Occasion, zone: str) -> Line:
    if not occasion.late:
        return line(number)
    return line(number, " · due on ", Moment(_due(occasion, zone), zone))


def _due(occasion: Occasion, zone: str) -> datetime:
    """An occurrence of the calendar is a wall time; a digest asked for by a lead has its instant."""
    due = datetime.fromisoformat(occasion.occurrence)
    return due if due.tzinfo else due.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _digest_buttons(lesson: Lesson, cohort: Cohort) -> Buttons:
    args = (str(cohort.id), lesson.slug)
    return Buttons(
        (
            Button("Read the lesson", Action("digest.lesson", args), "primary"),
            Button("Open the lab", Action("digest.lab", args)),
            Button("Take the quiz", Action("digest.quiz", args)),
            Button("Sources", Action("digest.sources", args)),
        )
    )


def sources_post(lesson: Lesson) -> Post:
    """What the digest rests on."""
    return Post(
        (
            note("Sources of the digest · ", bold(lesson.title)),
            Items(tuple(line(source) for source in lesson.digest.sources)),
        )
    )
