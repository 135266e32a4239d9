"""Reads quiz.yaml: the question bank of one lesson, in seven types."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.adapters.library.lesson import ID, LONGEST_ITEM, Page, check_id
from bot.adapters.library.marked import Fields, Placed, Sheet, near
from bot.core.curriculum import Choice, Choices, Matching, Numeric, Ordering, Point, Question, Short, Task, Trap

COMMON = ("id", "type", "level", "objective", "passage", "stem", "why")
FIELDS = {
    "single": ("options",),
    "multi": ("options",),
    "truefalse": ("answer", "remark", "misconception"),
    "ordering": ("items", "remark", "misconception"),
    "matching": ("pairs", "extra", "remark"),
    "numeric": ("answer", "accept", "unit", "traps", "remark"),
    "short": ("rubric", "pass", "answer"),
}
LEVELS = ("easy", "medium", "hard")
LONGEST_STEM = 600
LONGEST_OPTION = 200
REMARK_WORDS = 60
LONGEST_QUESTION_ID = 24


@dataclass(slots=True)
class Bank:
    """A quiz.yaml as read, with the lines later rules complain about."""

    sheet: Sheet
    line: int = 1
    questions: tuple[Question, ...] = ()
    lines: list[Placed] = field(default_factory=list)
    options: dict[str, int] = field(default_factory=dict)
    """Where the options of each question begin."""


def read_quiz(sheet: Sheet, page: Page) -> Bank:
    bank = Bank(sheet)
    text = sheet.text("the question bank")
    if text is None:
        return bank
    fields = Fields.of_text(sheet, text, ("questions",))
    bank.line = fields.line("questions")
    bank.questions = tuple(QuestionReader(bank, page, one).read() for one in fields.maps("questions"))
    return bank


class QuestionReader:
    """Reads one question."""

    def __init__(self, bank: Bank, page: Page, fields: Fields) -> None:
        self._bank = bank
        self._page = page
        self._fields = fields

    def read(self) -> Question:
        fields = self._fields
        kind = self._one_of("type", tuple(FIELDS))
        if kind in FIELDS:
            fields.expect((*COMMON, *FIELDS[kind]))
        name = Placed(fields.text("id"), fields.line("id"))
        if name.text:
            check_id(self._bank.sheet, name, "The question's id", LONGEST_QUESTION_ID, ID)
        self._bank.lines.append(name)
        return Question(
            id=name.text,
            type=kind,
            level=self._one_of("level", LEVELS),
            objective=self._objective(),
            stem=fields.text("stem", limit=LONGEST_STEM),
            task=self._task(kind, name.text),
            why=fields.text("why"),
            passage=self._page.passage(fields, notes=False),
        )

    def _one_of(self, name: str, words: Sequence[str]) -> str:
        word = self._fields.text(name)
        if word and word not in words:
            self._fields.wrong(name, f"“{word}” is not a {name}. Write one of: {', '.join(words)}.{near(word, words)}")
        return word

    def _objective(self) -> int:
        objective = self._fields.whole("objective", 1, len(self._page.objectives) or 99)
        self._page.tested.add(objective)
        return objective

    def _task(self, kind: str, name: str) -> Task:
        match kind:
            case "truefalse":
                return self._truefalse()
            case "ordering":
                return self._ordering()
            case "matching":
                return self._matching()
            case "numeric":
                return self._numeric()
            case "short":
                return self._short()
            case _:
                return self._choices(name, many=kind == "multi") if kind in FIELDS else Choices((), many=False, shuffle=False)

    def _choices(self, name: str, *, many: bool) -> Choices:
        fields = self._fields
        options = fields.maps("options", ("text", "right", "remark", "misconception"), least=3, most=6)
        choices = tuple(self._choice(option) for option in options)
        self._bank.options[name] = fields.line("options")
        self._different(
            "options", [Placed(choice.text, option.line("text")) for choice, option in zip(choices, options, strict=True)]
        )
        right = sum(choice.right for choice in choices)
        if choices and not many and right != 1:
            fields.wrong("options", f"Exactly one option carries `right: true`; here {right} do.")
        if choices and many and not right:
            fields.wrong("options", "No option is right. Mark each right one with `right: true`.")
        return Choices(choices, many, shuffle=True)

    def _choice(self, option: Fields) -> Choice:
        right = option.truth("right", optional=True)
        if right and "misconception" in option:
            option.wrong("misconception", "A right option stands for no misconception. Take it out.")
        remark = self._remark(option, optional=right)
        return Choice(option.text("text", limit=LONGEST_OPTION), right, remark, self._page.misconception(option))

    def _remark(self, fields: Fields, *, optional: bool = False) -> str:
        return fields.text("remark", words=REMARK_WORDS, optional=optional)

    def _truefalse(self) -> Choices:
        answer = self._fields.truth("answer")
        remark, idea = self._remark(self._fields), self._page.misconception(self._fields)
        options = (
            Choice(str(value), True) if value is answer else Choice(str(value), False, remark, idea) for value in (True, False)
        )
        return Choices(tuple(options), many=False, shuffle=False)

    def _ordering(self) -> Ordering:
        items = self._fields.texts("items", least=3, most=5, limit=LONGEST_ITEM)
        self._different("items", items)
        return Ordering(tuple(item.text for item in items), self._remark(self._fields), self._page.misconception(self._fields))

    def _matching(self) -> Matching:
        fields = self._fields
        pairs = fields.maps("pairs", ("left", "right"), least=3, most=5)
        lefts, rights = (
            [Placed(pair.text(side, limit=LONGEST_ITEM), pair.line(side)) for pair in pairs] for side in ("left", "right")
        )
        extra = self._extra() if "extra" in fields else None
        self._different("left sides", lefts)
        self._different("right sides", [*rights, *([Placed(extra.text, fields.line("extra"))] if extra else [])])
        both = tuple((left.text, right.text) for left, right in zip(lefts, rights, strict=True))
        return Matching(both, self._remark(fields), extra)

    def _extra(self) -> Choice:
        extra = self._fields.child("extra", ("text", "remark", "misconception"))
        text = extra.text("text", limit=LONGEST_ITEM)
        return Choice(text, False, self._remark(extra), self._page.misconception(extra))

    def _numeric(self) -> Numeric:
        fields = self._fields
        answer, (low, high) = fields.number("answer"), fields.span("accept")
        if answer < low or answer > high:
            fields.wrong("accept", f"The answer {answer:g} lies outside `accept`. Widen the range or correct the answer.")
        traps = fields.maps("traps", ("range", "remark", "misconception"), optional=True)
        return Numeric(
            answer,
            low,
            high,
            self._remark(fields),
            fields.text("unit", limit=LONGEST_ITEM, optional=True),
            tuple(self._trap(trap, low, high) for trap in traps),
        )

    def _trap(self, trap: Fields, low: float, high: float) -> Trap:
        bottom, top = trap.span("range")
        if bottom <= high and low <= top:
            trap.wrong("range", f"The trap overlaps `accept`, {low:g} to {high:g}. Make the two ranges separate.")
        return Trap(bottom, top, self._remark(trap), self._page.misconception(trap))

    def _short(self) -> Short:
        fields = self._fields
        points = fields.maps("rubric", ("point", "any", "missing"))
        rubric = tuple(Point(one.text("point"), tuple(w.text for w in one.texts("any")), one.text("missing")) for one in points)
        return Short(rubric, fields.whole("pass", 1, max(len(rubric), 1)), fields.text("answer"))

    def _different(self, what: str, texts: Sequence[Placed]) -> None:
        seen: dict[str, int] = {}
        for text, line in texts:
            if text and text.casefold() in seen:
                self._bank.sheet.wrong(
                    line, f"“{text}” stands among the {what} twice, first on line {seen[text.casefold()]}. Change one."
                )
            seen.setdefault(text.casefold(), line)
