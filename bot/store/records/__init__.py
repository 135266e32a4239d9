"""Records: everything remembered, one file for each feature, every query named for what it means."""

from typing import TYPE_CHECKING

from bot.store.records.budgets import Budgets
from bot.store.records.calendars import Calendars
from bot.store.records.channels import Channels
from bot.store.records.cohorts import Cohorts
from bot.store.records.digests import Digests
from bot.store.records.forgetting import Forgetting
from bot.store.records.keepsakes import Keepsakes
from bot.store.records.labs import Labs
from bot.store.records.ledger import Ledger
from bot.store.records.listening import Listening
from bot.store.records.people import People
from bot.store.records.progress import Progress
from bot.store.records.quizzes import Quizzes
from bot.store.records.readings import Readings
from bot.store.records.room import Room
from bot.store.records.seats import Seats
from bot.store.records.soundness import Soundness
from bot.store.records.workspaces import Workspaces

if TYPE_CHECKING:
    from bot.core import ports, room


class Records(
    People,
    Digests,
    Cohorts,
    Channels,
    Calendars,
    Readings,
    Quizzes,
    Labs,
    Budgets,
    Ledger,
    Listening,
    Keepsakes,
    Seats,
    Progress,
    Forgetting,
    Room,
    Soundness,
    Workspaces,
):
    """All of it inside one transaction, which is begun and ended by `Database` alone."""


if TYPE_CHECKING:
    _everything: type[ports.Records] = Records
    _room: type[room.RoomRecords] = Records
