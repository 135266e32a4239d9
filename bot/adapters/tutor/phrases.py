"""Every sentence of the study guide that the lessons do not write. Of several wordings, one not said yet is taken."""

from bot.core.lab_posts import CARE as CARE

BANNER = "Search mode: no language model is connected. I quote the lessons and ask set questions; your words stay on this server."

# ---------------------------------------------------------------- questions

FROM_LESSON = "From the lesson:"
OTHER_LESSON = "This is from lesson {number}, {title}:"
CLOSEST_PASSAGE = "The closest passage I have:"
CLOSEST_ELSEWHERE = "The closest passage I have is in lesson {number}, {title}:"
YOUR_TURN = "Your turn: "
SWAPPED = "A new question, on this passage, in place of the last one: "
BACK = "Back to our question: "
OPENING_STANDS = "My opening question is still there for you."

SEARCH_ONLY = "I can only search the lessons; I am not generating an answer, and no passage fits your question for sure."
NOT_IN_LESSONS = "The lessons do not contain: "
CLOSEST = "These passages come closest:"

NOTHING = "I found nothing about that: as far as a search can tell, this course does not cover it."
LESSONS = "The lessons are:"
HOW_TO_ASK = "I find most when you ask in the words of a lesson, for example: “{example}”"

SHARED = "it has these words of your question: {words}"
NAMED = "your question names it, or asks for it as its author expected; words it has: {words}"

# ---------------------------------------------------------------- attempts

MENTIONED = "You mentioned: "
NOT_YET = "Not mentioned yet: "
NONE_FOUND = "Thank you for trying. I look for {count}, and I did not recognise any of them in your words."
STILL_NONE = (
    "I do not recognise an idea I look for in that yet.",
    "Another try, thank you. My word search finds nothing new in it.",
    "Still nothing my word search knows; that can be the search's fault as well.",
)
MORE_TO_FIND = "I look for {count} more."
WORDS_ONLY = "I compare words, so this says nothing about right or wrong."
ADD = ("What would you add about that?", "How would you put that in?", "What else belongs in your answer?")
SAY_AGAIN = ("Would you put it in other words, or take a hint first?", "Would you like to try another wording, or a hint?")
NEXT_HINT = (
    "Hint {number} of {all} leads there: press Hint.",
    "The next step is hint {number} of {all}: press Hint.",
    "Take hint {number} of {all} for what is still missing.",
)
NEXT_EXPLAIN = (
    "You have had all the hints. Press Explain and compare.",
    "The author's explanation says the rest: press Explain.",
    "Time to compare: press Explain.",
)
ALL_MENTIONED = (
    "That is everything I look for here. Compare your words with the explanation, or go on to the next question.",
    "You have named every idea I look for. Press Explain to compare, or Next question to go on.",
    "Nothing is missing from what I look for. Press Next question when you like.",
)
MISCONCEPTION = "Many people start from this idea: “{says}” If that is close to what you mean, test it:"
MISCONCEPTION_UNNAMED = "Let's test that idea:"

NO_EFFORT = (
    "That's fine, nobody has to know it yet. Take the hint: it is a small first step, and a half guess is enough after it.",
    "No hurry. Press Hint, then write the first thing that comes to mind.",
    "Still fine. A hint makes it smaller, and half a sentence is enough to go on with.",
)
NO_PREDICTION = "That's fine, you don't need a prediction to begin. Start here:"
UNRELATED = (
    "I see no link between that and the question, so I don't count it as a try.",
    "My word search finds nothing of this lesson in that.",
    "That leads away from the question, as far as a word search can tell.",
)
SAME_AGAIN = (
    "I can only give you the same again:",
    "Search mode has no other words for this:",
    "It is the same as before, since I only search:",
    "Once more:",
)

# ---------------------------------------------------------------- beside the subject

GREETING = ("Hello!", "Hello again!", "Hi, I am still here.")
THANKS = ("Good.", "Fine.", "All right.", "Glad to go on.")
CANNOT_REPHRASE = (
    "In search mode I cannot put it in other words: I only quote the lessons.",
    "I cannot rephrase or add to it in search mode; I can only show what stands next to it.",
    "No new words from me in search mode, I am sorry: only the lessons' own.",
)
ENDING = (
    "Press Finish the lab to come to the last question, or write “finish”. By itself it ends after {limit} of your replies.",
    "You decide: Finish the lab leads to one last question. Otherwise the lab ends by itself after {limit} of your replies.",
)
LOST = (
    "That happens to most people at some point. Let us take a smaller step.",
    "No harm done. One thing at a time.",
    "Fair enough, this is not easy.",
)
COMPLAINT = (
    "I am sorry. I only compare words, so I can miss what you said or quote the wrong passage.",
    "Thank you for saying so. A word search misses a lot, and your answer may be better than I can tell.",
    "Understood. I cannot judge or discuss that; I can only search the lessons.",
)
TRICK = (
    "I only search this course and ask its questions, so that is beyond me.",
    "There is nothing in me to follow that: I am a search over the lessons.",
    "I can only quote the lessons, whatever the request.",
)
WHO = (
    "I am this course's study guide: a search over the lessons, no language model and no person.",
    "Only a search over the lessons speaks here, in a persona's name.",
)
GUEST = (
    "The questions here are for whoever opened this lab. Ask me something about the lesson and I look it up for you both, "
    "or open your own lab with /lab {slug}.",
    "I keep the questions here for whoever opened this lab. I look things up for you too: just ask. "
    "Your own lab opens with /lab {slug}.",
)
WAY_HINT = ("Press Hint for a small first step.", "A hint would be a good next step.", "Hint takes you on from here.")
WAY_EXPLAIN = ("Press Explain to see the author's answer.", "Explain shows how the author answers.")
WAY_NEXT = ("Press Next question to go on.", "Next question goes on.")
STAYS_OPEN = ("Our question stays open.", "The question is still yours.", "Whenever you like, the question is waiting.")

# ---------------------------------------------------------------- the opening

PREDICTION = "Noted. I only search, so I cannot judge a prediction. You can test it against the lessons as we go."
PREDICTION_QUOTE = "Noted. I only search, so I cannot judge a prediction. Test it against this passage:"
