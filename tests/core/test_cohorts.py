"""Cohorts: founding, joining, leaving, and a calendar that only leads steer."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

import pytest

from bot.core.calendar import encode_rule
from bot.core.chat import (
    Action,
    Answer,
    Declined,
    Form,
    Items,
    Moment,
    Person,
    Place,
    Reply,
    SelectField,
    Shown,
    Submit,
    TextField,
)
from bot.core.curriculum import Curriculum
from bot.core.plain import plain_line
from bot.core.ports import Cohort, Schedule
from tests.conftest import ADA, CHANNEL, GRACE, Build, Stage, button, parts, text

ELSEWHERE = Place("fake", "w", "elsewhere")
MALLORY = Person("fake", "other-workspace", "mallory", "Mallory")
RULE = "tue,thu 09:30 Europe/Berlin"
TUESDAY = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)


async def found(stage: Stage, rule: str = RULE) -> None:
    """Ada's cohort in the channel, with a calendar if a rule is given."""
    await stage.types(ADA, "/cohort create Team")
    if rule:
        shown = await stage.types(ADA, f"/cohort schedule {rule}")
        await stage.presses(ADA, button(shown, "Save"))


async def kept(stage: Stage) -> Schedule | None:
    return await stage.database.read(lambda records: records.schedule(1))


async def home(stage: Stage) -> Cohort | None:
    return await stage.database.read(lambda records: records.cohort_at(CHANNEL))


async def ring(stage: Stage, now: datetime) -> None:
    """The bell, at that time, and all that follows."""
    stage.clock.set(now)
    await stage.digests.plan()
    await stage.deliveries.settle()


async def submit(stage: Stage, person: Person, action: Action, fields: dict[str, tuple[str, ...]]) -> Answer:
    return await stage.desk.hear(Submit(person, CHANNEL, stage.event(), action, fields))


async def post_all(stage: Stage) -> None:
    """Every lesson of the course, by hand."""
    for _ in range(4):
        await stage.types(ADA, "/cohort post")
        stage.clock.pass_(minutes=1)


def dates(answer: Answer) -> list[str]:
    """The lines of the list a preview or status shows first."""
    return next([plain_line(line) for line in part.lines] for part in parts(answer) if isinstance(part, Items))


def private(answer: Answer) -> bool:
    return isinstance(answer, Declined) or (isinstance(answer, Reply) and answer.shown is Shown.PRIVATELY)


# ---------------------------------------------------------------- founding


async def test_a_channel_becomes_a_cohorts_home_openly_and_the_caller_its_lead(stage: Stage) -> None:
    answer = await stage.types(ADA, "/cohort create  Support   team, winter ")

    assert isinstance(answer, Reply)
    assert answer.shown is Shown.OPENLY
    assert text(answer).startswith("Support team, winter\n")
    assert "4 lessons." in text(answer)
    assert "Leads: Ada" in text(await stage.types(ADA, "/cohort status"))


async def test_a_cohort_created_in_a_thread_lives_in_the_threads_channel(stage: Stage) -> None:
    await stage.types(ADA, "/cohort create Team", Place("fake", "w", "general", "t1"))

    cohort = await home(stage)
    assert cohort
    assert cohort.place == CHANNEL


async def test_a_cohort_cannot_live_in_a_direct_message(stage: Stage) -> None:
    answer = await stage.types(ADA, "/cohort create Team", Place("fake", "w", "dm:ada", None, True))

    assert "A cohort lives in a channel" in text(answer)
    assert private(answer)


@pytest.mark.parametrize("name", ["", "   ", "\u200b", "\u202e\u202d", "\u0301", "\x1b", "x" * 61, "y" * 1_900])
async def test_a_cohort_needs_a_name_that_can_be_seen_and_is_not_too_long(stage: Stage, name: str) -> None:
    answer = await stage.types(ADA, f"/cohort create {name}")

    assert "Give the cohort a name of up to 60 characters" in text(answer)
    assert private(answer)
    assert await home(stage) is None


@pytest.mark.parametrize(
    "name",
    [
        "x" * 60,
        "<b>Team</b> & <script>alert(1)</script>",
        "<!channel> @everyone *bold*",
        "צוות תמיכה",
        "فريق می‌خواهم",
        "é" * 30,
        "🦆",
    ],
)
async def test_a_name_may_hold_markup_and_any_writing_and_is_kept_as_literal_text(stage: Stage, name: str) -> None:
    answer = await stage.types(ADA, f"/cohort create {name}")

    cohort = await home(stage)
    assert cohort
    assert cohort.name == name
    assert text(answer).startswith(name)


async def test_a_name_loses_what_would_turn_the_words_around_it(stage: Stage) -> None:
    await stage.types(ADA, "/cohort create \u202eevil\u2066 team\x1b")

    cohort = await home(stage)
    assert cohort
    assert cohort.name == "evil team"


async def test_a_channel_is_home_to_one_cohort_only(stage: Stage) -> None:
    await found(stage, "")

    answer = await stage.types(GRACE, "/cohort create Other")

    assert "already the home of “Team”" in text(answer)
    assert "/cohort join" in text(answer)
    assert private(answer)
    assert "lead" not in text(await stage.types(GRACE, "/cohort join")).casefold()


# ---------------------------------------------------------------- joining and leaving


async def test_joining_welcomes_once_and_then_says_that_one_is_in(stage: Stage) -> None:
    await found(stage, "")

    first, again = await stage.types(GRACE, "/cohort join"), await stage.types(GRACE, "/cohort join")

    assert "Welcome to Team" in text(first)
    assert button(first, "Read lesson 1: What fine-tuning changes")
    assert "You are already in “Team”" in text(again)
    assert private(first)
    assert private(again)


async def test_the_join_button_works_from_anywhere(stage: Stage) -> None:
    created = await stage.types(ADA, "/cohort create Team")

    assert "Welcome to Team" in text(await stage.presses(GRACE, button(created, "Join the course"), place=ELSEWHERE))


@pytest.mark.parametrize("command", ["join", "leave", "schedule", "pause", "resume", "skip", "post", "lead Ada", "status"])
async def test_where_no_cohort_lives_that_is_said_with_what_to_do(stage: Stage, command: str) -> None:
    answer = await stage.types(GRACE, f"/cohort {command}", ELSEWHERE)

    assert "No cohort lives in this channel" in text(answer)
    assert "/cohort create NAME" in text(answer)
    assert private(answer)


FORGED = ("2", "0", "-1", "", "x", "1e3", "9" * 18, "9" * 30, "9" * 5_000, "²", "1|1")
VERBS: Sequence[tuple[str, tuple[str, ...]]] = (
    ("cohort.join", ()),
    ("cohort.change", ()),
    ("cohort.save", ("1", "0930", "UTC", "")),
    ("cohort.retry", ("rlhf",)),
    *((f"cohort.{deed}", ()) for deed in ("leave", "pause", "resume", "skip", "post", "share")),
    ("digest.lesson", ("rlhf",)),
)


@pytest.mark.parametrize(("verb", "number"), [(verb, number) for verb, number in product(VERBS, FORGED)])
async def test_a_forged_number_is_a_stale_button_and_nothing_else(
    stage: Stage, verb: tuple[str, tuple[str, ...]], number: str
) -> None:
    await found(stage, "")

    answer = await stage.presses(ADA, Action(verb[0], (number, *verb[1])))

    assert "That button is from an earlier message" in text(answer)
    assert private(answer)


@pytest.mark.parametrize("verb", VERBS)
async def test_nobody_reaches_a_cohort_of_another_workspace(stage: Stage, verb: tuple[str, tuple[str, ...]]) -> None:
    await found(stage)

    answer = await stage.presses(MALLORY, Action(verb[0], ("1", *verb[1])), place=Place("fake", "other-workspace", "general"))

    assert "That button is from an earlier message" in text(answer)
    assert await stage.database.read(lambda records: records.leads(1)) == [1]
    assert "Team" not in text(await stage.types(MALLORY, "/cohort status", Place("fake", "other-workspace", "general")))


async def test_leaving_says_so_and_coming_back_is_a_join(stage: Stage) -> None:
    await found(stage, "")
    await stage.types(GRACE, "/cohort join")

    assert "You have left “Team”" in text(await stage.types(GRACE, "/cohort leave"))
    assert "You are not in “Team”" in text(await stage.types(GRACE, "/cohort leave"))
    assert "Welcome to Team" in text(await stage.types(GRACE, "/cohort join"))


async def test_the_only_lead_cannot_leave_before_handing_over(stage: Stage) -> None:
    await found(stage, "")
    await stage.types(GRACE, "/cohort join")

    refused = await stage.types(ADA, "/cohort leave")
    await stage.types(ADA, "/cohort lead Grace")

    assert "You are the only lead here. Hand over first" in text(refused)
    assert "You have left" in text(await stage.types(ADA, "/cohort leave"))
    assert "You are the only lead here" in text(await stage.types(GRACE, "/cohort leave"))


async def test_a_lead_who_left_and_came_back_is_a_member(stage: Stage) -> None:
    await found(stage, "")
    await stage.types(GRACE, "/cohort join")
    await stage.types(ADA, "/cohort lead Grace")
    await stage.types(ADA, "/cohort leave")
    await stage.types(ADA, "/cohort join")

    assert "Only the cohort's leads can do that. The leads here: Grace." in text(await stage.types(ADA, "/cohort pause"))


# ---------------------------------------------------------------- leading


async def test_the_lead_is_shared_once(stage: Stage) -> None:
    await found(stage, "")
    await stage.types(GRACE, "/cohort join")

    assert "Grace is a lead now, too." in text(await stage.types(ADA, "/cohort lead @grace"))
    assert "Grace is a lead already." in text(await stage.types(ADA, "/cohort lead Grace"))
    assert "Ada is a lead already." in text(await stage.types(GRACE, "/cohort lead ada"))


@pytest.mark.parametrize("name", ["", "@", " @ "])
async def test_who_is_to_lead_is_asked_for(stage: Stage, name: str) -> None:
    await found(stage, "")

    assert "Whom should I make a lead?" in text(await stage.types(ADA, f"/cohort lead {name}"))


@pytest.mark.parametrize("name", ["Nobody", "Grace", "x" * 1_900, "<@U1>"])
async def test_only_members_can_be_made_leads(stage: Stage, name: str) -> None:
    await found(stage, "")

    answer = await stage.types(ADA, f"/cohort lead {name}")

    assert "I know no single member called" in text(answer)
    assert "/cohort join first" in text(answer)
    assert len(text(answer)) < 250


async def test_a_name_that_two_members_bear_makes_neither_a_lead(stage: Stage) -> None:
    await found(stage, "")
    for number in ("1", "2"):
        await stage.types(Person("fake", "w", f"sam{number}", "Sam"), "/cohort join")

    assert "I know no single member called “Sam”" in text(await stage.types(ADA, "/cohort lead Sam"))
    assert "Sam is a lead now, too." in text(await stage.types(ADA, "/cohort lead sam2"))


STEERING = ("schedule", f"schedule {RULE}", "pause", "resume", "skip", "post", "post rlhf", "lead Grace")


@pytest.mark.parametrize("joined", [True, False])
@pytest.mark.parametrize("command", STEERING)
async def test_only_leads_steer_and_others_are_told_who_they_are(stage: Stage, command: str, joined: bool) -> None:
    await found(stage)
    before = await kept(stage)
    if joined:
        await stage.types(GRACE, "/cohort join")

    answer = await stage.types(GRACE, f"/cohort {command}")

    assert text(answer) == "Only the cohort's leads can do that. The leads here: Ada."
    assert private(answer)
    assert await kept(stage) == before
    assert stage.chat.posts == {}


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb[0] in ("cohort.change", "cohort.save", "cohort.retry")])
async def test_only_leads_steer_by_buttons_either(stage: Stage, verb: tuple[str, tuple[str, ...]]) -> None:
    await found(stage)
    before = await kept(stage)

    answer = await stage.presses(GRACE, Action(verb[0], ("1", *verb[1])))

    assert text(answer) == "Only the cohort's leads can do that. The leads here: Ada."
    assert await kept(stage) == before


async def test_only_leads_send_the_form_either(stage: Stage) -> None:
    await found(stage)

    answer = await stage.sends(GRACE, Action("cohort.form", ("1",)), days=("tue",), time="09:30", zone="UTC")

    assert text(answer) == "Only the cohort's leads can do that. The leads here: Ada."


async def test_a_lead_named_with_markup_is_named_literally_and_briefly(stage: Stage) -> None:
    await stage.types(Person("fake", "w", "m", "<!here>\n" + "x" * 300), "/cohort create Team")

    answer = text(await stage.types(GRACE, "/cohort pause"))

    assert "<!here> xxx" in answer
    assert len(answer) < 120


# ---------------------------------------------------------------- the calendar before it is saved


async def test_the_dates_are_shown_before_anything_is_saved(stage: Stage) -> None:
    await found(stage, "")

    answer = await stage.types(ADA, f"/cohort schedule {RULE}")

    assert "“Team” would get its digests Tuesdays and Thursdays at 09:30 (Europe/Berlin):" in text(answer)
    assert dates(answer) == [
        "What fine-tuning changes · Tuesday 24 November 2026, 09:30",
        "What prompting can and cannot do · Thursday 26 November 2026, 09:30",
        "RLHF: learning from comparisons · Tuesday 1 December 2026, 09:30",
        "Choosing an approach · Thursday 3 December 2026, 09:30",
    ]
    assert "Nothing is saved yet." in text(answer)
    assert private(answer)
    assert await kept(stage) is None


async def test_a_calendar_in_force_stays_until_another_is_saved(stage: Stage) -> None:
    await found(stage)
    before = await kept(stage)

    await stage.types(ADA, "/cohort schedule daily 18:00 utc")

    assert await kept(stage) == before


async def test_a_first_day_is_kept_to(stage: Stage) -> None:
    await found(stage, "")

    answer = await stage.types(ADA, f"/cohort schedule {RULE} from 2026-12-03")

    assert dates(answer)[0] == "What fine-tuning changes · Thursday 3 December 2026, 09:30"


async def test_a_date_later_today_counts_and_one_earlier_today_does_not(stage: Stage) -> None:
    await found(stage, "")  # it is Monday, 11:00 in Berlin

    later = await stage.types(ADA, "/cohort schedule mon 11:01 Europe/Berlin")
    earlier = await stage.types(ADA, "/cohort schedule mon 11:00 Europe/Berlin")

    assert dates(later)[0].endswith("Monday 23 November 2026, 11:01")
    assert dates(earlier)[0].endswith("Monday 30 November 2026, 11:00")


async def test_without_text_a_form_is_shown_whose_fields_fit_the_calendar_in_force(stage: Stage) -> None:
    await found(stage, "")
    empty = await stage.types(ADA, "/cohort schedule")
    await found(stage, "mon,fri 08:15 Asia/Kolkata")

    full = await stage.types(ADA, "/cohort schedule  ")

    assert isinstance(empty, Form)
    assert isinstance(full, Form)
    assert [field.value for field in empty.fields] == [("tue", "thu"), "09:30", "", ""]
    assert [field.value for field in full.fields] == [("mon", "fri"), "08:15", "Asia/Kolkata", ""]
    assert len(full.fields) <= 5


async def test_the_form_and_the_text_give_the_same_preview(stage: Stage) -> None:
    await found(stage, "")
    form = await stage.types(ADA, "/cohort schedule")
    assert isinstance(form, Form)
    days, *texts = form.fields
    assert isinstance(days, SelectField)
    assert all(isinstance(field, TextField) for field in texts)

    fields = {
        days.name: days.value,
        **{field.name: (value,) for field, value in zip(texts, ("9:30", "berlin", "2026-12-01"), strict=True)},
    }
    sent = await submit(stage, ADA, form.action, fields)

    assert sent == await stage.types(ADA, f"/cohort schedule {RULE} from 2026-12-01")


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"days": ()}, "On which days?"),
        ({"days": ("x|y",)}, "“x|y” is not a day"),
        ({"time": ("",)}, "“” is not a time of day"),
        ({"time": ("25:00",)}, "“25:00” is not a time of day"),
        ({"zone": ("",)}, "I don't know the time zone “”"),
        ({"zone": ("Berln",)}, "Did you mean Europe/Berlin?"),
        ({"from": ("2026-11-22",)}, "2026-11-22 has passed"),
        ({"from": ("2036-11-22",)}, "more than two years away"),
        ({"from": ("soon",)}, "“soon” is not a date"),
    ],
)
async def test_the_form_refuses_what_the_text_refuses(stage: Stage, fields: dict[str, tuple[str, ...]], complaint: str) -> None:
    await found(stage, "")
    good = {"days": ("tue",), "time": ("09:30",), "zone": ("UTC",), "from": ("",)}

    answer = await submit(stage, ADA, Action("cohort.form", ("1",)), {**good, **fields})

    assert complaint in text(answer)
    assert private(answer)
    assert await kept(stage) is None


async def test_a_form_of_a_cohort_there_is_none_of_is_stale(stage: Stage) -> None:
    await found(stage, "")

    for number in FORGED:
        answer = await stage.sends(ADA, Action("cohort.form", (number,)), days=("tue",), time="09:30", zone="UTC")
        assert "That button is from an earlier message" in text(answer)


async def test_a_text_that_cannot_be_read_changes_nothing(stage: Stage) -> None:
    await found(stage)
    before = await kept(stage)

    for rule in ("blursday 09:30 UTC", "tue 25:00 UTC", "tue 09:30 Berln", f"{RULE} from 2026-11-01", "tue"):
        assert private(await stage.types(ADA, f"/cohort schedule {rule}"))

    assert await kept(stage) == before


async def test_an_hour_that_the_clocks_skip_is_shown_with_when_it_goes_out_instead(stage: Stage) -> None:
    await found(stage, "")

    answer = text(await stage.types(ADA, "/cohort schedule sun 02:30 Europe/Berlin"))

    assert "On Sunday 28 March 2027 the clocks jump over 02:30" in answer
    assert "would go out at Sunday 28 March 2027, 03:30 (Europe/Berlin)" in answer


@pytest.mark.parametrize("rule", [RULE, "sun 03:30 Europe/Berlin", "mon 02:30 Europe/Berlin", "sun 02:30 Asia/Kolkata"])
async def test_nothing_is_said_of_hours_that_no_date_within_a_year_meets(stage: Stage, rule: str) -> None:
    await found(stage, "")

    assert "clocks jump" not in text(await stage.types(ADA, f"/cohort schedule {rule}"))


async def test_a_preview_in_mid_course_gives_dates_to_the_lessons_that_are_left(stage: Stage) -> None:
    await found(stage)
    await ring(stage, TUESDAY)

    answer = await stage.types(ADA, "/cohort schedule fri 09:30 Europe/Berlin")

    assert dates(answer)[0] == "What prompting can and cannot do · Friday 27 November 2026, 09:30"
    assert len(dates(answer)) == 3


async def test_a_preview_after_the_last_lesson_says_that_nothing_more_would_be_posted(stage: Stage) -> None:
    await found(stage)
    await post_all(stage)

    shown = await stage.types(ADA, "/cohort schedule fri 09:30 Europe/Berlin")

    assert "nothing more would be posted" in text(shown)
    assert "nothing more will be posted" in text(await stage.presses(ADA, button(shown, "Save")))


# ---------------------------------------------------------------- saving


async def test_saving_takes_the_place_of_the_preview_and_is_what_was_shown(stage: Stage) -> None:
    await found(stage, "")
    shown = await stage.types(ADA, f"/cohort schedule {RULE}")

    saved = await stage.presses(ADA, button(shown, "Save"))

    assert isinstance(saved, Reply)
    assert saved.shown is Shown.INSTEAD
    assert text(saved).startswith("Saved. “Team” gets its digests Tuesdays and Thursdays at 09:30 (Europe/Berlin).")
    schedule = await kept(stage)
    assert schedule
    assert schedule.next_due == TUESDAY
    assert not schedule.paused


async def test_the_dates_shown_are_the_dates_kept(stage: Stage) -> None:
    await found(stage, "")
    shown = await stage.types(ADA, f"/cohort schedule {RULE}")
    await stage.presses(ADA, button(shown, "Save"))

    status = await stage.types(ADA, "/cohort status")

    assert [date.removesuffix(" (Europe/Berlin)") for date in dates(status)] == dates(shown)


async def test_pressing_save_twice_is_saving_once(stage: Stage) -> None:
    await found(stage, "")
    save = button(await stage.types(ADA, f"/cohort schedule {RULE}"), "Save")
    once = await stage.presses(ADA, save)
    await ring(stage, TUESDAY)

    twice = await stage.presses(ADA, save)

    assert "Tuesday 24 November 2026" in text(once)
    assert "Thursday 26 November 2026" in text(twice)
    await ring(stage, TUESDAY)
    assert len(stage.chat.keys) == 1
    assert len(dates(await stage.types(ADA, "/cohort status"))) == 3


async def test_the_change_button_opens_the_form(stage: Stage) -> None:
    await found(stage, "")

    shown = await stage.types(ADA, "/cohort schedule mon,fri 08:15 Asia/Kolkata from 2026-12-07")
    form = await stage.presses(ADA, button(shown, "Change"))

    assert isinstance(form, Form)
    assert [field.value for field in form.fields] == [("mon", "fri"), "08:15", "Asia/Kolkata", "2026-12-07"]


async def test_the_first_day_is_in_the_form_until_it_has_passed(stage: Stage) -> None:
    await found(stage, "mon,fri 08:15 Asia/Kolkata from 2026-12-07")
    before = await stage.types(ADA, "/cohort schedule")
    stage.clock.pass_(days=30)
    after = await stage.types(ADA, "/cohort schedule")

    assert isinstance(before, Form)
    assert isinstance(after, Form)
    assert [form.fields[3].value for form in (before, after)] == ["2026-12-07", ""]


async def test_saving_after_the_first_day_has_passed_is_refused(stage: Stage) -> None:
    await found(stage, "")
    save = button(await stage.types(ADA, f"/cohort schedule {RULE} from 2026-12-01"), "Save")
    stage.clock.set(datetime(2026, 12, 2, 8, 0, tzinfo=UTC))

    answer = await stage.presses(ADA, save)

    assert "2026-12-01 has passed; today is 2026-12-02" in text(answer)
    assert await kept(stage) is None


@pytest.mark.parametrize(
    "code",
    [(), ("13",), ("", "0930", "UTC", ""), ("x", "0930", "UTC", ""), ("1", "9999", "UTC", ""), ("1", "0930", "Nowhere", "")],
)
async def test_saving_a_forged_calendar_is_refused(stage: Stage, code: tuple[str, ...]) -> None:
    await found(stage)
    before = await kept(stage)

    answer = await stage.presses(ADA, Action("cohort.save", ("1", *code)))

    assert private(answer)
    assert await kept(stage) == before


async def test_saving_over_a_pause_ends_it(stage: Stage) -> None:
    await found(stage)
    await stage.types(ADA, "/cohort pause")

    schedule = await kept(stage)
    assert schedule
    await stage.presses(ADA, Action("cohort.save", ("1", *encode_rule(schedule.rule))))

    await ring(stage, TUESDAY)
    assert len(stage.chat.keys) == 1


# ---------------------------------------------------------------- pause, resume, skip


@pytest.mark.parametrize("command", ["pause", "resume", "skip"])
async def test_a_calendar_is_needed_to_steer_it(stage: Stage, command: str) -> None:
    await found(stage, "")

    answer = await stage.types(ADA, f"/cohort {command}")

    assert "“Team” has no calendar yet. Set one with /cohort schedule." in text(answer)
    assert private(answer)


async def test_pausing_and_resuming_say_when_they_are_done_already(stage: Stage) -> None:
    await found(stage)

    assert "is not paused" in text(await stage.types(ADA, "/cohort resume"))
    assert "Paused. No digest goes out" in text(await stage.types(ADA, "/cohort pause"))
    before = await kept(stage)
    assert "is paused already" in text(await stage.types(ADA, "/cohort pause"))
    assert await kept(stage) == before
    assert "Resumed. “Team” gets its digests Tuesdays" in text(await stage.types(ADA, "/cohort resume"))
    assert "is not paused" in text(await stage.types(ADA, "/cohort resume"))


async def test_a_paused_cohort_shows_that_and_no_dates(stage: Stage) -> None:
    await found(stage)
    await stage.types(ADA, "/cohort pause")

    status = text(await stage.types(ADA, "/cohort status"))

    assert "Paused. The calendar is Tuesdays and Thursdays" in status
    assert "Ahead" not in status


async def test_skipping_moves_the_lesson_to_the_next_date(stage: Stage) -> None:
    await found(stage)

    answer = await stage.types(ADA, "/cohort skip")

    assert text(answer).startswith("Skipped. The lesson moves to the next date.")
    assert dates(answer)[0] == "What fine-tuning changes · Thursday 26 November 2026, 09:30 (Europe/Berlin)"
    assert "Tuesday 24 November 2026, 09:30 · skipped by a lead" in text(answer)


async def test_skipping_twice_leaves_out_two_dates(stage: Stage) -> None:
    await found(stage)
    await stage.types(ADA, "/cohort skip")

    assert dates(await stage.types(ADA, "/cohort skip"))[0].endswith("Tuesday 1 December 2026, 09:30 (Europe/Berlin)")


async def test_a_paused_calendar_has_nothing_to_skip(stage: Stage) -> None:
    await found(stage)
    await stage.types(ADA, "/cohort pause")

    assert "there is none to skip" in text(await stage.types(ADA, "/cohort skip"))


async def test_a_course_that_has_gone_out_has_nothing_to_skip_or_to_resume(stage: Stage) -> None:
    await found(stage)
    await post_all(stage)

    assert "there is none to skip" in text(await stage.types(ADA, "/cohort skip"))
    await stage.types(ADA, "/cohort pause")
    assert "there is nothing left to post" in text(await stage.types(ADA, "/cohort resume"))
    assert "The whole course has gone out." in text(await stage.types(ADA, "/cohort status"))


async def test_a_skipped_date_stays_skipped_through_a_pause(stage: Stage) -> None:
    await found(stage)
    for command in ("skip", "pause", "resume"):
        await stage.types(ADA, f"/cohort {command}")

    status = await stage.types(ADA, "/cohort status")
    await ring(stage, TUESDAY)

    assert dates(status)[0].endswith("Thursday 26 November 2026, 09:30 (Europe/Berlin)")
    assert stage.chat.keys == []


async def test_a_skipped_date_stays_skipped_through_a_new_calendar(stage: Stage) -> None:
    await found(stage)
    await stage.types(ADA, "/cohort skip")

    shown = await stage.types(ADA, f"/cohort schedule {RULE}")
    await stage.presses(ADA, button(shown, "Save"))
    status = await stage.types(ADA, "/cohort skip")
    await ring(stage, TUESDAY)

    assert dates(shown)[0].endswith("Thursday 26 November 2026, 09:30")
    assert dates(status)[0].endswith("Tuesday 1 December 2026, 09:30 (Europe/Berlin)")
    assert stage.chat.keys == []


# ---------------------------------------------------------------- posting now


async def test_the_next_digest_or_a_topics_is_posted_at_once(stage: Stage) -> None:
    await found(stage, "")

    first = await stage.types(ADA, "/cohort post")
    stage.clock.pass_(seconds=1)
    topic = await stage.types(ADA, "/cohort post  RLHF ")

    assert "Posting “What fine-tuning changes” now." in text(first)
    assert "Posting “RLHF: learning from comparisons” now." in text(topic)
    assert private(first)
    assert ["What fine-tuning changes" in said for said in stage.chat.said(CHANNEL)] == [True, False]


async def test_a_lesson_that_has_gone_out_is_not_posted_again(stage: Stage) -> None:
    await found(stage, "")
    await stage.types(ADA, "/cohort post rlhf")

    answer = await stage.types(ADA, "/cohort post rlhf")

    assert "has gone out here already" in text(answer)
    assert "/lesson rlhf" in text(answer)
    assert len(stage.chat.keys) == 1


async def test_a_lesson_on_its_way_is_not_posted_again(stage: Stage) -> None:
    await found(stage)
    stage.clock.set(TUESDAY)
    await stage.digests.plan()

    answer = await stage.types(ADA, "/cohort post fine-tuning")

    assert "is on its way" in text(answer)
    assert len(stage.chat.keys) == 1


async def test_an_unknown_topic_is_answered_with_the_topics_and_the_nearest(stage: Stage) -> None:
    await found(stage, "")

    answer = text(await stage.types(ADA, "/cohort post rhlf"))

    assert "Did you mean rlhf?" in answer
    assert "The topics are:" in answer


async def test_after_the_last_lesson_there_is_nothing_left_to_post(stage: Stage) -> None:
    await found(stage, "")
    await post_all(stage)

    assert "There is nothing left to post" in text(await stage.types(ADA, "/cohort post"))
    assert len(stage.chat.keys) == 4


async def test_two_digests_asked_for_at_the_same_instant_are_not_both_promised(stage: Stage) -> None:
    await found(stage, "")
    await stage.types(ADA, "/cohort post")

    answer = await stage.types(ADA, "/cohort post")

    assert "at this very moment" in text(answer)
    assert len(stage.chat.keys) == 1


async def test_the_lesson_posted_by_hand_is_not_brought_by_the_calendar(stage: Stage) -> None:
    await found(stage)
    await stage.types(ADA, "/cohort post")

    await ring(stage, TUESDAY)

    assert ["What prompting can and cannot do" in said for said in stage.chat.said(CHANNEL)] == [False, True]


# ---------------------------------------------------------------- status


async def test_the_status_is_for_members(stage: Stage) -> None:
    await found(stage)

    answer = await stage.types(GRACE, "/cohort status")

    assert "The calendar of “Team” is for its members. Join with /cohort join." in text(answer)
    assert "Welcome to" in text(await stage.presses(GRACE, button(answer, "Join")))


async def test_a_member_sees_the_status_from_anywhere_and_without_the_leads_buttons(stage: Stage) -> None:
    await found(stage)
    await stage.types(GRACE, "/cohort join")

    status = await stage.types(GRACE, "/cohort", ELSEWHERE)

    assert text(status).startswith("Team\n")
    assert "Change the calendar" not in text(status)
    assert private(status)


async def test_a_status_without_a_calendar_says_how_to_set_one(stage: Stage) -> None:
    await found(stage, "")

    status = await stage.types(ADA, "/cohort status")

    assert "No calendar yet. A lead sets one with /cohort schedule." in text(status)
    assert isinstance(await stage.presses(ADA, button(status, "Set the calendar")), Form)


async def test_the_status_shows_what_is_ahead_in_the_cohorts_zone_and_what_went_out(stage: Stage) -> None:
    await found(stage)
    await ring(stage, TUESDAY)

    status = await stage.types(ADA, "/cohort status")

    assert dates(status)[0] == "What prompting can and cannot do · Thursday 26 November 2026, 09:30 (Europe/Berlin)"
    assert "What fine-tuning changes · posted Tuesday 24 November 2026, 09:30 (Europe/Berlin)" in text(status)
    lines = [line for part in parts(status) if isinstance(part, Items) for line in part.lines]
    assert {run.zone for line in lines for run in line if isinstance(run, Moment)} == {"Europe/Berlin"}


async def test_a_lesson_added_after_the_course_went_out_is_told_of_and_sent_by_a_new_calendar(
    build: Build, course: Curriculum
) -> None:
    stage = build(course=replace(course, lessons=course.lessons[:1]))
    await found(stage, "daily 09:30 Europe/Berlin")
    for day in (24, 25):
        await ring(stage, TUESDAY.replace(day=day))
    await stage.database.close()
    stage = build(clock=stage.clock, chat=stage.chat)

    status = text(await stage.types(ADA, "/cohort status"))
    shown = await stage.types(ADA, "/cohort schedule daily 09:30 Europe/Berlin")
    await stage.presses(ADA, button(shown, "Save"))
    await ring(stage, TUESDAY.replace(day=26))

    assert "Lessons have been added since the course went out: 3." in status
    assert len(stage.chat.keys) == 2


# ---------------------------------------------------------------- a workspace lost and found


async def test_calendars_wait_while_their_workspace_is_lost_and_go_on_with_the_lesson_that_was_ahead(stage: Stage) -> None:
    await found(stage, "daily 09:30 Europe/Berlin")
    away, today = (CHANNEL.platform, CHANNEL.workspace), stage.clock.now()
    await stage.database.write(lambda records: records.lose_workspace(*away, "Install me again.", today))
    for day in (24, 25, 26):
        await ring(stage, TUESDAY.replace(day=day))
    waiting = text(await stage.types(ADA, "/cohort status"))
    said = stage.chat.said(CHANNEL)
    await stage.database.write(lambda records: records.regain_workspace(*away))
    await ring(stage, TUESDAY.replace(day=27))

    assert said == []
    assert "Waiting. Since Monday 23 November 2026, 10:00 (UTC) I cannot post in this workspace. Install me again." in waiting
    assert len(stage.chat.said(CHANNEL)) == 1
    assert "Lesson 1 of 4" in stage.chat.said(CHANNEL)[0]
    assert "Waiting." not in text(await stage.types(ADA, "/cohort status"))


async def test_leads_read_what_the_platform_does_not_allow_when_a_calendar_is_saved_and_in_the_status(stage: Stage) -> None:
    stage.chat.lacking = "Here I need leave to post."
    await stage.types(ADA, "/cohort create Night shift")
    await stage.types(GRACE, "/cohort join")
    dates = await stage.types(ADA, "/cohort schedule tue 09:30 Europe/Berlin")
    assert "Before the next lesson: Here I need leave to post." in text(await stage.presses(ADA, button(dates, "Save")))
    assert "Here I need leave to post." in text(await stage.types(ADA, "/cohort status"))
    assert "Here I need leave" not in text(await stage.types(GRACE, "/cohort status"))
