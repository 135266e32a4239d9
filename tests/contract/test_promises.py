"""What every platform promises its people."""

from bot.core.curriculum import Choices, Curriculum
from bot.core.lab_posts import TURN_LIMIT
from tests.contract.platform import Learner, Platform, Seen

PERSONA = "Vera"


async def lab_of(learner: Learner, topic: str = "rlhf") -> tuple[Seen, Seen]:
    """Open a lab; gives its root in the channel and its opening in the thread."""
    await learner.types(f"/lab {topic}")
    opening = await learner.sees("Just reply here")
    assert opening.thread
    root = next(message for message in await learner.all_seen() if message.id == opening.thread)
    return root, opening


async def question_of(learner: Learner, course: Curriculum) -> tuple[Seen, Choices]:
    """A quiz's present question, if it is one with options; other kinds are not asked with this seed first."""
    await learner.types("/quiz rlhf")
    message = await learner.sees("question 1 of 5")
    lesson = course.find("rlhf")
    task = next(q.task for q in lesson.questions if q.stem in message.text)
    assert isinstance(task, Choices)
    return message, task


def option(task: Choices, *, right: bool) -> str:
    return next(choice.text for choice in task.options if choice.right == right)


async def test_a_command_is_answered_to_the_one_who_asked_and_to_nobody_else(platform: Platform) -> None:
    ada, grace = await platform.learner("Ada"), await platform.learner("Grace")
    await ada.types("/lesson rlhf")
    assert (await ada.sees("section 1 of 8")).private
    await grace.types("/progress")
    await grace.sees("Where you stand")
    assert not [message for message in await grace.all_seen() if "section 1 of 8" in message.text]


async def test_the_first_digest_is_there_for_everybody_with_its_buttons(platform: Platform) -> None:
    for name in ("Ada", "Grace"):
        learner = await platform.learner(name)
        digest = await learner.sees("Lesson 1 of 4")
        assert not digest.private
        assert digest.buttons[:3] == ("Read the lesson", "Open the lab", "Take the quiz")


async def test_a_button_under_a_digest_joins_the_cohort_and_does_what_it_says(platform: Platform) -> None:
    await platform.learner("Ada")
    grace = await platform.learner("Grace")
    await grace.presses(await grace.sees("Lesson 1 of 4"), "Read the lesson")
    lesson = await grace.sees("You are now in", "section 1 of 8")
    assert lesson.private


async def test_a_lab_is_a_thread_under_its_personas_name_for_everybody(platform: Platform) -> None:
    ada, grace = await platform.learner("Ada"), await platform.learner("Grace")
    root, opening = await lab_of(ada)
    assert PERSONA in root.author
    assert PERSONA in opening.author
    seen = await grace.sees("Just reply here", by=PERSONA)
    assert seen.thread == root.id
    assert not seen.private


async def test_a_plain_reply_in_a_lab_is_answered_there_by_the_persona(platform: Platform) -> None:
    ada = await platform.learner("Ada")
    root, _ = await lab_of(ada)
    await ada.says("How does a ranking of answers become a number?", root.id)
    answer = await ada.sees("L3.", by=PERSONA, thread=root.id)
    assert "Next question" in answer.buttons
    assert not answer.private


async def test_a_lab_keeps_its_persona_and_its_memory_over_a_restart(platform: Platform) -> None:
    ada = await platform.learner("Ada")
    root, opening = await lab_of(ada)
    await ada.presses(opening, "Skip to the first question")
    await platform.restart()
    await ada.says("hint", root.id)
    hint = await ada.sees("Hint 1 of 3", by=PERSONA, thread=root.id)
    assert hint.thread == root.id


async def test_the_same_press_delivered_twice_counts_once(platform: Platform) -> None:
    ada = await platform.learner("Ada")
    root, opening = await lab_of(ada)
    await ada.presses(opening, "Skip to the first question")
    await ada.says("hint", root.id)
    first = await ada.sees("Hint 1 of 3", thread=root.id)
    await ada.presses(first, "Hint")
    await ada.presses_again()
    await ada.sees("Hint 2 of 3", thread=root.id)
    await platform.quiet()
    assert not [message for message in await ada.all_seen() if "Hint 3 of 3" in message.text]
    assert len([message for message in await ada.all_seen() if "Hint 2 of 3" in message.text]) == 1


async def test_somebody_else_may_ask_in_a_lab_and_is_told_privately_what_is_not_theirs(platform: Platform) -> None:
    ada, grace = await platform.learner("Ada"), await platform.learner("Grace")
    root, opening = await lab_of(ada)
    await grace.sees("Just reply here")
    await grace.says("How does a ranking of answers become a number?", root.id)
    answer = await ada.sees("To Grace, who asks in Ada's lab:", "L3.", by=PERSONA, thread=root.id)
    assert not answer.private
    await grace.says("hint", root.id)
    assert (await grace.sees("only Ada can do that")).private
    await platform.quiet()
    assert not [message for message in await ada.all_seen() if "only Ada can do that" in message.text]
    await ada.presses(opening, "Skip to the first question")
    await ada.sees("?", by=PERSONA, thread=root.id)


async def test_a_quiz_is_seen_by_its_owner_alone_and_answers_in_place(platform: Platform, course: Curriculum) -> None:
    ada, grace = await platform.learner("Ada"), await platform.learner("Grace")
    message, task = await question_of(ada, course)
    assert message.private
    await ada.chooses(message, option(task, right=False))
    feedback = await ada.sees("Not quite.")
    assert feedback.id == message.id
    assert "Next question" in feedback.buttons
    assert not feedback.options
    await grace.types("/progress")
    await grace.sees("Where you stand")
    assert not [seen for seen in await grace.all_seen() if "question 1 of 5" in seen.text]


async def test_an_answer_is_not_on_the_page_before_it_is_given(platform: Platform, course: Curriculum) -> None:
    ada = await platform.learner("Ada")
    message, task = await question_of(ada, course)
    assert all(choice.remark not in message.text for choice in task.options if choice.remark)
    assert "Right." not in message.text


async def test_an_open_quiz_survives_a_restart(platform: Platform, course: Curriculum) -> None:
    ada = await platform.learner("Ada")
    message, task = await question_of(ada, course)
    await platform.restart()
    await ada.chooses(message, option(task, right=True))
    await ada.sees("Right.")
    await ada.presses(await ada.sees("Right."), "Next question")
    await ada.sees("question 2 of 5")


async def test_a_form_is_asked_checked_and_shown_before_it_is_saved(platform: Platform) -> None:
    ada = await platform.learner("Ada")
    await ada.types("/cohort status")
    status = await ada.sees("No calendar yet")
    await ada.fills(status, "Set the calendar", zone="Europe/Berlin")
    preview = await ada.sees("Is this right?", "Tuesdays and Thursdays at 09:30 (Europe/Berlin)")
    assert preview.private
    await ada.presses(preview, "Save")
    await ada.sees("Saved.")
    await ada.types("/cohort status")
    await ada.sees("Digests go out Tuesdays and Thursdays at 09:30 (Europe/Berlin)")


async def test_what_a_learner_writes_stays_letters(platform: Platform) -> None:
    ada, grace = await platform.learner("Ada"), await platform.learner("Grace")
    wicked = "@everyone <!channel> <script>alert(1)</script> [x](http://evil.example) *bold*"
    await ada.says(wicked)
    assert (await grace.sees("@everyone", by="Ada")).text == wicked


async def test_a_misspelt_command_is_told_privately_with_the_nearest(platform: Platform) -> None:
    ada, grace = await platform.learner("Ada"), await platform.learner("Grace")
    await ada.types("/lesson rlfh")
    assert (await ada.sees("Did you mean rlhf?")).private
    await ada.types("/quizz")
    assert (await ada.sees("Did you mean /quiz?")).private
    await grace.types("/progress")
    await grace.sees("Where you stand")
    assert not [message for message in await grace.all_seen() if "Did you mean" in message.text]


async def test_what_is_kept_is_told_and_nothing_is_erased_before_it_is_asked_again(platform: Platform) -> None:
    ada, grace = await platform.learner("Ada"), await platform.learner("Grace")
    await ada.types("/lectern privacy")
    told = await ada.sees("What is kept about you", "kept while it is open and 30 days after")
    assert told.private
    await ada.presses(told, "Erase me")
    asked = await ada.sees("Erase everything about you?", "Nothing is erased yet.")
    assert asked.private
    assert "Erase me now" in asked.buttons
    await ada.types("/lectern export")
    assert (await ada.sees("Here is everything kept about you: lectern-data.json.")).private
    await grace.types("/progress")
    await grace.sees("Where you stand")
    assert not [seen for seen in await grace.all_seen() if "kept about you" in seen.text]


async def test_a_report_is_seen_by_the_lead_alone(platform: Platform) -> None:
    ada, grace = await platform.learner("Ada"), await platform.learner("Grace")
    await grace.types("/cohort join")
    await ada.types("/cohort report")
    report = await ada.sees("Report: Demo cohort", "Who is where", "Grace")
    assert report.private
    await ada.presses(report, "As files for a spreadsheet")
    assert (await ada.sees("Here is the report on Demo cohort", "progress.csv")).private
    await grace.types("/cohort report")
    assert (await grace.sees("Only the cohort's leads can do that.")).private
    await platform.quiet()
    assert not [seen for seen in await grace.all_seen() if "Who is where" in seen.text or "progress.csv" in seen.text]


async def test_a_lab_runs_to_its_exit_question_and_is_kept(platform: Platform) -> None:
    ada = await platform.learner("Ada")
    root, opening = await lab_of(ada)
    await ada.presses(opening, "Skip to the first question")
    for turn in range(TURN_LIMIT):
        await ada.says(f"I think the raters prefer it, attempt {turn}", root.id)
        await platform.quiet()
    end = await ada.sees("To end with", by=PERSONA, thread=root.id)
    await ada.fills(end, "Answer", answer="A reward model learns what raters prefer, and the policy is pushed towards it.")
    closing = await ada.sees("This lab is closed", by=PERSONA, thread=root.id)
    assert "A reward model learns what raters prefer" in closing.text
    await ada.types("/progress")
    await ada.sees("lab finished")


async def test_a_cohort_is_steered_by_buttons_as_by_words(platform: Platform) -> None:
    ada, grace = await platform.learner("Ada"), await platform.learner("Grace")
    await grace.types("/cohort join")
    await grace.sees("Welcome to")
    await ada.types("/cohort status")
    status = await ada.sees("Leads: Ada")
    await ada.presses(status, "Post the next lesson now")
    await grace.sees("Lesson 2 of 4")
    await ada.fills(status, "Share the lead", name="Grace")
    await ada.sees("Grace is a lead now, too.")
    await grace.types("/cohort status")
    await grace.presses(await grace.sees("Leads: Ada, Grace"), "Post the next lesson now")
    await ada.sees("Lesson 3 of 4")
