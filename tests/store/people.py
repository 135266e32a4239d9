"""Who and when the store's tests are about."""

from datetime import UTC, datetime, time, timedelta

from bot.core.chat import Person, Place
from bot.core.ports import Claim, Cohort, Lab, Rule
from bot.store.records import Records

NOW = datetime(2026, 11, 23, 8, 0, 0, 123456, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
ADA = Person("slack", "T1", "U1", "Ada")
GRACE = Person("slack", "T1", "U2", "Grace")
ALAN = Person("slack", "T1", "U3", "Alan")
CHANNEL = Place("slack", "T1", "C1")
THREAD = Place("slack", "T1", "C1", "1700.1")
BERLIN = Rule((0, 1), time(9, 0), "Europe/Berlin")
NEW_YORK = Rule((0, 1), time(9, 0), "America/New_York")
WALL = datetime.fromisoformat("2026-11-23T08:00")
NINE = "2026-11-23T09:00"


def cohort_of(records: Records) -> Cohort:
    cohort = records.create_cohort(CHANNEL, "Support team", NOW)
    assert cohort
    return cohort


def scheduled(records: Records, rule: Rule = BERLIN) -> Cohort:
    cohort = cohort_of(records)
    records.set_schedule(cohort.id, rule, WALL, NOW, NOW)
    return cohort


def lab_of(records: Records, who: int, event: str = "e1") -> Lab:
    lab = records.open_lab(event, who, "rlhf", "grace", "v1", CHANNEL, NOW)
    assert lab
    return lab


def claimed(records: Records, now: datetime = NOW) -> Claim:
    claims = records.claim("me", now, 1, 45)
    assert len(claims) == 1
    return claims[0]
