"""What a person may be called: nobody is mistaken for Lectern, a persona, or somebody who is here."""

import pytest

from bot.adapters.room.names import clean_name
from bot.core.errors import BadInput

PERSONAS = ["Ember (lab guide)", "Otto"]


@pytest.mark.parametrize(
    "name",
    [
        "Lectern",
        "LECTERN.",
        "Lесtеrn",
        "Ｌｅｃｔｅｒｎ",
        "𝐋ectern",
        "Iectern",
        "L e c t e r n",
        "Lectérn",
        "Lectern Bot",
        "ΟΤΤΟ",
        "0tto",
        "Ember",
        "ember (the real one)",
        "Еmber (lab guide)",
        "everyone",
        "@here",
        "Channel",
        "You",
    ],
)
def test_a_name_that_looks_like_one_of_ours_is_refused(name: str) -> None:
    with pytest.raises(BadInput, match="taken"):
        clean_name(name, PERSONAS)


@pytest.mark.parametrize("name", ["Ember Novak", "Анна", "राम", "Élodie", "Ottoline", "Herent", "李"])
def test_other_names_are_taken_as_they_are(name: str) -> None:
    assert clean_name(name, PERSONAS, ["Ann", "रोम", "Otto Weber"]) == name


@pytest.mark.parametrize("name", ["Mira", "mira", "Мirа", "Mirá"])
def test_somebody_present_keeps_their_name_to_themselves(name: str) -> None:
    with pytest.raises(BadInput, match="surname"):
        clean_name(name, (), ["Mira"])
