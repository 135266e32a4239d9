"""The outside world as the core sees it: the chat, the tutor, the calendar, pictures, the clock and what the store remembers."""

from bot.core.ports.chat import Chat, NotSent, Unclear, Undeliverable
from bot.core.ports.ledger import Claim, LedgerRecords, Lost, Work
from bot.core.ports.outside import Clock, Pictures, Recurrence
from bot.core.ports.records import (
    CohortRecords,
    DigestRecords,
    LabRecords,
    PeopleRecords,
    ProgressRecords,
    QuizRecords,
    ReadingRecords,
    Records,
    Store,
)
from bot.core.ports.remembered import Attempt, Cohort, Counts, Given, Lab, LabStage, LessonStanding, Occasion, Rule, Schedule
from bot.core.ports.tutor import Draft, LabProgress, LabTurn, Mentions, Turn, Tutor

__all__ = [
    "Attempt",
    "Chat",
    "Claim",
    "Clock",
    "Cohort",
    "CohortRecords",
    "Counts",
    "DigestRecords",
    "Draft",
    "Given",
    "Lab",
    "LabProgress",
    "LabRecords",
    "LabStage",
    "LabTurn",
    "LedgerRecords",
    "LessonStanding",
    "Lost",
    "Mentions",
    "NotSent",
    "Occasion",
    "PeopleRecords",
    "Pictures",
    "ProgressRecords",
    "QuizRecords",
    "ReadingRecords",
    "Records",
    "Recurrence",
    "Rule",
    "Schedule",
    "Store",
    "Turn",
    "Tutor",
    "Unclear",
    "Undeliverable",
    "Work",
]
