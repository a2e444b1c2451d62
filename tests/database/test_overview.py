"""The overview is of one piece."""

from dataclasses import replace
from datetime import UTC, timedelta

from database.engine import Database
from database.figures.overview import OverviewRules, read_overview
from domain.demo_calendar import DemoCalendar
from domain.status import EnrolmentEnd, InviteStatus
from domain.tables.attention import AttentionKind
from domain.tables.story import StoryKind
from tests.database.values import NOW, event, person, put

RULES = OverviewRules(zone=UTC, days=3)


async def test_all_figures_are_read_together(database: Database) -> None:
    """Counts, what worked, how long it took, attention and the days' events agree."""
    active = {
        "status": InviteStatus.ACTIVE,
        "ended": EnrolmentEnd.ACTIVE,
        "registered_after": "reminder-1",
        "invite_sent_at": NOW - timedelta(days=2, hours=3),
        "registered_at": NOW,
        "in_group": True,
    }
    bounced = {"attention": AttentionKind.BOUNCED, "attention_since": NOW}
    await put(database, person(1, **active), [event(1, StoryKind.REGISTERED, at=NOW)])
    yesterday = NOW - timedelta(days=1)
    await put(database, person(2, **bounced), [event(1, StoryKind.INVITED, at=yesterday)])
    async with database.reading() as connection:
        overview = await read_overview(connection, RULES, now=NOW)
    assert overview.people.by_status == {InviteStatus.ACTIVE: 1, InviteStatus.SENT: 1}
    assert overview.by_batch == {"autumn": overview.people}
    assert overview.by_department == {"Sales": overview.people}
    assert overview.registered_after == {"reminder-1": 1}
    assert overview.days_to_register == {2: 1}
    assert overview.attention == {AttentionKind.BOUNCED: 1}
    assert overview.series[StoryKind.REGISTERED] == [0, 0, 1]
    assert overview.series[StoryKind.INVITED] == [0, 1, 0]


async def test_a_demos_figures_are_by_its_days(database: Database) -> None:
    """Its days are ten seconds long: series and days to register are counted in them."""
    calendar = DemoCalendar(zero=NOW - timedelta(seconds=25), day=timedelta(seconds=10))
    active = {
        "status": InviteStatus.ACTIVE,
        "ended": EnrolmentEnd.ACTIVE,
        "registered_after": "invitation",
        "invite_sent_at": NOW - timedelta(seconds=15),
        "registered_at": NOW,
    }
    invited = event(1, StoryKind.INVITED, at=NOW - timedelta(seconds=15))
    await put(database, person(1, **active), [invited, event(2, StoryKind.REGISTERED, at=NOW)])
    async with database.reading() as connection:
        overview = await read_overview(connection, replace(RULES, calendar=calendar), now=NOW)
    assert overview.calendar == calendar
    assert overview.days_to_register == {1: 1}
    assert overview.series[StoryKind.INVITED] == [0, 1, 0]
    assert overview.series[StoryKind.REGISTERED] == [0, 0, 1]
