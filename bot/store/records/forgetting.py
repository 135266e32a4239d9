"""Forgetting: what is kept about one person, all of it handed over or erased, and lab words erased in their time."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, delete, or_, select, update

from bot.core.chat import POSTS, Person, Post
from bot.store.records.room import Room
from bot.store.tables import (
    answers,
    attempts,
    budgets,
    cohorts,
    completions,
    exit_answers,
    labs,
    lanes,
    members,
    passes,
    persons,
    readings,
    reservations,
    room_messages,
    room_people,
    room_seen,
    turns,
    usage,
    work,
)

NOBODY = ""
"""The platform's id of whoever owned a lab and was forgotten: one for each workspace, so that labs can still be counted."""
MINE = {
    "quiz answers": answers,
    "quiz attempts": attempts,
    "reading": readings,
    "quizzes passed": passes,
    "exit answers": exit_answers,
    "lessons completed": completions,
}
"""What belongs to one person alone, under the names it is handed over by; in an order in which it can be deleted."""


class Forgetting(Room):
    def known(self, person: Person) -> int | None:
        here = (
            persons.c.platform == person.platform,
            persons.c.workspace == person.workspace,
            persons.c.external_id == person.id,
        )
        return self._connection.execute(select(persons.c.id).where(*here)).scalar_one_or_none()

    # ------------------------------------------------------------ handing over

    def everything_about(self, who: int) -> dict[str, Any]:
        person = self._connection.execute(select(persons).where(persons.c.id == who)).mappings().one()
        told: dict[str, Any] = {"person": _plain(person)}
        since = (members.c.role, members.c.joined_at, members.c.left_at)
        home = select(cohorts.c.name.label("cohort"), *since).join(cohorts, cohorts.c.id == members.c.cohort)
        told["cohorts"] = self._rows(home.where(members.c.person == who))
        for name, table in MINE.items():
            told[name] = self._rows(select(table).where(table.c.person == who))
        told["what a model was asked for"] = self._rows(select(usage).where(usage.c.person == who))
        told["labs"] = [self._lab_of(who, lab) for lab in self._rows(select(labs).where(labs.c.owner == who).order_by(labs.c.id))]
        elsewhere = select(turns).join(labs, labs.c.id == turns.c.lab).where(turns.c.who == who, labs.c.owner != who)
        told["said in labs of others"] = self._rows(elsewhere.order_by(turns.c.id))
        if person["platform"] == "room":
            said = select(room_messages.c.channel, room_messages.c.thread, room_messages.c.post, room_messages.c.at)
            told["written in the room"] = self._rows(said.where(room_messages.c.author == person["external_id"]))
        return told

    def _lab_of(self, who: int, lab: dict[str, Any]) -> dict[str, Any]:
        """With what they and the persona said; what others said there is theirs."""
        both = select(turns).where(turns.c.lab == lab["id"], or_(turns.c.who == who, turns.c.who.is_(None)))
        return {**lab, "turns": self._rows(both.order_by(turns.c.seq))}

    def _rows(self, query: Select[Any]) -> list[dict[str, Any]]:
        return [_plain(row) for row in self._connection.execute(query).mappings()]

    # ------------------------------------------------------------ erasing

    def forget(self, who: int, now: datetime, instead: Post) -> None:
        self.erased = True
        person = self._connection.execute(select(persons).where(persons.c.id == who)).one()
        nobody = self._nobody(person.platform, person.workspace, now)
        self._forget_labs(who, nobody, now)
        self._forget_costs(who, nobody)
        for table in MINE.values():
            self._connection.execute(delete(table).where(table.c.person == who))
        self._connection.execute(delete(members).where(members.c.person == who))
        if person.platform == "room":
            self._forget_in_room(person.external_id)
            self._unname_in_room(person.external_id, instead)
        self._connection.execute(delete(persons).where(persons.c.id == who))

    def _forget_costs(self, who: int, nobody: int) -> None:
        """The operator's bill stays, without saying whose it was."""
        for table in (usage, reservations):
            self._connection.execute(update(table).where(table.c.person == who).values(person=nobody))
        self._connection.execute(delete(budgets).where(budgets.c.scope == f"person:{who}"))

    def _forget_labs(self, who: int, nobody: int, now: datetime) -> None:
        """Their words and the replies to them go; that there was a lab, and how long it was, stays."""
        mine = select(labs.c.id).where(labs.c.owner == who)
        self._cancel_replies(who, now)
        self._connection.execute(delete(turns).where(turns.c.who == who))
        self._connection.execute(delete(turns).where(turns.c.lab.in_(mine), turns.c.who.is_(None)))
        self._connection.execute(delete(exit_answers).where(exit_answers.c.lab.in_(mine)))
        self._empty_work(self._connection.execute(mine).scalars().all())
        self._hide_direct_places(who)
        closed = {"owner": nobody, "stage": "closed", "moved_at": now, "replying": ""}
        self._connection.execute(update(labs).where(labs.c.owner == who).values(**closed))

    def _cancel_replies(self, who: int, now: datetime) -> None:
        """What is on its way to them is not sent any more: whoever has it in hand finds the lane taken away."""
        places = select(labs.c.thread_lane).where(labs.c.owner == who, labs.c.thread_lane.is_not(None))
        for lane in [*self._connection.execute(places).scalars().all(), f"notice:{who}"]:
            here = lanes.c.lane == lane
            taken = {"fence": lanes.c.fence + 1, "owner": None, "due_at": None}
            self._connection.execute(update(lanes).where(here).values(**taken))
            pending = (work.c.lane == lane, work.c.state == "pending")
            self._connection.execute(
                update(work).where(*pending).values(state="cancelled", error="forgotten", payload={}, done_at=now)
            )
        self._forget_as_guest(who, now)

    def _forget_as_guest(self, who: int, now: datetime) -> None:
        """What was answered to them in labs of others, which may repeat their words, or name them, goes as well."""
        elsewhere = select(turns.c.lab, turns.c.seq).join(labs, labs.c.id == turns.c.lab)
        for row in self._connection.execute(elsewhere.where(turns.c.who == who, labs.c.owner != who)).all():
            key, reply = f"lab:{row.lab}:turn:{row.seq}", str(row.seq)
            asked = or_(work.c.key == key, work.c.key.like(f"{key}#%"), work.c.key.like(f"{key}:%"))
            self._connection.execute(delete(room_messages).where(room_messages.c.id.in_(self._in_room(row.lab, asked))))
            pending = (asked, work.c.state == "pending")
            self._connection.execute(update(work).where(*pending).values(state="cancelled", error="forgotten", done_at=now))
            answered = (turns.c.lab == row.lab, or_(turns.c.reply == reply, turns.c.reply.like(f"{reply}.%")))
            self._connection.execute(delete(turns).where(*answered))
            self._connection.execute(update(labs).where(labs.c.id == row.lab, labs.c.replying == reply).values(replying=""))

    def _in_room(self, lab: int, which: ColumnElement[bool]) -> list[int]:
        """The numbers of the messages that such work has posted in the room."""
        posted = select(work.c.ref).join(labs, labs.c.id == lab).where(which, labs.c.platform == "room", work.c.ref.is_not(None))
        return [int(ref) for ref in self._connection.execute(posted).scalars()]

    def _hide_direct_places(self, who: int) -> None:
        """A direct conversation's address names one person as well as their own id does."""
        direct = (labs.c.owner == who, or_(labs.c.direct.is_(True), labs.c.thread_direct.is_(True)))
        for row in self._connection.execute(
            select(labs.c.channel, labs.c.thread_lane, labs.c.platform, labs.c.workspace).where(*direct)
        ).all():
            home = ":".join((row.platform, row.workspace, row.channel))
            there = [name for name in {home, row.thread_lane} if name]
            self._connection.execute(
                update(work).where(work.c.lane.in_(there), work.c.state != "pending").values(lane="", ref=None)
            )
            self._connection.execute(delete(lanes).where(lanes.c.lane.in_(there)))
        hidden = {"channel": "", "place_thread": None, "thread_lane": None, "thread_channel": None, "thread": None, "root": None}
        self._connection.execute(update(labs).where(*direct).values(**hidden))

    def _nobody(self, platform: str, workspace: str, now: datetime) -> int:
        insert = self._insert(persons).values(platform=platform, workspace=workspace, external_id=NOBODY, name="", known_at=now)
        key = (persons.c.platform, persons.c.workspace, persons.c.external_id)
        there = insert.on_conflict_do_update(index_elements=list(key), set_={"name": insert.excluded.name})
        return int(self._connection.execute(there.returning(persons.c.id)).scalar_one())

    def _forget_in_room(self, person_id: str) -> None:
        """In the room we keep what elsewhere the platform keeps: their messages, what only they saw, their seat."""
        m = room_messages.c
        direct = select(m.channel).where(m.audience == person_id)
        theirs = or_(m.author == person_id, m.audience == person_id, m.channel.in_(direct.where(m.channel.like("dm:%"))))
        own_threads = select(m.id).where(m.invited == person_id)
        self._connection.execute(delete(room_messages).where(or_(theirs, m.thread.in_(own_threads), m.invited == person_id)))
        self._connection.execute(update(room_messages).where(m.key.like(f"%:{person_id}:%")).values(key=None))
        self._connection.execute(delete(room_seen).where(room_seen.c.person == person_id))
        self._connection.execute(delete(room_people).where(room_people.c.id == person_id))

    def _unname_in_room(self, person_id: str, instead: Post) -> None:
        """What others were told in the room that names them. It reaches open pages as an edit does."""
        m = room_messages.c
        told = select(m.id, m.post).where(m.author == "", m.post.contains(json.dumps(person_id), autoescape=True))
        for row in self._connection.execute(told).all():
            if person_id in POSTS.validate_json(row.post).names:
                self.room_edit(row.id, POSTS.dump_json(instead).decode())

    # ------------------------------------------------------------ in time

    def fade(self, before: datetime, untouched: datetime, now: datetime) -> int:
        asleep = (labs.c.stage != "closed", labs.c.moved_at <= untouched)
        self._connection.execute(update(labs).where(*asleep).values(stage="closed", replying=""))
        old = select(labs.c.id).where(labs.c.stage == "closed", labs.c.moved_at <= before)
        worded = select(turns.c.lab).where(turns.c.lab.in_(old), turns.c.text != "")
        ended = select(exit_answers.c.lab).where(exit_answers.c.lab.in_(old), exit_answers.c.text != "")
        fading = self._connection.execute(worded.union(ended)).scalars().all()
        self._connection.execute(update(turns).where(turns.c.lab.in_(fading)).values(text="", shape=None))
        self._connection.execute(update(exit_answers).where(exit_answers.c.lab.in_(fading)).values(text=""))
        self._empty_work(fading)
        self._fade_in_room(fading)
        self.erased = self.erased or bool(fading)
        return len(fading)

    def _empty_work(self, of_labs: Sequence[int]) -> None:
        """What was given up keeps what was to be said, to be tried again; not for longer than the words themselves."""
        for lab in of_labs:
            theirs = (work.c.key.like(f"lab:{lab}:%"), work.c.state != "pending")
            self._connection.execute(update(work).where(*theirs).values(payload={"lab": lab}))

    def _fade_in_room(self, fading: Sequence[int]) -> None:
        roots = select(labs.c.root).where(labs.c.platform == "room", labs.c.root.is_not(None), labs.c.id.in_(fading))
        numbers = [int(root) for root in self._connection.execute(roots).scalars()]
        self._connection.execute(delete(room_messages).where(room_messages.c.thread.in_(numbers)))


def _plain(row: Any) -> dict[str, Any]:
    """As JSON can hold it, without our own numbers of people."""
    return {
        name: _told(name, value)
        for name, value in row.items()
        if name not in ("person", "owner", "who", "event", "seed", "shape")
    }


def _told(name: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return json.loads(value) if name == "post" and isinstance(value, str) else value


def pointing_at_people() -> set[Table]:
    """Every table that names a person by number: `forget` must deal with each."""
    return {column.table for table in persons.metadata.tables.values() for column in table.c if column.references(persons.c.id)}


def tables_dealt_with() -> set[Table]:
    return {*MINE.values(), members, labs, turns, usage, reservations}
