"""Labs through the desk: opening, talking, the authored path, the end, and who may."""

from collections.abc import Awaitable
from dataclasses import replace

import pytest

from bot.adapters.tutor.study_guide import StudyGuide
from bot.core.chat import Action, Answer, Declined, Form, Person, Place, Reply, Said, Shown
from bot.core.curriculum import Curriculum, Lesson
from bot.core.lab_posts import CARE
from bot.core.labs import WORDS, wish_of
from bot.core.ports import Lab, LabProgress, Undeliverable
from tests.conftest import ADA, CHANNEL, GRACE, Build, Stage, button, choice, parts, text
from tests.core.learners import changed, open_lab, without
from tests.fakes import FakeChat, ScriptedTutor

ATTEMPT = "Because predicting the next token contains no goal of being useful."


def rlhf(course: Curriculum) -> Lesson:
    lesson = course.get("rlhf")
    assert lesson
    return lesson


def private(answer: Answer, sentence: str) -> None:
    assert isinstance(answer, Declined) or (isinstance(answer, Reply) and answer.shown is Shown.PRIVATELY)
    assert sentence in text(answer)


async def lab_of(stage: Stage, number: int = 1) -> Lab:
    lab = await stage.database.read(lambda records: records.lab(number))
    assert lab
    return lab


def last(stage: Stage, thread: Place) -> str:
    return stage.chat.said(thread)[-1]


def labels(answer: Answer) -> list[str]:
    return [b.label for part in parts(answer) if part.kind == "buttons" for b in part.buttons]


async def press(stage: Stage, thread: Place, wish: str, *, person: Person = ADA, event: str = "", lab: int = 1) -> Answer:
    pressing = stage.presses(person, Action(f"lab.{wish}", (str(lab),)), place=thread, event=event)
    return await (step(stage, thread, pressing) if wish in ("hint", "explain", "next") else pressing)


async def say(stage: Stage, said: str, thread: Place, event: str = "") -> Answer:
    return await step(stage, thread, stage.says(ADA, said, thread, event))


async def step(stage: Stage, thread: Place, gesture: Awaitable[Answer]) -> Answer:
    """The answer, or else what has come in the thread, from the ledger as everything there; None if nothing has."""
    before = len(stage.chat.said(thread))
    answer = await gesture
    posts = [post for place, post in stage.chat.posts.values() if place == thread]
    return answer or (Reply(posts[-1], Shown.OPENLY) if len(posts) > before else None)


# ---------------------------------------------------------------- opening


async def test_a_lab_opens_as_a_thread_under_its_persona(stage: Stage, course: Curriculum) -> None:
    answer = await stage.types(ADA, "/lab rlhf")
    assert answer is None
    (root_place, root), (thread, opening) = stage.chat.posts.values()
    persona = course.persona_of(rlhf(course))
    assert root_place == CHANNEL
    assert thread == Place("fake", "w", "general", "1")
    assert root.speaker == opening.speaker == persona.speaker
    root_said, said = stage.chat.said()
    assert "Lab: " + rlhf(course).title in root_said
    assert rlhf(course).lab.goal in root_said
    assert f"Ada and {persona.speaker.name} talk in the thread. Anybody may read along" in root_said
    assert said.startswith(f"{persona.speaker.name}. {persona.role}")
    assert StudyGuide(course).banner in said
    assert rlhf(course).lab.opening in said
    assert all(starter in said for starter in rlhf(course).lab.starters[:3])
    assert stage.chat.invited == ["ada"]
    assert (await lab_of(stage)).stage == "open"


@pytest.mark.parametrize("typed", ["/lab reward", "/lab RLHF", "/labs rlhf", "/lab lab3"])
async def test_a_lab_opens_by_any_word_for_its_lesson(stage: Stage, typed: str) -> None:
    await stage.types(ADA, typed)
    assert (await lab_of(stage)).lesson == "rlhf"


async def test_a_lab_opens_from_the_picker(stage: Stage, course: Curriculum) -> None:
    picker = choice(await stage.types(ADA, "/lab"))
    assert [option.value for option in picker.options] == [lesson.slug for lesson in course.lessons]
    await stage.presses(ADA, picker.action, "decision")
    assert (await lab_of(stage)).lesson == "decision"
    assert len(stage.chat.said(CHANNEL)) == 1


async def test_a_lab_opens_from_a_button(stage: Stage) -> None:
    await stage.presses(ADA, Action("lab.open", ("prompting",)))
    assert (await lab_of(stage)).lesson == "prompting"


@pytest.mark.parametrize("typed", ["/lab rlhf private", "/lab rlhf Privately"])
async def test_a_private_lab_opens_in_a_direct_message(stage: Stage, typed: str) -> None:
    await stage.types(ADA, typed)
    assert stage.chat.said(CHANNEL) == []
    (root,) = stage.chat.said(Place("fake", "w", "dm:ada", None, direct=True))
    assert "Nobody else can read it." in root
    assert "Anybody" not in root
    assert (await lab_of(stage)).place.direct


async def test_a_private_lab_opens_from_the_picker(stage: Stage) -> None:
    picker = choice(await stage.types(ADA, "/lab private"))
    await stage.presses(ADA, picker.action, "rlhf")
    assert stage.chat.said(CHANNEL) == []
    assert (await lab_of(stage)).place.direct


async def test_a_lab_asked_for_in_a_thread_opens_in_its_channel(stage: Stage) -> None:
    thread = await open_lab(stage)
    await stage.types(GRACE, "/lab rlhf", thread)
    assert (await lab_of(stage, 2)).place == CHANNEL


async def test_where_no_direct_message_can_be_opened_the_channel_is_offered(build: Build) -> None:
    class Closed(FakeChat):
        async def direct(self, person: Person) -> Place:
            raise Undeliverable("Ada takes no direct messages.")

    stage = build(chat=Closed())
    private(await stage.types(ADA, "/lab rlhf private"), "open the lab in the channel with /lab rlhf.")
    assert stage.chat.said() == []


async def test_an_unknown_topic_opens_nothing(stage: Stage) -> None:
    private(await stage.types(ADA, "/lab rlfh"), "Did you mean rlhf?")
    assert stage.chat.said() == []


async def test_a_long_name_with_markup_stays_short_and_literal(stage: Stage) -> None:
    person = Person("fake", "w", "mallory", "<script>alert(1)</script> @everyone *x* " + "y" * 5000)
    await stage.types(person, "/lab rlhf")
    assert "<script>alert(1)</script> @everyone *x*" in stage.chat.said()[0]
    assert len(stage.chat.said()[0]) < 500


async def test_the_same_command_delivered_twice_opens_one_lab_and_says_nothing_more(stage: Stage) -> None:
    action = Action("lab.open", ("rlhf",))
    assert await stage.presses(ADA, action, event="same") is None
    assert await stage.presses(ADA, action, event="same") is None
    assert len(stage.chat.said(CHANNEL)) == 1


# ---------------------------------------------------------------- an unfinished lab


async def test_an_unfinished_lab_is_offered_before_a_new_one(stage: Stage, course: Curriculum) -> None:
    thread = await open_lab(stage)
    await stage.says(ADA, "I expect the charming one wins.", thread)
    answer = await stage.types(ADA, "/lab reward")
    private(answer, f"You have an unfinished lab on {rlhf(course).title}: 1 of 16 replies used.")
    assert labels(answer) == ["Go on there", "Start afresh"]
    assert len(stage.chat.said(CHANNEL)) == 1


async def test_going_on_leads_back_into_the_thread(stage: Stage) -> None:
    await open_lab(stage)
    answer = await stage.types(ADA, "/lab rlhf")
    assert await stage.presses(ADA, button(answer, "Go on there")) is None
    assert stage.chat.invited == ["ada", "ada"]


async def test_where_the_thread_cannot_be_opened_its_name_is_told(build: Build) -> None:
    class Down(FakeChat):
        down = False

        async def open_thread(self, place: Place, ref: str, title: str, person: Person) -> Place:
            if self.down:
                raise Undeliverable("No threads today.")
            return await super().open_thread(place, ref, title, person)

    chat = Down()
    stage = build(chat=chat)
    await open_lab(stage)
    chat.down = True
    private(await stage.presses(ADA, Action("lab.go", ("1",))), "The thread is called “")


async def test_starting_afresh_opens_a_new_thread_and_closes_the_old_one(stage: Stage) -> None:
    old = await open_lab(stage)
    answer = await stage.types(ADA, "/lab rlhf")
    assert await stage.presses(ADA, button(answer, "Start afresh")) is None
    assert len(stage.chat.said(CHANNEL)) == 2
    private(await stage.says(ADA, "Still here?", old), "This lab is closed. Open a new one with /lab rlhf.")
    private(await stage.types(ADA, "/lab rlhf"), "0 of 16 replies used")
    assert (await lab_of(stage, 1)).stage == "closed"
    assert (await lab_of(stage, 2)).stage == "open"


async def test_starting_afresh_stays_private_where_that_was_asked_for(stage: Stage) -> None:
    await open_lab(stage)
    answer = await stage.types(ADA, "/lab rlhf private")
    await stage.presses(ADA, button(answer, "Start afresh"))
    assert len(stage.chat.said(CHANNEL)) == 1
    assert (await lab_of(stage, 2)).place.direct


async def test_labs_of_other_lessons_and_other_people_are_not_in_the_way(stage: Stage) -> None:
    await open_lab(stage, "rlhf")
    await open_lab(stage, "prompting")
    await open_lab(stage, "rlhf", GRACE)
    assert len(stage.chat.said(CHANNEL)) == 3


async def test_a_lab_that_is_just_being_opened_is_said_to_be(build: Build) -> None:
    chat = FakeChat()
    chat.failures = [Undeliverable("no")]
    stage = build(chat=chat)
    await stage.types(ADA, "/lab rlhf")
    answer = await stage.types(ADA, "/lab rlhf")
    private(await stage.presses(ADA, button(answer, "Go on there")), "just being opened")


# ---------------------------------------------------------------- talking


async def test_a_starter_is_answered_under_the_question_it_asks(stage: Stage, course: Curriculum) -> None:
    thread = await open_lab(stage)
    assert await stage.presses(ADA, Action("lab.ask", ("1", "0")), place=thread) is None
    said = last(stage, thread)
    assert said.startswith(f"You asked: {rlhf(course).lab.starters[0]}")
    assert "[Hint] [Next question] [What shaped this answer?]" in said
    assert (await lab_of(stage)).turns == 1


async def test_free_text_is_answered_by_the_study_guide_with_its_citation(stage: Stage) -> None:
    thread = await open_lab(stage)
    assert await stage.says(ADA, "What does the KL penalty do?", thread) is None
    assert "[L3." in last(stage, thread) or "L3." in last(stage, thread)


async def test_every_reply_comes_under_the_persona_and_in_the_thread(stage: Stage, course: Curriculum) -> None:
    thread = await open_lab(stage)
    for said in ("I expect B.", "next", "hint", ATTEMPT):
        await stage.says(ADA, said, thread)
    speaker = course.persona_of(rlhf(course)).speaker
    assert all(post.speaker == speaker for _, post in stage.chat.posts.values())
    assert len(stage.chat.said(CHANNEL)) == 1


async def test_an_attempt_is_counted_for_its_question(stage: Stage) -> None:
    thread = await open_lab(stage)
    await press(stage, thread, "next")
    await stage.says(ADA, ATTEMPT, thread)
    assert (await lab_of(stage)).progress == LabProgress(0, attempts=1, answered=(0,))


@pytest.mark.parametrize(("wish", "words"), WORDS.items())
def test_plain_words_do_what_the_buttons_do(wish: str, words: tuple[str, ...]) -> None:
    for word in words:
        for typed in (word, word.upper(), f"  {word}. ", f"{word}!", f"{word}, please", f"{word} please?", f"{word}?"):
            assert wish_of(typed) == wish, typed


@pytest.mark.parametrize(
    "typed", ["", "please", "hints help people", "I would finish later", "the next token", "stop words", "🦜"]
)
def test_other_words_are_just_said(typed: str) -> None:
    assert wish_of(typed) == ""


async def test_the_words_on_every_button_work_when_typed(stage: Stage) -> None:
    thread = await open_lab(stage)
    await press(stage, thread, "next")
    answer = await press(stage, thread, "hint")
    for label in labels(answer):
        assert wish_of(label), label


async def test_plain_words_are_answered_from_the_authored_path(stage: Stage, course: Curriculum) -> None:
    thread = await open_lab(stage)
    question = rlhf(course).lab.questions[0]
    answer = await say(stage, "Next!", thread)
    assert isinstance(answer, Reply)
    assert answer.shown is Shown.OPENLY
    assert answer.post.speaker == course.persona_of(rlhf(course)).speaker
    assert question.ask in text(answer)
    assert f"Hint 1 of 3: {question.hints[0]}" in text(await say(stage, "hint", thread))
    assert (await lab_of(stage)).turns == 0


async def test_what_was_said_is_kept_without_its_buttons(stage: Stage) -> None:
    thread = await open_lab(stage)
    await press(stage, thread, "next")
    await stage.says(ADA, ATTEMPT, thread)
    await press(stage, thread, "explain")
    await press(stage, thread, "finish")
    turns = await stage.database.read(lambda records: records.turns(1, 50))
    assert len(turns) == 6
    assert not [turn for turn in turns if "[" in turn.text]


async def test_a_step_that_was_taken_is_shown_though_the_process_that_took_it_is_gone(build: Build) -> None:
    stage = build()
    thread = await open_lab(stage)
    await stage.desk.hear(Said(ADA, thread, "asked", "next"))
    await stage.database.close()
    again = build(chat=stage.chat)
    await again.deliveries.settle()
    assert "Why was that still not enough?" in last(again, thread)
    assert await again.desk.hear(Said(ADA, thread, "asked", "next")) is None
    await again.deliveries.settle()
    assert len(again.chat.said(thread)) == 2


async def test_a_thread_of_somebody_else_is_none_of_our_business(stage: Stage) -> None:
    assert await stage.says(ADA, "hint", Place("fake", "w", "general", "999")) is None
    assert stage.chat.said() == []


# ---------------------------------------------------------------- the ladder


async def test_hints_come_one_a_press_and_end(stage: Stage, course: Curriculum) -> None:
    thread = await open_lab(stage)
    await press(stage, thread, "next")
    hints = rlhf(course).lab.questions[0].hints
    for number, hint in enumerate(hints, 1):
        said = text(await press(stage, thread, "hint"))
        assert f"Hint {number} of 3: {hint}" in said
        assert not [other for other in hints if other != hint and other in said]
    assert "That was my last hint." in text(await press(stage, thread, "hint"))
    assert (await lab_of(stage)).progress.hints == 3


async def test_no_hint_is_needed_for_the_opening(stage: Stage) -> None:
    thread = await open_lab(stage)
    assert "There is no wrong answer to the opening" in text(await press(stage, thread, "hint"))
    assert (await lab_of(stage)).progress == LabProgress()


async def test_nothing_is_explained_before_an_attempt(stage: Stage, course: Curriculum) -> None:
    thread = await open_lab(stage)
    await press(stage, thread, "next")
    question = rlhf(course).lab.questions[0]
    for _ in range(3):
        said = text(await press(stage, thread, "explain"))
        assert "First one sentence of your own" in said
        assert question.ask in said
        assert question.answer not in said
    await stage.says(ADA, ATTEMPT, thread)
    assert question.answer not in last(stage, thread)
    answer = await press(stage, thread, "explain")
    assert f"Explanation: {question.answer}" in text(answer)
    assert button(answer, "Show the passage") == Action("lesson.passage", ("rlhf", question.passage))
    assert (await lab_of(stage)).progress.explained


async def test_the_whole_ladder_of_hints_opens_the_explanation_too(stage: Stage, course: Curriculum) -> None:
    thread = await open_lab(stage)
    await press(stage, thread, "next")
    for _ in range(2):
        await press(stage, thread, "hint")
    assert "First one sentence" in text(await press(stage, thread, "explain"))
    await press(stage, thread, "hint")
    assert rlhf(course).lab.questions[0].answer in text(await press(stage, thread, "explain"))


async def test_low_effort_is_no_attempt(stage: Stage) -> None:
    thread = await open_lab(stage)
    await press(stage, thread, "next")
    for said in ("idk", "???", "just tell me the answer", "ok"):
        await stage.says(ADA, said, thread)
    assert "First one sentence" in text(await press(stage, thread, "explain"))


async def test_an_attempt_counts_for_its_own_question_only(stage: Stage) -> None:
    thread = await open_lab(stage)
    await press(stage, thread, "next")
    await stage.says(ADA, ATTEMPT, thread)
    await press(stage, thread, "next")
    assert "First one sentence" in text(await press(stage, thread, "explain"))


async def test_explaining_before_the_first_question_asks_it(stage: Stage, course: Curriculum) -> None:
    thread = await open_lab(stage)
    assert rlhf(course).lab.questions[0].ask in text(await press(stage, thread, "explain"))


async def test_every_question_is_asked_in_turn_and_then_the_end_is_offered(build: Build, course: Curriculum) -> None:
    stage = build(tutor=ScriptedTutor("I hear you."))
    thread = await open_lab(stage)
    for question in rlhf(course).lab.questions:
        assert question.ask in text(await press(stage, thread, "next"))
        await stage.says(ADA, "My attempt.", thread)
    assert "Those were all my questions. Press Finish the lab" in text(await press(stage, thread, "next"))


async def test_questions_left_out_come_round_again(build: Build, course: Curriculum) -> None:
    stage = build(tutor=ScriptedTutor("I hear you."))
    thread = await open_lab(stage)
    questions = rlhf(course).lab.questions
    await press(stage, thread, "next")
    for _ in questions[1:]:
        await press(stage, thread, "next")
        await stage.says(ADA, "My attempt.", thread)
    assert questions[0].ask in text(await press(stage, thread, "next"))
    said = text(await press(stage, thread, "next"))
    assert "This is the last question, and it is still open." in said
    assert questions[0].ask in said


# ---------------------------------------------------------------- once


async def test_a_button_pressed_once_and_delivered_twice_acts_once(stage: Stage) -> None:
    thread = await open_lab(stage)
    await press(stage, thread, "next")
    assert await press(stage, thread, "hint", event="same") is not None
    assert await press(stage, thread, "hint", event="same") is None
    assert (await lab_of(stage)).progress.hints == 1


async def test_a_message_delivered_twice_is_answered_once(stage: Stage) -> None:
    thread = await open_lab(stage)
    for _ in range(2):
        assert await stage.says(ADA, "I expect the charming one.", thread, event="same") is None
    assert (await lab_of(stage)).turns == 1
    assert len(stage.chat.said(thread)) == 2


async def test_a_starter_delivered_twice_is_answered_once(stage: Stage) -> None:
    thread = await open_lab(stage)
    for _ in range(2):
        await stage.presses(ADA, Action("lab.ask", ("1", "0")), place=thread, event="same")
    assert (await lab_of(stage)).turns == 1


async def test_a_word_delivered_twice_acts_once(stage: Stage) -> None:
    thread = await open_lab(stage)
    assert await say(stage, "next", thread, event="same") is not None
    assert await say(stage, "next", thread, event="same") is None
    assert (await lab_of(stage)).progress.question == 0


async def test_the_last_turn_delivered_again_is_not_taken_for_the_exit_answer(build: Build) -> None:
    stage = build(tutor=ScriptedTutor("I hear you."))
    thread = await open_lab(stage)
    for n in range(15):
        await stage.says(ADA, f"Turn {n}.", thread)
    await stage.says(ADA, "My sixteenth.", thread, event="sixteenth")
    assert (await lab_of(stage)).stage == "exit"
    assert await stage.says(ADA, "My sixteenth.", thread, event="sixteenth") is None
    assert (await lab_of(stage)).stage == "exit"


# ---------------------------------------------------------------- the end


async def test_sixteen_turns_end_with_the_exit_question_and_the_last_three_are_announced(
    build: Build, course: Curriculum
) -> None:
    stage = build(tutor=ScriptedTutor("I hear you."))
    thread = await open_lab(stage)
    for turn in range(1, 17):
        await stage.says(ADA, f"Turn {turn}.", thread)
        left = 16 - turn
        said = stage.chat.said(thread)[turn]
        announced = {3: "3 more replies, then", 2: "2 more replies, then", 1: "1 more reply, then"}.get(left)
        assert (announced in said) if announced else ("more repl" not in said)
    assert rlhf(course).lab.exit.ask in last(stage, thread)
    assert rlhf(course).lab.takeaway in last(stage, thread)
    assert (await lab_of(stage)).stage == "exit"


async def test_more_than_sixteen_replies_at_once_are_refused(build: Build) -> None:
    class Busy(FakeChat):
        pass

    stage = build(chat=Busy(), tutor=ScriptedTutor("I hear you."))
    thread = await open_lab(stage)
    lab = await lab_of(stage)
    for n in range(16):
        await stage.database.write(
            lambda records, n=n: records.hear_turn(lab, f"m{n}", lab.owner, f"Turn {n}.", stage.clock.now())  # type: ignore[misc]
        )
    private(await stage.says(ADA, "And one more.", thread), "That was one reply too many: the exit question comes next.")
    assert (await lab_of(stage)).turns == 16


async def test_finishing_at_once_is_refused_with_what_to_do(stage: Stage) -> None:
    thread = await open_lab(stage)
    private(await press(stage, thread, "finish"), "You have hardly begun. Answer one of the questions first")
    private(await stage.says(ADA, "done", thread), "You have hardly begun.")
    assert (await lab_of(stage)).stage == "open"


async def finished(stage: Stage) -> Place:
    """A lab that has come to its exit question."""
    thread = await open_lab(stage)
    await press(stage, thread, "next")
    await stage.says(ADA, ATTEMPT, thread)
    assert await press(stage, thread, "finish") is None
    return thread


async def test_finishing_after_an_attempt_asks_the_exit_question(stage: Stage, course: Curriculum) -> None:
    thread = await finished(stage)
    said = last(stage, thread)
    lesson = rlhf(course)
    assert f"You worked on:\n\n- {lesson.sections[0].title}" in said
    assert f"To keep: {lesson.lab.takeaway}" in said
    assert f"One last question, without help. {lesson.lab.exit.ask}" in said
    assert lesson.lab.exit.answer not in said


async def test_three_turns_without_a_question_are_enough_to_finish(build: Build) -> None:
    stage = build(tutor=ScriptedTutor("I hear you.", attempt=False))
    thread = await open_lab(stage)
    for n in range(3):
        await stage.says(ADA, f"Turn {n}.", thread)
    assert await press(stage, thread, "finish") is None
    assert (await lab_of(stage)).stage == "exit"


@pytest.mark.parametrize("wish", ["hint", "explain", "next"])
async def test_the_exit_question_is_asked_without_help(stage: Stage, wish: str) -> None:
    thread = await finished(stage)
    private(await press(stage, thread, wish), "which is asked without help. Reply with your answer.")
    private(await stage.says(ADA, wish, thread), "which is asked without help. Reply with your answer.")


async def test_the_exit_question_is_asked_once(stage: Stage) -> None:
    thread = await finished(stage)
    private(await press(stage, thread, "finish"), "The exit question has been asked already.")
    assert len([said for said in stage.chat.said(thread) if "One last question" in said]) == 1


async def test_a_starter_after_the_beginning_of_the_end_is_stale(stage: Stage) -> None:
    thread = await finished(stage)
    private(await stage.presses(ADA, Action("lab.ask", ("1", "0")), place=thread), "That beginning has passed.")


async def test_a_reply_to_the_exit_question_closes_the_lab(stage: Stage, course: Curriculum) -> None:
    thread = await finished(stage)
    idea = rlhf(course).lab.exit.ideas[0]
    assert await stage.says(ADA, f"I think of {idea.wordings[0]}.", thread) is None
    said = last(stage, thread)
    assert "Kept. Thank you" in said
    assert f"> I think of {idea.wordings[0]}." in said
    assert f"You mentioned: {idea.name}" in said
    assert rlhf(course).lab.exit.answer in said
    assert (await lab_of(stage)).stage == "closed"


async def test_the_exit_form_closes_the_lab(stage: Stage, course: Curriculum) -> None:
    thread = await finished(stage)
    form = await press(stage, thread, "exit")
    assert isinstance(form, Form)
    assert rlhf(course).lab.exit.ask in repr(form.intro)
    assert await stage.sends(ADA, form.action, thread, answer="  Raters, scores, and what they miss.  ") is None
    assert "> Raters, scores, and what they miss." in last(stage, thread)
    assert (await lab_of(stage)).stage == "closed"
    private(await stage.sends(ADA, form.action, thread, answer="Again."), "This lab is closed.")


async def test_an_exit_answer_delivered_twice_closes_once_and_says_nothing_more(stage: Stage) -> None:
    thread = await finished(stage)
    for _ in range(2):
        assert await stage.says(ADA, "Raters and scores.", thread, event="same") is None
    assert len([said for said in stage.chat.said(thread) if "Kept." in said]) == 1


async def test_the_exit_form_is_refused_before_its_time(stage: Stage) -> None:
    thread = await open_lab(stage)
    private(await press(stage, thread, "exit"), "has not come to its exit question yet")
    private(await stage.sends(ADA, Action("lab.sent", ("1",)), thread, answer="x"), "has not come to its exit question yet")


@pytest.mark.parametrize(("typed", "sentence"), [("", "There was no text"), ("x" * 2001, "That is 2,001 characters")])
async def test_an_exit_answer_that_cannot_be_kept_leaves_the_question_open(stage: Stage, typed: str, sentence: str) -> None:
    thread = await finished(stage)
    private(await stage.says(ADA, typed, thread), sentence)
    private(await stage.sends(ADA, Action("lab.sent", ("1",)), thread, answer=typed), sentence)
    assert (await lab_of(stage)).stage == "exit"


async def test_a_closed_lab_says_so_and_a_new_one_opens(stage: Stage) -> None:
    thread = await finished(stage)
    await stage.says(ADA, "Raters and scores.", thread)
    for answer in (
        await stage.says(ADA, "One more thing", thread),
        await stage.says(ADA, "hint", thread),
        await press(stage, thread, "next"),
        await press(stage, thread, "exit"),
        await press(stage, thread, "go"),
        await stage.presses(ADA, Action("lab.ask", ("1", "0")), place=thread),
    ):
        private(answer, "This lab is closed. Open a new one with /lab rlhf.")
    await open_lab(stage)
    assert (await lab_of(stage, 2)).stage == "open"


# ---------------------------------------------------------------- who may


async def test_somebody_else_moves_nothing_and_is_told_so_privately(stage: Stage) -> None:
    thread = await open_lab(stage)
    await press(stage, thread, "next")
    before = await lab_of(stage)
    answers = [await press(stage, thread, wish, person=GRACE) for wish in ("hint", "explain", "next", "finish", "exit", "go")]
    answers += [await stage.says(GRACE, said, thread) for said in ("hint", "done", "calculator", "Stop!")]
    answers.append(await stage.presses(GRACE, Action("lab.ask", ("1", "0")), place=thread))
    answers.append(await stage.sends(GRACE, Action("lab.sent", ("1",)), thread, answer="x"))
    for answer in answers:
        private(answer, "This is Ada's lab, and only Ada can do that. Open your own with /lab rlhf.")
    assert await lab_of(stage) == before
    assert len(stage.chat.said()) == 3


@pytest.mark.parametrize("forged", ["0", "2", "-1", "x", "", "9" * 18, "9" * 30, "9" * 5000])
@pytest.mark.parametrize("verb", ["lab.go", "lab.hint", "lab.exit"])
async def test_a_lab_that_does_not_exist_is_refused(stage: Stage, verb: str, forged: str) -> None:
    await open_lab(stage)
    private(await stage.presses(ADA, Action(verb, (forged,))), "See what there is with /lab.")


@pytest.mark.parametrize("forged", ["6", "-1", "x", "", "9" * 5000])
async def test_a_starter_that_does_not_exist_is_refused(stage: Stage, forged: str) -> None:
    thread = await open_lab(stage)
    private(await stage.presses(ADA, Action("lab.ask", ("1", forged)), place=thread), "That beginning has passed.")


# ---------------------------------------------------------------- what cannot be read


@pytest.mark.parametrize("typed", ["", "   ", "\n", "\u200b\u200d \u2060\ufeff", "\u202e\u00ad\x07"])
async def test_a_message_without_text_is_answered_privately(stage: Stage, typed: str) -> None:
    thread = await open_lab(stage)
    private(await stage.says(ADA, typed, thread), "There was no text in that message.")
    assert (await lab_of(stage)).turns == 0


@pytest.mark.parametrize("length", [2001, 10_000])
async def test_too_long_a_message_is_refused_whole(stage: Stage, length: int) -> None:
    thread = await open_lab(stage)
    sentence = f"That is {length:,} characters; I can read 2,000 at a time. I have kept none of it"
    private(await stage.says(ADA, "x" * length, thread), sentence)
    assert (await lab_of(stage)).turns == 0


async def test_two_thousand_characters_are_heard(build: Build) -> None:
    tutor = ScriptedTutor("I hear you.")
    stage = build(tutor=tutor)
    thread = await open_lab(stage)
    await stage.says(ADA, "x" * 2000, thread)
    assert tutor.heard[0].said == "x" * 2000


@pytest.mark.parametrize(
    "typed",
    ["\u202eيمين إلى يسار", "e\u0301\u0300" * 200, "<script>alert(1)</script>", "@everyone <!channel> *b*", "🦜" * 500, "'; --"],
)
async def test_any_letters_are_heard_as_they_are(build: Build, typed: str) -> None:
    tutor = ScriptedTutor("I hear you.")
    stage = build(tutor=tutor)
    thread = await open_lab(stage)
    assert await stage.says(ADA, typed, thread) is None
    assert tutor.heard[0].said == typed


# ---------------------------------------------------------------- a changed course


async def test_a_lab_goes_on_over_a_restart(build: Build, course: Curriculum) -> None:
    stage = build()
    thread = await open_lab(stage)
    await press(stage, thread, "next")
    await press(stage, thread, "hint")
    await stage.database.close()
    again = build(chat=stage.chat)
    assert rlhf(course).lab.questions[0].hints[1] in text(await press(again, thread, "hint", event="after"))


async def test_a_lab_whose_lesson_has_left_the_course_says_so(build: Build, course: Curriculum) -> None:
    stage = build()
    thread = await open_lab(stage)
    await stage.database.close()
    again = build(course=without(course, "rlhf"), chat=stage.chat)
    private(await again.says(ADA, "Hello?", thread, event="after"), "That lab's lesson is no longer in the course.")


async def test_a_lab_whose_questions_have_become_fewer_goes_on(build: Build, course: Curriculum) -> None:
    stage = build()
    thread = await open_lab(stage)
    for _ in range(4):
        await press(stage, thread, "next")
    await stage.says(ADA, "A long and honest attempt at this one.", thread)
    await stage.database.close()
    fewer = changed(course, "rlhf", lambda lesson: replace(lesson, lab=replace(lesson.lab, questions=lesson.lab.questions[:2])))
    again = build(course=fewer, chat=stage.chat)
    assert "There is no wrong answer" in text(await press(again, thread, "hint", event="r1"))
    assert rlhf(course).lab.questions[0].ask in text(await press(again, thread, "next", event="r2"))
    assert await press(again, thread, "finish", event="r3") is None
    assert "One last question" in last(again, thread)


async def test_whoever_is_in_labs_is_shown_the_ways_back_where_labs_are_picked(stage: Stage) -> None:
    assert "open lab" not in text(await stage.types(ADA, "/lab"))
    assert await stage.presses(ADA, Action("lab.mine")) is None
    await stage.types(ADA, "/lab rlhf")
    await stage.types(ADA, "/lab prompting")
    await stage.types(GRACE, "/lab decision")
    answer = await stage.types(ADA, "/lab")
    assert [label for label in labels(answer) if label.startswith("Go on")] == [
        f"Go on: {title}" for title in ("What prompting can and cannot do", "RLHF: learning from comparisons")
    ]
    back = await stage.presses(ADA, button(answer, "Go on: RLHF: learning from comparisons"))
    assert back is None
    assert stage.chat.invited[-1] == "ada"


# ---------------------------------------------------------------- care


@pytest.mark.parametrize("typed", ["I want to die", "i\u200b want to d\u00adie", "Ｉ ｗａｎｔ ｔｏ ｄｉｅ"])
async def test_somebody_in_danger_is_answered_alone_and_nothing_of_it_is_kept(stage: Stage, typed: str) -> None:
    thread = await open_lab(stage)
    answer = await stage.says(ADA, typed, thread)
    assert isinstance(answer, Reply)
    assert answer.shown is Shown.PRIVATELY
    assert text(answer) == CARE
    turns = await stage.database.read(lambda records: records.turns(1, 50))
    assert len(turns) == 1
    assert len(stage.chat.said(thread)) == 1
    assert await stage.says(ADA, "What is a reward model?", thread) is None
    assert len(stage.chat.said(thread)) == 2
    answer = await stage.sends(ADA, Action("lab.sent", ("1",)), thread, answer=typed)
    assert text(answer) == CARE
