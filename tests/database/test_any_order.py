"""Whatever order writes and erasures arrive in, the tables end as if they had come in turn."""

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from database.engine import Database
from database.enrolments.person import read_person
from database.erasure.erase import erase
from database.schema import story, story_day
from domain.instants import EPOCH
from domain.tables.story import StoryKind
from tests.database.values import TOMBSTONES, event, object_id, person, put, run_id


@dataclass
class Write:
    """A write of one run: its revision, and the events that it brings."""

    revision: int
    run: int
    events: frozenset[int]


@dataclass
class Erasure:
    """An erasure at an instant; a late one may be repeated with an earlier clock."""

    at: int


@dataclass
class Expected:
    """What the tables should hold of one person."""

    erased: int = -1
    revision: int | None = None
    events: set[tuple[int, int]] = field(default_factory=set)
    counted: int = 0

    def apply(self, step: Write | Erasure) -> None:
        """Do by the rules what the tables have to do."""
        if isinstance(step, Erasure):
            self.erased = max(self.erased, step.at, self.revision or 0)
            self.revision, self.events = None, set()
        elif step.revision > self.erased:
            self.revision = max(step.revision, self.revision or 0)
            new = {(step.run, number) for number in step.events} - self.events
            self.events |= new
            self.counted += len(new)


NUMBERS = count()
SMALL = st.integers(0, 6)
WRITES = st.builds(Write, SMALL, st.integers(0, 2), st.frozensets(st.integers(0, 4)))
STEPS = st.lists(st.one_of(WRITES, WRITES, WRITES, st.builds(Erasure, SMALL)), max_size=12)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
async def test_late_writes_never_put_an_old_row_back(
    database: Database, steps: list[Write | Erasure]
) -> None:
    """Late, doubled and erased writes of several runs agree with a model of a few lines."""
    number, expected = next(NUMBERS), Expected()
    batch_id = f"batch-{number}"
    for step in steps:
        expected.apply(step)
        if isinstance(step, Write):
            events = [
                event(n, StoryKind.CHECKED, run_id=run_id(step.run)) for n in sorted(step.events)
            ]
            await put(database, person(number, revision=step.revision, batch_id=batch_id), events)
        else:
            now = EPOCH + timedelta(microseconds=step.at)
            async with database.writing() as connection:
                await erase(connection, object_id(number), now=now, tombstones=TOMBSTONES)
    async with database.reading() as connection:
        page = await read_person(connection, object_id(number))
        told = select(func.count()).where(story.c.object_id == object_id(number))
        counted = select(func.sum(story_day.c.events)).where(story_day.c.batch_id == batch_id)
        stories = (await connection.execute(told)).scalar_one()
        total = (await connection.execute(counted)).scalar() or 0
    assert (page.row.revision if page else None) == expected.revision
    assert (stories, total) == (len(expected.events), expected.counted)
