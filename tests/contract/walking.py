"""A learner who takes a lesson from its digest to its end, answering whatever is asked."""

from bot.core.curriculum import Choices, Curriculum, Matching, Numeric, Ordering, Question, Short
from bot.core.quiz_tasks import rights
from tests.contract.platform import Learner, Seen

RUBRIC = "A model answer"


class Walker:
    def __init__(self, learner: Learner, course: Curriculum) -> None:
        self.learner, self._course = learner, course

    async def question(self, number: int) -> tuple[Seen, Question]:
        """The question that is asked now."""
        message = await self.learner.sees(f"question {number} of 5")
        asked = (q for lesson in self._course.lessons for q in lesson.questions if q.stem in message.text)
        return message, next(asked)

    async def answers(self, number: int, *, right: bool) -> Seen:
        """Give a right or a wrong answer, whatever type the question has; gives the feedback."""
        message, question = await self.question(number)
        match question.task:
            case Choices(options):
                texts = [option.text for option in options if option.right == right]
                await self.learner.chooses(message, *(texts if right else texts[:1]))
            case Ordering(items):
                await self._fills(message, list(items) if right else list(reversed(items)))
            case Matching(pairs) as task:
                texts = [text for _, text in pairs]
                await self._fills(message, texts if right else [rights(task)[-1], *texts[1:]])
            case Numeric(answer):
                await self.learner.fills(message, "Answer", answer=f"{answer if right else answer * 31 + 7}")
            case Short(rubric):
                await self.learner.fills(message, "Answer", answer="A few words of my own.")
                marking = await self.learner.sees(RUBRIC)
                if right:
                    await self.learner.chooses(marking, *(point.point for point in rubric))
                else:
                    await self.learner.presses(marking, "None of them")
        return await self.learner.sees("Right." if right else "Not quite.", f"question {number} of 5")

    async def _fills(self, message: Seen, texts: list[str]) -> None:
        await self.learner.fills(message, "Answer", **{f"f{n}": text for n, text in enumerate(texts)})
