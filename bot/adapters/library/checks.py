"""Rules that look across a whole quiz, a lesson or the course."""

from collections.abc import Iterable, Sequence

from bot.adapters.library.lesson import Page
from bot.adapters.library.marked import Sheet
from bot.adapters.library.quiz import Bank
from bot.core.curriculum import Choices

FEWEST_QUESTIONS = 5


def check_bank(bank: Bank) -> None:
    """Enough questions, and a right option that does not stand out by its length."""
    if bank.questions and len(bank.questions) < FEWEST_QUESTIONS:
        bank.sheet.wrong(bank.line, f"The quiz has {len(bank.questions)} questions. Write {FEWEST_QUESTIONS} or more.")
    singles = [(question.id, question.task) for question in bank.questions if question.type == "single"]
    telling = [name for name, task in singles if isinstance(task, Choices) and _right_is_longest(task)]
    if 2 * len(telling) <= len(singles):
        return
    for name in telling:
        share = f"{len(telling)} of the quiz's {len(singles)} single questions; half at most"
        bank.sheet.wrong(bank.options[name], f"The right option is the longest, as in {share}. Shorten it or lengthen another.")


def _right_is_longest(task: Choices) -> bool:
    right = [len(option.text) for option in task.options if option.right]
    wrong = [len(option.text) for option in task.options if not option.right]
    return len(right) == 1 and bool(wrong) and right[0] > max(wrong)


def check_use(page: Page) -> None:
    """What a lesson promises is asked somewhere: every objective by the quiz, every misconception by quiz or lab."""
    for number, (objective, line) in enumerate(page.objectives, 1):
        if number not in page.tested:
            page.sheet.wrong(line, f"No question tests objective {number}, “{objective}”. Write one, or take the objective out.")
    for name in page.misconceptions.keys() - page.used:
        page.sheet.wrong(
            page.lines[name], f"No option and no lab question uses the misconception “{name}”. Use it, or take it out."
        )


def check_words(pages: Sequence[tuple[str, Page]]) -> None:
    """A word finds one lesson: no alias is used twice, and none is another lesson's folder name."""
    slugs = {slug: f"the folder name of a lesson, {page.sheet.path.parent}" for slug, page in pages}
    taken: dict[str, str] = {}
    for slug, page in pages:
        for alias, line in page.aliases:
            here = f"{page.sheet.path}:{line}"
            if other := taken.get(alias) or (slugs.get(alias) if alias != slug else None):
                page.sheet.wrong(line, f"The alias “{alias}” is also {other}. Use it once in the course.")
            taken.setdefault(alias, f"at {here}")


def check_ids(banks: Iterable[Bank]) -> None:
    """A question's id is its own in the whole course."""
    taken: dict[str, str] = {}
    for bank in banks:
        for name, line in bank.lines:
            if name and name in taken:
                bank.sheet.wrong(line, f"The id “{name}” is also at {taken[name]}. Choose another.")
            taken.setdefault(name, f"{bank.sheet.path}:{line}")


def check_folders(order: Sheet, line: int, listed: Sequence[str]) -> None:
    """Every folder of lessons is in the order."""
    folders = sorted(path.name for path in order.path.parent.iterdir() if path.is_dir() and path.name[0] not in "._")
    for folder in folders:
        if folder not in listed:
            order.wrong(line, f"The folder “{folder}” is not in the list. Add it where it is taught, or move it out of here.")
