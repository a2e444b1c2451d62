"""The people with whom a demo begins."""

from sqlalchemy import func, select

from database.engine import Database
from database.figures.counts import count_people
from database.schema import sent_mail
from database.schema import story as story_table
from demo.past.people import EVENTS, fill
from domain.status import EnrolmentEnd
from domain.tables.story import StoryKind

NUDGES = (StoryKind.INVITED, StoryKind.REMINDED)


async def test_so_many_have_ended_with_a_story_each(database: Database) -> None:
    """They are Active and have ended, so that nobody looks for a workflow of theirs."""
    await fill(database, 300)
    count = select(func.count())
    async with database.reading() as connection:
        counts = await count_people(connection)
        story = await connection.scalar(count.select_from(story_table))
        told = await connection.scalar(count.where(story_table.c.kind.in_(NUDGES)))
        mails = await connection.scalar(count.select_from(sent_mail))
        budget = await connection.scalar(count.where(sent_mail.c.sending_at.is_not(None)))
    assert counts.by_end == {EnrolmentEnd.ACTIVE: 300}
    assert story == 300 * EVENTS
    # A mail for each that the stories tell of, and none that uses up today's budget.
    assert (mails, budget) == (told, 0)
    assert told is not None
    assert told >= 300
