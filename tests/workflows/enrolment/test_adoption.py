"""Rows that are on the list already: nothing is sent twice, nothing is forgotten."""

from datetime import UTC, datetime, timedelta

from domain.status import InviteStatus, MailKind
from domain.tracking_list.columns import Fields, iso
from tests.support.eventually import eventually
from tests.support.world import DAY, MINUTE, World
from tests.workflows.conftest import Start


def ago(time: timedelta) -> str | None:
    """Write an instant in the past as the list does."""
    return iso(datetime.now(UTC) - time)


async def test_sent_is_not_invited_again(start: Start) -> None:
    """Somebody invited five days ago is reminded in two days."""
    row: Fields = {"InviteStatus": "Sent", "InviteSentDate": ago(5 * DAY), "Source": "Manual"}
    enrolment = await start(World(row=row))
    await enrolment.shows(ObjectId=enrolment.world.person.object_id)
    await enrolment.pass_time(2 * DAY - 5 * MINUTE)
    assert enrolment.world.mails == []
    await enrolment.pass_time(6 * MINUTE)
    await eventually(lambda: enrolment.world.mails == [MailKind.REMINDER])


async def test_source_and_first_batch_stay(start: Start) -> None:
    """The row keeps how and with which batch the user came onto the list."""
    row: Fields = {"InviteStatus": "Sent", "InviteSentDate": ago(DAY), "Source": "Manual"}
    enrolment = await start(World(row=row | {"SourceBatchId": "first"}))
    await enrolment.shows(Department="Research", Source="Manual", SourceBatchId="first")


async def test_clicked_goes_to_the_group(start: Start) -> None:
    """A click that an older system didn't finish leads into the group at once."""
    row: Fields = {"InviteStatus": "Clicked", "ClickedLinkDate": ago(DAY), "InGroup": False}
    enrolment = await start(World(row=row))
    await enrolment.in_status(InviteStatus.ADDED_TO_GROUP)
    assert enrolment.world.mails == []


async def test_escalated_is_not_escalated_again(start: Start) -> None:
    """Who was escalated by an older system never is again."""
    row: Fields = {
        "InviteStatus": "Sent",
        "InviteSentDate": ago(20 * DAY),
        "LastReminderDate": ago(6 * DAY),
        "ReminderCount": 2,
        "EscalatedToManager": True,
    }
    enrolment = await start(World(row=row))
    await enrolment.pass_time(DAY + MINUTE)
    await enrolment.reminded(3)
    await enrolment.pass_time(2 * DAY)
    assert enrolment.world.mails == [MailKind.REMINDER]


async def test_sent_without_a_date_is_reminded_all_the_same(start: Start) -> None:
    """A row without dates gets its clock when it is adopted."""
    enrolment = await start(World(row={"InviteStatus": "Sent"}))
    await enrolment.shows(Department="Research")
    await enrolment.pass_time(7 * DAY + MINUTE)
    await eventually(lambda: enrolment.world.mails == [MailKind.REMINDER])


async def test_active_stays_untouched(start: Start) -> None:
    """An Active row of somebody who still is registered keeps its dates and its count."""
    row: Fields = {
        "InviteStatus": "Active",
        "MFARegistrationState": "Registered",
        "MFARegistrationDate": "2026-01-05T00:00:00Z",
        "ReminderCount": 2,
        "LastReminderDate": "2026-01-04T00:00:00Z",
        "InGroup": True,
    }
    enrolment = await start(World(row=dict(row), registered=True))
    await enrolment.handle.result()
    assert {name: enrolment.world.row[name] for name in row} == row
    assert enrolment.world.group_adds == 0


async def test_active_but_registered_no_more_starts_over(start: Start) -> None:
    """Who lost their method is invited anew; old reminders don't bring the manager in."""
    row: Fields = {
        "InviteStatus": "Active",
        "InviteSentDate": ago(300 * DAY),
        "ReminderCount": 2,
        "LastReminderDate": ago(280 * DAY),
        "InGroup": True,
    }
    enrolment = await start(World(row=row))
    await enrolment.in_status(InviteStatus.SENT)
    await enrolment.shows(ReminderCount=0, MFARegistrationState="Not Registered")
    await enrolment.pass_time(2 * DAY)
    assert enrolment.world.mails == [MailKind.INVITATION]
