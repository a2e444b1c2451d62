"""What happened to each person, and how often it happened in each quarter of an hour."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table

from database.schema.metadata import METADATA
from database.types import Choice, Document, Guid, Instant, Words
from domain.tables.story import StoryKind

# The person comes first in the key so that a story is read in one piece.
story = Table(
    "story",
    METADATA,
    Column("object_id", Guid, primary_key=True),
    Column("run_id", Guid, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("kind", Choice(StoryKind), nullable=False),
    Column("data", Document, nullable=False),
    Column("actor", Words),
    sqlite_with_rowid=False,
)

# ``quarter`` counts quarters of an hour since 1970 in UTC; every zone's days are made of them.
story_day = Table(
    "story_day",
    METADATA,
    Column("kind", Choice(StoryKind), primary_key=True),
    Column("quarter", Integer, primary_key=True, autoincrement=False),
    Column("batch_id", Words, primary_key=True),
    Column("events", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

Index("ix_story_day_batch", story_day.c.batch_id, story_day.c.kind, story_day.c.quarter)
