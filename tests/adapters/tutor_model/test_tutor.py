import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.adapters.tutor import phrases as guide_phrases
from bot.adapters.tutor.model import phrases
from bot.adapters.tutor.model.canary import PROBE
from bot.adapters.tutor.model.client import Limits, ModelClient
from bot.adapters.tutor.model.tutor import ModelTutor
from bot.adapters.tutor.quoting import flat
from bot.adapters.tutor.study_guide import StudyGuide
from bot.core.chat import Action, Note, Said, Text, line
from bot.core.curriculum import Curriculum
from bot.core.lab_posts import CUT, STOPPED
from bot.core.plain import plain
from bot.core.ports import Draft, LabProgress, LabTurn, Spent, Turn, Tutor
from tests.adapters.tutor.small_course import COURSE, NOW, RISE, SALT, turn
from tests.adapters.tutor_model import scenes
from tests.adapters.tutor_model.double import USAGE, Double, Exchange, Scene, good, serving
from tests.conftest import ADA, Build
from tests.core.learners import open_lab
from tests.fakes import FakeClock

MARK = "zebra-marker-word"
ASKED = "Why does dough rise?"
REPLY = "Yeast gives off gas, and the gluten traps it, as you said [L1.1]. What would change in a cold kitchen?"


def replying(text: str) -> Scene:
    async def reply(exchange: Exchange) -> None:
        await exchange.head()
        words = text.split(" ")
        await exchange.say(*words)
        await exchange.finish(usage=USAGE)

    return reply


async def ready(exchange: Exchange) -> None:
    await exchange.head()
    await exchange.say("ready")
    await exchange.finish(usage={"prompt_tokens": 90, "completion_tokens": 1, "total_tokens": 91})


@asynccontextmanager
async def teaching(
    usual: Scene, *then: Scene, first: Scene = ready, quick: bool = False
) -> AsyncIterator[tuple[Double, ModelTutor, FakeClock]]:
    limits = Limits(read=0.3, total=0.8) if quick else Limits(rest=0.1)
    async with serving(usual, first, *then) as double:
        clock = FakeClock()
        tutor = ModelTutor(
            ModelClient(double.url, "m", "sk-local-secret", limits=limits, pause=lambda: 0.0), StudyGuide(COURSE), clock
        )
        try:
            yield double, tutor, clock
        finally:
            await tutor.close()


async def drafts_of(tutor: Tutor, asked: LabTurn) -> list[Draft]:
    drafts = [draft async for draft in tutor.answer(asked)]
    assert [draft.done for draft in drafts] == [False] * (len(drafts) - 1) + [True]
    return drafts


async def said(tutor: Tutor, asked: LabTurn) -> str:
    return flat((await drafts_of(tutor, asked))[-1].parts)


async def guided(asked: LabTurn) -> tuple[object, ...]:
    return (await drafts_of(StudyGuide(COURSE), asked))[-1].parts


# ---------------------------------------------------------------- a model that answers


async def test_a_reply_is_shown_as_it_comes_and_stays_as_it_ends() -> None:
    async with teaching(replying(REPLY)) as (double, tutor, _):
        drafts = await drafts_of(tutor, turn(ASKED))
    assert flat(drafts[-1].parts) == REPLY
    assert all(REPLY.startswith(flat(draft.parts)) for draft in drafts)
    assert drafts[-1].question is None
    assert not double.refused


async def test_the_model_is_probed_once_before_the_first_learner() -> None:
    async with teaching(replying(REPLY)) as (double, tutor, _):
        for _ in range(2):
            await said(tutor, turn(ASKED))
    probes = [PROBE in str(seen.body["messages"]) for seen in double.seen]
    assert probes == [True, False, False]
    assert double.seen[0].body["max_tokens"] == 8
    assert len(PROBE.split()) >= 60


@pytest.mark.parametrize(
    ("words", "progress", "attempt"),
    [
        ("The cold slows the yeast, so I would wait longer.", LabProgress(0), True),
        ("Because the yeast is slow?", LabProgress(0), True),
        ("What is gluten?", LabProgress(0), False),
        ("idk", LabProgress(0), False),
        ("The cold slows the yeast.", LabProgress(-1), False),
    ],
)
async def test_an_attempt_is_what_the_study_guide_calls_one(words: str, progress: LabProgress, *, attempt: bool) -> None:
    async with teaching(replying(REPLY)) as (_, tutor, _clock):
        draft = (await drafts_of(tutor, turn(words, progress)))[-1]
    assert draft.attempt is attempt
    assert (await drafts_of(StudyGuide(COURSE), turn(words, progress)))[-1].attempt is attempt


async def test_a_reply_without_a_question_ends_with_the_authored_one() -> None:
    async with teaching(replying("Yeast gives off gas.")) as (_, tutor, _clock):
        open_ = (await drafts_of(tutor, turn(ASKED, LabProgress(0))))[-1]
        explained = (await drafts_of(tutor, turn(ASKED, LabProgress(0, explained=True, answered=(0,)))))[-1]
        done = (await drafts_of(tutor, turn(ASKED, LabProgress(1, explained=True, answered=(0, 1)))))[-1]
    assert (flat(open_.parts), open_.question) == (f"Yeast gives off gas.\nYour turn: {RISE.ask}", 0)
    assert (flat(explained.parts), explained.question) == (f"Yeast gives off gas.\nYour turn: {SALT.ask}", 1)
    assert (flat(done.parts), done.question) == ("Yeast gives off gas.", None)


async def test_a_citation_that_does_not_exist_goes_and_a_number_nobody_gave_is_pointed_at() -> None:
    text = "At 26 degrees [L1.1] it doubles, in 47 minutes [L7.9], you said 12. Why?"
    async with teaching(replying(text)) as (_, tutor, _clock):
        parts = (await drafts_of(tutor, turn("Is it 12?")))[-1].parts
    assert flat(parts[:1]) == "At 26 degrees [L1.1] it doubles, in 47 minutes, you said 12. Why?"
    assert isinstance(parts[1], Note)
    assert flat(parts[1:]) == phrases.NUMBER.format(numbers="47")


async def test_a_number_the_calculator_found_is_nobodys_invention() -> None:
    async with teaching(replying("It is 4,194,304, as calculated. Why?")) as (_, tutor, _clock):
        asked = replace(turn("So?"), results=("LoRA size\n4,194,304 trainable parameters.",))
        assert await said(tutor, asked) == "It is 4,194,304, as calculated. Why?"


async def test_a_reply_that_is_too_long_ends_with_a_whole_sentence_and_the_authored_question() -> None:
    sentences = [f"Reason {chr(97 + n % 26)}{chr(97 + n // 26)} holds because of another thing." for n in range(60)]
    async with teaching(replying(" ".join(sentences))) as (_, tutor, _clock):
        text = await said(tutor, turn(ASKED))
    kept, _, asked = text.partition("\nYour turn: ")
    assert asked == RISE.ask
    assert len(kept) <= 1200
    assert kept.endswith("thing.")


async def test_a_model_that_loops_is_not_shown() -> None:
    async with teaching(replying("the gas is in the dough and " * 12)) as (_, tutor, _clock):
        text = await said(tutor, turn(ASKED))
    assert text.startswith(phrases.WITHHELD)


@pytest.mark.parametrize(
    ("reply", "by", "failed"),
    [
        (REPLY, "model", ()),
        ("It is 77 and 88 [L9.9].", "model", ("citation", "number", "no_question")),
        ("the gas is in the dough and " * 12, "lessons", ("no_question", "repetition")),
    ],
)
async def test_which_checks_a_reply_failed_is_kept_by_name(reply: str, by: str, failed: tuple[str, ...]) -> None:
    async with teaching(replying(reply)) as (_, tutor, _clock):
        shape = (await drafts_of(tutor, turn(ASKED)))[-1].shape
    assert shape
    assert (shape.by, shape.failed, shape.withheld) == (by, failed, by == "lessons")


async def test_a_guests_words_are_no_attempt_and_lead_to_no_other_question() -> None:
    words = "I think the gluten traps the gas that yeast gives off."
    async with teaching(replying("Yes, that is in the lesson.")) as (_, tutor, _clock):
        owners, guests = [(await drafts_of(tutor, replace(turn(words, LabProgress(0)), voice=voice)))[-1] for voice in (0, 1)]
    assert owners.attempt
    assert not guests.attempt
    assert guests.question == 0


async def test_no_draft_on_the_way_is_ever_live() -> None:
    async with teaching(replying("Ask @everyone or <!channel> at https://evil.com/x now. Why?")) as (_, tutor, _clock):
        drafts = await drafts_of(tutor, turn(ASKED))
    shown = [flat(draft.parts) for draft in drafts]
    assert not any("@e" in text or "<!" in text or "evil" in text for text in shown)


async def test_somebody_in_danger_is_answered_with_fixed_words_and_nothing_leaves() -> None:
    async with teaching(good) as (double, tutor, _):
        assert await said(tutor, turn("I want to die")) == guide_phrases.CARE
    assert double.seen == []


# ---------------------------------------------------------------- a model that fails


@pytest.mark.parametrize("scene", [scenes.ends_early, scenes.reset, scenes.error_event, scenes.malformed, scenes.at_length])
async def test_a_reply_that_broke_off_stays_and_says_so(scene: Scene) -> None:
    async with teaching(scene) as (_, tutor, _clock):
        draft = (await drafts_of(tutor, turn(ASKED)))[-1]
    assert flat(draft.parts) == scenes.HALF_TEXT
    assert (draft.cut, draft.question) == (True, None)


@pytest.mark.parametrize(
    ("scene", "sentence"),
    [
        (scenes.refusing(500), phrases.NOW),
        (scenes.html, phrases.NOW),
        (scenes.reset_at_once, phrases.NOW),
        (scenes.refusing(400, message=scenes.WINDOW), phrases.NOW),
        (scenes.blank, phrases.WITHHELD),
        (scenes.filtered, phrases.WITHHELD),
        (scenes.refusing(401), phrases.LATCHED),
        (scenes.refusing(404), phrases.LATCHED),
    ],
)
async def test_without_a_reply_the_lessons_answer_after_one_plain_sentence(scene: Scene, sentence: str) -> None:
    async with teaching(scene) as (_, tutor, _clock):
        draft = (await drafts_of(tutor, turn(ASKED)))[-1]
    assert flat(draft.parts[:1]) == sentence
    assert draft.parts[1:] == await guided(turn(ASKED))
    assert draft.question == (await drafts_of(StudyGuide(COURSE), turn(ASKED)))[-1].question


async def test_a_silent_model_leaves_the_word_to_the_lessons() -> None:
    async with teaching(scenes.silent, quick=True) as (_, tutor, _clock):
        assert (await said(tutor, turn(ASKED))).startswith(phrases.NOW)


async def test_after_five_failures_it_is_not_asked_until_the_time_it_says() -> None:
    async with teaching(scenes.refusing(500)) as (double, tutor, clock):
        for _ in range(5):
            text = await said(tutor, turn(ASKED))
        asked = len(double.seen)
        again = await said(tutor, turn(ASKED))
        assert len(double.seen) == asked
        clock.pass_(seconds=30)
        double.usual = replying(REPLY)
        well = await said(tutor, turn(ASKED))
    assert text.startswith(phrases.UNTIL)
    assert again.startswith(f"{phrases.UNTIL}Monday 23 November 2026, 10:00 (UTC).")
    assert well == REPLY


async def test_a_busy_server_is_left_alone_as_long_as_it_asks() -> None:
    async with teaching(scenes.refusing(429, Retry_After="130")) as (double, tutor, _):
        text = await said(tutor, turn(ASKED))
        await said(tutor, turn(ASKED))
    assert text.startswith(f"{phrases.UNTIL}Monday 23 November 2026, 10:02 (UTC).")
    assert len(double.seen) == 2


async def test_a_used_up_quota_is_said_with_its_hour() -> None:
    async with teaching(scenes.refusing(429, code="insufficient_quota")) as (_, tutor, clock):
        text = await said(tutor, turn(ASKED))
    assert f"{clock.now() + timedelta(hours=1):%H:%M}" in text


async def test_a_server_that_does_not_read_what_it_is_sent_is_not_used(caplog: pytest.LogCaptureFixture) -> None:
    async def nonsense(exchange: Exchange) -> None:
        await exchange.head()
        await exchange.say("gemma")
        await exchange.finish(usage={"prompt_tokens": 3, "completion_tokens": 1, "total_tokens": 4})

    async with teaching(nonsense, first=nonsense) as (double, tutor, _):
        texts = [await said(tutor, turn(ASKED)) for _ in range(2)]
    assert all(text.startswith(phrases.LATCHED) for text in texts)
    assert len(double.seen) == 1
    assert [record.levelname for record in caplog.records if record.name.endswith("model.tutor")].count("ERROR") == 1


async def test_a_window_too_small_gets_half_of_what_was_said_and_then_the_lessons() -> None:
    past = tuple(Turn(n, None if n % 2 else 7, f"turn {n}", NOW) for n in range(8))
    asked = turn(ASKED)
    asked = LabTurn(asked.lesson, asked.persona, asked.progress, past, asked.said)
    small = scenes.refusing(400, message=scenes.WINDOW)
    async with teaching(replying(REPLY), small) as (double, tutor, _):
        assert await said(tutor, asked) == REPLY
    lengths = [sum(str(message["content"]).count("turn ") for message in seen.body["messages"]) for seen in double.seen]
    assert lengths == [0, 8, 4]
    async with teaching(small) as (double, tutor, _):
        assert (await said(tutor, asked)).startswith(phrases.NOW)
    assert len(double.seen) == 3


async def test_a_server_that_cuts_prompts_off_is_sent_less_and_its_operator_told(caplog: pytest.LogCaptureFixture) -> None:
    async def truncating(exchange: Exchange) -> None:
        await exchange.head()
        await exchange.say(*REPLY.split(" "))
        await exchange.finish(usage={"prompt_tokens": 41, "completion_tokens": 9, "total_tokens": 50})

    async with teaching(truncating) as (_, tutor, _clock):
        for _ in range(3):
            await said(tutor, turn(ASKED))
    assert [record.levelname for record in caplog.records if "context window" in record.message] == ["WARNING"]


async def test_a_message_too_long_for_the_model_goes_to_the_lessons_and_says_so() -> None:
    async with teaching(good) as (double, tutor, _):
        assert (await said(tutor, turn("漢" * 2000))).startswith(phrases.TOO_LONG)
    assert double.seen == []


# ---------------------------------------------------------------- around it


async def test_a_learner_who_stops_hangs_up_on_the_model_and_frees_the_probe() -> None:
    async with teaching(scenes.silent_after_words) as (double, tutor, _):
        async with aclosing(tutor.answer(turn(ASKED))) as drafts:
            assert not (await anext(drafts)).done
            double.left.clear()
        async with asyncio.timeout(5):
            while double.at_once:
                await double.left.wait()
                double.left.clear()
        double.usual = replying(REPLY)
        assert await said(tutor, turn(ASKED)) == REPLY


async def test_the_opening_says_where_words_go() -> None:
    away = ModelTutor(ModelClient("https://llm.example.org/v1/secret-path", "m"), StudyGuide(COURSE), FakeClock())
    here = ModelTutor(ModelClient("http://localhost:11434/v1", "m"), StudyGuide(COURSE), FakeClock())
    assert "Your words are sent to llm.example.org." in away.banner
    assert "secret" not in away.banner
    assert "Your words stay on this server." in here.banner


@pytest.mark.parametrize("scene", [replying(REPLY), scenes.error_event, scenes.refusing(401), scenes.refusing(500)])
async def test_no_word_of_a_learner_a_model_or_a_key_is_logged(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with teaching(scene) as (_, tutor, _clock):
        await said(tutor, turn(f"{MARK}, why?"))
    records = [record for record in caplog.records if record.name != "asyncio"]
    assert any(record.name.endswith("model.tutor") for record in records)
    logged = " ".join(f"{record.getMessage()} {record.__dict__}" for record in records)
    assert not any(word in logged for word in (MARK, "secret", "Yeast", "127.0.0.1"))


async def test_its_first_part_of_a_fallback_is_one_sentence_of_its_own() -> None:
    async with teaching(scenes.refusing(500)) as (_, tutor, _clock):
        draft = (await drafts_of(tutor, turn(ASKED)))[-1]
    assert isinstance(draft.parts[0], Text)


async def test_a_model_tried_at_the_start_is_not_tried_again_with_a_learner() -> None:
    async with teaching(replying(REPLY)) as (double, tutor, _):
        await tutor.start()
        await said(tutor, turn(ASKED))
    assert [PROBE in str(seen.body["messages"]) for seen in double.seen] == [True, False]


async def test_a_model_that_fails_at_the_start_is_said_to_and_keeps_no_learner_waiting(caplog: pytest.LogCaptureFixture) -> None:
    async with teaching(good, first=scenes.refusing(401)) as (double, tutor, _):
        await tutor.start()
        assert (await said(tutor, turn(ASKED))).startswith(phrases.LATCHED)
    assert len(double.seen) == 1
    assert [record.levelname for record in caplog.records if "did not pass its test" in record.getMessage()] == ["WARNING"]


# ---------------------------------------------------------------- what it takes


async def test_without_the_persona_the_model_gets_the_words_alone() -> None:
    async with teaching(replying("Yeast, and 47 other things.")) as (double, tutor, _):
        draft = (await drafts_of(tutor, replace(turn(ASKED, LabProgress(0)), bare=True)))[-1]
    assert flat(draft.parts) == "Yeast, and 47 other things."
    assert [message["content"] for message in double.seen[-1].body["messages"]] == ["Answer briefly.", ASKED]
    assert not double.refused


async def test_what_shaped_a_reply_is_named_without_a_path_of_the_server() -> None:
    async with teaching(good) as (_, tutor, _clock):
        tutor._client.model = "/srv/models/small.gguf"
        shape = (await drafts_of(tutor, turn(ASKED)))[-1].shape
    assert shape
    assert (shape.by, shape.model, shape.limit) == ("model", "small.gguf", 350)


@pytest.mark.parametrize(
    ("scene", "counted"),
    [(good, True), (scenes.no_usage, False), (scenes.ends_early, False), (scenes.refusing(500), False)],
    ids=["counted", "not counted", "broken off", "failed"],
)
async def test_what_a_reply_took_is_the_servers_count_or_an_estimate_and_never_nothing(scene: Scene, *, counted: bool) -> None:
    async with teaching(scene) as (_, tutor, _clock):
        most = tutor.cost(turn(ASKED))
        drafts = await drafts_of(tutor, turn(ASKED))
    assert all(draft.spent and 0 < draft.spent.tokens <= most for draft in drafts if not counted)
    assert drafts[-1].spent
    assert drafts[-1].spent.counted is counted
    if counted:
        assert drafts[-1].spent == Spent(2600, 22, counted=True)


async def test_a_server_that_refuses_costs_nothing_and_then_nothing_is_reserved() -> None:
    async with teaching(scenes.refusing(401)) as (_, tutor, _clock):
        assert (await drafts_of(tutor, turn(ASKED)))[-1].spent == Spent()
        assert tutor.cost(turn(ASKED)) == 0


async def test_where_no_model_may_be_asked_none_is_and_the_reason_comes_first() -> None:
    async with teaching(good) as (double, tutor, _clock):
        asked = replace(turn(ASKED), instead=line("Used up."))
        assert tutor.cost(asked) == 0
        assert (await said(tutor, asked)).startswith("Used up.\n")
        assert tutor.cost(turn("I want to die")) == 0
    assert double.seen == []


# ---------------------------------------------------------------- in a lab


@pytest.mark.parametrize(
    ("scene", "ending"),
    [(replying(REPLY), "What would change in a cold kitchen?"), (scenes.ends_early, CUT), (scenes.refusing(401), None)],
    ids=["answers", "breaks off", "fails"],
)
async def test_a_lab_goes_on_whatever_the_model_does(build: Build, course: Curriculum, scene: Scene, ending: str | None) -> None:
    async with serving(scene, ready) as double:
        client = ModelClient(double.url, "m", limits=Limits(rest=0.1), pause=lambda: 0.0)
        tutor = ModelTutor(client, StudyGuide(course), FakeClock())
        stage = build(tutor=tutor)
        await stage.types(ADA, "/lab rlhf")
        thread = next(place for place, _ in stage.chat.posts.values() if place.thread)
        await stage.says(ADA, "What does the KL leash do?", thread)
        await tutor.close()
    said = plain(list(stage.chat.posts.values())[-1][1], controls=False)
    assert (ending or phrases.LATCHED) in said
    assert double.refused == []
    assert any("Your words stay on this server" in plain(post) for _, post in stage.chat.posts.values())


async def test_stop_hangs_up_on_the_model(build: Build, course: Curriculum) -> None:
    async with serving(scenes.silent_after_words, ready) as double:
        client = ModelClient(double.url, "m", pause=lambda: 0.0)
        tutor = ModelTutor(client, StudyGuide(course), FakeClock())
        stage = build(tutor=tutor)
        thread = await open_lab(stage)
        await stage.desk.hear(Said(ADA, thread, "m1", "What does the KL leash do?"))
        reply = asyncio.create_task(stage.deliveries.settle())
        while double.at_once == 0 or len(double.seen) < 2:
            await double.arrived.wait()
            double.arrived.clear()
        double.left.clear()
        await stage.presses(ADA, Action("lab.stop", ("1", "2")), place=thread)
        await double.left.wait()
        await reply
        await tutor.close()
    assert double.at_once == 0
    assert STOPPED in plain(list(stage.chat.posts.values())[-1][1])
