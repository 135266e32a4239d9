"""What is said about a cohort: its founding, its calendar before and after saving, and how it stands."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.core.calendar import DAYS, encode_rule, instant, rule_text
from bot.core.chat import (
    Action,
    Button,
    Buttons,
    Form,
    Heading,
    Items,
    Line,
    Moment,
    Option,
    Part,
    Person,
    Post,
    SelectField,
    Text,
    TextField,
    bold,
    line,
    note,
    para,
)
from bot.core.curriculum import Curriculum, Lesson
from bot.core.errors import shorten
from bot.core.plain import DAY_NAMES, day_text
from bot.core.ports import Absence, Cohort, Occasion, Rule, Schedule

SHOWN = 12
"""Lines of a cohort's past in its status."""
NAME_LIMIT = 60
"""Characters of a cohort's name."""


def created_post(cohort: Cohort, curriculum: Curriculum) -> Post:
    code = (str(cohort.id),)
    return Post(
        (
            Heading(cohort.name),
            para(
                "This channel now takes the course ",
                bold(curriculum.title),
                f", {len(curriculum.lessons)} lessons.",
            ),
            note(
                "Digests are posted here on the days the lead picks. Quizzes and progress are private. Who leads: /cohort status."
            ),
            Buttons(
                (
                    Button("Join the course", Action("cohort.join", code), "primary"),
                    Button("Set the calendar", Action("cohort.change", code)),
                )
            ),
        )
    )


def schedule_form(cohort: int, rule: Rule | None, today: date) -> Form:
    """With what is set already. A first day that has passed is not asked for again."""
    days = tuple(Option(day, name) for day, name in zip(DAYS, DAY_NAMES, strict=True))
    chosen = tuple(DAYS[day] for day in rule.days) if rule else ("tue", "thu")
    return Form(
        "When should digests go out?",
        Action("cohort.form", (str(cohort),)),
        (
            SelectField("days", "Days", days, chosen, many=True),
            TextField("time", "Time of day", f"{rule.at:%H:%M}" if rule else "09:30", "Hours and minutes, like 09:30", limit=10),
            TextField("zone", "Time zone", rule.zone if rule else "", "Like Europe/Berlin or America/New_York", limit=40),
            TextField(
                "from",
                "First day",
                rule.start.isoformat() if rule and rule.start and rule.start >= today else "",
                "Year-month-day, like 2026-12-01; empty starts at once",
                limit=10,
                required=False,
            ),
        ),
        submit="Show the dates",
    )


def preview_post(cohort: Cohort, rule: Rule, left: Sequence[Lesson], walls: Sequence[datetime], skipped: datetime | None) -> Post:
    """The dates before they are saved: one for each lesson that has not gone out, in order."""
    dates = tuple(line(bold(shorten(lesson.title, 60)), " · ", day_text(wall)) for lesson, wall in zip(left, walls, strict=True))
    parts: list[Part] = [
        Heading("Is this right?"),
        para(f"“{cohort.name}” would get its digests ", bold(rule_text(rule)), ":" if dates else "."),
    ]
    if dates:
        parts.append(Items(dates, numbered=True))
    else:
        parts.append(para("The whole course has gone out here already, so nothing more would be posted."))
    if skipped:
        moved = day_text(instant(rule, skipped).astimezone(ZoneInfo(rule.zone)))
        parts.append(
            note(
                f"On {day_text(skipped)[:-7]} the clocks jump over {rule.at:%H:%M}; that day's digest would go out at ",
                f"{moved} ({rule.zone}).",
            )
        )
    parts.append(note("Nothing is saved yet."))
    code = (str(cohort.id), *encode_rule(rule))
    parts.append(
        Buttons((Button("Save", Action("cohort.save", code), "primary"), Button("Change", Action("cohort.change", code))))
    )
    return Post(tuple(parts))


def status_post(
    cohort: Cohort,
    schedule: Schedule | None,
    walls: Sequence[datetime],
    left: Sequence[Lesson],
    entries: Sequence[Occasion],
    leads: Sequence[Person],
    curriculum: Curriculum,
    *,
    steering: bool,
) -> Post:
    parts: list[Part] = [Heading(cohort.name), Text(_calendar_line(schedule, left))]
    if schedule and walls:
        ahead = (
            line(bold(shorten(lesson.title, 60)), " · ", Moment(instant(schedule.rule, wall), schedule.rule.zone))
            for lesson, wall in zip(left, walls, strict=False)
        )
        parts += [para(bold("Ahead")), Items(tuple(ahead))]
    if entries:
        parts += [para(bold("So far")), Items(tuple(_told(entries, schedule, curriculum)))]
    names = ", ".join(shorten(lead.name, 40) for lead in leads)
    parts.append(note(f"Leads: {names}" if names else "Nobody leads this cohort any more. Take the lead with /cohort lead."))
    buttons = _steering(cohort, schedule, left, entries, curriculum) if steering else []
    parts.append(Buttons((*buttons, Button("Leave", Action("cohort.leave", (str(cohort.id),))))))
    return Post(tuple(parts), names=tuple(lead.id for lead in leads))


def absence_part(absence: Absence) -> Text:
    """Why nothing goes out to a whole workspace, for those who can still read it."""
    return para(bold("Waiting. "), "Since ", Moment(absence.since), f" I cannot post in this workspace. {absence.why}")


def _calendar_line(schedule: Schedule | None, left: Sequence[Lesson]) -> Line:
    if schedule is None:
        return line("No calendar yet. A lead sets one with /cohort schedule.")
    if not left:
        return line("The whole course has gone out.")
    if schedule.paused:
        return line(bold("Paused. "), f"The calendar is {rule_text(schedule.rule)}; /cohort resume starts it again.")
    if schedule.next_due is None:
        return line(f"Lessons have been added since the course went out: {len(left)}. /cohort schedule sends them, too.")
    return line(f"Digests go out {rule_text(schedule.rule)}.")


def _told(entries: Sequence[Occasion], schedule: Schedule | None, curriculum: Curriculum) -> Iterator[Line]:
    """The latest dozen, and whatever failed; dates missed one after the other in one line."""
    lines = 0
    for missed, run in groupby(entries, lambda entry: entry.state == "missed"):
        if missed:
            lines += 1
            if lines <= SHOWN:
                yield _missed_line(list(run))
            continue
        for entry in run:
            lines += 1
            if lines <= SHOWN or entry.state == "failed":
                yield _entry_line(entry, schedule, curriculum)


def _missed_line(run: Sequence[Occasion]) -> Line:
    dates = [day_text(datetime.fromisoformat(entry.occurrence).replace(tzinfo=None)) for entry in reversed(run)]
    when = dates[0] if len(dates) == 1 else f"{len(dates)} dates from {dates[0]} to {dates[-1]}"
    return line(f"{when} · missed: I was not running. No lesson is lost by that.")


def _entry_line(entry: Occasion, schedule: Schedule | None, curriculum: Curriculum) -> Line:
    lesson = curriculum.get(entry.lesson or "")
    title = bold(shorten(lesson.title, 60) if lesson else entry.lesson or "No lesson")
    zone = schedule.rule.zone if schedule else "UTC"
    on = day_text(datetime.fromisoformat(entry.occurrence).replace(tzinfo=None))
    match entry.state:
        case "posted" if entry.posted_at:
            told = f" · {entry.choice}." if entry.choice else ""
            return line(title, " · posted ", Moment(entry.posted_at, zone), " (late)" if entry.late else "", told)
        case "failed":
            return line(title, f" · FAILED: {entry.error}")
        case "skipped":
            return line(f"{on} · skipped by a lead")
        case _:
            return line(title, " · on its way", f" ({entry.error})" if entry.error else "")


def founding_form() -> Form:
    name = TextField("name", "Name", "", "Like Support team, winter", limit=NAME_LIMIT)
    return Form("Take the course in this channel", Action("cohort.founded"), (name,), submit="Start")


def sharing_form(cohort: int) -> Form:
    name = TextField("name", "Who?", "", "A member's name, as it is shown here", limit=NAME_LIMIT)
    return Form("Share the lead", Action("cohort.shared", (str(cohort),)), (name,), submit="Make them a lead")


def _steering(
    cohort: Cohort, schedule: Schedule | None, left: Sequence[Lesson], entries: Sequence[Occasion], curriculum: Curriculum
) -> list[Button]:
    code = (str(cohort.id),)
    failed = [lesson for entry in entries if entry.state == "failed" and (lesson := curriculum.get(entry.lesson or ""))]
    again = [
        Button(f"Post now: {shorten(lesson.title, 50)}", Action("cohort.retry", (str(cohort.id), lesson.slug)), "primary")
        for lesson in failed[:3]
    ]
    calendar = Button(
        "Change the calendar" if schedule else "Set the calendar",
        Action("cohort.change", code),
        "plain" if schedule else "primary",
    )
    return [
        *again,
        calendar,
        *_next_date(code, schedule, left),
        Button("Report", Action("cohort.report", code)),
        Button("Share the lead", Action("cohort.share", code)),
    ]


def _next_date(code: tuple[str, ...], schedule: Schedule | None, left: Sequence[Lesson]) -> Iterator[Button]:
    if left:
        yield Button("Post the next lesson now", Action("cohort.post", code))
    if schedule and schedule.paused:
        yield Button("Resume", Action("cohort.resume", code))
    elif schedule and schedule.next_due and left:
        yield Button("Skip the next date", Action("cohort.skip", code))
        yield Button("Pause", Action("cohort.pause", code))
