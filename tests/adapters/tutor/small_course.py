"""A course of two short lessons about bread and weather, written for the tests of the study guide."""

from datetime import UTC, date, datetime

from bot.core.chat import Items, Part, Speaker, Table, Text, bold, line
from bot.core.curriculum import (
    Counter,
    Curriculum,
    Digest,
    ExitQuestion,
    Idea,
    LabPlan,
    LabQuestion,
    Lesson,
    Misconception,
    Passage,
    Persona,
    Section,
)
from bot.core.ports import LabProgress, LabTurn, Turn

PERSONA = Persona("ada", Speaker("Ada (bakery)", "ada.png", "🥖"), "Bakes with you.", "You are Ada.", "1")

RISE = LabQuestion(
    section="yeast",
    passage="rise",
    ask="Your dough stayed flat in a cold kitchen. What happened, and what would you change?",
    ideas=(
        Idea("yeast works slowly in the cold", ("yeast slow", "cold slows", "not warm enough")),
        Idea("more time or warmth", ("longer", "warmer", "more time")),
    ),
    counters=(Counter("M1-1", ("yeast dead", "cold kills"), "If the cold had killed it, what would the fridge do to dough?"),),
    hints=("Is yeast alive?", "What do living things do in the cold?", "They slow down. So what does the dough need?"),
    answer="Cold slows the yeast down, so the dough needs more time or a warmer place.",
)
SALT = LabQuestion(
    section="salt",
    passage="salt-why",
    ask="Somebody forgot the salt. Name one thing that changes.",
    ideas=(Idea("the yeast runs faster", ("faster", "quicker")),),
    counters=(),
    hints=("Taste.", "Speed.", "Salt slows yeast."),
    answer="Without salt the yeast runs faster and the bread tastes flat.",
)


def lesson(slug: str, number: int, title: str, sections: tuple[Section, ...], since: tuple[Passage, ...] = ()) -> Lesson:
    return Lesson(
        slug=slug,
        number=number,
        title=title,
        summary="",
        minutes=5,
        aliases=(),
        objectives=(),
        misconceptions={"M1-1": Misconception("M1-1", "Cold kills yeast.", "Cold slows it.")},
        digest=Digest((), "", (), 0, 0),
        sections=sections,
        since=since,
        questions=(),
        lab=LabPlan(
            "ada",
            "Bake one loaf.",
            "What makes bread rise? Make a guess.",
            ("How does yeast make dough rise?", "What is salt for?"),
            (RISE, SALT),
            ExitQuestion("Explain bread.", (), "Yeast."),
            "Time.",
        ),
    )


def passage(id_: str, section: str, heading: str, mark: str, *parts: Part, sources: tuple[str, ...] = ()) -> Passage:
    return Passage(id_, section, heading, parts, sources, mark)


BREAD = lesson(
    "bread",
    1,
    "How bread rises",
    (
        Section(
            "yeast",
            "Yeast at work",
            (
                passage(
                    "rise",
                    "yeast",
                    "How yeast makes dough rise",
                    "L1.1",
                    Text(
                        line(
                            "Yeast eats sugar and gives off gas. The gas is ", bold("trapped"), " by gluten, so the dough grows."
                        )
                    ),
                    sources=("Baker et al., 2019. On dough. Bread Press.", "Miller, 2020. Flour. Mill House."),
                ),
                passage(
                    "warmth",
                    "yeast",
                    "How warmth changes the speed",
                    "L1.1",
                    Text(line("Warm dough ferments quickly.")),
                    Items((line("At 26 degrees a dough doubles in an hour."), line("In the fridge it takes a night."))),
                    Table((line("Place"), line("Hours")), ((line("Kitchen"), line("1")), (line("Cellar"), line("6")))),
                ),
            ),
        ),
        Section(
            "salt",
            "Salt",
            (
                passage(
                    "salt-why", "salt", "What salt is for", "L1.2", Text(line("Salt slows fermentation and tightens gluten."))
                ),
            ),
        ),
    ),
    since=(
        passage(
            "no-knead", "since", "2021: bread without kneading", "L1", Text(line("A long rest replaces kneading altogether."))
        ),
    ),
)
WEATHER = lesson(
    "weather",
    2,
    "What a front is",
    (
        Section(
            "fronts",
            "Fronts",
            (
                passage(
                    "cold-front",
                    "fronts",
                    "Why it rains along a cold-front",
                    "L2.1",
                    Text(line("Cold air slides under warm air. Lifted air cools, and its vapour falls as rain. GPT-3 is dry.")),
                    sources=("worked",),
                ),
            ),
        ),
    ),
)
COURSE = Curriculum("Bread and weather", date(2026, 11, 23), (BREAD, WEATHER), {"ada": PERSONA})
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def turn(said: str, progress: LabProgress | None = None, *heard: str, lesson: Lesson = BREAD) -> LabTurn:
    """What the tutor is asked, after the persona said `heard`."""
    turns = tuple(Turn(seq, None, text, NOW) for seq, text in enumerate(heard))
    return LabTurn(lesson, PERSONA, progress or LabProgress(question=0), turns, said)
