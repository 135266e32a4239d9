"""Help: what can be done here."""

from bot.core.chat import Action, Answer, Button, Buttons, Heading, Items, Post, Reply, bold, line, note, para
from bot.core.curriculum import Curriculum

COMMANDS = (
    ("lesson", "/lesson [topic]", "Read a lesson, section by section"),
    ("lab", "/lab [topic] [private]", "Talk it through with the lesson's persona, in a thread"),
    ("quiz", "/quiz [topic]", "Five questions, each answer explained"),
    ("progress", "/progress", "Where you stand, and the next step"),
    ("cohort join", "/cohort join", "Take the course with this channel"),
    ("cohort leave", "/cohort leave", "Leave the cohort; your progress is kept"),
    ("cohort status", "/cohort status", "What went out, and what comes when"),
    ("cohort create", "/cohort create NAME", "Make this channel a cohort's home and lead it"),
    ("cohort schedule", "/cohort schedule [DAYS TIME ZONE [from DATE]]", "Leads: set the calendar"),
    ("cohort post", "/cohort post [topic]", "Leads: post the next digest now"),
    ("cohort skip", "/cohort skip", "Leads: leave the next date out"),
    ("cohort pause", "/cohort pause", "Leads: stop the calendar"),
    ("cohort resume", "/cohort resume", "Leads: start it again"),
    ("cohort lead", "/cohort lead @person", "Leads: share the lead"),
    ("cohort report", "/cohort report", "Leads: who is where, and what is misunderstood"),
    ("cohort export", "/cohort export", "Leads: the same as files for a spreadsheet"),
    ("lectern help", "/lectern help", "This help"),
    ("lectern privacy", "/lectern privacy", "What is kept about you, who sees it, and for how long"),
    ("lectern export", "/lectern export", "Everything kept about you, as a file"),
    ("lectern forget", "/lectern forget", "Erase you and what you wrote"),
)
"""Every command: its words, how it is written, and what it does."""


def help_post(curriculum: Curriculum) -> Answer:
    learn = [entry for entry in COMMANDS if not entry[2].startswith("Leads")]
    steer = [entry for entry in COMMANDS if entry[2].startswith("Leads")]
    topics = ", ".join(lesson.slug for lesson in curriculum.lessons)
    return Reply(
        Post(
            (
                Heading("What I can do"),
                para("I teach ", bold(curriculum.title), " here, a lesson at a time."),
                Items(tuple(line(bold(usage), f": {what}.") for _, usage, what in learn)),
                para(bold("For cohort leads")),
                Items(tuple(line(bold(usage), f": {what.removeprefix('Leads: ').capitalize()}.") for _, usage, what in steer)),
                note(f"Topics: {topics}. Nobody but you sees your quizzes and your progress."),
                Buttons(
                    (
                        Button("Lessons", Action("lesson.list"), "primary"),
                        Button("Labs", Action("lab.list")),
                        Button("Quizzes", Action("quiz.list")),
                        Button("My progress", Action("progress.show")),
                        Button("The calendar", Action("cohort.status")),
                        Button("My data", Action("privacy.show")),
                    )
                ),
            )
        )
    )
