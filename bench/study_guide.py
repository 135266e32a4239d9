"""How well the study guide finds what learners ask for. Run it as: python -m bench.study_guide [-v]"""

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bot.adapters.library import read
from bot.adapters.tutor.search import Search
from tests.adapters.tutor.heldout import Asked, missed, outside, questions, recall, tiers

ROOT = Path(__file__).parent.parent


def main() -> None:
    lessons = read(ROOT / "lessons", ROOT / "personas").curriculum.lessons
    search = Search(lessons)
    asked = questions()
    groups = [(lesson.slug, [question for question in asked if question.lesson == lesson.slug]) for lesson in lessons]
    print(f"{sum(1 for lesson in lessons for _ in (*lesson.passages(), *lesson.since))} passages\n")
    print(f"{'recall':<14}{'asked':>6}{'R@1':>6}{'R@3':>6}   no lesson preferred: R@1   R@3")
    for name, group in [*groups, ("all", asked)]:
        home, free = recall(search, group, at_home=True), recall(search, group, at_home=False)
        print(f"{name:<14}{home.asked:>6}{home.first:>6}{home.three:>6}{free.first:>26}{free.three:>6}")
    print(f"\n{'tier':<14}{'answered':>10}{'pointed':>10}{'declined':>10}")
    for name, group in (("in course", asked), *((kind, [o for o in outside() if o.kind == kind]) for kind in ("far", "near"))):
        found = tiers(search, group)
        print(f"{name:<14}" + "".join(f"{found[tier] / found.total():>10.0%}" for tier in ("answered", "pointed", "declined")))
    print(f"\n{_milliseconds(search, asked):.2f} ms a question")
    if "-v" in sys.argv:
        _tell_misses(search, asked)


def _milliseconds(search: Search, asked: Sequence[Asked]) -> float:
    start = time.perf_counter()
    for question in asked:
        search.find(question.ask, question.lesson, 3)
    return (time.perf_counter() - start) * 1000 / len(asked)


def _tell_misses(search: Search, asked: Sequence[Asked]) -> None:
    for question, hits in missed(search, asked):
        found = ", ".join(f"{hit.lesson}/{hit.passage} {hit.score:.1f} {hit.coverage:.0%}" for hit in hits)
        print(f"\n{question.id} {question.ask}\n  wanted {', '.join(sorted(question.gold))}\n  found  {found}")


if __name__ == "__main__":
    main()
