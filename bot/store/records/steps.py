"""The statements of the ledger's steps, built once: every piece of work takes all of them, and building one costs more than
running it. Parameters that begin with `the_` are given at each step."""

from functools import cache

from sqlalchemy import Update, bindparam, func, literal_column, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.records.shelf import insert_into
from bot.store.tables import lanes, schedules, work

PENDING = work.c.state == literal_column("'pending'")
"""Written out, not bound: both planners use the partial index only for its own literal."""

_now, _until = bindparam("the_now", type_=lanes.c.due_at.type), bindparam("the_until", type_=lanes.c.due_at.type)
_due = bindparam("the_due", type_=lanes.c.due_at.type)
_error, _ref = bindparam("the_error", type_=work.c.error.type), bindparam("the_ref", type_=work.c.ref.type)
_names = bindparam("the_lanes", expanding=True, type_=lanes.c.lane.type)

DUE = (
    select(lanes.c.lane, lanes.c.owner)
    .where(lanes.c.due_at <= _now)
    .order_by(lanes.c.due_at)
    .limit(bindparam("the_slots"))
    .with_for_update(skip_locked=True)
)
TAKEN = (
    update(lanes)
    .where(lanes.c.lane.in_(_names))
    .values(owner=bindparam("the_owner"), due_at=_until, fence=lanes.c.fence + 1)
    .returning(lanes.c.lane, lanes.c.fence)
)

_open = work.alias()
_first = select(func.min(_open.c.id)).where(_open.c.lane == lanes.c.lane, _open.c.state == literal_column("'pending'"))
HEADS = select(work).join_from(lanes, work, work.c.id == _first.scalar_subquery()).where(lanes.c.lane.in_(_names))
"""The next piece of work of each lane that has any."""

_heads = select(func.min(_open.c.id)).where(_open.c.lane.in_(_names), _open.c.state == literal_column("'pending'"))
VANISHED = update(work).where(work.c.id.in_(_heads.group_by(_open.c.lane))).values(vanished=work.c.vanished + 1)

_next = select(work.c.due_at).where(work.c.lane == lanes.c.lane, PENDING).order_by(work.c.id).limit(1)
LET_GO = update(lanes).where(lanes.c.lane.in_(_names)).values(owner=None, due_at=_next.scalar_subquery())

_mine: Update = update(lanes).where(
    lanes.c.lane == bindparam("the_lane"), lanes.c.fence == bindparam("the_fence"), lanes.c.owner.is_not(None)
)
HELD = _mine.values(fence=lanes.c.fence)
HELD_UNTIL = _mine.values(due_at=_due)
PUT_BACK = _mine.values(due_at=_due, owner=None)

_this = work.c.id == bindparam("the_id")
WANTED = select(work.c.schedule, work.c.schedule_version).where(_this, PENDING)
CALENDAR = (
    select(schedules.c.version, schedules.c.paused)
    .where(schedules.c.cohort == bindparam("the_cohort"))
    .with_for_update(read=True)
)
BEGUN = update(work).where(_this).values(intent_at=_now).returning(work)
RECEIVED = update(work).where(_this).values(ref=_ref)
ENDED = (
    update(work)
    .where(_this, PENDING)
    .values(state=bindparam("the_state"), ref=func.coalesce(_ref, work.c.ref), error=_error, done_at=_now)
)
LATER = (
    update(work)
    .where(_this, PENDING)
    .values(
        due_at=_due,
        error=_error,
        attempts=work.c.attempts + bindparam("the_trouble", type_=work.c.attempts.type),
        faults=work.c.faults + bindparam("the_fault", type_=work.c.faults.type),
    )
)
LATER_UNSENT = LATER.values(intent_at=None)


@cache
def waking(postgres: bool) -> sqlite.Insert | postgresql.Insert:
    """A lane made due, unless somebody holds it or it is due before. Its columns are given at each step."""
    insert = insert_into(lanes, postgres)
    sleeps = lanes.c.owner.is_(None) & (lanes.c.due_at.is_(None) | (lanes.c.due_at > insert.excluded.due_at))
    due = {"due_at": insert.excluded.due_at}
    return insert.on_conflict_do_update(index_elements=[lanes.c.lane], set_=due, where=sleeps)
