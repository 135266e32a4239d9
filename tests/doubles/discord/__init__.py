"""A strict, stateful loopback double of Discord for the tests, and the oracle in front of it.

async with DiscordDouble(require()) as discord:
    ada = discord.user("Ada")  # a member of discord.guild
    general = discord.channel("general")  # the app sees it, with what the invite address asks for
    ...  # start the app with discord.token and discord.api_url; gateway and pictures are under discord.base
    await discord.ready()
    done = await ada.command("/lab rlhf", general)  # or "/lab lesson:rlhf"; done.acked, .latency, .error, .original
    await ada.suggested("/lab rl", general)  # autocomplete: the names offered
    thread = await ada.sees_thread(general, "RLHF")
    await ada.says("What is a reward model?", thread)
    answer = await ada.reads(thread, "reward")  # answer.name and .avatar_url as shown, .words, .webhook
    done = await ada.clicks(answer, "Quiz me")  # by label or custom_id
    question = await ada.reads(thread, "Question 1")  # ephemeral ones too: question.only_for is ada.id
    await ada.chooses(question, "Pick one", "B)")  # a select, by placeholder or custom_id
    form = await ada.sees_form("Quiz")
    await ada.submits(form, {"Why?": "Because"})
    await ada.menu("Explain this in the lab", answer)
    await ada.says("hello", ada.dm)
    [(part.label, part.options) for part in ada.parts(answer)]; ada.pictures(answer)[0].description
    discord.deny(general, "MANAGE_WEBHOOKS")  # of the app; whom=role or person
    discord.archive(thread, locked=True); discord.delete(general); discord.delete_webhook(answer.webhook)
    discord.fail("post /channels/{channel_id}/messages", "after", "502")  # stored, and the answer lost
    discord.gateway.drop()  # and close, reconnect, invalidate, hold, release, again, zombies, deaf, forget
    discord.outage(); discord.recover(); discord.remove_app()  # the guild, or the app out of it
    discord.rates.enforced = True
    discord.advance(4)  # interactions, tokens, nonces and buckets grow old, threads fall asleep
    await discord.settled()  # the client has read everything
    discord.assert_clean()

What Discord would refuse is refused with its code and kept in `violations`; what it would only tolerate (a text that may ping, a
post that may come twice, a picture without words) is let through and kept there too. Answers and events of the double are held
against the same description, so that a mistake of the double is a violation as well.
"""

from tests.doubles.discord.eyes import Form
from tests.doubles.discord.interactions import Interaction
from tests.doubles.discord.lines import NotOffered
from tests.doubles.discord.oracle import Oracle
from tests.doubles.discord.people import Person
from tests.doubles.discord.reading import Part
from tests.doubles.discord.server import DiscordDouble
from tests.doubles.discord.specs import require
from tests.doubles.discord.things import Attachment, Channel, Guild, Message, Role, Webhook

__all__ = [
    "Attachment", "Channel", "DiscordDouble", "Form", "Guild", "Interaction", "Message", "NotOffered", "Oracle", "Part", "Person",
    "Role", "Webhook", "require",
]  # fmt: skip
