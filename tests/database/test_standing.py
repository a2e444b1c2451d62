"""People who stand alike are counted together."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from database.engine import Database
from database.figures.standing import StandingGroup, read_standing_groups
from domain.status import EnrolmentEnd, InviteStatus, RegistrationState
from domain.tables.attention import AttentionKind
from domain.tables.enrolment import NextStep
from tests.database.values import MAILBOX, NOW, person, put

DAY = timedelta(days=1)
SENT: dict[str, Any] = {
    "people": 2,
    "registered": False,
    "idle": False,
    "send_hours": None,
    "sender": MAILBOX,
    "status": InviteStatus.SENT,
    "next_step": NextStep.REMINDER,
    "reminders_sent": 1,
    "follow_ups_sent": 0,
    "escalated": False,
    "clicked": False,
    "due_at": NOW + 3 * DAY,
    "mailed_at": NOW - 4 * DAY,
    "acted_after": None,
}


async def test_people_are_counted_by_where_they_stand(database: Database) -> None:
    """Groups have their average instants; old mails, idle and registered people stand apart."""
    hour = timedelta(hours=1)
    reminded: dict[str, Any] = {"next_step": NextStep.REMINDER, "reminders_sent": 1}
    for number, sign in ((1, -1), (2, 1)):
        await put(
            database,
            person(
                number,
                **reminded,
                invite_sent_at=NOW - 11 * DAY,
                last_reminder_at=NOW - 4 * DAY + sign * hour,
                due_at=NOW + 3 * DAY + sign * hour,
            ),
        )
    active: dict[str, Any] = {
        "registration": RegistrationState.REGISTERED,
        "ended": EnrolmentEnd.ACTIVE,
    }
    await put(
        database,
        person(
            3,
            **active,
            status=InviteStatus.ACTIVE,
            invite_sent_at=NOW - 12 * DAY,
            escalated=True,
            escalated_at=NOW - 10 * DAY,
            registered_at=NOW - 7.5 * DAY,
        ),
    )
    await put(database, person(4, paused_by="ada", invite_sent_at=NOW - 20 * DAY))
    await put(database, person(5, ended=EnrolmentEnd.CANCELLED))
    await put(
        database,
        person(
            6,
            status=InviteStatus.PENDING,
            invite_sent_at=None,
            next_step=NextStep.INVITATION,
            due_at=NOW - 5 * DAY,
            batch_id="winter",
        ),
    )
    unreachable: dict[str, Any] = {"attention": AttentionKind.NO_ADDRESS}
    await put(
        database,
        person(
            7,
            **unreachable,
            status=InviteStatus.PENDING,
            invite_sent_at=None,
            next_step=NextStep.INVITATION,
            due_at=NOW + 7 * DAY,
        ),
    )
    async with database.reading() as connection:
        groups = await read_standing_groups(connection, now=NOW, day=DAY, days_back=7)
        winter = await read_standing_groups(
            connection, now=NOW, day=DAY, days_back=7, batch_id="winter"
        )
    sent = StandingGroup(**SENT)
    none: dict[str, Any] = {
        "people": 1,
        "reminders_sent": 0,
        "due_at": None,
        "mailed_at": None,
        "next_step": None,
    }
    paused = StandingGroup(**{**SENT, **none, "idle": True})
    pending = StandingGroup(
        **{
            **SENT,
            **none,
            "status": InviteStatus.PENDING,
            "next_step": NextStep.INVITATION,
            "due_at": NOW,
        }
    )
    registered = StandingGroup(
        **{
            **SENT,
            **none,
            "registered": True,
            "idle": True,
            "sender": None,
            "status": InviteStatus.ACTIVE,
            "escalated": True,
            "acted_after": 2,
        }
    )
    assert {group.status: group for group in groups if not group.idle} == {
        InviteStatus.SENT: sent,
        InviteStatus.PENDING: pending,
    }
    without_address = replace(pending, idle=True, due_at=NOW + 7 * DAY)
    idle = [group for group in groups if group.idle]
    assert sorted(idle, key=lambda one: (one.registered, one.status)) == [
        without_address,
        paused,
        registered,
    ]
    assert winter == [pending]
