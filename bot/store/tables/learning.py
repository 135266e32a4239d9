"""What learners do: reading, quizzes, labs."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.store.columns import NUMBER, Instant, Json
from bot.store.tables.base import metadata
from bot.store.tables.cohorts import persons

readings = Table(
    "readings",
    metadata,
    Column("person", ForeignKey(persons.c.id), primary_key=True),
    Column("lesson", String, primary_key=True),
    Column("section", Integer, nullable=False),
    Column("looked_at", Instant, nullable=False),
    Column("read_at", Instant),
)

attempts = Table(
    "attempts",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("person", ForeignKey(persons.c.id), nullable=False),
    Column("lesson", String, nullable=False),
    Column("questions", Json, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("redo_of", NUMBER, ForeignKey("attempts.id")),
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Column("dropped", Boolean, nullable=False),
    sqlite_autoincrement=True,
)
Index(
    "uq_attempts_open",
    attempts.c.person,
    attempts.c.lesson,
    unique=True,
    sqlite_where=text("finished_at IS NULL AND NOT dropped"),
    postgresql_where=text("finished_at IS NULL AND NOT dropped"),
)

answers = Table(
    "answers",
    metadata,
    Column("attempt", ForeignKey(attempts.c.id), primary_key=True),
    Column("question", String, primary_key=True),
    Column("person", ForeignKey(persons.c.id), nullable=False),
    Column("lesson", String, nullable=False),
    Column("position", Integer, nullable=False),
    Column("answer", Text, nullable=False),
    Column("right", Boolean),
    Column("first", Boolean, nullable=False),
    Column("misconception", String, nullable=False),
    Column("answered_at", Instant, nullable=False),
    Index("ix_answers_person_lesson", "person", "lesson"),
)
Index(
    "uq_answers_first",
    answers.c.person,
    answers.c.lesson,
    answers.c.question,
    unique=True,
    sqlite_where=text("first"),
    postgresql_where=text("first"),
)

passes = Table(
    "passes",
    metadata,
    Column("person", ForeignKey(persons.c.id), primary_key=True),
    Column("lesson", String, primary_key=True),
    Column("passed_at", Instant, nullable=False),
)

personas = Table(
    "personas",
    metadata,
    Column("id", String, primary_key=True),
    Column("version", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("face", String, nullable=False),
    Column("emoji", String, nullable=False),
    Column("role", Text, nullable=False),
    Column("prompt", Text, nullable=False),
)

labs = Table(
    "labs",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("event", String, nullable=False, unique=True),
    Column("owner", ForeignKey(persons.c.id), nullable=False),
    Column("lesson", String, nullable=False),
    Column("persona", String, nullable=False),
    Column("version", String, nullable=False),
    Column("platform", String, nullable=False),
    Column("workspace", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("place_thread", String),
    Column("direct", Boolean, nullable=False),
    Column("thread_lane", String, index=True),
    Column("thread_channel", String),
    Column("thread", String),
    Column("thread_direct", Boolean),
    Column("root", String),
    Column("stage", String, nullable=False),
    Column("progress", Json, nullable=False),
    Column("turns", Integer, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("moved_at", Instant, nullable=False),
    Column("replying", String, nullable=False, server_default=""),
    Column("stopped", String, nullable=False, server_default=""),
    CheckConstraint("stage IN ('opening', 'open', 'exit', 'closed')", name="stage"),
    Index("ix_labs_owner_lesson", "owner", "lesson"),
    Index("ix_labs_thread", "thread"),
    Index("ix_labs_thread_channel", "thread_channel"),
    sqlite_autoincrement=True,
)

turns = Table(
    "turns",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("lab", ForeignKey(labs.c.id), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("event", String, unique=True),
    Column("who", ForeignKey(persons.c.id)),
    Column("text", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("kind", String, nullable=False, server_default="said"),
    Column("reply", String, nullable=False, server_default=""),
    Column("shape", Json),
    UniqueConstraint("lab", "seq"),
)

exit_answers = Table(
    "exit_answers",
    metadata,
    Column("lab", ForeignKey(labs.c.id), primary_key=True),
    Column("person", ForeignKey(persons.c.id), nullable=False),
    Column("lesson", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("answered_at", Instant, nullable=False),
    Index("ix_exit_answers_person_lesson", "person", "lesson"),
)

completions = Table(
    "completions",
    metadata,
    Column("person", ForeignKey(persons.c.id), primary_key=True),
    Column("lesson", String, primary_key=True),
    Column("completed_at", Instant, nullable=False),
)
