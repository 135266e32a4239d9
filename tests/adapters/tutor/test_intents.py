import pytest

from bot.adapters.tutor.intents import Intent, intent, tentative


@pytest.mark.parametrize(
    "text",
    [
        "What is salt for?",
        "what is salt for",
        "so, why does it rise",
        "Explain the yeast",
        "can you tell me about salt",
        "tell me about gluten",
        "What about the fridge",
        "I wonder how long it takes",
        "I don't get the salt thing",
        "the dough stays flat in the cold, is that the yeast? 🙂",
        "dough rising?!",
        "is rye different",
        "ok but how’s that work",
        "basically what is the deal with salt",
    ],
)
def test_a_question_is_seen_with_and_without_its_mark(text: str) -> None:
    assert intent(text, at_question=True) is Intent.QUESTION


@pytest.mark.parametrize(
    "text",
    [
        "The yeast slows down.",
        "cold",
        "Because of the salt",
        "When the kitchen is cold the yeast slows down, so I would put the bowl somewhere warmer",
        "It has nothing to do with salt!",
        "Whatever the flour, the yeast is slow",
    ],
)
def test_a_statement_is_an_attempt(text: str) -> None:
    assert intent(text, at_question=True) is Intent.STATEMENT


@pytest.mark.parametrize(
    "text",
    [
        "idk",
        "dunno",
        "I don't know",
        "i really dont know!",
        "just tell me",
        "please just tell me the answer",
        "idk, just tell me pls",
        "what's the answer?",
        "give up",
        "help",
        "",
        "   ",
        "🤷",
        "???",
        "ok",
        "thanks!",
        "hi",
        "no idea…",
        "can you give me the answer?",
    ],
)
def test_no_effort_is_neither(text: str) -> None:
    assert intent(text, at_question=True) is Intent.EMPTY


@pytest.mark.parametrize("text", ["I want to die", "sometimes i think about killing myself", "I’m going to hurt her"])
def test_an_alarm_comes_before_everything(text: str) -> None:
    assert intent(text, at_question=True) is Intent.ALARM


@pytest.mark.parametrize("text", ["Does the oven kill the yeast?", "will salt hurt them", "it dies in the oven"])
def test_dying_yeast_is_no_alarm(text: str) -> None:
    assert intent(text, at_question=True) is not Intent.ALARM


def test_only_questions_for_yes_or_no_can_be_careful_answers() -> None:
    assert tentative("because it is too cold?")
    assert tentative("is it too cold?")
    assert not tentative("what does the cold do?")
    assert not tentative("can you explain the cold?")


@pytest.mark.parametrize("text", ["so " * 3400, "ok, " * 2500, "i don't " * 1300, "h" + "m" * 9999, "please " * 1500])
def test_ten_thousand_characters_are_read_at_once(text: str) -> None:
    assert intent(text, at_question=True) in Intent
