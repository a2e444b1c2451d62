"""The people with whom a demo begins."""

from sqlalchemy import func, select

from database.engine import Database
from database.figures.counts import count_people
from database.schema import story as story_table
from demo.past_people import EVENTS, fill
from domain.enrolment.state import EnrolmentEnd


async def test_so_many_have_ended_with_a_story_each(database: Database) -> None:
    """They are Active and have ended, so that nobody looks for a workflow of theirs."""
    await fill(database, 300)
    async with database.reading() as connection:
        counts = await count_people(connection)
        story = await connection.scalar(select(func.count()).select_from(story_table))
    assert counts.by_end == {EnrolmentEnd.ACTIVE: 300}
    assert story == 300 * EVENTS
