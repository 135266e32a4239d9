"""The calendar: what a lead may write, what is refused and how, and what a Save button carries."""

from datetime import UTC, date, datetime, time
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.calendar import (
    DAYS,
    days_text,
    decode_rule,
    encode_rule,
    instant,
    occurrence,
    read_date,
    read_days,
    read_rule,
    read_time,
    read_zone,
    rule_of,
    rule_text,
    skipped_hour,
    wall_at,
)
from bot.core.chat import Action
from bot.core.errors import BadInput, Refusal, StaleChoice
from bot.core.ports import Rule
from tests.fakes import START

TODAY = START.date()
EVERY_DAY, WORKING_DAYS = (0, 1, 2, 3, 4, 5, 6), (0, 1, 2, 3, 4)
ZONES = sorted(available_timezones() - {"localtime", "posixrules", "Factory"})
wall = datetime.fromisoformat
"""A naive wall time, written as it is kept."""
HALF_PAST = Rule((1, 3), time(9, 30), "Europe/Berlin")

rules = st.builds(
    Rule,
    st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.sampled_from(ZONES),
    st.none() | st.dates(date(2026, 11, 25), date(2028, 11, 20)),
)


# ---------------------------------------------------------------- spellings


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("tue,thu", (1, 3)),
        ("Tue Thu", (1, 3)),
        ("thu,tue", (1, 3)),
        ("tuesday and thursday", (1, 3)),
        ("Tuesdays & Thursdays", (1, 3)),
        ("tue/thu", (1, 3)),
        ("tue;thu+tue", (1, 3)),
        ("tues,thurs", (1, 3)),
        ("WED", (2,)),
        ("sat, sun", (5, 6)),
        ("Mondays", (0,)),
        ("every friday", (4,)),
        ("on wednesdays", (2,)),
        ("daily", EVERY_DAY),
        ("Daily", EVERY_DAY),
        ("every day", EVERY_DAY),
        ("everyday", EVERY_DAY),
        ("weekdays", WORKING_DAYS),
        ("workdays", WORKING_DAYS),
        ("every weekday", WORKING_DAYS),
        ("weekdays,sat", (0, 1, 2, 3, 4, 5)),
        ("mon-fri", WORKING_DAYS),
        ("Friday–Monday", (0, 4, 5, 6)),
        ("tue-tue", (1,)),
    ],
)
def test_days_may_be_written_in_any_usual_way(text: str, days: tuple[int, ...]) -> None:
    assert read_days(text) == days


@pytest.mark.parametrize("text", ["", " ", ",", "and", "every"])
def test_no_days_are_asked_for(text: str) -> None:
    with pytest.raises(BadInput, match="On which days"):
        read_days(text)


@pytest.mark.parametrize("word", ["tu", "m", "blursday", "montag", "tomorrow", "mondayss", "الثلاثاء", "9", "<b>mon"])
def test_an_unknown_day_is_named_with_what_would_be_one(word: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_days(f"tue,{word}")

    assert f"“{word}” is not a day I know" in refused.value.sentence
    assert "tue,thu" in refused.value.sentence


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("09:30", time(9, 30)),
        ("9:30", time(9, 30)),
        ("9.30", time(9, 30)),
        ("9h30", time(9, 30)),
        ("0:00", time(0)),
        ("23:59", time(23, 59)),
        ("9am", time(9)),
        ("9 AM", time(9)),
        ("9:30pm", time(21, 30)),
        ("12am", time(0)),
        ("12pm", time(12)),
        ("12:15 am", time(0, 15)),
        (" 9:30 ", time(9, 30)),
        ("٠٩:٣٠", time(9, 30)),
    ],
)
def test_a_time_may_be_written_in_any_usual_way(text: str, at: time) -> None:
    assert read_time(text) == at


@pytest.mark.parametrize(
    "text",
    ["", "9", "24:00", "9:60", "9:3", "0930", "13pm", "13am", "0am", "13:30 pm", "noon", "-9:30", "9:30:00", "9:30 xm", "½"],
)
def test_what_is_no_time_of_day_is_refused_with_how_one_is_written(text: str) -> None:
    with pytest.raises(BadInput, match=r"not a time of day.*like 09:30"):
        read_time(text)


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("berlin", "Europe/Berlin"),
        ("New York", "America/New_York"),
        ("america/new york", "America/New_York"),
        ("new_york", "America/New_York"),
        ("UTC", "UTC"),
        ("utc", "UTC"),
        ("Lord_Howe", "Australia/Lord_Howe"),
        ("Ho Chi Minh", "Asia/Ho_Chi_Minh"),
    ],
)
def test_a_zone_may_be_named_in_full_or_by_its_city(text: str, zone: str) -> None:
    assert read_zone(text) == zone


@pytest.mark.parametrize("zone", ZONES)
def test_every_zone_there_is_is_known_by_its_full_name(zone: str) -> None:
    assert read_zone(zone.upper()) == zone


@pytest.mark.parametrize(
    ("text", "nearest"),
    [("Europe/Berln", "Europe/Berlin"), ("Amerika/New_York", "America/New_York"), ("Sidney", "Australia/Sydney")],
)
def test_an_unknown_zone_is_answered_with_the_nearest(text: str, nearest: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_zone(text)

    assert f"I don't know the time zone “{text}”. Did you mean {nearest}?" in refused.value.sentence


@pytest.mark.parametrize(
    "text", ["", "Mars/Olympus_Mons_Base_Camp", "+01:00", "../../etc/passwd", "x" * 10_000, "אירופה", "Factory"]
)
def test_a_zone_near_to_none_is_refused_with_how_one_is_written(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_zone(text)

    assert "Write it like Europe/Berlin" in refused.value.sentence
    assert len(refused.value.sentence) < 250


def test_a_first_day_may_be_today() -> None:
    assert read_date(" 2026-11-23 ", TODAY) == TODAY


@pytest.mark.parametrize("text", ["2026-02-30", "tomorrow", "01.12.2026", "12/01/2026", "2026-13-01", "0"])
def test_what_is_no_date_is_refused_with_how_one_is_written(text: str) -> None:
    with pytest.raises(BadInput, match=r"is not a date\. Write it as year-month-day"):
        read_date(text, TODAY)


def test_a_date_in_the_past_is_refused_with_todays() -> None:
    with pytest.raises(BadInput, match="2026-11-22 has passed; today is 2026-11-23"):
        read_date("2026-11-22", TODAY)


@pytest.mark.parametrize("text", ["2028-11-23", "9999-12-31"])
def test_a_date_more_than_two_years_away_is_refused(text: str) -> None:
    assert read_date("2028-11-22", TODAY) == date(2028, 11, 22)

    with pytest.raises(BadInput, match="more than two years away"):
        read_date(text, TODAY)


# ---------------------------------------------------------------- the whole line


@pytest.mark.parametrize(
    "text",
    [
        "tue,thu 09:30 Europe/Berlin",
        "tue, thu 09:30 Europe/Berlin",
        "tuesdays and thursdays at 9:30 berlin",
        "  Tue   Thu  9.30am   EUROPE/BERLIN  ",
        "tue thu 9:30 am Europe/Berlin",
        "tue thu 9:30 AM Europe/Berlin",
    ],
)
def test_days_time_and_zone_are_read_in_any_usual_spelling(text: str) -> None:
    assert read_rule(text, START) == HALF_PAST


def test_a_zone_of_several_words_is_read() -> None:
    assert read_rule("daily 18:00 New York", START) == Rule(EVERY_DAY, time(18), "America/New_York")


@pytest.mark.parametrize("text", ["daily 9:30 utc from 2026-12-01", "daily 9:30 utc  FROM  2026-12-01"])
def test_a_first_day_may_follow(text: str) -> None:
    assert read_rule(text, START) == Rule(EVERY_DAY, time(9, 30), "UTC", date(2026, 12, 1))


@pytest.mark.parametrize(
    "text", ["", "tue", "tue 09:30", "09:30", "09:30 Europe/Berlin", "tue Europe/Berlin 09:30", "from 2026-12-01", "🦆"]
)
def test_too_few_words_are_answered_with_an_example_and_the_form(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_rule(text, START)

    assert "I need days, a time and a zone" in refused.value.sentence
    assert "tue,thu 09:30 Europe/Berlin" in refused.value.sentence
    assert "form" in refused.value.sentence


def test_from_without_a_date_is_asked_back() -> None:
    with pytest.raises(BadInput, match="From which day"):
        read_rule("tue 09:30 Europe/Berlin from", START)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("blursday 09:30 Europe/Berlin", "“blursday” is not a day"),
        ("tue 25:00 Europe/Berlin", "“25:00” is not a time"),
        ("tue noon Europe/Berlin", "“noon” is not a time"),
        ("tue 09:30 Europe/Nowhereburg", "time zone “Europe/Nowhereburg”"),
        ("tue 09:30 Europe/Berlin from someday", "“someday” is not a date"),
        ("tue 09:30 Europe/Berlin from 2026-12-01 or so", "“2026-12-01 or so” is not a date"),
    ],
)
def test_the_first_word_that_cannot_be_read_is_the_one_named(text: str, complaint: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_rule(text, START)

    assert complaint in refused.value.sentence


@given(st.text(max_size=300))
def test_whatever_is_typed_is_read_or_refused_in_a_sentence(text: str) -> None:
    try:
        assert read_rule(text, START).days
    except BadInput as refused:
        sentence = refused.sentence
    else:
        return
    assert len(sentence) < 300


def test_today_is_the_day_in_the_rules_zone_not_in_greenwich() -> None:
    evening = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)  # in Honolulu it is still Monday the 23rd, in Auckland the 24th
    honolulu = read_rule("daily 20:00 Pacific/Honolulu from 2026-11-23", evening)

    assert honolulu.start == date(2026, 11, 23)
    with pytest.raises(BadInput, match="2026-11-23 has passed; today is 2026-11-24"):
        read_rule("daily 20:00 Pacific/Auckland from 2026-11-23", evening)


# ---------------------------------------------------------------- in words


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ((1,), "Tuesdays"),
        ((1, 3), "Tuesdays and Thursdays"),
        ((0, 2, 4), "Mondays, Wednesdays and Fridays"),
        (WORKING_DAYS, "Monday to Friday"),
        (EVERY_DAY, "every day"),
    ],
)
def test_days_are_said_as_people_say_them(days: tuple[int, ...], words: str) -> None:
    assert days_text(days) == words


def test_a_rule_is_said_with_its_hour_and_zone() -> None:
    assert rule_text(HALF_PAST) == "Tuesdays and Thursdays at 09:30 (Europe/Berlin)"


# ---------------------------------------------------------------- instants


def test_a_wall_time_is_an_instant_in_its_zone() -> None:
    assert instant(HALF_PAST, wall("2026-12-01T09:30")) == datetime(2026, 12, 1, 8, 30, tzinfo=UTC)
    assert wall_at(HALF_PAST, datetime(2026, 12, 1, 8, 30, tzinfo=UTC)) == wall("2026-12-01T09:30")


def test_a_skipped_hour_is_pushed_forward_and_said_to_be_skipped() -> None:
    gap = wall("2027-03-28T02:30")

    assert skipped_hour(HALF_PAST, gap)
    assert instant(HALF_PAST, gap) == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


def test_an_hour_that_comes_twice_is_the_first_of_the_two_and_not_skipped() -> None:
    gap = wall("2027-10-31T02:30")

    assert not skipped_hour(HALF_PAST, gap)
    assert instant(HALF_PAST, gap) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


def test_an_occurrence_is_the_wall_time_to_the_minute() -> None:
    assert occurrence(wall("2026-12-01T09:30")) == "2026-12-01T09:30"


# ---------------------------------------------------------------- what a Save button carries


@given(rules)
def test_a_rule_comes_back_from_its_button_as_it_was_shown(rule: Rule) -> None:
    assert decode_rule(encode_rule(rule), START) == rule


@given(rules, st.integers(1, 10**9))
def test_every_rule_fits_on_a_button_of_every_platform(rule: Rule, cohort: int) -> None:
    action = Action("cohort.save", (str(cohort), *encode_rule(rule)))

    assert Action.decode(action.encode()) == action


@given(rules)
def test_text_form_and_fields_are_read_alike(rule: Rule) -> None:
    days = ",".join(DAYS[day] for day in rule.days)
    first = f" from {rule.start}" if rule.start else ""

    written = read_rule(f"{days} {rule.at:%H:%M} {rule.zone}{first}", START)

    assert written == rule_of(days, f"{rule.at:%H:%M}", rule.zone, str(rule.start or ""), START) == rule


def test_a_button_whose_first_day_has_passed_is_refused() -> None:
    code = encode_rule(Rule((1,), time(9), "UTC", date(2026, 12, 1)))

    with pytest.raises(BadInput, match="2026-12-01 has passed"):
        decode_rule(code, datetime(2026, 12, 2, tzinfo=UTC))


@given(st.lists(st.text(max_size=12), max_size=6).map(tuple) | st.tuples(*[st.text(alphabet="0123456789-", max_size=10)] * 4))
def test_a_forged_code_is_refused_and_nothing_else(code: tuple[str, ...]) -> None:
    with pytest.raises(Refusal):
        decode_rule(code, START)


@pytest.mark.parametrize("code", [(), ("1",), ("13", "0930", "UTC"), ("13", "930", "UTC", ""), ("13", "0930", "UTC", "", "")])
def test_a_code_of_another_shape_is_stale(code: tuple[str, ...]) -> None:
    with pytest.raises(StaleChoice):
        decode_rule(code, START)
