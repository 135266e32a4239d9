"""The first schema: people, cohorts, what learners do, the ledger, the local room, and the view `learning`."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.String(27)

TABLES = """
cohorts heard lanes persons room_channels room_counter room_messages room_people
room_pictures room_seen work attempts completions digests labs members
passes readings schedules answers exit_answers turns
"""

LEARNING = """
CREATE VIEW learning (person, platform, lesson, what, detail, at, "first", "right") AS
SELECT p.name, p.platform, e.lesson, e.what, e.detail, e.at, e."first", e."right"
FROM (
    SELECT person, lesson, 'section' AS what, CAST(section AS VARCHAR) AS detail, looked_at AS at,
           CAST(NULL AS BOOLEAN) AS "first", CAST(NULL AS BOOLEAN) AS "right" FROM readings
    UNION ALL
    SELECT person, lesson, 'answer', question, answered_at, "first", "right" FROM answers
    UNION ALL
    SELECT person, lesson, 'quiz passed', NULL, passed_at, NULL, NULL FROM passes
    UNION ALL
    SELECT person, lesson, 'lab exit', CAST(lab AS VARCHAR), answered_at, NULL, NULL FROM exit_answers
    UNION ALL
    SELECT person, lesson, 'completed', NULL, completed_at, NULL, NULL FROM completions
) AS e
JOIN persons AS p ON p.id = e.person
"""


def where(condition: str) -> dict[str, sa.TextClause]:
    """A partial index, on both databases."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade() -> None:
    op.create_table(
        "cohorts",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("direct", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cohorts"),
        sa.UniqueConstraint("platform", "workspace", "channel", name="uq_cohorts_platform_workspace_channel"),
    )
    op.create_table(
        "heard",
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("event", name="pk_heard"),
    )
    op.create_table(
        "lanes",
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("due_at", INSTANT),
        sa.Column("owner", sa.String()),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("lane", name="pk_lanes"),
    )
    op.create_index("ix_lanes_due_at", "lanes", ["due_at"])
    op.create_table(
        "persons",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("known_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_persons"),
        sa.UniqueConstraint("platform", "workspace", "external_id", name="uq_persons_platform_workspace_external_id"),
    )
    op.create_table(
        "room_channels",
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_room_channels"),
        sa.UniqueConstraint("id", name="uq_room_channels_id"),
    )
    op.create_table(
        "room_counter",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_room_counter"),
    )
    op.create_table(
        "room_messages",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String()),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("thread", NUMBER),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("speaker_name", sa.String(), nullable=False),
        sa.Column("speaker_face", sa.String(), nullable=False),
        sa.Column("speaker_emoji", sa.String(), nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("audience", sa.String()),
        sa.Column("invited", sa.String()),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("edited", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_room_messages"),
        sa.UniqueConstraint("key", name="uq_room_messages_key"),
        sa.UniqueConstraint("seq", name="uq_room_messages_seq"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_room_messages_channel_thread_id", "room_messages", ["channel", "thread", "id"])
    op.create_table(
        "room_people",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_room_people"),
        sa.UniqueConstraint("token_hash", name="uq_room_people_token_hash"),
    )
    op.create_table(
        "room_pictures",
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("png", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("token", name="pk_room_pictures"),
    )
    op.create_table(
        "room_seen",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("thread", NUMBER, autoincrement=False, nullable=False),
        sa.Column("message", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("person", "channel", "thread", name="pk_room_seen"),
    )
    op.create_table(
        "work",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("intent_at", INSTANT),
        sa.Column("ref", sa.String()),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("schedule", NUMBER),
        sa.Column("schedule_version", sa.Integer()),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("done_at", INSTANT),
        sa.CheckConstraint("state IN ('pending', 'done', 'dead', 'cancelled')", name="ck_work_state"),
        sa.PrimaryKeyConstraint("id", name="pk_work"),
        sa.UniqueConstraint("key", name="uq_work_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_work_pending", "work", ["lane", "id"], **where("state = 'pending'"))
    op.create_index("ix_work_schedule_pending", "work", ["schedule"], **where("state = 'pending'"))
    op.create_table(
        "attempts",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("person", NUMBER, nullable=False),
        sa.Column("lesson", sa.String(), nullable=False),
        sa.Column("questions", sa.Text(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("redo_of", NUMBER),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("finished_at", INSTANT),
        sa.Column("dropped", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["persons.id"], name="fk_attempts_person"),
        sa.ForeignKeyConstraint(["redo_of"], ["attempts.id"], name="fk_attempts_redo_of"),
        sa.PrimaryKeyConstraint("id", name="pk_attempts"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_attempts_open", "attempts", ["person", "lesson"], unique=True, **where("finished_at IS NULL AND NOT dropped")
    )
    op.create_table(
        "completions",
        sa.Column("person", NUMBER, nullable=False),
        sa.Column("lesson", sa.String(), nullable=False),
        sa.Column("completed_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person"], ["persons.id"], name="fk_completions_person"),
        sa.PrimaryKeyConstraint("person", "lesson", name="pk_completions"),
    )
    op.create_table(
        "digests",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("cohort", NUMBER, nullable=False),
        sa.Column("occurrence", sa.String(), nullable=False),
        sa.Column("lesson", sa.String()),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("ref", sa.String()),
        sa.Column("posted_at", INSTANT),
        sa.Column("work_key", sa.String()),
        sa.Column("noted_at", INSTANT, nullable=False),
        sa.CheckConstraint("state IN ('planned', 'posted', 'failed', 'missed', 'skipped')", name="ck_digests_state"),
        sa.ForeignKeyConstraint(["cohort"], ["cohorts.id"], name="fk_digests_cohort"),
        sa.PrimaryKeyConstraint("id", name="pk_digests"),
        sa.UniqueConstraint("cohort", "lesson", name="uq_digests_cohort_lesson"),
        sa.UniqueConstraint("cohort", "occurrence", name="uq_digests_cohort_occurrence"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "labs",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("owner", NUMBER, nullable=False),
        sa.Column("lesson", sa.String(), nullable=False),
        sa.Column("persona", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("place_thread", sa.String()),
        sa.Column("direct", sa.Boolean(), nullable=False),
        sa.Column("thread_lane", sa.String()),
        sa.Column("thread_channel", sa.String()),
        sa.Column("thread", sa.String()),
        sa.Column("thread_direct", sa.Boolean()),
        sa.Column("root", sa.String()),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("progress", sa.Text(), nullable=False),
        sa.Column("turns", sa.Integer(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("moved_at", INSTANT, nullable=False),
        sa.CheckConstraint("stage IN ('opening', 'open', 'exit', 'closed')", name="ck_labs_stage"),
        sa.ForeignKeyConstraint(["owner"], ["persons.id"], name="fk_labs_owner"),
        sa.PrimaryKeyConstraint("id", name="pk_labs"),
        sa.UniqueConstraint("event", name="uq_labs_event"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_labs_owner_lesson", "labs", ["owner", "lesson"])
    op.create_index("ix_labs_thread_lane", "labs", ["thread_lane"])
    op.create_table(
        "members",
        sa.Column("cohort", NUMBER, nullable=False),
        sa.Column("person", NUMBER, nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("joined_at", INSTANT, nullable=False),
        sa.Column("left_at", INSTANT),
        sa.CheckConstraint("role IN ('lead', 'member')", name="ck_members_role"),
        sa.ForeignKeyConstraint(["cohort"], ["cohorts.id"], name="fk_members_cohort"),
        sa.ForeignKeyConstraint(["person"], ["persons.id"], name="fk_members_person"),
        sa.PrimaryKeyConstraint("cohort", "person", name="pk_members"),
    )
    op.create_index("ix_members_person", "members", ["person"])
    op.create_table(
        "passes",
        sa.Column("person", NUMBER, nullable=False),
        sa.Column("lesson", sa.String(), nullable=False),
        sa.Column("passed_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person"], ["persons.id"], name="fk_passes_person"),
        sa.PrimaryKeyConstraint("person", "lesson", name="pk_passes"),
    )
    op.create_table(
        "readings",
        sa.Column("person", NUMBER, nullable=False),
        sa.Column("lesson", sa.String(), nullable=False),
        sa.Column("section", sa.Integer(), nullable=False),
        sa.Column("looked_at", INSTANT, nullable=False),
        sa.Column("read_at", INSTANT),
        sa.ForeignKeyConstraint(["person"], ["persons.id"], name="fk_readings_person"),
        sa.PrimaryKeyConstraint("person", "lesson", name="pk_readings"),
    )
    op.create_table(
        "schedules",
        sa.Column("cohort", NUMBER, nullable=False),
        sa.Column("days", sa.Text(), nullable=False),
        sa.Column("wall_clock", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("start", sa.String()),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("cursor", sa.String(26), nullable=False),
        sa.Column("next_due", INSTANT),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["cohort"], ["cohorts.id"], name="fk_schedules_cohort"),
        sa.PrimaryKeyConstraint("cohort", name="pk_schedules"),
    )
    op.create_index("ix_schedules_next_due", "schedules", ["next_due"])
    op.create_table(
        "answers",
        sa.Column("attempt", NUMBER, nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("person", NUMBER, nullable=False),
        sa.Column("lesson", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("right", sa.Boolean()),
        sa.Column("first", sa.Boolean(), nullable=False),
        sa.Column("misconception", sa.String(), nullable=False),
        sa.Column("answered_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["attempt"], ["attempts.id"], name="fk_answers_attempt"),
        sa.ForeignKeyConstraint(["person"], ["persons.id"], name="fk_answers_person"),
        sa.PrimaryKeyConstraint("attempt", "question", name="pk_answers"),
    )
    op.create_index("ix_answers_person_lesson", "answers", ["person", "lesson"])
    op.create_index("uq_answers_first", "answers", ["person", "lesson", "question"], unique=True, **where("first"))
    op.create_table(
        "exit_answers",
        sa.Column("lab", NUMBER, nullable=False),
        sa.Column("person", NUMBER, nullable=False),
        sa.Column("lesson", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answered_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["lab"], ["labs.id"], name="fk_exit_answers_lab"),
        sa.ForeignKeyConstraint(["person"], ["persons.id"], name="fk_exit_answers_person"),
        sa.PrimaryKeyConstraint("lab", name="pk_exit_answers"),
    )
    op.create_index("ix_exit_answers_person_lesson", "exit_answers", ["person", "lesson"])
    op.create_table(
        "turns",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("lab", NUMBER, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("event", sa.String()),
        sa.Column("who", NUMBER),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["lab"], ["labs.id"], name="fk_turns_lab"),
        sa.ForeignKeyConstraint(["who"], ["persons.id"], name="fk_turns_who"),
        sa.PrimaryKeyConstraint("id", name="pk_turns"),
        sa.UniqueConstraint("event", name="uq_turns_event"),
        sa.UniqueConstraint("lab", "seq", name="uq_turns_lab_seq"),
    )
    op.execute(LEARNING)


def downgrade() -> None:
    op.execute("DROP VIEW learning")
    for table in reversed(TABLES.split()):
        op.drop_table(table)
