"""Two admins who get reports."""

import pytest

from database.portal.reports import add_report
from domain.reports.interval import Interval
from domain.reports.records import ReportSchedule
from domain.status import InviteStatus
from tests.activities.reports.reporting import (
    ID,
)
from tests.activities.stage import Stage
from tests.database.values import NOW, person, put


@pytest.fixture
async def admins(stage: Stage) -> list[str]:
    """Give two admins who get a weekly report, and three people to report on."""
    stage.assume(newid="off", searchlag="off", nosave="off", staysdraft="off")
    admins = [stage.user("admin").user_principal_name for _ in range(2)]
    report = ReportSchedule(
        schedule_id=ID,
        interval=Interval(hour=7, weekday="Mon"),
        recipients=tuple(admins),
        created_by="ada",
        created_at=NOW,
    )
    async with stage.database.writing() as connection:
        await add_report(connection, report)
    for number in range(3):
        await put(stage.database, person(number, status=InviteStatus.SENT))
    return admins
