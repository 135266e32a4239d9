import math
from dataclasses import replace

import pytest

from bot.adapters.tutor.search import Search
from bot.adapters.tutor.study_guide import strong
from bot.core.chat import Text, bold, line
from bot.core.curriculum import Choice, Choices, Curriculum, Numeric, Question, Section, Short, Task
from tests.adapters.tutor.small_course import BREAD, COURSE, WEATHER, passage

SEARCH = Search(COURSE.lessons)
WAYS = {"salt-why": ("may I leave out the sodium shaker", "bland loaf"), "rise": ("my loaf is a flat brick, why?",)}
ASKED = Search((replace(BREAD, lab=replace(BREAD.lab, asked=WAYS)), WEATHER))


def quizzed(*tasks: Task) -> Search:
    """The course with a quiz question on salt for each task."""
    quiz = (Question(f"Q{n}", "any", "easy", 1, "Stem?", task, "Because.", "salt-why") for n, task in enumerate(tasks))
    return Search((replace(BREAD, questions=tuple(quiz)), WEATHER))


def test_the_passage_that_answers_comes_first() -> None:
    best = SEARCH.find("why is the yeast making my dough rise?", "bread", 3)[0]
    assert (best.lesson, best.passage) == ("bread", "rise")
    assert best.score > 0
    assert best.coverage == 1.0


def test_dated_notes_are_found_too() -> None:
    assert SEARCH.find("kneading", None, 1)[0].passage == "no-knead"


def test_tables_and_lists_are_searched() -> None:
    assert SEARCH.find("cellar", None, 1)[0].passage == "warmth"
    assert SEARCH.find("fridge", None, 1)[0].passage == "warmth"


def test_coverage_is_the_share_of_the_questions_words() -> None:
    assert SEARCH.find("does yeast like chocolate", "bread", 1)[0].coverage == 0.5


def test_a_question_with_a_whole_heading_in_it_is_covered() -> None:
    best = SEARCH.find("show me bread without kneading, a tiny funny example", "bread", 1)[0]
    assert best.passage == "no-knead"
    assert best.coverage == 1.0
    assert SEARCH.find("a tiny funny salt example", "bread", 1)[0].coverage < 0.5


def test_a_passage_is_found_by_the_words_learners_ask_in() -> None:
    assert SEARCH.find("sodium", "bread", 1) == []
    best = ASKED.find("is sodium good for chocolate?", None, 1)[0]
    assert best.passage == "salt-why"
    assert not best.known
    assert not best.whole


def test_a_whole_way_to_ask_names_its_passage() -> None:
    best = ASKED.find("so my dough ends as a flat brick of a loaf", "bread", 1)[0]
    assert (best.passage, best.coverage, best.whole) == ("rise", 1.0, True)


def test_a_way_to_ask_of_two_words_names_nothing() -> None:
    best = ASKED.find("my bland loaf is chocolate cake", "bread", 1)[0]
    assert best.coverage < 1.0
    assert not best.whole


def test_a_passage_that_says_every_word_is_whole() -> None:
    assert SEARCH.find("sugar gas", "bread", 1)[0].whole
    assert not ASKED.find("sodium", "bread", 1)[0].whole


def test_three_words_may_stand_anywhere() -> None:
    best = ASKED.find("loaf sodium bland", "bread", 1)[0]
    assert (best.passage, best.whole, best.known) == ("salt-why", True, True)


@pytest.mark.parametrize(
    ("task", "word"),
    [
        (Choices((Choice("Osmosis", True), Choice("Magic", False, "Hardly sorcery.")), many=False, shuffle=True), "sorcery"),
        (Choices((Choice("Osmosis", True), Choice("Magic", False, "Hardly sorcery.")), many=False, shuffle=True), "osmosis"),
        (Numeric(2, 1, 3, "Weigh the teaspoon."), "teaspoon"),
        (Short((), 1, "It seasons."), "seasons"),
    ],
)
def test_what_the_quiz_says_about_a_passage_is_searched(task: Task, word: str) -> None:
    assert quizzed(task).find(word, None, 1)[0].passage == "salt-why"


def test_what_the_lab_says_about_a_passage_is_searched() -> None:
    assert SEARCH.find("tastes", "bread", 1)[0].passage == "salt-why"


def test_how_an_idea_may_be_worded_is_not_searched() -> None:
    assert SEARCH.find("quicker", "bread", 1) == []


def test_the_lesson_at_hand_wins_a_close_race() -> None:
    assert SEARCH.find("cold warm", "weather", 1)[0].lesson == "weather"
    assert {hit.lesson for hit in SEARCH.find("warm", "bread", 9)} == {"bread", "weather"}


DEFINING = passage("lab", "salt", "Lactic Acid Bacteria (LAB)", "L1.2", Text(line("They sour it. A ", bold("levain"), " rises.")))
NOTE = passage("dated", "since", "2020: how yeast makes dough rise in the cold", "L1", Text(line("Yeast, dough, gas.")))
DATED = replace(BREAD, since=(NOTE,), sections=(*BREAD.sections, Section("sour", "Sour", (DEFINING,))))


@pytest.mark.parametrize(
    "text", ["what does LAB stand for?", "what is a levain", "so what does lactic acid bacteria mean", "define LAB"]
)
def test_what_a_term_means_is_answered_where_it_is_defined(text: str) -> None:
    best = Search((DATED,)).find(text, "bread", 1)[0]
    assert (best.passage, best.named) == ("lab", True)


def test_a_dated_note_comes_first_only_where_news_are_asked_for() -> None:
    search = Search((DATED,))
    assert search.find("gas in cold dough", "bread", 1)[0].passage != "dated"
    assert search.find("gas in cold dough in 2020", "bread", 1)[0].passage == "dated"
    assert search.find("gas in cold dough, still today", "bread", 1)[0].passage == "dated"


@pytest.mark.parametrize("text", ["What is salt for? (0.03)", "What is salt for (12 %)", "(7) what is salt for"])
def test_a_number_in_parentheses_spoils_nothing(text: str) -> None:
    best = SEARCH.find(text, "bread", 1)[0]
    assert (best.passage, best.named, best.known) == ("salt-why", True, True)


def test_filler_is_never_missing() -> None:
    assert SEARCH.unknown("basically, dude, does it honestly rise tho") == ()


def test_a_hit_knows_how_far_it_is_ahead() -> None:
    first, second = SEARCH.find("yeast dough gluten gas", None, 2)
    assert first.lead == first.score / second.score
    assert SEARCH.find("kneading", None, 1)[0].lead == math.inf


def test_a_hit_knows_whether_it_has_the_most_telling_word() -> None:
    hits = {hit.passage: hit for hit in SEARCH.find("dough cellar", None, 9)}
    assert hits["warmth"].telling
    assert not hits["rise"].telling


def test_at_most_so_many_are_found() -> None:
    assert len(SEARCH.find("dough warm gluten yeast", None, 2)) == 2


@pytest.mark.parametrize("text", ["coldfront", "cold-front", "cold front", "Cold Front"])
def test_glued_words_come_apart_where_the_course_has_them_side_by_side(text: str) -> None:
    assert SEARCH.unknown(text) == ()
    assert SEARCH.find(text, None, 1)[0].passage == "cold-front"


def test_words_typed_apart_are_joined_where_the_course_writes_them_as_one() -> None:
    assert SEARCH.unknown("what is ferment ation") == ()


def test_a_name_glued_to_its_number_is_known() -> None:
    assert SEARCH.unknown("gpt3") == ()


def test_words_the_course_does_not_have_are_named_in_order() -> None:
    assert SEARCH.unknown("Does Chocolate melt yeast, chocolate?") == ("chocolate", "melt")


def test_rare_words_tell_more_than_frequent_ones() -> None:
    weights = SEARCH.weights("gluten cellar chocolate")
    assert weights["cellar"] > weights["gluten"]
    assert "chocolate" not in weights


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "🍞🥖",
        "?!",
        'NEAR("a b")',
        '"',
        "'",
        "^yeast",
        "yeast*",
        "heading:yeast",
        "a OR NOT AND",
        "yeast AND (",
        "\x00",
        "--",
        "yeast; DROP TABLE passages",
        "ï·½",
        "\u200byeast",
        "の酵母",
        "x" * 10_000,
        "yeast " * 1700,
        "- + { } [ ]",
    ],
)
def test_whatever_is_typed_is_safe(text: str) -> None:
    assert all(hit.passage for hit in SEARCH.find(text, "bread", 3))
    assert all(word not in ("yeast",) for word in SEARCH.unknown(text))


def test_ten_thousand_characters_of_different_words_are_safe() -> None:
    text = " ".join(f"wort{number}" for number in range(1400))
    assert SEARCH.find(text, None, 3) == []
    assert len(SEARCH.unknown(text)) <= 64


def test_an_empty_course_finds_nothing() -> None:
    assert Search(()).find("yeast", None, 3) == []
    assert Search(()).unknown("yeast") == ("yeast",)


@pytest.mark.parametrize("said", ["What is RLHF?", "what's rlhf", "When should I fine tune?", "when should i fine-tune"])
@pytest.mark.parametrize("home", ["fine-tuning", "prompting", "rlhf", "decision"])
def test_the_first_things_people_ask_get_a_whole_answer_in_every_lab(course: Curriculum, said: str, home: str) -> None:
    best = Search(course.lessons).find(said, home, 1)[0]
    assert strong(best)
    assert (best.lesson == "rlhf") is ("rlhf" in said.casefold())
