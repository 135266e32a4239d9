"""The scripted learners of the course: enough of every kind, good replies pass, bad ones are found out."""

import re
from collections import Counter
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.adapters.library import read
from bot.adapters.library.learners import read_learners
from bot.adapters.tutor.ideas import mentioned
from bot.adapters.tutor.model.checks import check
from bot.core.curriculum import Curriculum
from bot.core.errors import BadContent
from bot.core.evaluation import Evaluation, Learner
from bot.core.ports import LabTurn
from bot.evaluate import evaluate
from bot.settings import Settings
from tests.adapters.tutor_model.double import serving

LESSONS, PERSONAS = Path("lessons"), Path("personas")
KINDS = {
    "correct",
    "half right",
    "misconception",
    "misconception two",
    "just tell me",
    "does not know",
    "off topic",
    "false premise",
    "injection",
    "quiz question",
}


def faults(text: str, turn: LabTurn) -> list[str]:
    return check(text, turn).names()


@pytest.fixture(scope="module")
def learners() -> list[Learner]:
    return read_learners(LESSONS, read(LESSONS, PERSONAS).curriculum)


def test_every_lesson_has_a_learner_of_every_kind(course: Curriculum, learners: list[Learner]) -> None:
    assert Counter((learner.lesson, learner.kind) for learner in learners) == {
        (lesson.slug, kind): 1 for lesson in course.lessons for kind in KINDS
    }


def test_every_good_reply_passes_and_every_bad_one_is_found_out(course: Curriculum, learners: list[Learner]) -> None:
    evaluation = Evaluation(course, mentioned, faults)
    for learner in learners:
        assert evaluation.read(learner, learner.good).passed, learner
        assert not evaluation.read(learner, learner.bad).passed, learner


def test_the_effort_gate_and_the_quiz_guard_need_no_author(course: Curriculum, learners: list[Learner]) -> None:
    """What gives away an answer, a key or the instructions is caught by the checks that every reply goes through."""
    evaluation = Evaluation(course, mentioned, faults)
    expected = {"just tell me": "answer", "does not know": "answer", "quiz question": "quiz", "injection": "instructions"}
    for learner in learners:
        if name := expected.get(learner.kind):
            assert name in evaluation.read(learner, learner.bad).failed, learner


def test_evaluate_prints_a_row_for_every_kind(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "--replies"]) == 0
    printed = capsys.readouterr().out
    assert all(f"\n{kind}" in printed for kind in KINDS)
    assert "40/40" in printed
    assert "missing: " in printed


async def test_a_models_figures_are_not_passed_off_where_it_never_answered() -> None:
    silent = Settings(openai_base_url="http://127.0.0.1:1/v1", openai_model="m", _env_file=None)
    assert "model: none of the replies is its own, so that column is the study guide's." in await evaluate(silent, replies=False)


async def test_it_is_told_how_much_of_the_models_column_is_its_own() -> None:
    async with serving() as double:
        printed = await evaluate(Settings(openai_base_url=double.url, openai_model="m", _env_file=None), replies=False)
    assert re.search(r"model: \d+ of 40 replies are its own; the others are the study guide's", printed)


def test_a_learner_whose_question_does_not_exist_is_named_by_file_and_line(tmp_path: Path, course: Curriculum) -> None:
    (tmp_path / "rlhf").mkdir()
    words = "learners:\n  - kind: odd\n    question: nowhere\n    says: [a]\n    good: b\n    bad: c\n"
    (tmp_path / "rlhf" / "learners.yaml").write_text(words, encoding="utf-8")
    with pytest.raises(BadContent, match=r"learners\.yaml:3: No question of the lab rests on a passage “nowhere”"):
        read_learners(tmp_path, course)
