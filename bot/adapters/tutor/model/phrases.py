"""Every sentence of the model's tutor that neither a model nor a lesson writes."""

BANNER_AWAY = "A language model answers here, and it can be wrong. Your words are sent to {host}."
BANNER_HERE = "A language model answers here, and it can be wrong. Your words stay on this server."

UNTIL = "The language model is not answering; I'm answering from the lessons until "
NOW = "The language model did not answer this time, so here is what the lessons say."
LATCHED = "The language model cannot be used at present; I'm answering from the lessons."
WITHHELD = "The language model gave no reply that I can show, so here is what the lessons say."
TOO_LONG = "That is too long for the language model, so here is what the lessons say. A shorter message can go to it."

NUMBER = "Not from the lesson or from you: {numbers}. Please check before you use it."
YOUR_TURN = "Your turn: "
