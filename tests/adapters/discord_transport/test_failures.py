"""What Discord refuses, loses or delays: each ends in one message, in a plainer one, or in a sentence that says what to do."""

import pytest

from tests.contract.discord import DiscordLearner, DiscordPlatform
from tests.contract.test_promises import PERSONA, lab_of
from tests.doubles.discord.things import Message

EXECUTE = "post /webhooks/{webhook_id}/{webhook_token}"
CREATE = "post /channels/{channel_id}/messages"
CALLBACK = "post /interactions/{interaction_id}/{interaction_token}/callback"
ORIGINAL = "patch /webhooks/{webhook_id}/{webhook_token}/messages/@original"
HOOK_EDIT = "patch /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}"


def everywhere(discord: DiscordPlatform, words: str) -> list[Message]:
    places = (discord.channel, *discord.channel.threads)
    return [message for place in places for message in place.messages.values() if words in message.words]


async def test_a_deleted_webhook_is_made_anew_once_and_the_persona_goes_on(discord: DiscordPlatform, ada: DiscordLearner) -> None:
    root, opening = await lab_of(ada)
    await discord.quiet()
    [webhook] = discord.channel.webhooks.values()
    discord.double.delete_webhook(webhook)
    await ada.presses(opening, "Skip to the first question")
    await ada.says("hint", root.id)
    hint = await ada.sees("Hint 1 of 3", thread=root.id)
    assert PERSONA in hint.author
    assert len(discord.channel.webhooks) == 1
    assert len(discord.double.calls_to("post /channels/{channel_id}/webhooks")) == 2


async def test_one_webhook_serves_all_labs_of_a_channel_also_after_a_restart(
    discord: DiscordPlatform, ada: DiscordLearner
) -> None:
    await lab_of(ada)
    await discord.restart()
    grace = await discord.learner("Grace")
    await grace.types("/lab finetuning")
    await discord.quiet()
    assert len(discord.channel.webhooks) == 1
    assert len(discord.double.calls_to("post /channels/{channel_id}/webhooks")) == 1
    assert len(discord.double.calls_to("get /channels/{channel_id}/webhooks")) == 1


async def test_no_webhooks_token_stands_in_the_database_and_with_another_token_of_ours_it_is_found_again(
    discord: DiscordPlatform, ada: DiscordLearner
) -> None:
    await lab_of(ada)
    await discord.quiet()
    [webhook] = discord.channel.webhooks.values()

    async def kept() -> str | None:
        return await discord.app._database.read(lambda records: records.keepsake("discord", f"webhook:{discord.channel.id}"))

    before = await kept()
    assert before
    assert webhook.token not in before
    double = discord.double
    double.token = double.api.token = double.gateway.token = "MTA.reset.token"
    await discord.restart()
    await ada.types("/lab finetuning")
    await discord.quiet()
    assert len(discord.channel.webhooks) == 1
    assert len(double.calls_to("get /channels/{channel_id}/webhooks")) == 2
    assert await kept() not in (None, before)


async def test_a_webhooks_post_that_was_stored_though_an_error_came_back_stands_there_once(
    discord: DiscordPlatform, ada: DiscordLearner
) -> None:
    discord.double.fail(EXECUTE, "after", "502")
    root, opening = await lab_of(ada)
    assert PERSONA in opening.author
    assert len(everywhere(discord, "Lab: ")) == 1
    discord.double.fail(EXECUTE, "after", "drop")
    await ada.says("Why do raters matter?", root.id)
    [thread] = discord.channel.threads
    await discord.double.until(lambda: len(thread.messages) > 2)
    await discord.quiet()
    assert len([one for one in thread.messages.values() if one.webhook]) == 2


async def test_a_post_of_the_bots_own_that_was_stored_though_an_error_came_back_stands_there_once(
    discord: DiscordPlatform, ada: DiscordLearner
) -> None:
    discord.double.fail(CREATE, "after", "502")
    await ada.types("/cohort post rlhf")
    await ada.sees("Lesson 3 of 4")
    await discord.quiet()
    assert len(everywhere(discord, "Which of two answers is better")) == 1


@pytest.mark.parametrize("kind", ["429", "429 global"])
async def test_a_rate_limit_delays_and_loses_nothing(discord: DiscordPlatform, ada: DiscordLearner, kind: str) -> None:
    discord.double.fail(EXECUTE, "before", kind)
    discord.double.fail(CREATE, "before", kind)
    await ada.types("/cohort post rlhf")
    await ada.sees("Lesson 3 of 4")
    root, opening = await lab_of(ada)
    assert opening.thread == root.id
    assert len(everywhere(discord, "Lab: ")) == 1


async def test_without_leave_to_make_webhooks_the_persona_is_named_in_its_messages(
    discord: DiscordPlatform, ada: DiscordLearner
) -> None:
    discord.double.deny(discord.channel, "MANAGE_WEBHOOKS")
    await ada.types("/lab rlhf")
    opening = await ada.sees("Just reply here", PERSONA)
    assert opening.thread
    await ada.presses(opening, "Skip to the first question")
    await ada.says("hint", opening.thread)
    await ada.sees("Hint 1 of 3", PERSONA, thread=opening.thread)
    assert len(discord.double.calls_to("get /channels/{channel_id}/webhooks")) == 1


async def test_leads_are_told_once_which_permission_personas_lack(discord: DiscordPlatform, ada: DiscordLearner) -> None:
    discord.double.deny(discord.channel, "MANAGE_WEBHOOKS")
    await ada.types("/lab rlhf")
    told = await ada.sees("Personas speak under my name", "Manage Webhooks", "Edit Channel")
    assert told.private
    await discord.restart()
    await ada.types("/lab finetuning")
    await discord.quiet()
    assert len([one for one in await ada.all_seen() if "Personas speak under my name" in one.text]) == 1


async def test_a_channel_full_of_webhooks_has_personas_named_in_their_messages(
    discord: DiscordPlatform, ada: DiscordLearner
) -> None:
    for n in range(15):
        discord.double.add_webhook(discord.channel, f"Feed {n}")
    await ada.types("/lab rlhf")
    assert "course" not in (await ada.sees("Just reply here", PERSONA)).author
    assert (await ada.sees("as many webhooks as Discord allows")).private


async def test_a_missing_permission_is_told_by_its_name_before_anything_is_posted(
    discord: DiscordPlatform, ada: DiscordLearner
) -> None:
    discord.double.deny(discord.channel, "CREATE_PUBLIC_THREADS")
    await ada.types("/lab rlhf")
    told = await ada.sees("Create Public Threads")
    assert told.private
    assert not everywhere(discord, "Lab: ")


async def test_a_permission_taken_later_is_told_the_lead_by_its_name(discord: DiscordPlatform, ada: DiscordLearner) -> None:
    await ada.types("/cohort status")
    discord.double.deny(discord.channel, "SEND_MESSAGES")
    await ada.types("/cohort post rlhf")
    assert (await ada.sees("Send Messages")).private


async def test_a_rendering_that_is_refused_is_sent_plainer(discord: DiscordPlatform, ada: DiscordLearner) -> None:
    discord.double.fail(EXECUTE, "before", 50035)
    root, opening = await lab_of(ada)
    assert opening.thread == root.id
    assert len(everywhere(discord, "Lab: ")) == 1


async def test_an_archived_lab_wakes_up_when_somebody_speaks_in_it(discord: DiscordPlatform, ada: DiscordLearner) -> None:
    root, _ = await lab_of(ada)
    await discord.quiet()
    [thread] = discord.channel.threads
    discord.double.archive(thread)
    await ada.says("hint", root.id)
    await ada.sees("There is no wrong answer to the opening", thread=root.id)


async def test_going_back_to_an_unfinished_lab_leads_to_its_thread(discord: DiscordPlatform, ada: DiscordLearner) -> None:
    root, _ = await lab_of(ada)
    await discord.quiet()
    await ada.types("/lab rlhf")
    offer = await ada.sees("You have an unfinished lab")
    await ada.presses(offer, "Go on there")
    assert (await ada.sees(f"<#{root.id}>")).private


async def test_a_form_that_cannot_be_taken_comes_back_with_what_was_typed(discord: DiscordPlatform, ada: DiscordLearner) -> None:
    await ada.types("/cohort status")
    status = await ada.sees("No calendar yet")
    await ada.fills(status, "Set the calendar", time="25:99", zone="Europe/Berlin")
    told = next(one for one in reversed(await ada.all_seen()) if any(label.startswith("Open: ") for label in one.buttons))
    assert told.private
    await ada.fills(told, told.buttons[0], time="09:30")
    await ada.sees("Is this right?", "09:30 (Europe/Berlin)")


async def test_a_stranger_who_takes_no_direct_messages_is_answered_in_the_thread(
    discord: DiscordPlatform, ada: DiscordLearner
) -> None:
    grace = await discord.learner("Grace")
    root, _ = await lab_of(ada)
    grace.person.user.accepts_dms = False
    await grace.says("hint", root.id)
    assert (await grace.sees("Ada's lab")).thread == root.id


async def test_faces_are_uploaded_once_and_shown_with_every_persona(discord: DiscordPlatform, ada: DiscordLearner) -> None:
    _, opening = await lab_of(ada)
    message = next(one for one in everywhere(discord, "Just reply here") if one.id == opening.id)
    assert "/emojis/" in message.avatar_url
    uploads = "post /applications/{application_id}/emojis"
    sent = len(discord.double.calls_to(uploads))
    assert sent == 4
    await discord.restart()
    assert len(discord.double.calls_to(uploads)) == sent


async def test_commands_are_registered_once_and_again_only_by_hand(discord: DiscordPlatform) -> None:
    route = "put /applications/{application_id}/commands"
    assert len(discord.double.calls_to(route)) == 1
    await discord.restart()
    assert len(discord.double.calls_to(route)) == 1


async def test_without_leave_to_attach_files_progress_comes_in_words(discord: DiscordPlatform, ada: DiscordLearner) -> None:
    for route in (CALLBACK, ORIGINAL):
        discord.double.fail(route, "before", "50013", matching=lambda call: bool(call.files))
    await ada.types("/progress")
    shown = await ada.sees("Where you stand")
    await discord.quiet()
    assert "quiz not taken" in shown.text
    assert len(discord.double.faults.waiting) == 1  # the picture was tried, and refused, once
