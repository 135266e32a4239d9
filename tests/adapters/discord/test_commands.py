"""Commands: the words of the core, as Discord registers them and as it sends them back."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.discord import commands, parse
from bot.adapters.discord.commands import EXPLAIN, Asked, Used, fingerprint, payloads, suggestions
from bot.core.curriculum import Curriculum
from bot.core.errors import StaleChoice
from bot.core.help import COMMANDS
from tests.adapters.discord.conftest import Judge

ZONES = ("Africa/Cairo", "America/New_York", "Europe/Berlin", "Europe/London", "UTC")


def named(name: str) -> Any:
    return next(one for one in payloads() if one["name"] == name)


def option(name: str, value: Any, kind: int = 3) -> dict[str, Any]:
    return {"name": name, "type": kind, "value": value}


def slash(name: str, *options: Any, sub: str = "", resolved: Any = None) -> Any:
    given_options: list[Any] = [{"name": sub, "type": 1, "options": list(options)}] if sub else list(options)
    return {"id": "1", "type": 1, "name": name, "options": given_options, "resolved": resolved or {}}


# ---------------------------------------------------------------- out


def test_discord_takes_the_commands(judge: Judge) -> None:
    assert judge.commands(payloads()) == []


def test_every_command_of_the_core_is_there_with_its_words() -> None:
    found: dict[str, Any] = {}
    for one in payloads():
        subcommands = [option for option in one.get("options", ()) if option["type"] == 1]
        found |= {f"{one['name']} {sub['name']}": sub["description"] for sub in subcommands} or {
            one["name"]: one.get("description")
        }
    assert {words: what for words, _, what in COMMANDS}.items() <= found.items()
    assert set(found) - {words for words, _, _ in COMMANDS} == {"ask", EXPLAIN}


def test_every_blank_of_the_core_can_be_filled_in() -> None:
    """A blank this adapter does not know would be missing in Discord: give it a row in commands.BLANKS."""
    for words, usage, _ in COMMANDS:
        blanks = [word.strip("[]") for word in usage.split()[len(words.split()) :]]
        assert set(blanks) <= set(commands.BLANKS) | {"from"}, usage


def test_what_must_be_filled_in_is_asked_first_as_discord_wants_it() -> None:
    assert [blank.name for blank in commands.blanks("/cohort move [topic] NAME")] == ["name", "topic"]


def test_topics_are_suggested_while_one_types() -> None:
    for name in ("lesson", "lab", "quiz"):
        assert named(name)["options"][0]["autocomplete"]


def test_the_fingerprint_knows_a_change_and_nothing_else() -> None:
    some = payloads()
    assert fingerprint(some) == fingerprint(some[::-1]) == fingerprint(payloads())
    assert fingerprint(some) != fingerprint([*some[:-1], {**some[-1], "name": "Other"}])


# ---------------------------------------------------------------- back


@pytest.mark.parametrize(
    ("data", "heard"),
    [
        (slash("lesson"), Used("lesson", "")),
        (slash("lab", option("topic", "rlhf")), Used("lab", "rlhf")),
        (slash("lab", option("private", True, 5), option("topic", "rlhf")), Used("lab", "rlhf private")),
        (slash("lab", option("topic", "rlhf"), option("private", False, 5)), Used("lab", "rlhf")),
        (slash("cohort", option("name", "Autumn group"), sub="create"), Used("cohort", "create Autumn group")),
        (slash("cohort", sub="status"), Used("cohort", "status")),
        (slash("cohort", sub="schedule"), Used("cohort", "schedule")),
        (
            slash(
                "cohort",
                option("from", "2026-12-01"),
                option("days", "tue,thu"),
                option("zone", "Europe/Berlin"),
                option("time", "09:30"),
                sub="schedule",
            ),
            Used("cohort", "schedule tue,thu 09:30 Europe/Berlin from 2026-12-01"),
        ),
        (slash("lectern", sub="privacy"), Used("lectern", "privacy")),
        ({"id": "1", "type": 1, "name": "progress"}, Used("progress", "")),
        (slash("ask", option("text", "Why 70 %?")), Asked("Why 70 %?")),
    ],
)
def test_a_command_is_heard_as_it_would_have_been_typed(data: Any, heard: Used | Asked) -> None:
    assert parse.command(data) == heard


@pytest.mark.parametrize(
    ("resolved", "name"),
    [
        ({"users": {"7": {"username": "grace1", "global_name": "Grace"}}, "members": {"7": {"nick": "Gracie"}}}, "Gracie"),
        ({"users": {"7": {"username": "grace1", "global_name": "Grace"}}, "members": {"7": {"nick": None}}}, "Grace"),
        ({"users": {"7": {"username": "grace1", "global_name": None}}}, "grace1"),
        ({}, "7"),
    ],
)
def test_a_person_is_named_as_others_see_them(resolved: Any, name: str) -> None:
    data = slash("cohort", option("person", "7", 6), sub="lead", resolved=resolved)
    assert parse.command(data) == Used("cohort", f"lead @{name}")


def test_the_message_pointed_at_is_what_is_asked() -> None:
    target = {"type": 3, "name": EXPLAIN, "target_id": "5", "resolved": {"messages": {"5": {"content": "What is PPO?"}}}}
    assert parse.command(target) == Asked("What is PPO?", "5")


def test_a_message_of_components_is_asked_by_its_texts() -> None:
    components = [{"type": 17, "components": [{"type": 10, "content": "First."}, {"type": 10, "content": "Second."}]}]
    target = {
        "type": 3,
        "name": EXPLAIN,
        "target_id": "5",
        "resolved": {"messages": {"5": {"content": "", "components": components}}},
    }
    assert parse.command(target) == Asked("First.\nSecond.", "5")


@pytest.mark.parametrize("data", [{}, slash("weather"), slash("ask"), {"type": 3, "name": EXPLAIN, "target_id": "5"}])
def test_a_command_that_is_no_longer_ours_says_what_to_do(data: Any) -> None:
    with pytest.raises(StaleChoice, match=r"Ctrl\+R"):
        parse.command(data)


# ---------------------------------------------------------------- suggestions


def typed(course: Curriculum, text: str) -> list[str]:
    data = {"name": "lab", "options": [{"name": "topic", "type": 3, "value": text, "focused": True}]}
    return [one["value"] for one in suggestions(data, course, ZONES)]


def test_all_lessons_are_suggested_before_anything_is_typed(course: Curriculum) -> None:
    assert typed(course, "") == [lesson.slug for lesson in course.lessons]


@pytest.mark.parametrize(("text", "found"), [("rl", ["rlhf"]), ("RLHF", ["rlhf"]), ("reward", ["rlhf"]), ("zzz", [])])
def test_a_lesson_is_found_by_any_of_its_words(course: Curriculum, text: str, found: list[str]) -> None:
    assert typed(course, text) == found


def test_zones_are_found_by_their_city_too(course: Curriculum) -> None:
    data = {
        "name": "cohort",
        "options": [{"name": "schedule", "type": 1, "options": [{"name": "zone", "type": 3, "value": "new y", "focused": True}]}],
    }
    assert suggestions(data, course, ZONES) == [{"name": "America/New_York", "value": "America/New_York"}]


@given(st.text())
def test_whatever_is_typed_the_suggestions_can_be_sent(course: Curriculum, judge: Judge, text: str) -> None:
    for name in ("topic", "zone", "name"):
        data = {"options": [{"name": name, "type": 3, "value": text, "focused": True}]}
        assert judge.callback(8, {"choices": suggestions(data, course, ZONES)}) == []
