"""The daily retention: what is old goes, what a link needs stays, and ``off`` keeps all."""

from datetime import UTC, datetime, timedelta

import pytest

from activities.erasure.retention import RetentionActivities
from database.audit.chain import append, head
from database.enrolments.link_owners import AskedLink, find_link_owners
from database.enrolments.people import count_matching
from database.erasure.erasures import Erasures
from database.tombstones import Tombstones
from domain.status import EnrolmentEnd, InviteStatus
from domain.tables.audit import Actor, AuditAction, AuditEntry
from domain.tables.people import PeopleFilter
from tests.activities.calls import attempts_of
from tests.activities.stage import Stage
from tests.database.values import object_id, person, put


@pytest.mark.parametrize("retain_ended", [timedelta(days=400), None])
async def test_people_who_ended_long_ago_are_stripped(
    stage: Stage, retain_ended: timedelta | None
) -> None:
    """Names go, links are answered, the audit log's head is told, and SQLite counts its tables."""
    for number, days in enumerate((401, 399), start=1):
        ended_at = datetime.now(UTC) - timedelta(days=days)
        active = {"status": InviteStatus.ACTIVE, "ended": EnrolmentEnd.ACTIVE}
        await put(stage.database, person(number, ended_at=ended_at, **active))
    async with stage.database.writing() as connection:
        actor = Actor(name="somebody")
        entry = AuditEntry(at=datetime.now(UTC), actor=actor, action=AuditAction.PROVISION)
        await append(connection, entry)
    erasures = Erasures(stage.database, Tombstones())
    activities = RetentionActivities(
        database=stage.database, erasures=erasures, retain_ended=retain_ended
    )

    report = await attempts_of(activities.strip_ended_people).next()

    expected = 0 if retain_ended is None else 1
    assert report.people == expected
    async with stage.database.reading() as connection:
        assert await count_matching(connection, PeopleFilter()) == 2 - expected
        (answer,) = await find_link_owners(connection, [AskedLink([object_id(1)], None)])
        last = await head(connection)
        counted = await connection.exec_driver_sql("SELECT DISTINCT tbl FROM sqlite_stat1")
        assert "enrolment" in counted.scalars().all()
    assert (answer.status, answer.ended) == (InviteStatus.ACTIVE, EnrolmentEnd.ACTIVE)
    assert (report.audit_number, report.audit_hash) == (1, last.hash)
