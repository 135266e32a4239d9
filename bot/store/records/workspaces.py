"""Workspaces: our access to them, its end, and tickets that are good for one use."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, delete, or_, select, update

from bot.core.ports import Absence, Installation
from bot.store.records.shelf import Shelf
from bot.store.tables import absences, installations, tickets

_KEY = (installations.c.platform, installations.c.workspace)


class Workspaces(Shelf):
    def install(self, installation: Installation) -> None:
        known = {
            "platform": installation.platform,
            "workspace": installation.workspace,
            "name": installation.name,
            "bot_user": installation.user,
            "bot": installation.bot,
            "organisation": installation.organisation,
            "sealed": installation.sealed,
            "expires_at": installation.expires_at,
            "installed_at": installation.installed_at,
            "renewing_until": None,
        }
        self._set(installations, _KEY, **known)
        self.regain_workspace(installation.platform, installation.workspace)

    def installation(self, platform: str, workspace: str) -> Installation | None:
        row = self._connection.execute(select(installations).where(_of(installations, platform, workspace))).one_or_none()
        return _installation(row) if row else None

    def installations(self, platform: str) -> list[Installation]:
        query = select(installations).where(installations.c.platform == platform)
        return [_installation(row) for row in self._connection.execute(query.order_by(installations.c.workspace))]

    def claim_renewal(self, installation: Installation, now: datetime, until: datetime) -> bool:
        free = or_(installations.c.renewing_until.is_(None), installations.c.renewing_until <= now)
        return self._changed(update(installations).where(_as_read(installation), free).values(renewing_until=until))

    def reseal(self, installation: Installation, sealed: str, expires_at: datetime | None) -> bool:
        change = {"sealed": sealed, "expires_at": expires_at, "renewing_until": None}
        return self._changed(update(installations).where(_as_read(installation)).values(**change))

    # ------------------------------------------------------------ shut out

    def lose_workspace(self, platform: str, workspace: str, why: str, now: datetime) -> bool:
        self._connection.execute(delete(installations).where(_of(installations, platform, workspace)))
        return self._keep(absences, platform=platform, workspace=workspace, since=now, why=why)

    def regain_workspace(self, platform: str, workspace: str) -> bool:
        return self._connection.execute(delete(absences).where(_of(absences, platform, workspace))).rowcount > 0

    def absence(self, platform: str, workspace: str) -> Absence | None:
        row = self._connection.execute(select(absences).where(_of(absences, platform, workspace))).one_or_none()
        return _absence(row) if row else None

    def absences(self) -> list[Absence]:
        query = select(absences).order_by(absences.c.platform, absences.c.workspace)
        return [_absence(row) for row in self._connection.execute(query)]

    # ------------------------------------------------------------ tickets

    def keep_ticket(self, ticket: str, now: datetime, until: datetime) -> None:
        self._connection.execute(delete(tickets).where(tickets.c.until <= now))
        self._keep(tickets, ticket=ticket, until=until)

    def use_ticket(self, ticket: str, now: datetime) -> bool:
        good = (tickets.c.ticket == ticket, tickets.c.until > now)
        return self._connection.execute(delete(tickets).where(*good)).rowcount > 0


def _of(table: Table, platform: str, workspace: str) -> ColumnElement[bool]:
    return (table.c.platform == platform) & (table.c.workspace == workspace)


def _as_read(installation: Installation) -> ColumnElement[bool]:
    return _of(installations, installation.platform, installation.workspace) & (installations.c.sealed == installation.sealed)


def _installation(row: Row[Any]) -> Installation:
    return Installation(
        row.platform,
        row.workspace,
        row.name,
        row.bot_user,
        row.bot,
        row.organisation,
        row.sealed,
        row.expires_at,
        row.installed_at,
    )


def _absence(row: Row[Any]) -> Absence:
    return Absence(row.platform, row.workspace, row.since, row.why)
