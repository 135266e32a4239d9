"""Reads lab.yaml: who speaks, the opening, the path of questions and the exit question."""

from collections.abc import Collection

from bot.adapters.library.lesson import LONGEST_ITEM, Page
from bot.adapters.library.marked import Fields, Sheet, near
from bot.core.curriculum import Counter, ExitQuestion, Idea, LabPlan, LabQuestion

FIELDS = ("persona", "goal", "opening", "starters", "questions", "exit", "takeaway")
QUESTION = ("section", "passage", "ask", "ideas", "misconceptions", "hints", "answer")
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
    )


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
