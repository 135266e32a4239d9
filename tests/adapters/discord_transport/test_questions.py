"""A quiz with the real client: all seven kinds of question are asked, answered right, and counted."""

from collections.abc import Iterator

from bot.core.curriculum import Choices, Curriculum, Matching, Numeric, Ordering, Question, Short
from tests.contract.discord import DiscordLearner, DiscordPlatform
from tests.contract.platform import Seen

QUIZZES = 8
"""So many attempts ask every kind of question of a lesson, since each takes five others."""


async def test_all_seven_kinds_of_question_are_answered(
    discord: DiscordPlatform, ada: DiscordLearner, course: Curriculum
) -> None:
    kinds: set[str] = set()
    await ada.types("/quiz rlhf")
    for _ in range(QUIZZES):
        for n in range(1, 6):
            message = await ada.sees(f"question {n} of 5")
            question = next(one for one in course.find("rlhf").questions if one.stem in message.text)
            await answer(ada, message, question)
            kinds.add(question.type)
            await ada.presses(await ada.sees("Right.", f"question {n} of 5"), "How did I do?" if n == 5 else "Next question")
        result = await ada.sees("5 of 5 right")
        if len(kinds) == 7:
            return
        await ada.presses(result, "Other questions")
    raise AssertionError(f"only {sorted(kinds)} were asked")


async def answer(ada: DiscordLearner, message: Seen, question: Question) -> None:
    match question.task:
        case Choices(options):
            await ada.chooses(message, *(one.text for one in options if one.right))
        case Short(rubric=rubric):
            await ada.fills(message, "Answer", answer="In my own words: @everyone learns **much**.")
            await ada.chooses(await ada.sees("A model answer", "@everyone learns **much**"), *(one.point for one in rubric))
        case task:
            await ada.fills(message, "Answer", **dict(entries(task)))


def entries(task: Ordering | Matching | Numeric) -> Iterator[tuple[str, str]]:
    match task:
        case Ordering(items):
            yield from ((f"f{n}", item) for n, item in enumerate(items))
        case Matching(pairs):
            yield from ((f"f{n}", right) for n, (_, right) in enumerate(pairs))
        case Numeric(answer=number):
            yield "answer", str(number)
