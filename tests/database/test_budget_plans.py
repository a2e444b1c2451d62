"""What SQLite reads to count a mail: each mail asks twice, and a day has thousands."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from database.engine import Database
from database.mail import budget
from database.mail.reservation import reserve
from domain.status import MailKind
from domain.tables.mail import MailLimits
from tests.database.values import NOW, mail


@pytest.fixture
async def plan(sqlite_database: Database) -> list[str]:
    """Return the steps in which what an invitation asks is counted."""
    made: list[tuple[str, Any]] = []

    @event.listens_for(sqlite_database.writer.sync_engine, "before_cursor_execute")
    def _keep(*given: Any) -> None:
        made.append((given[2], given[3]))

    wanted = mail(0, kind=MailKind.INVITATION)
    today = (NOW, NOW + timedelta(days=1))
    async with sqlite_database.writing() as connection:
        await reserve(connection, wanted, attempt="a", now=NOW)
        await budget.hold(connection, wanted.key, "a", limits=MailLimits(), now=NOW, today=today)
        counts = [one for one in made if "count(*)" in one[0]]
        plans = [
            (await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)).scalars(
                "detail"
            )
            for sql, values in counts
        ]
    return [step for steps in plans for step in steps]


async def test_who_waits_for_an_invitation_is_not_read_for_each(plan: list[str]) -> None:
    """Whose reminder is due today is found by dates, beside thousands who have none."""
    due = [step for step in plan if "enrolment" in step]

    assert len(due) == 2
    assert [step for step in due if "due_at" not in step] == []


async def test_mails_of_the_day_are_counted_in_an_index_alone(plan: list[str]) -> None:
    """No mail's row is read to count it."""
    counted = [step for step in plan if "sent_mail" in step]

    assert len(counted) == 2
    assert [step for step in counted if "COVERING INDEX" not in step] == []
