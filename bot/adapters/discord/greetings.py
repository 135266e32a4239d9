"""What only Discord needs to be told: how labs are spoken to there. All else is said in the core."""

from bot.adapters.discord.commands import ASK, EXPLAIN

NOT_A_LAB = (
    f"/{ASK} and “{EXPLAIN}” work inside one of your labs: I then answer there what you say or point at. "
    "Open a lab with /lab, or go to its thread."
)
UNREADABLE = (
    "I was not given leave to read messages in this server. To be heard here, press Answer under what I said, "
    f"use /{ASK}, or begin your message with a mention of me."
)
