"""Every sentence of the study guide that the lessons do not write."""

BANNER = "Search mode: no language model is connected. I quote the lessons and ask set questions; your words stay on this server."

# ---------------------------------------------------------------- questions

OTHER_LESSON = "This is from lesson {number}, {title}:"
YOUR_TURN = "Your turn: "
BACK = "Back to our question: "
OPENING_STANDS = "My opening question is still there for you."

SEARCH_ONLY = "I can only search the lessons; I am not generating an answer, and no passage fits your question for sure."
NOT_IN_LESSONS = "The lessons do not contain: "
CLOSEST = "These passages come closest:"

NOTHING = "I found nothing about that: as far as a search can tell, this course does not cover it."
LESSONS = "The lessons are:"
HOW_TO_ASK = "I find most when you ask in the words of a lesson, for example: “{example}”"

# ---------------------------------------------------------------- attempts

MENTIONED = "You mentioned: "
NOT_YET = "Not mentioned yet: "
NONE_FOUND = "Thank you for trying. I look for {count}, and I did not recognise any of them in your words."
WORDS_ONLY = "I compare words, so this says nothing about right or wrong."
ADD = "What would you add about that?"
SAY_AGAIN = "Would you put it in other words, or take a hint first?"
ALL_MENTIONED = "That is everything I look for here. Compare your words with the explanation, or go on to the next question."
MISCONCEPTION = "Many people start from this idea: “{says}” If that is close to what you mean, test it:"
MISCONCEPTION_UNNAMED = "Let's test that idea:"

NO_EFFORT = (
    "That's fine, nobody has to know it yet. Take the hint: it is a small first step, and a half guess is enough after it."
)
NO_PREDICTION = "That's fine, you don't need a prediction to begin. Start here:"

# ---------------------------------------------------------------- the opening

PREDICTION = "Noted. I only search, so I cannot judge a prediction. You can test it against the lessons as we go."
PREDICTION_QUOTE = "Noted. I only search, so I cannot judge a prediction. Test it against this passage:"

# ---------------------------------------------------------------- care

CARE = (
    "This sounds serious, and I am only a course bot: I cannot help with it. Please talk to a person you trust now, or call your "
    "local emergency number. The lab can wait."
)
