"""Several workspaces: installed over HTTP, kept apart, each spoken to with its own token, lost and found again."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.adapters.library import Library
from bot.adapters.slack.errors import SlackRefused
from bot.adapters.slack.vault import Secrets, Vault, new_key
from tests.adapters.slack.town import PUBLIC_URL, Browser, Neighbour, Town, query_of, titles
from tests.doubles.slack import specs

pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")  # slack_sdk 3.47, aiohttp 3.14


@pytest.fixture
async def town(tmp_path: Path, library: Library) -> AsyncIterator[Town]:
    town = Town(tmp_path, library, specs.require())
    await town.start()
    yield town
    await town.stop()
    town.double.assert_clean()


async def two(town: Town) -> tuple[Neighbour, Neighbour]:
    """Ada's workspace and Bob's; the two have the same id, each in their own."""
    ada = await town.settle_in("ada", town.double.team)
    elsewhere = town.double.workspace("Elsewhere")
    bob = town.double.namesake("bob", ada.person, elsewhere)
    return ada, await town.settle_in("bob", elsewhere, bob)


# ---------------------------------------------------------------- installing


async def test_it_is_installed_from_a_browser_and_says_where_to_go_on(town: Town) -> None:
    page = await town.install(town.double.user("ada"))
    assert (page.status, titles(page)) == (200, "Lectern is in Course")
    assert f"team={town.double.team.id}" in page.text
    ada = await town.settle_in("ada", town.double.team)
    await ada.types("/progress")
    await ada.reads("Where you stand")


async def test_slack_is_asked_for_what_the_code_uses_and_for_nothing_in_a_persons_own_name(town: Town) -> None:
    begun = await Browser(town).opens(f"{PUBLIC_URL}/slack/install")
    asked = query_of(begun.location)
    assert begun.location.startswith(town.double.base_url.replace("/api/", "/oauth/v2/authorize?"))
    assert "scope=app_mentions:read,assistant:write," in asked
    assert "user_scope=&" in asked


async def test_whoever_cancels_reads_that_nothing_was_kept_and_may_start_again(town: Town) -> None:
    town.double.user("ada")
    town.double.apps.consent = False
    browser = Browser(town)
    page = await browser.opens(await browser.to_slack())
    assert (page.status, titles(page)) == (200, "Lectern was not installed")
    assert f"{PUBLIC_URL}/slack/install" in page.text
    assert await town.app._database.read(lambda records: records.installations("slack")) == []


async def test_a_way_back_works_once(town: Town) -> None:
    town.double.user("ada")
    browser = Browser(town)
    back = await browser.to_slack()
    assert titles(await browser.opens(back)) == "Lectern is in Course"
    again = await browser.opens(back)
    assert (again.status, titles(again)) == (401, "This link has been used, or is older than ten minutes")


async def test_a_way_back_works_for_ten_minutes(town: Town) -> None:
    town.double.user("ada")
    browser = Browser(town)
    back = await browser.to_slack()
    town.pass_(minutes=10)
    assert titles(await browser.opens(back)) == "This link has been used, or is older than ten minutes"
    assert not town.double.calls_to("auth.test")


async def test_a_way_back_works_in_the_browser_that_began_and_with_the_state_it_began_with(town: Town) -> None:
    town.double.user("ada")
    browser, other = Browser(town), Browser(town)
    back = await browser.to_slack()
    await other.to_slack()
    assert titles(await other.opens(back)) == "This way back does not work"
    assert titles(await Browser(town).opens(back)) == "This way back does not work"
    forged = f"{PUBLIC_URL}/slack/oauth_redirect?code=x&state=made-up"
    assert (await browser.opens(forged)).status == 400
    assert titles(await browser.opens(back)) == "Lectern is in Course"


async def test_a_code_that_slack_does_not_know_installs_nothing(town: Town) -> None:
    town.double.user("ada")
    browser = Browser(town)
    back = await browser.to_slack()
    page = await browser.opens(back.replace("code=", "code=x"))
    assert (page.status, titles(page)) == (401, "Slack did not complete the installation")


async def test_a_way_back_without_a_code_is_told_so(town: Town) -> None:
    town.double.user("ada")
    browser = Browser(town)
    back = await browser.to_slack()
    page = await browser.opens(f"{PUBLIC_URL}/slack/oauth_redirect?state={back.rpartition('state=')[2]}")
    assert (page.status, titles(page)) == (401, "Slack sent nothing to go on with")


async def test_what_an_address_says_of_an_error_is_shown_as_text(town: Town) -> None:
    page = await Browser(town).opens(f"{PUBLIC_URL}/slack/oauth_redirect?error=%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>" not in page.text
    assert "&lt;script&gt;" in page.text


async def test_slack_out_of_reach_in_the_middle_is_told_so(town: Town) -> None:
    town.double.user("ada")
    browser = Browser(town)
    back = await browser.to_slack()
    town.double.fail("oauth.v2.access", kind="drop")
    page = await browser.opens(back)
    assert (page.status, titles(page)) == (502, "Slack cannot be reached just now")


async def test_a_whole_organisation_is_declined_and_its_token_given_back(town: Town) -> None:
    town.double.apps.one_workspace_at_a_time = False
    one = town.double.workspace("One", enterprise="E1")
    town.double.workspace("Two", enterprise="E1")
    page = await town.install(town.double.user("wendy", team=one))
    assert (page.status, titles(page)) == (500, "Lectern is installed in one workspace at a time")
    assert [app.state for app in town.double.world.installations] == ["token_revoked"]
    town.double.apps.one_workspace_at_a_time = True
    wendy = await town.settle_in("wendy", one)
    await wendy.types("/progress")
    await wendy.reads("Where you stand")


# ---------------------------------------------------------------- apart


async def test_two_people_with_one_id_in_two_workspaces_are_two_learners(town: Town) -> None:
    ada, bob = await two(town)
    assert ada.person.id == bob.person.id
    await ada.types("/lab rlhf")
    await town.quiet()
    await bob.types("/progress")
    shown = await bob.reads("Where you stand")
    assert "lab is open" not in shown.words
    people = await town.app._database.read(
        lambda records: [records.person(lead) for cohort in (1, 2) for lead in records.leads(cohort)]
    )
    assert [(person.workspace, person.name) for person in people] == [(ada.channel.team, "Ada"), (bob.channel.team, "Bob")]


async def test_each_workspaces_digest_is_posted_with_its_own_token(town: Town) -> None:
    ada, bob = await two(town)
    for neighbour in (ada, bob):
        await neighbour.types("/cohort post")
        await neighbour.reads("Lesson 1 of 4")
    posted = {call.arguments["channel"]: call.token for call in town.double.calls_to("chat.postMessage") if call.get("metadata")}
    assert posted == {ada.channel.id: ada.token, bob.channel.id: bob.token}
    assert ada.token != bob.token


async def test_everything_goes_on_after_a_restart_though_nobody_has_been_heard_yet(town: Town) -> None:
    ada, bob = await two(town)
    await town.restart()
    for neighbour in (bob, ada):
        await neighbour.types("/cohort post")
        await neighbour.reads("Lesson 1 of 4")
    assert town.app.whereabouts.startswith(
        "in Slack (2 workspaces; install it in another at https://lectern.example/slack/install"
    )


async def test_several_workspaces_are_heard_over_http_as_well(tmp_path: Path, library: Library) -> None:
    town = Town(tmp_path, library, specs.require(), http=True)
    await town.start()
    for neighbour in await two(town):
        await neighbour.types("/progress")
        await neighbour.reads("Where you stand")
    await town.stop()
    town.double.assert_clean()


# ---------------------------------------------------------------- lost and found


async def test_an_uninstalled_workspace_is_left_alone_until_it_is_installed_again(town: Town) -> None:
    ada, bob = await two(town)
    for neighbour in (ada, bob):
        await neighbour.types("/cohort schedule daily 09:30 UTC")
        await neighbour.person.clicks(await neighbour.reads("Is this right?"), "Save")
        await neighbour.reads("Saved.")
    team = ada.channel.team
    town.double.uninstall(town.double.world.installation(team))
    await town.quiet()
    absence = await town.app._database.read(lambda records: records.absence("slack", team))
    assert absence
    assert absence.why.endswith(f"Install it again at {PUBLIC_URL}/slack/install; the calendars then go on.")
    assert town.app.slack
    assert town.app.slack.ready

    town.pass_(days=2)
    await town.app.ring()
    await bob.reads("Lesson 1 of 4")
    assert "Lesson 1 of 4" not in " ".join(message.words for message in ada.channel.roots())

    assert titles(await town.install(ada.person)) == "Lectern is in Course"
    app = town.double.world.installation(team)
    assert app
    ada.channel.members.append(app.bot.id)
    await town.app.ring()
    await ada.reads("Lesson 1 of 4")
    await ada.types("/cohort status")
    assert "Waiting." not in (await ada.reads("Digests go out")).words


async def test_a_revoked_token_is_noticed_by_the_next_call_though_no_event_came(town: Town) -> None:
    ada, _ = await two(town)
    town.double.world.installation(ada.channel.team).state = "token_revoked"  # type: ignore[union-attr]
    await town.app._database.write(lambda records: town.app.digests.post_now(records, records.cohort(1), "", town.clock.now()))  # type: ignore[arg-type]
    town.app.deliveries.wake()
    await town.quiet()
    absence, entries = await town.app._database.read(
        lambda records: (records.absence("slack", ada.channel.team), records.occasions(1))
    )
    assert absence
    assert [entry.state for entry in entries] == ["failed"]
    assert "Install it again" in entries[0].error


async def test_an_old_word_of_an_end_does_not_end_a_new_installation(town: Town) -> None:
    ada = await town.settle_in("ada", town.double.team)
    app = town.double.world.installation(ada.channel.team)
    assert app
    town.double.events.tell("app_uninstalled", {"type": "app_uninstalled"}, app=app)
    await town.quiet()
    await ada.types("/progress")
    await ada.reads("Where you stand")


async def test_whoever_asks_where_it_is_not_installed_any_more_is_told_so(town: Town) -> None:
    ada = await town.settle_in("ada", town.double.team)
    await town.app._database.write(lambda records: records.lose_workspace("slack", ada.channel.team, "gone", town.clock.now()))
    await ada.types("/progress")
    await ada.reads("Lectern is not installed in this workspace any more.")
    await ada.person.says("hello", ada.person.dm)
    await town.double.settled()
    assert not town.double.courier.lost


# ---------------------------------------------------------------- tokens


async def test_a_quiet_workspaces_token_is_renewed_before_its_digest(town: Town) -> None:
    town.double.apps.rotation = True
    ada = await town.settle_in("ada", town.double.team)
    first = ada.token
    town.pass_(hours=11)
    await ada.types("/cohort post")
    await ada.reads("Lesson 1 of 4")
    assert len(town.double.apps.refreshed) == 1
    town.pass_(hours=11, minutes=30)
    await ada.types("/lab rlhf")
    await town.quiet()
    assert len(town.double.apps.refreshed) == 2
    assert ada.token != first


async def test_a_token_that_has_ended_without_notice_is_renewed_by_the_first_call_that_meets_it(town: Town) -> None:
    town.double.apps.rotation = True
    ada = await town.settle_in("ada", town.double.team)
    town.double.world.installation(ada.channel.team).expires = 1.0  # type: ignore[union-attr]
    await ada.types("/cohort post")
    await ada.reads("Lesson 1 of 4")
    assert len(town.double.apps.refreshed) == 1


async def test_a_token_is_renewed_once_however_many_ask(town: Town) -> None:
    town.double.apps.rotation = True
    ada = await town.settle_in("ada", town.double.team)
    people = [town.double.user(f"learner{n}") for n in range(8)]
    ada.channel.members += [person.id for person in people]
    town.pass_(hours=11)
    for person in people:
        assert (await person.command("/progress", ada.channel)).acked
    for person in people:
        await person.reads(ada.channel, "Where you stand")
    assert len(town.double.apps.refreshed) == 1


async def test_a_renewal_that_fails_is_tried_again_while_the_old_token_serves(town: Town) -> None:
    town.double.apps.rotation = True
    ada = await town.settle_in("ada", town.double.team)
    town.pass_(hours=11)
    town.double.fail("oauth.v2.access", kind="500")
    await ada.types("/cohort post")
    await ada.reads("Lesson 1 of 4")
    assert town.double.apps.refreshed == []
    town.pass_(minutes=2)
    await ada.types("/lab rlhf")
    await town.quiet()
    assert len(town.double.apps.refreshed) == 1


async def test_a_renewal_whose_answer_was_lost_ends_in_a_sentence_that_says_what_to_do(town: Town) -> None:
    town.double.apps.rotation = True
    ada = await town.settle_in("ada", town.double.team)
    town.pass_(hours=13)
    town.double.fail("oauth.v2.access", "after", "drop")
    await ada.types("/cohort post")
    await town.quiet()
    town.pass_(minutes=2)
    await ada.types("/progress")
    await town.quiet()
    absence = await town.app._database.read(lambda records: records.absence("slack", ada.channel.team))
    assert absence
    assert "Install it again" in absence.why


async def test_no_token_can_be_read_in_the_database_nor_in_a_log(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    town.double.apps.rotation = True
    browser = Browser(town)
    town.double.user("ada")
    back = await browser.to_slack()
    await browser.opens(back)
    ada, bob = await two(town)
    town.pass_(hours=11)
    await ada.types("/cohort post")
    await ada.reads("Lesson 1 of 4")
    await town.quiet()
    apps = town.double.world.installations
    state = back.rpartition("state=")[2]
    ours = [record for record in caplog.records if "aiohttp" not in record.name]
    told = "\n".join(f"{record.getMessage()} {record.exc_text or ''}" for record in ours).encode()
    everything = town.kept() + told
    assert b"Elsewhere" in everything
    for secret in (
        [app.token for app in apps] + [app.refresh_token for app in apps] + [state, town.double.apps.client_secret, *town.keys]
    ):
        assert secret
        assert secret.encode() not in everything
    assert not [token for token in (b"xoxb-", b"xoxe-", b"xoxe.") if token in everything]
    assert bob.token


async def test_keys_are_replaced_by_listing_the_new_one_first(town: Town) -> None:
    ada = await town.settle_in("ada", town.double.team)
    old = town.keys[0]
    before = await town.app._database.read(lambda records: records.installations("slack")[0].sealed)
    town.keys = [new_key(), old]
    await town.restart()
    after = await town.app._database.read(lambda records: records.installations("slack")[0].sealed)
    assert after != before
    town.keys = town.keys[:1]
    await town.restart()
    await ada.types("/progress")
    await ada.reads("Where you stand")


async def test_a_token_sealed_under_a_key_that_only_another_process_has_is_told_of(town: Town) -> None:
    ada = await town.settle_in("ada", town.double.team)
    (kept,) = await town.app._database.read(lambda records: records.installations("slack"))
    sealed = Vault([new_key()]).seal(Secrets("xoxb-elsewhere"))
    await town.app._database.write(lambda records: records.reseal(kept, sealed, None))
    await ada.types("/cohort post")
    await town.quiet()
    (entry,) = await town.app._database.read(lambda records: records.occasions(1))
    assert (entry.state, entry.error) == ("failed", "I cannot open this workspace's token. Tell whoever runs this bot.")


async def test_a_start_without_the_key_that_was_used_says_so(town: Town) -> None:
    await town.settle_in("ada", town.double.team)
    await town.app.stop()
    right, town.keys = town.keys, [new_key()]
    with pytest.raises(SlackRefused, match="SLACK_ENCRYPTION_KEYS does not open what was kept for the workspace “Course”"):
        await town.run()
    await town.app._database.close()
    town.keys = right
    await town.run()


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [("slack_client_secret", "wrong-secret", "SLACK_CLIENT_SECRET"), ("slack_client_id", "9.9", "SLACK_CLIENT_ID")],
)
async def test_a_wrong_id_or_secret_is_said_at_the_start(
    tmp_path: Path, library: Library, setting: str, value: str, said: str
) -> None:
    town = Town(tmp_path, library, specs.require(), wrong={setting: value})
    await town.double.start()
    with pytest.raises(SlackRefused, match=said) as refused:
        await town.run()
    assert "wrong-secret" not in str(refused.value)
    await town.app._database.close()
    await town.double.stop()
