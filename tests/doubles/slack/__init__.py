"""A strict, stateful loopback double of Slack for the tests, and the oracle in front of it.

async with SlackDouble(require()) as slack:
    ada = slack.user("ada", tz="Europe/Berlin")
    general = slack.channel("general", members=[ada])  # the app is in it too
    ...  # start the app with slack.bot_token, slack.app_token and slack.base_url
    delivery = await ada.command("/lab rlhf", general)  # delivery.acked, .latency, .error
    root = await ada.reads(general, "RLHF")  # waits for it
    await ada.says("What is a reward model?", general, root)
    answer = await ada.reads(root, "reward")
    await ada.clicks(answer, "Quiz me")  # by its words or its action id
    form = await ada.sees_view("Quiz")
    await ada.submits(form, {"Why?": "Because"})  # form.errors, ada.views
    slack.fail("chat.postMessage", "after", "drop")  # stored, and the answer lost
    slack.advance(301)  # streams, triggers, statuses and tokens grow old
    slack.assert_clean()
"""

from tests.doubles.slack.courier import Delivery
from tests.doubles.slack.oracle import Oracle
from tests.doubles.slack.people import Person
from tests.doubles.slack.server import SlackDouble
from tests.doubles.slack.specs import Specs, require
from tests.doubles.slack.views import View
from tests.doubles.slack.world import Channel, Message

__all__ = ["Channel", "Delivery", "Message", "Oracle", "Person", "SlackDouble", "Specs", "View", "require"]
