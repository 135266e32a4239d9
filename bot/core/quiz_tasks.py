"""What a quiz asks and how an answer is judged: pure functions over the question bank."""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.core.chat import whole
from bot.core.curriculum import Choices, Lesson, Matching, Numeric, Ordering, Question, Short
from bot.core.errors import BadInput, StaleChoice, shorten
from bot.core.numbers import readings

PER_QUIZ = 5
PASS_MARK = 0.7
"""The share of a quiz's questions that must be right, at the first try or after redoing what was missed."""
TEXT_LIMIT = 2000
"""Characters of a written answer."""


def draw(lesson: Lesson, seen: set[str], seed: int) -> tuple[str, ...]:
    """Five questions, those not seen yet first, spread over the lesson's objectives; the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - variety, not secrecy
    pool = list(lesson.questions)
    chance.shuffle(pool)
    drawn: list[Question] = []
    while pool and len(drawn) < PER_QUIZ:
        covered = [question.objective for question in drawn]
        fresh = [question for question in pool if question.id not in seen] or pool
        choice = min(fresh, key=lambda question: covered.count(question.objective))
        pool.remove(choice)
        drawn.append(choice)
    chance.shuffle(drawn)
    return tuple(question.id for question in drawn)


def order(question: Question, count: int, seed: int) -> list[int]:
    """The order in which `count` things are shown in this attempt: stable over restarts, other for every attempt."""
    shown = list(range(count))
    chance = random.Random(f"{seed}:{question.id}")  # noqa: S311 - variety, not secrecy
    chance.shuffle(shown)
    if isinstance(question.task, Ordering) and shown == sorted(shown):
        shown.reverse()  # never show the answer by accident
    return shown


def rights(task: Matching) -> tuple[str, ...]:
    """The right-hand items, the one that fits nothing last."""
    return (*(right for _, right in task.pairs), *((task.extra.text,) if task.extra else ()))


@dataclass(frozen=True, slots=True)
class Verdict:
    """`right` is None for a written answer until it is marked. `said` repeats the answer, `remarks` say what was wrong."""

    right: bool | None
    said: tuple[str, ...]
    remarks: tuple[str, ...] = ()
    misconception: str = ""


def judge(question: Question, answer: str) -> Verdict:
    """What to say to an answer in the form `read_values` and `read_fields` give. The same answer always gets the same."""
    given = json.loads(answer)
    match question.task:
        case Choices() as task:
            return _judge_choices(task, given)
        case Ordering() as task:
            right = given == list(range(len(task.items)))
            said = tuple(task.items[item] for item in given)
            return Verdict(right, said, () if right else (task.remark,), "" if right else task.misconception)
        case Matching() as task:
            return _judge_matching(task, given)
        case Numeric() as task:
            return _judge_numeric(task, given)
        case Short():
            return Verdict(None, (given,))


def _judge_choices(task: Choices, given: list[int]) -> Verdict:
    chosen = [task.options[n] for n in given]
    wrong = [choice for choice in chosen if not choice.right]
    missed = [choice for choice in task.options if choice.right and choice not in chosen]
    remarks = [f"“{shorten(choice.text, 90)}”: {choice.remark}" if task.many else choice.remark for choice in wrong]
    if task.many and missed:
        remarks.append(f"You left out {'one' if len(missed) == 1 else len(missed)} of the right ones.")
    misconception = next((choice.misconception for choice in wrong if choice.misconception), "")
    return Verdict(not wrong and not missed, tuple(choice.text for choice in chosen), tuple(remarks), misconception)


def _judge_matching(task: Matching, given: list[int]) -> Verdict:
    texts = rights(task)
    said = tuple(f"{left} → {texts[right]}" for (left, _), right in zip(task.pairs, given, strict=True))
    right = given == list(range(len(task.pairs)))
    if right:
        return Verdict(True, said)
    if task.extra and len(task.pairs) in given:
        return Verdict(
            False, said, (f"“{shorten(task.extra.text, 75)}”: {task.extra.remark}", task.remark), task.extra.misconception
        )
    return Verdict(False, said, (task.remark,))


def _judge_numeric(task: Numeric, given: str) -> Verdict:
    numbers = readings(given, task.unit)
    if any(task.low <= number <= task.high for number in numbers):
        return Verdict(True, (given,))
    trap = next((trap for number in numbers for trap in task.traps if trap.low <= number <= trap.high), None)
    if trap:
        return Verdict(False, (given,), (trap.remark,), trap.misconception)
    return Verdict(False, (given,), (task.remark,))


def right_answer(question: Question) -> tuple[str, ...]:
    """The right answer in words, a line each; empty where it needs none (true/false) or is judged by the learner."""
    match question.task:
        case Choices(options):
            return tuple(choice.text for choice in options if choice.right)
        case Ordering(items):
            return items
        case Matching(pairs):
            return tuple(f"{left} → {right}" for left, right in pairs)
        case Numeric(answer, unit=unit):
            return (f"{answer:,.10g}{'' if unit == '%' else ' '}{unit}".strip(),)
        case Short():
            return ()


# ---------------------------------------------------------------- reading what came back


def read_values(question: Question, values: Sequence[str], seed: int) -> str:
    """Chosen options (positions as shown) as a kept answer. Raises StaleChoice, BadInput."""
    task = question.task
    if not isinstance(task, Choices):
        raise StaleChoice
    if not values:
        raise BadInput("Choose at least one option, then press the button.")
    shown = order(question, len(task.options), seed) if task.shuffle else list(range(len(task.options)))
    positions = {whole(value) for value in values}
    if not positions <= set(range(len(shown))) or (not task.many and len(positions) != 1):
        raise StaleChoice
    return json.dumps(sorted(shown[position] for position in positions if position is not None))


def read_fields(question: Question, fields: Mapping[str, tuple[str, ...]], seed: int) -> str:
    """A form sent back as a kept answer. Raises BadInput with what to change; nothing is counted then."""
    match question.task:
        case Ordering(items):
            picked = _picked(fields, len(items), order(question, len(items), seed))
            if len(set(picked)) != len(items):
                raise BadInput("Use every item once: one of them stands in two places. Nothing was counted; please answer again.")
            return json.dumps(picked)
        case Matching(pairs) as task:
            count = len(rights(task))
            return json.dumps(_picked(fields, len(pairs), order(question, count, seed)))
        case Numeric(unit=unit):
            text = next(iter(fields.get("answer", ())), "").strip()
            readings(text, unit)
            return json.dumps(text)
        case Short():
            text = next(iter(fields.get("answer", ())), "").strip()
            if not text:
                raise BadInput("Write a sentence or two first; there is no wrong way to begin.")
            if len(text) > TEXT_LIMIT:
                raise BadInput(
                    f"That is {len(text):,} characters; I can read {TEXT_LIMIT:,}. Two to five sentences are enough. "
                    "Nothing was counted; please answer again."
                )
            return json.dumps(text)
        case _:
            raise StaleChoice


def _picked(fields: Mapping[str, tuple[str, ...]], count: int, shown: list[int]) -> list[int]:
    picked = []
    for n in range(count):
        position = whole(next(iter(fields.get(f"f{n}", ())), ""))
        if position is None or position >= len(shown):
            raise BadInput("Choose something in every row. Nothing was counted; please answer again.")
        picked.append(shown[position])
    return picked
