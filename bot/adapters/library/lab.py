"""Reads lab.yaml: who speaks, the opening, the path of questions, the exit question, and how learners ask for each passage."""

from collections.abc import Collection, Iterator

from bot.adapters.library.lesson import LONGEST_ITEM, Page
from bot.adapters.library.marked import Fields, Placed, Sheet, near
from bot.core.calculators import CALCULATORS
from bot.core.curriculum import Counter, ExitQuestion, Idea, LabPlan, LabQuestion

FIELDS = ("persona", "goal", "opening", "starters", "questions", "exit", "takeaway", "asked", "calculators")
QUESTION = ("section", "passage", "ask", "ideas", "misconceptions", "hints", "answer")
MOST_ASKED = 10
LONGEST_ASKED = 200
EMPTY = LabPlan("", "", "", (), (), ExitQuestion("", (), ""), "")


def read_lab(sheet: Sheet, page: Page, personas: Collection[str]) -> LabPlan:
    text = sheet.text("the lab: opening, questions and exit question")
    if text is None:
        return EMPTY
    fields = Fields.of_text(sheet, text, FIELDS)
    persona = fields.text("persona")
    if persona and persona not in personas:
        fields.wrong(
            "persona", f"There is no persona “{persona}”: write {persona}.md in the personas folder.{near(persona, personas)}"
        )
    questions = tuple(_question(one, page) for one in fields.maps("questions", QUESTION))
    _check_sections(fields, page, {question.section for question in questions})
    last = fields.child("exit", ("ask", "ideas", "answer"))
    return LabPlan(
        persona=persona,
        goal=fields.text("goal"),
        opening=fields.text("opening"),
        starters=tuple(starter.text for starter in fields.texts("starters", least=3, most=6, limit=LONGEST_ITEM)),
        questions=questions,
        exit=ExitQuestion(last.text("ask"), _ideas(last), last.text("answer")),
        takeaway=fields.text("takeaway"),
        asked=_asked(fields.child("asked", optional=True), page),
        calculators=tuple(_calculators(fields)),
    )


def _calculators(fields: Fields) -> Iterator[str]:
    for name, line in fields.texts("calculators", optional=True, least=0, most=5):
        if name not in CALCULATORS:
            fields.sheet.wrong(line, f"There is no calculator “{name}”.{near(name, CALCULATORS)}")
        yield name


def _question(fields: Fields, page: Page) -> LabQuestion:
    section, known = fields.text("section"), [section.id for section in page.sections]
    if page.read and section and section not in known:
        fields.wrong("section", f"There is no section “{section}” in lesson.md.{near(section, known)}")
    counters = fields.maps("misconceptions", ("id", "any", "counter"), optional=True, least=0)
    return LabQuestion(
        section=section,
        passage=page.passage(fields, notes=True),
        ask=fields.text("ask"),
        ideas=_ideas(fields),
        counters=tuple(_counter(counter, page) for counter in counters),
        hints=tuple(hint.text for hint in fields.texts("hints", least=3, most=3)),
        answer=fields.text("answer"),
    )


def _ideas(fields: Fields) -> tuple[Idea, ...]:
    return tuple(Idea(idea.text("name"), _wordings(idea)) for idea in fields.maps("ideas", ("name", "any")))


def _counter(fields: Fields, page: Page) -> Counter:
    return Counter(page.misconception(fields, "id", optional=False), _wordings(fields), fields.text("counter"))


def _wordings(fields: Fields) -> tuple[str, ...]:
    return tuple(wording.text for wording in fields.texts("any"))


def _check_sections(fields: Fields, page: Page, asked: set[str]) -> None:
    for section in page.sections:
        if section.id and section.id not in asked and "questions" in fields:
            fields.wrong(
                "questions", f"The section “{section.id}” has no question in the lab. Add one with `section: {section.id}`."
            )


def _asked(fields: Fields, page: Page) -> dict[str, tuple[str, ...]]:
    """For each passage named, how learners ask for it. No two passages are asked for in the same words."""
    known = [passage.id for section in page.sections for passage in section.passages] + [note.id for note in page.since]
    asked: dict[str, tuple[str, ...]] = {}
    seen: dict[str, int] = {}
    for name, _ in fields.names():
        if page.read and name not in known:
            fields.wrong(name, f"There is no passage “{name}” in lesson.md.{near(name, known)}")
        entries = fields.texts(name, most=MOST_ASKED, limit=LONGEST_ASKED)
        asked[name] = tuple(_once(fields, entries, seen))
    return asked


def _once(fields: Fields, entries: Collection[Placed], seen: dict[str, int]) -> Iterator[str]:
    for text, line in entries:
        if first := seen.get(text.casefold()):
            fields.sheet.wrong(line, f"“{text}” stands in `asked` twice, first on line {first}. Keep one.")
        seen.setdefault(text.casefold(), line)
        yield text
