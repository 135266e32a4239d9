"""Labs: threads under a persona, what was said in them, and what they end with."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, exists, func, or_, select, update

from bot.core.chat import Person, Place, Speaker
from bot.core.curriculum import Persona
from bot.core.ports import SHAPES, Lab, LabProgress, LabStage, OpenLab, Shape, Turn, TurnKind
from bot.store.records.ledger import Ledger
from bot.store.records.shelf import digest_of
from bot.store.tables import exit_answers, labs, personas, persons, turns


class Labs(Ledger):
    def open_lab(self, event: str, who: int, lesson: str, persona: str, version: str, place: Place, now: datetime) -> Lab | None:
        row = self._kept(
            labs,
            event=digest_of(event),
            owner=who,
            lesson=lesson,
            persona=persona,
            version=version,
            platform=place.platform,
            workspace=place.workspace,
            channel=place.channel,
            place_thread=place.thread,
            direct=place.direct,
            stage="opening",
            progress=asdict(LabProgress()),
            turns=0,
            opened_at=now,
            moved_at=now,
        )
        if row is None:
            return None
        self._check_room(place.lane)
        self._enqueue(f"lab:{row.id}:open", "lab", place.lane, {"lab": row.id}, now)
        return _lab(row)

    def keep_persona(self, persona: Persona) -> None:
        face = persona.speaker
        seen = {"name": face.name, "face": face.face, "emoji": face.emoji, "role": persona.role, "prompt": persona.prompt}
        self._keep(personas, id=persona.id, version=persona.version, **seen)

    def kept_persona(self, persona: str, version: str) -> Persona | None:
        query = select(personas).where(personas.c.id == persona, personas.c.version == version)
        row = self._connection.execute(query).one_or_none()
        return Persona(row.id, Speaker(row.name, row.face, row.emoji), row.role, row.prompt, row.version) if row else None

    def lab(self, lab: int) -> Lab | None:
        return self._one_lab(select(labs).where(labs.c.id == lab))

    def lab_in(self, thread: Place) -> Lab | None:
        # where a platform has no threads, one direct message sees several labs after another
        return self._one_lab(select(labs).where(labs.c.thread_lane == thread.lane).order_by(labs.c.id.desc()).limit(1))

    def lab_at(self, platform: str, conversation: str) -> Lab | None:
        alone = (labs.c.thread.is_(None), labs.c.thread_channel == conversation)
        there = or_(labs.c.thread == conversation, and_(*alone))
        return self._one_lab(select(labs).where(labs.c.platform == platform, there).order_by(labs.c.id.desc()).limit(1))

    def unfinished_lab(self, who: int, lesson: str) -> Lab | None:
        mine = (labs.c.owner == who, labs.c.lesson == lesson, labs.c.stage != "closed")
        return self._one_lab(select(labs).where(*mine).order_by(labs.c.id.desc()).limit(1))

    def labs_of(self, who: int) -> list[Lab]:
        mine = (labs.c.owner == who, labs.c.stage.in_(("open", "exit")), labs.c.thread_lane.is_not(None))
        query = select(labs).where(*mine).order_by(labs.c.moved_at.desc(), labs.c.id.desc())
        return [_lab(row) for row in self._connection.execute(query)]

    def open_labs(self, platform: str, since: datetime, most: int) -> list[OpenLab]:
        theirs = select(labs, persons.c.external_id, persons.c.name).join_from(labs, persons, persons.c.id == labs.c.owner)
        alive = (labs.c.platform == platform, labs.c.stage.in_(("open", "exit")), labs.c.thread_lane.is_not(None))
        latest = theirs.where(*alive, labs.c.moved_at >= since).order_by(labs.c.moved_at.desc(), labs.c.id.desc()).limit(most)
        rows = self._connection.execute(latest)
        return [OpenLab(_lab(row), Person(row.platform, row.workspace, row.external_id, row.name)) for row in rows]

    def lab_opened(self, lab: int, thread: Place, root: str) -> None:
        there = {
            "thread_lane": thread.lane,
            "thread_channel": thread.channel,
            "thread": thread.thread,
            "thread_direct": thread.direct,
            "root": root,
        }
        self._connection.execute(update(labs).where(labs.c.id == lab).values(**there))

    def move_lab(self, lab: int, stage: LabStage, progress: LabProgress, now: datetime) -> None:
        change = {"stage": stage, "progress": asdict(progress), "moved_at": now}
        self._connection.execute(update(labs).where(labs.c.id == lab).values(**change))

    def answer_exit(self, lab: Lab, who: int, text: str, now: datetime) -> bool:
        if not self._keep(exit_answers, lab=lab.id, person=who, lesson=lab.lesson, text=text, answered_at=now):
            return False
        self._connection.execute(update(labs).where(labs.c.id == lab.id).values(stage="closed", moved_at=now))
        return True

    # ------------------------------------------------------------ turns

    def hear_turn(self, lab: Lab, event: str, who: int, text: str, now: datetime) -> bool:
        if self._connection.execute(select(exists().where(turns.c.event == digest_of(event)))).scalar_one():
            return False
        lane = (lab.thread or lab.place).lane
        # lane before lab, as whoever finishes a reply locks them: the other way round two would wait for each other
        self._wake(lane, now)
        self._check_room(lane)
        seq = self._next_seq(lab.id)
        if not self._keep(turns, lab=lab.id, seq=seq, event=digest_of(event), who=who, text=text, at=now):
            return False
        self._connection.execute(update(labs).where(labs.c.id == lab.id).values(turns=labs.c.turns + int(who == lab.owner)))
        return self._enqueue(f"lab:{lab.id}:turn:{seq}", "reply", lane, {"lab": lab.id, "turn": seq}, now)

    def say_turn(
        self, lab: int, text: str, now: datetime, *, reply: str = "", kind: TurnKind = "said", shape: Shape | None = None
    ) -> int:
        seq = self._next_seq(lab)
        made = {"shape": SHAPES.dump_python(shape, mode="json")} if shape else {}
        if not self._keep(turns, lab=lab, seq=seq, text=text, at=now, reply=reply, kind=kind, **made):
            raise RuntimeError("two turns of a lab had one place")
        self._connection.execute(update(labs).where(labs.c.id == lab, labs.c.replying == reply).values(replying=""))
        return seq

    def say_step(self, lab: Lab, text: str, post: str, now: datetime, *, kind: TurnKind = "said") -> None:
        lane = (lab.thread or lab.place).lane
        self._wake(lane, now)  # lane before lab, as in `hear_turn`
        seq = self.say_turn(lab.id, text, now, kind=kind)
        self._enqueue(f"lab:{lab.id}:step:{seq}", "lab-step", lane, {"lab": lab.id, "post": post}, now)

    def begin_reply(self, lab: int, reply: str) -> None:
        self._connection.execute(update(labs).where(labs.c.id == lab).values(replying=reply))

    def end_reply(self, lab: int) -> None:
        self._connection.execute(update(labs).where(labs.c.id == lab).values(replying=""))

    def stop_reply(self, lab: int, reply: str) -> bool:
        mine = (labs.c.id == lab, labs.c.replying == reply)
        return bool(reply) and self._changed(update(labs).where(*mine).values(stopped=reply))

    def replied(self, lab: int, reply: str) -> Turn | None:
        row = self._connection.execute(select(turns).where(turns.c.lab == lab, turns.c.reply == reply)).one_or_none()
        return _turn(row) if row and reply else None

    def shape(self, lab: int, reply: str) -> Shape | None:
        kept = self._connection.execute(
            select(turns.c.shape).where(turns.c.lab == lab, turns.c.reply == reply)
        ).scalar_one_or_none()
        return SHAPES.validate_python(kept) if kept and reply else None

    def go_on_from(self, lab: int, reply: str) -> None:
        self._connection.execute(update(turns).where(turns.c.lab == lab, turns.c.reply == reply).values(kind="said"))

    def turns(self, lab: int, last: int) -> list[Turn]:
        query = select(turns).where(turns.c.lab == lab).order_by(turns.c.seq.desc()).limit(last)
        return [_turn(row) for row in reversed(self._connection.execute(query).all())]

    def turn(self, lab: int, seq: int) -> Turn | None:
        row = self._connection.execute(select(turns).where(turns.c.lab == lab, turns.c.seq == seq)).one_or_none()
        return _turn(row) if row else None

    def voices(self, lab: int) -> dict[int, int]:
        theirs = select(turns.c.who, func.count()).where(turns.c.lab == lab, turns.c.who.is_not(None))
        rows = self._connection.execute(theirs.group_by(turns.c.who).order_by(func.min(turns.c.seq)))
        return {int(who): int(said) for who, said in rows}

    def withheld(self, lab: int, who: int) -> int:
        kept = select(turns.c.seq, turns.c.who, turns.c.reply, turns.c.shape).where(turns.c.lab == lab)
        rows = self._connection.execute(kept).all()
        asked = {str(row.seq) for row in rows if row.who == who}
        replies = [row for row in rows if row.shape and row.reply.partition(".")[0] in asked]
        return sum(SHAPES.validate_python(row.shape).withheld for row in replies)

    def _next_seq(self, lab: int) -> int:
        """One more than the last; locks the lab, so that nobody else takes it. 1 is the first."""
        self._connection.execute(select(labs.c.id).where(labs.c.id == lab).with_for_update(key_share=True)).one()
        last = select(func.coalesce(func.max(turns.c.seq), 0)).where(turns.c.lab == lab)
        return int(self._connection.execute(last).scalar_one()) + 1

    def _one_lab(self, query: Select[Any]) -> Lab | None:
        row = self._connection.execute(query).one_or_none()
        return _lab(row) if row else None


def _turn(row: Row[Any]) -> Turn:
    return Turn(row.seq, row.who, row.text, row.at, row.kind, row.reply)


def _lab(row: Row[Any]) -> Lab:
    place = Place(row.platform, row.workspace, row.channel, row.place_thread, row.direct)
    opened = row.thread_lane is not None
    thread = Place(row.platform, row.workspace, row.thread_channel, row.thread, row.thread_direct) if opened else None
    progress = _progress(row.progress)
    return Lab(
        id=row.id,
        lesson=row.lesson,
        persona=row.persona,
        version=row.version,
        place=place,
        thread=thread,
        root=row.root,
        owner=row.owner,
        stage=row.stage,
        progress=progress,
        turns=row.turns,
        replying=row.replying,
        stopped=row.stopped,
    )


def _progress(kept: dict[str, Any]) -> LabProgress:
    return LabProgress(**{**kept, "answered": tuple(kept["answered"])})
