"""What must hold in the database at every instant, as queries: each gives the rows that break it, so none is as it should be.

Run by `python -m bot doctor`, after every test and every run of the crash matrix:
`database.read(lambda records: records.broken(now))`.
Parameters: `now`, and `rot`, two minutes before it. All instants are text of one width, so they compare as text.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, text

ROT = timedelta(minutes=2)
"""What is due and lies longer than this is looked after by nobody."""
SKEW = timedelta(seconds=1)
"""What two processes' clocks may differ by, each having asked the same database for the time."""


@dataclass(frozen=True, slots=True)
class Invariant:
    """`says` what holds; the first column of the `query` names what breaks it. `unless` is the one innocent reason, if any."""

    name: str
    says: str
    query: str
    breaks: Callable[[Sequence[Any]], bool] = lambda row: True
    unless: str = ""


@dataclass(frozen=True, slots=True)
class Broken:
    """An invariant that does not hold, and where: keys, lanes and numbers, never anybody's words."""

    name: str
    says: str
    where: tuple[str, ...]
    unless: str


def broken(connection: Connection, now: datetime) -> list[Broken]:
    """Every invariant that does not hold. Changes nothing."""
    found: list[Broken] = []
    for invariant in INVARIANTS:
        rows = connection.execute(text(invariant.query), {"now": _instant(now), "rot": _instant(now - ROT)})
        where = tuple(str(row[0]) for row in rows if invariant.breaks(row))
        if where:
            found.append(Broken(invariant.name, invariant.says, where, invariant.unless))
    return found


def _instant(at: datetime) -> str:
    """As `columns.Instant` keeps it."""
    return at.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _before(row: Sequence[Any]) -> bool:
    """True if the second instant lies before the third by more than clocks may differ."""
    _, second, third = row
    return datetime.fromisoformat(second) < datetime.fromisoformat(third) - SKEW


# What was told to somebody in private before they were forgotten lies on the lane "": its own, and its receipts, named them.
INVARIANTS = (
    Invariant("I1 once", "no key is on the ledger twice", "SELECT key FROM work GROUP BY key HAVING count(*) > 1"),
    Invariant(
        "I1 lesson",
        "no lesson was planned twice for a cohort",
        "SELECT cohort || ' ' || lesson FROM digests WHERE lesson IS NOT NULL GROUP BY cohort, lesson HAVING count(*) > 1",
    ),
    Invariant(
        "I2 receipt",
        "what is done has the platform's receipt, or a word why there was nothing to post",
        "SELECT key FROM work WHERE state = 'done' AND ref IS NULL AND error = '' AND lane <> ''",
    ),
    Invariant(
        "I3 order",
        "nothing was done before what stands earlier on its lane",
        """SELECT w.key FROM work AS w WHERE w.state = 'pending'
           AND EXISTS (SELECT 1 FROM work AS later WHERE later.lane = w.lane AND later.id > w.id AND later.state = 'done')""",
    ),
    Invariant(
        "I3 times",
        "what one lane holds was done in the order it was put on",
        """SELECT key, done_at, before FROM (
               SELECT key, done_at, lag(done_at) OVER (PARTITION BY lane ORDER BY id) AS before FROM work
               WHERE state = 'done' AND lane <> ''
           ) AS done WHERE done_at < before""",
        breaks=_before,
        unless="the machine's clock was set back",
    ),
    Invariant(
        "I4 one run",
        "a lane that is held has an end to its lease, and leases were counted up",
        "SELECT lane FROM lanes WHERE (owner IS NOT NULL AND due_at IS NULL) OR (owner IS NOT NULL AND fence < 1) OR fence < 0",
    ),
    Invariant(
        "I5 no rot",
        "a lane with work left is due some time",
        """SELECT DISTINCT w.lane FROM work AS w WHERE w.state = 'pending'
           AND NOT EXISTS (SELECT 1 FROM lanes AS l WHERE l.lane = w.lane AND l.due_at IS NOT NULL)""",
    ),
    Invariant(
        "I6 live",
        "nothing that is due lies for over two minutes",
        "SELECT lane FROM lanes WHERE due_at < :rot",
        unless="Lectern was not running",
    ),
    Invariant(
        "I7 occurrence",
        "every digest stands as its work on the ledger does",
        """SELECT d.cohort || ' ' || d.occurrence || ' ' || d.state FROM digests AS d LEFT JOIN work AS w ON w.key = d.work_key
           WHERE d.state IN ('planned', 'posted', 'failed') AND (w.id IS NULL OR w.state <>
               CASE d.state WHEN 'planned' THEN 'pending' WHEN 'posted' THEN 'done' ELSE 'dead' END)""",
    ),
    Invariant(
        "I7 once",
        "no date of a calendar was dealt with twice",
        "SELECT cohort || ' ' || occurrence FROM digests GROUP BY cohort, occurrence HAVING count(*) > 1",
    ),
    Invariant(
        "I7 orphan",
        "no digest is on the ledger without its entry in the calendar",
        """SELECT w.key FROM work AS w WHERE w.kind = 'digest' AND w.state IN ('pending', 'done')
           AND NOT EXISTS (SELECT 1 FROM digests AS d WHERE d.work_key = w.key)""",
    ),
    Invariant(
        "I8 first",
        "every question somebody answered has one first answer, and it is of their earliest attempt",
        """SELECT person || ' ' || lesson || ' ' || question FROM answers GROUP BY person, lesson, question
           HAVING count(*) FILTER (WHERE "first") <> 1 OR min(attempt) < min(attempt) FILTER (WHERE "first")""",
    ),
    Invariant(
        "I9 replies",
        "every message kept in a lab has its reply on the ledger",
        """SELECT 'lab:' || t.lab || ':turn:' || t.seq FROM turns AS t WHERE t.who IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM work AS w WHERE w.key = 'lab:' || t.lab || ':turn:' || t.seq)""",
    ),
    Invariant(
        "I9 turns",
        "every reply on the ledger still to be given has the message it answers",
        """SELECT w.key FROM work AS w WHERE w.kind = 'reply' AND w.state = 'pending'
           AND w.key NOT LIKE '%#%' AND w.key NOT LIKE '%+%'
           AND NOT EXISTS (SELECT 1 FROM turns AS t WHERE w.key = 'lab:' || t.lab || ':turn:' || t.seq)""",
    ),
    Invariant(
        "I9 labs",
        "a lab being opened has its opening on the ledger, an exit answer its close",
        """SELECT 'lab:' || l.id || ':' || 'open' FROM labs AS l WHERE l.stage = 'opening'
           AND NOT EXISTS (SELECT 1 FROM work AS w WHERE w.key = 'lab:' || l.id || ':' || 'open')
           UNION ALL
           SELECT 'lab:' || e.lab || ':' || 'closing' FROM exit_answers AS e JOIN labs AS l ON l.id = e.lab
           WHERE l.thread_lane IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM work AS w WHERE w.key = 'lab:' || e.lab || ':' || 'closing')""",
    ),
    Invariant(
        "I11 pause",
        "nothing of a calendar was begun after that calendar was changed or paused",
        """SELECT w.key, s.changed_at, w.intent_at FROM work AS w JOIN schedules AS s ON s.cohort = w.schedule
           WHERE w.intent_at > s.changed_at AND (w.schedule_version < s.version OR s.paused)""",
        breaks=_before,
    ),
    Invariant(
        "I10 reserved",
        "what is reserved of a budget is what calls in hand have reserved",
        """SELECT scope || ' ' || period FROM budgets AS b WHERE reserved <> (
               SELECT coalesce(sum(r.tokens), 0) FROM reservations AS r
               WHERE ('person:' || r.person = b.scope AND r.day = b.period) OR (r.workspace = b.scope AND r.month = b.period))""",
    ),
    Invariant(
        "I10 in hand",
        "whatever is reserved belongs to work that is still to be done",
        """SELECT r.key FROM reservations AS r
           WHERE NOT EXISTS (SELECT 1 FROM work AS w WHERE w.key = r.key AND w.state = 'pending')""",
    ),
    Invariant(
        "I10 spent",
        "what was spent of a budget is the sum of what was used",
        """SELECT scope || ' ' || period FROM budgets AS b WHERE spent <> (
               SELECT coalesce(sum(u.prompt + u.completion), 0) FROM usage AS u
               WHERE ('person:' || u.person = b.scope AND u.day = b.period) OR (u.workspace = b.scope AND u.month = b.period))""",
    ),
)
