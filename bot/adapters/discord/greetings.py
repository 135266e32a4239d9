"""What is said in Discord alone: how labs are spoken to there, and what became of its deadlines. All else is said in the core."""

from bot.adapters.discord.commands import ASK, EXPLAIN
from bot.core.chat import Answer, Declined, Form, Post, Reply, say

NOT_A_LAB = (
    f"/{ASK} and “{EXPLAIN}” work inside one of your labs: I then answer there what you say or point at. "
    "Open a lab with /lab, or go to its thread."
)
UNREADABLE = (
    "I was not given leave to read messages in this server. To be heard here, press Answer under what I said, "
    f"use /{ASK}, or begin your message with a mention of me."
)
COMING = "Here it comes: look below in a moment."
SLOW = "That took me longer than Discord lets a form wait. It is here now:"
DONE_LATE = "I was slow, and Discord may have told you that this failed. It did not: what you asked for is there, or comes soon."


def said_late(answer: Answer) -> Post:
    """The same for somebody to whom Discord has said that it failed, when it had not."""
    match answer:
        case Reply(post=post):
            return post
        case Declined(sentence=said):
            return say(said).post
        case Form(title=title):
            return say(f"I was too slow to show you “{title}”. Please ask for it once more.").post
        case None:
            return say(DONE_LATE).post
