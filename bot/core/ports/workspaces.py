"""The workspaces a platform has let us into, and those it has shut us out of, as the core sees them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Installation:
    """Our access to one workspace. `sealed` holds its tokens, encrypted by the adapter: the store cannot read them.

    `user` and `bot` are who we are there; `expires_at` is when the token ends, None for one that lasts.
    """

    platform: str
    workspace: str
    name: str
    user: str
    bot: str
    organisation: str | None
    sealed: str = field(repr=False)
    expires_at: datetime | None
    installed_at: datetime


@dataclass(frozen=True, slots=True)
class Absence:
    """A workspace we may not speak in. `why` is a sentence with what to do; its cohorts' calendars wait meanwhile."""

    platform: str
    workspace: str
    since: datetime
    why: str


class WorkspaceRecords(Protocol):
    def install(self, installation: Installation) -> None:
        """Keep it, in place of an earlier one; an absence ends."""
        ...

    def installation(self, platform: str, workspace: str) -> Installation | None: ...

    def installations(self, platform: str) -> list[Installation]: ...

    def claim_renewal(self, installation: Installation, now: datetime, until: datetime) -> bool:
        """False while somebody else renews its tokens, or they are no longer the ones given."""
        ...

    def reseal(self, installation: Installation, sealed: str, expires_at: datetime | None) -> bool:
        """Put other tokens, or the same under another key, in their place. False if they have been replaced meanwhile."""
        ...

    def lose_workspace(self, platform: str, workspace: str, why: str, now: datetime) -> bool:
        """Forget the tokens and let the workspace's calendars wait. False if they waited already."""
        ...

    def regain_workspace(self, platform: str, workspace: str) -> bool:
        """Let its calendars go on. False if they did not wait."""
        ...

    def absence(self, platform: str, workspace: str) -> Absence | None: ...

    def absences(self) -> list[Absence]: ...

    def keep_ticket(self, ticket: str, now: datetime, until: datetime) -> None:
        """A ticket that may be used once, until then. Expired ones are thrown away."""
        ...

    def use_ticket(self, ticket: str, now: datetime) -> bool:
        """False if there is no such ticket, it was used, or it has expired."""
        ...
