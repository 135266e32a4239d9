"""A lab's calculators: the exact result is posted once and given to the persona; what cannot be used is said beside its field."""

import pytest

from bot.core.calculators import CALCULATORS
from bot.core.chat import Action, Answer, Declined, Form
from bot.core.curriculum import Curriculum
from bot.core.errors import BadInput
from tests.conftest import ADA, GRACE, Build, Stage, button, text
from tests.core.learners import open_lab
from tests.fakes import ScriptedTutor

LORA = {"layers": "32", "matrices": "4096 x 4096, 4096x4096", "rank": "8", "total": "6.74 billion"}
EVEN = {"tokens": "500, 200, 150", "prices": "1, 4, 1.5, 6", "per": "token", "fixed": "5 million", "cache": ""}


def run(name: str, **typed: str) -> str:
    return "\n".join(CALCULATORS[name].run(typed).found)


def test_each_calculator_says_what_the_course_says() -> None:
    assert run("lora", **LORA) == (
        "4,194,304 trainable parameters.\nThat is 0.062% of 6,740,000,000.\nAt 16 bits each that is 8.4 MB (8.0 MiB) on disk."
    )
    assert run("adapter", parameters="18,874,368") == "At 16 bits each that is 37.7 MB (36.0 MiB) on disk."
    assert "75.5 MB" in run("adapter", parameters="18,874,368", bits="32")
    assert run("break-even", **EVEN).endswith("Each request saves 100, so break-even comes after 50,000 requests.")
    never = run("break-even", **{**EVEN, "cache": "100%, 0.1"})
    assert "Each request saves -350: the tuned model never pays for itself, at any volume." in never
    assert "It would from 4,000 removable tokens on." in never
    assert "0.7311" in run("preference", a="1.2", b="0.2")
    assert "if it says B: 1.3133." in run("preference", a="1.2", b="0.2")
    assert "At most 1.8351 nats" in run("best-of-n", n="16")


@pytest.mark.parametrize("tokens", ["500, 200, 150", "500 200 150", "500,200,150", "500; 200; 150", "500 / 200 / 150"])
def test_several_numbers_are_read_however_they_are_parted(tokens: str) -> None:
    assert "after 50,000 requests" in run("break-even", **{**EVEN, "tokens": tokens})


def test_prices_of_a_million_tokens_come_to_the_same() -> None:
    assert "after 50,000 requests" in run("break-even", **{**EVEN, "per": "million", "fixed": "5"})


@pytest.mark.parametrize(
    ("name", "typed", "field", "says"),
    [
        ("lora", {**LORA, "layers": "many"}, "layers", "I cannot read “many” as a number. Write digits"),
        ("lora", {**LORA, "layers": "2.5"}, "layers", "must be a whole number"),
        ("lora", {**LORA, "rank": "0"}, "rank", "must lie between 1 and"),
        ("lora", {**LORA, "rank": "4097"}, "rank", "must not be larger than a matrix's smaller side, which is 4,096 here"),
        ("lora", {**LORA, "matrices": "8192 x 8192, 4 x 8192"}, "rank", "which is 4 here"),
        ("lora", {**LORA, "total": "6.74"}, "total", "alone hold 1,073,741,824 parameters"),
        ("lora", {**LORA, "rank": ""}, "rank", "There was no number in this field"),
        ("lora", {**LORA, "matrices": "q and v"}, "matrices", "Type out x in, like 4096 x 4096."),
        ("lora", {**LORA, "matrices": ""}, "matrices", "between 1 and 64 matrices"),
        ("lora", {**LORA, "matrices": "65 of 8 x 8"}, "matrices", "between 1 and 64 matrices"),
        ("lora", {**LORA, "matrices": "0 x 8"}, "matrices", "lie between 1 and"),
        ("break-even", {**EVEN, "tokens": "500"}, "tokens", "Type removable prompt tokens, other input, output"),
        ("break-even", {**EVEN, "prices": "1, 4, -1, 6"}, "prices", "None of these can be negative."),
        ("break-even", {**EVEN, "cache": "3, 0.1"}, "cache", "between 0 and 1"),
        ("break-even", {**EVEN, "cache": "1, 500"}, "cache", "A price factor is a share of the full price"),
        ("preference", {"a": "1e30", "b": "0"}, "a", "too large"),
        ("best-of-n", {"n": "0"}, "n", "must lie between 1 and"),
    ],
)
def test_what_cannot_be_used_is_said_with_what_to_type(name: str, typed: dict[str, str], field: str, says: str) -> None:
    with pytest.raises(BadInput) as refused:
        CALCULATORS[name].run(typed)
    assert refused.value.field == field
    assert says in refused.value.sentence


FILLED = {
    "lora": LORA,
    "adapter": {"parameters": "18,874,368", "bits": "16"},
    "break-even": {**EVEN, "cache": "0.8, 0.1, 1"},
    "preference": {"a": "1.2", "b": "0.2"},
    "best-of-n": {"n": "16"},
}
TYPED = [(name, field.name) for name, each in CALCULATORS.items() for field in each.fields if field.kind == "text"]


@pytest.mark.parametrize(("name", "field"), TYPED)
@pytest.mark.parametrize(
    "typed", ["nan", "inf", "-inf", "1e400", "1e999999", "--5", "=1+1", "two", "0x10", "٫", "@everyone", "9" * 39]
)
def test_what_is_no_number_is_refused_in_every_field(name: str, field: str, typed: str) -> None:
    with pytest.raises(BadInput) as refused:
        CALCULATORS[name].run({**FILLED[name], field: typed})
    assert refused.value.field == field
    assert "e+" not in refused.value.sentence


@pytest.mark.parametrize(("name", "field"), [one for one in TYPED if one[0] != "preference"])
def test_nothing_but_a_score_may_be_negative(name: str, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        CALCULATORS[name].run(
            {**FILLED[name], field: FILLED[name][field].replace("0.8", "-0.8") if field == "cache" else f"-{FILLED[name][field]}"}
        )
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("name", "field", "alike"),
    [
        ("preference", "a", ("1.2", "1,2", "1.20", " 1,20 ")),
        ("best-of-n", "n", ("1500", "1,500", "1 500", "1'500", "1.5k")),
        ("adapter", "parameters", ("16384000", "16,384,000", "16.384.000", "16 384 000", "16.384 million")),
        ("lora", "total", ("6740000000", "6.74 billion", "6,74 billion", "6,740,000,000", "6.74e9")),
        (
            "lora",
            "matrices",
            ("4096 x 4096, 4096 x 4096", "4,096 x 4,096; 4.096 x 4096", "2 of 4096x4096", "4096 by 4096, 4096 × 4096"),
        ),
        ("break-even", "prices", ("1, 4, 1.5, 6", "1; 4; 1,5; 6", "1 / 4 / 1.5 / 6", "1,4,1.5,6")),
        ("break-even", "fixed", ("5 million", "5,000,000", "5.000.000", "5 000 000", "5e6")),
        ("break-even", "cache", ("0.8, 0.1, 1", "0,8; 0,1; 1", "80%, 10%, 100%", "0.8 0.1", "0,8, 0,1, 1")),
    ],
)
def test_a_number_comes_to_the_same_however_its_decimals_and_thousands_are_parted(
    name: str, field: str, alike: tuple[str, ...]
) -> None:
    found = {typed: CALCULATORS[name].run({**FILLED[name], field: typed}).found for typed in alike}
    assert len(set(found.values())) == 1, found


def test_every_form_fits_every_platform() -> None:
    for calculator in CALCULATORS.values():
        assert len(calculator.fields) <= 5
        assert all(len(field.label) <= 45 for field in calculator.fields)


def test_each_lab_has_the_calculators_its_lesson_needs(course: Curriculum) -> None:
    assert {lesson.slug: lesson.lab.calculators for lesson in course.lessons} == {
        "fine-tuning": ("lora", "adapter"),
        "prompting": ("break-even",),
        "rlhf": ("preference", "best-of-n"),
        "decision": ("break-even", "lora", "adapter"),
    }


# ---------------------------------------------------------------- in a lab


async def opened(stage: Stage, source: Answer, label: str) -> Form:
    form = await stage.presses(ADA, button(source, label))
    assert isinstance(form, Form)
    return form


async def test_a_result_is_posted_once_in_the_thread_and_given_to_the_persona(build: Build) -> None:
    tutor = ScriptedTutor("I see.")
    stage = build(tutor=tutor)
    thread = await open_lab(stage)
    picker = await stage.presses(ADA, button(stage.chat.posts["2"][1], "Calculator"), place=thread)
    form = await opened(stage, picker, "Bradley-Terry")
    assert await stage.sends(ADA, form.action, thread, a="1.2", b="0.2") is None
    said = stage.chat.said(thread)[-1]
    assert "Score of A: 1.2" in said
    assert "A is preferred with probability 0.7311" in said
    assert "Exact arithmetic, without a language model." in said
    assert "[Calculator]" in said
    await stage.says(ADA, "Why so?", thread)
    assert len(tutor.heard[-1].results) == 1
    assert tutor.heard[-1].results[0].startswith("Bradley-Terry\nScore of A: 1.2")
    assert not [turn for turn in tutor.heard[-1].turns if "Bradley" in turn.text]


async def test_a_form_with_what_cannot_be_used_stays_open(stage: Stage) -> None:
    thread = await open_lab(stage)
    answer = await stage.sends(ADA, Action("lab.calculated", ("1", "preference")), thread, a="high", b="0.2")
    assert isinstance(answer, Declined)
    assert answer.field == "a"
    assert len(stage.chat.said(thread)) == 1


async def test_the_word_calculator_offers_the_same(stage: Stage) -> None:
    thread = await open_lab(stage)
    answer = await stage.says(ADA, "Calculator!", thread)
    assert button(answer, "Best of n") == Action("lab.calculate", ("1", "best-of-n"))


async def test_nobody_calculates_where_they_may_not(stage: Stage) -> None:
    thread = await open_lab(stage)
    pick, form = Action("lab.calculator", ("1",)), Action("lab.calculate", ("1", "lora"))
    assert "This is Ada's lab" in text(await stage.presses(GRACE, pick, place=thread))
    assert "no longer in this lab" in text(await stage.presses(ADA, form, place=thread))
    for _ in range(3):
        await stage.says(ADA, "What is a reward model?", thread)
    await stage.presses(ADA, Action("lab.finish", ("1",)), place=thread)
    assert "asked without help" in text(await stage.presses(ADA, pick, place=thread))
