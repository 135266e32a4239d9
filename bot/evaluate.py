"""`evaluate`: scripted learners against the study guide, ready-made replies and, where one is configured, the model."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence

from bot.adapters.clock import SystemClock
from bot.adapters.library import read
from bot.adapters.library.learners import read_learners
from bot.adapters.tutor.ideas import mentioned
from bot.adapters.tutor.model.checks import check
from bot.adapters.tutor.model.client import ModelClient
from bot.adapters.tutor.model.tutor import ModelTutor
from bot.adapters.tutor.study_guide import StudyGuide
from bot.core.evaluation import Evaluation, Learner, Score, Verdict
from bot.core.ports import LabTurn, Tutor
from bot.settings import Settings

LEGEND = (
    "guide, model: replies that hold what they should and nothing they should not. good: ready-made good replies that pass every "
    "check. bad: ready-made bad replies found out, in brackets those found out by the checks that every reply of a model goes "
    "through. Words are matched, not meaning."
)
BY_MODEL = "model: {given} of {asked} replies are its own; the others are the study guide's, which stands in for it."
SILENT = "model: none of the replies is its own, so that column is the study guide's. python -m bot doctor says why."

Ask = Callable[[Learner], Awaitable[tuple[Verdict, bool]]]


async def evaluate(settings: Settings, *, replies: bool) -> str:
    """The table, and with `replies` what did not pass. Raises BadContent."""
    course = read(settings.lessons_dir, settings.personas_dir).curriculum
    learners = read_learners(settings.lessons_dir, course)
    evaluation = Evaluation(course, mentioned, _faults)
    guide = StudyGuide(course)
    columns: dict[str, Ask] = {"guide": _talking(evaluation, guide), "good": _good(evaluation), "bad": _bad(evaluation)}
    model: ModelTutor | None = None
    if settings.model:
        key = settings.openai_api_key.get_secret_value()
        model = ModelTutor(ModelClient(settings.openai_base_url, settings.openai_model, key), guide, SystemClock())
        columns["model"] = _talking(evaluation, model)
    scores = {(name, learner.kind): Score() for name in columns for learner in learners}
    try:
        for name, ask in columns.items():
            for learner in learners:
                verdict, passed = await ask(learner)
                scores[name, learner.kind].add(learner, verdict, passed=passed)
    finally:
        if model:
            await model.close()
    rows = [*_table(scores, list(columns), learners), "", LEGEND]
    if model:
        rows.append(_own([score for (name, _), score in scores.items() if name == "model"]))
    return "\n".join((*rows, *(_misses(scores) if replies else ())))


def _faults(text: str, turn: LabTurn) -> Sequence[str]:
    return check(text, turn).names()


def _talking(evaluation: Evaluation, tutor: Tutor) -> Ask:
    async def ask(learner: Learner) -> tuple[Verdict, bool]:
        verdict = await evaluation.ask(learner, tutor)
        return verdict, verdict.passed

    return ask


def _good(evaluation: Evaluation) -> Ask:
    async def ask(learner: Learner) -> tuple[Verdict, bool]:
        verdict = evaluation.read(learner, learner.good)
        return verdict, verdict.passed

    return ask


def _bad(evaluation: Evaluation) -> Ask:
    async def ask(learner: Learner) -> tuple[Verdict, bool]:
        verdict = evaluation.read(learner, learner.bad)
        return verdict, not verdict.passed

    return ask


def _table(scores: Mapping[tuple[str, str], Score], columns: Sequence[str], learners: Sequence[Learner]) -> Iterator[str]:
    kinds = list(dict.fromkeys(learner.kind for learner in learners))
    yield "".join(("learner".ljust(20), *(name.rjust(14) for name in columns)))
    for kind in kinds:
        yield "".join((kind.ljust(20), *(_cell(name, [scores[name, kind]]).rjust(14) for name in columns)))
    yield "".join(("all".ljust(20), *(_cell(name, [scores[name, kind] for kind in kinds]).rjust(14) for name in columns)))


def _own(scores: Sequence[Score]) -> str:
    """How much of the model's column is the model's: whoever reads it may choose a model by it."""
    given = sum(score.by_model for score in scores)
    return BY_MODEL.format(given=given, asked=sum(score.asked for score in scores)) if given else SILENT


def _cell(name: str, scores: Sequence[Score]) -> str:
    asked, passed, caught = (sum(figures) for figures in zip(*((s.asked, s.passed, s.caught) for s in scores), strict=True))
    return f"{passed}/{asked}" + (f" ({caught})" if name == "bad" else "")


def _misses(scores: Mapping[tuple[str, str], Score]) -> Iterator[str]:
    for (name, _), score in scores.items():
        for learner, verdict in score.misses:
            why = [
                *(f"missing: {words}" for words in verdict.missing),
                *(f"said: {words}" for words in verdict.said),
                *verdict.failed,
            ]
            yield f"\n{name} · {learner.lesson} · {learner.kind} · {'; '.join(why) or 'not found out'}\n{verdict.reply}"
