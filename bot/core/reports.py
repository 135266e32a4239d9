"""Reports: for a cohort's leads alone, who is where and what is misunderstood. Nobody is ranked, and no answer is shown."""

import csv
import io
import logging
from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.core.chat import (
    Action,
    Answer,
    Button,
    Buttons,
    File,
    Heading,
    Items,
    Line,
    Part,
    Person,
    Picture,
    Place,
    Post,
    Reply,
    bold,
    line,
    note,
    para,
)
from bot.core.cohorts import Cohorts
from bot.core.curriculum import Curriculum
from bot.core.errors import shorten
from bot.core.ports import Clock, Cohort, Counts, LessonStanding, Misunderstood, Pictures, Records, Store
from bot.core.progress import next_step

SHARED = 2
ASKED = 3
"""A misunderstanding is told of where at least so many members share it, of at least so many who were asked: what one person
got wrong is theirs."""
NAMED = 40
"""Members listed in a message; the file has all."""
MISUNDERSTOOD = 8
FORMULAS = tuple("=+-@＝＋－＠")
"""What a cell that is calculated begins with; in East Asian spreadsheets also the wide forms."""

Members = Sequence[tuple[Person, Sequence[LessonStanding]]]
"""Each member, and how far they have come in each lesson; by name, whatever they have done."""

log = logging.getLogger(__name__)


class Reports:
    def __init__(self, store: Store, clock: Clock, curriculum: Curriculum, cohorts: Cohorts, pictures: Pictures) -> None:
        self._store, self._clock, self._curriculum = store, clock, curriculum
        self._cohorts, self._pictures = cohorts, pictures

    async def show(self, person: Person, place: Place, cohort_id: str = "") -> Answer:
        cohort, members, counts, wrong = await self._gathered(person, place, cohort_id)
        return Reply(report_post(self._curriculum, cohort, members, counts, wrong, await self._draw(cohort, counts)))

    async def export(self, person: Person, place: Place, cohort_id: str = "") -> Answer:
        """The same as files for a spreadsheet."""
        cohort, members, _, wrong = await self._gathered(person, place, cohort_id)
        return Reply(
            Post(
                (
                    para("Here is the report on ", bold(cohort.name), ", for a spreadsheet: progress.csv and misunderstood.csv."),
                    File(
                        "progress.csv",
                        progress_csv(self._curriculum, members),
                        "Who is where: a line for each member and lesson.",
                    ),
                    File(
                        "misunderstood.csv",
                        misunderstood_csv(self._curriculum, wrong),
                        "What is misunderstood, at first attempts.",
                    ),
                    note("They hold names: keep them where only the cohort's leads can read them."),
                ),
                names=_ids(members),
            )
        )

    async def _gathered(
        self, person: Person, place: Place, cohort_id: str
    ) -> tuple[Cohort, Members, list[Counts], list[Misunderstood]]:
        slugs = [lesson.slug for lesson in self._curriculum.lessons]

        def unit(records: Records) -> tuple[Cohort, Members, list[Counts], list[Misunderstood]]:
            cohorts = self._cohorts
            cohort = cohorts.led_by_id(records, person, cohort_id) if cohort_id else cohorts.led(records, person, place)
            who = records.members(cohort.id)
            members = [(records.person(one), records.standing(one, slugs)) for one in who]
            members.sort(key=lambda member: member[0].name.casefold())
            counts = [records.counts(cohort.id, slug) for slug in slugs]
            return cohort, members, counts, [one for one in records.misunderstood(cohort.id) if _common(one)]

        return await self._store.write(unit)

    async def _draw(self, cohort: Cohort, counts: Sequence[Counts]) -> bytes | None:
        try:
            return await self._pictures.report(cohort.name, self._curriculum.lessons, counts)
        except Exception:  # the text says the same: a picture that cannot be drawn must not hide it
            log.exception("The report's picture could not be drawn")
            return None


def _common(one: Misunderstood) -> bool:
    return one.people >= SHARED and one.asked >= ASKED


# ---------------------------------------------------------------- shown


def report_post(
    curriculum: Curriculum,
    cohort: Cohort,
    members: Members,
    counts: Sequence[Counts],
    wrong: Sequence[Misunderstood],
    png: bytes | None,
) -> Post:
    done = sum(all(one.completed_at for one in standing) for _, standing in members)
    fresh = sum(all(one == LessonStanding(one.lesson) for one in standing) for _, standing in members)
    parts: list[Part] = [
        Heading(f"Report: {cohort.name}"),
        para(
            bold(_people(len(members))),
            f". The whole course is complete for {done}; {fresh} {'has' if fresh == 1 else 'have'} not begun.",
        ),
    ]
    rows = tuple(_row(curriculum, n, one) for n, one in enumerate(counts))
    alt = "\n".join("".join(run.text for run in row if run.kind == "words") for row in rows)
    parts.append(Picture(alt, png) if png else Items(rows))
    parts += [para(bold("What is misunderstood")), *_misunderstandings(curriculum, wrong)]
    parts += [para(bold("Who is where")), Items(tuple(_member(curriculum, *member) for member in members[:NAMED]))]
    if len(members) > NAMED:
        parts.append(note(f"And {len(members) - NAMED} more, in the file."))
    parts.append(Buttons((Button("As files for a spreadsheet", Action("cohort.export", (str(cohort.id),))),)))
    parts.append(note("Only you see this. It names nobody's answers and no scores, and it is in the order of names."))
    return Post(tuple(parts), names=_ids(members))


def _ids(members: Members) -> tuple[str, ...]:
    return tuple(person.id for person, _ in members)


def _people(count: int) -> str:
    return f"{count} members" if count != 1 else "1 member"


def _row(curriculum: Curriculum, n: int, counts: Counts) -> Line:
    lesson = curriculum.lessons[n]
    of = f"of {counts.members}"
    return line(
        bold(f"{lesson.number}. {shorten(lesson.title, 60)}"),
        f" · read by {counts.read} {of}, quiz passed by {counts.passed} {of}, complete for {counts.finished} {of}.",
    )


def _misunderstandings(curriculum: Curriculum, wrong: Sequence[Misunderstood]) -> list[Part]:
    if not wrong:
        return [para(f"Nothing yet that at least {SHARED} members share, of {ASKED} or more who were asked.")]
    most = sorted(wrong, key=lambda one: (-one.people, one.lesson, one.misconception))[:MISUNDERSTOOD]
    lines = [_misunderstanding(curriculum, one) for one in most]
    told = f"First attempts only. Listed where at least {SHARED} members share it; who they are is not shown."
    return [Items(tuple(lines)), note(told)]


def _misunderstanding(curriculum: Curriculum, one: Misunderstood) -> Line:
    lesson = curriculum.get(one.lesson)
    known = lesson.misconceptions.get(one.misconception) if lesson else None
    title = shorten(lesson.title, 50) if lesson else one.lesson
    says = f"“{known.says.rstrip('.')}” Rather: {known.truth}" if known else one.misconception
    return line(bold(f"{one.people} of {one.asked}"), f" · {title}: {says}")


def _member(curriculum: Curriculum, person: Person, standing: Sequence[LessonStanding]) -> Line:
    done = sum(one.completed_at is not None for one in standing)
    step = next_step(curriculum, standing)[0] if done < len(standing) else "the course is complete."
    return line(
        bold(shorten(person.name, 40)),
        f" · {done} of {len(standing)} lessons complete. Next: {step}" if done < len(standing) else f" · {step}",
    )


# ---------------------------------------------------------------- as files


def progress_csv(curriculum: Curriculum, members: Members) -> str:
    head = ("name", "lesson", "title", "read", "quiz passed", "lab finished", "complete")
    rows = (
        (person.name, lesson.slug, lesson.title, *map(_day, (one.read_at, one.passed_at, one.exit_at, one.completed_at)))
        for person, standing in members
        for lesson, one in zip(curriculum.lessons, standing, strict=True)
    )
    return _csv(head, rows)


def misunderstood_csv(curriculum: Curriculum, wrong: Sequence[Misunderstood]) -> str:
    def told(one: Misunderstood) -> tuple[str, str]:
        lesson = curriculum.get(one.lesson)
        known = lesson.misconceptions.get(one.misconception) if lesson else None
        return (known.says, known.truth) if known else ("", "")

    head = ("lesson", "misconception", "members", "asked", "says", "truth")
    return _csv(head, ((one.lesson, one.misconception, str(one.people), str(one.asked), *told(one)) for one in wrong))


def _day(at: datetime | None) -> str:
    return at.date().isoformat() if at else ""


def _csv(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """With a mark that tells spreadsheets it is UTF-8, and without cells that they would take for formulas.

    Every cell is quoted: where commas are decimal points, a spreadsheet would begin a new one at a semicolon in a name.
    """
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow(head)
    writer.writerows([_literal(cell) for cell in row] for row in rows)
    return "\ufeff" + written.getvalue()


def _literal(cell: str) -> str:
    return f"'{cell}" if cell.lstrip()[:1] in FORMULAS or cell[:1] in ("\t", "\r", "\n") else cell
