"""People: one row for one account in one workspace."""

from datetime import datetime

from sqlalchemy import select, update

from bot.core.chat import Person
from bot.store.records.shelf import Shelf
from bot.store.tables import members, persons


class People(Shelf):
    def know(self, person: Person, now: datetime) -> int:
        key = (persons.c.platform, persons.c.workspace, persons.c.external_id)
        known = self._connection.execute(
            select(persons.c.id, persons.c.name).where(
                persons.c.platform == person.platform,
                persons.c.workspace == person.workspace,
                persons.c.external_id == person.id,
            )
        ).first()
        if known and known.name != person.name:
            self._connection.execute(update(persons).where(persons.c.id == known.id).values(name=person.name))
        if known:
            return int(known.id)
        insert = self._insert(persons).values(
            platform=person.platform, workspace=person.workspace, external_id=person.id, name=person.name, known_at=now
        )
        # another process may have met them since the look above: then its row is ours
        upsert = insert.on_conflict_do_update(index_elements=list(key), set_={"name": insert.excluded.name})
        return int(self._connection.execute(upsert.returning(persons.c.id)).scalar_one())

    def person(self, who: int) -> Person:
        row = self._connection.execute(select(persons).where(persons.c.id == who)).one()
        return Person(row.platform, row.workspace, row.external_id, row.name)

    def workspace_of(self, platform: str, account: str) -> str | None:
        met = select(persons.c.workspace).outerjoin(members, members.c.person == persons.c.id)
        theirs = met.where(persons.c.platform == platform, persons.c.external_id == account)
        joined = members.c.joined_at
        latest = theirs.order_by(joined.is_(None), joined.desc(), persons.c.id.desc()).limit(1)
        workspace: str | None = self._connection.execute(latest).scalar_one_or_none()
        return workspace
