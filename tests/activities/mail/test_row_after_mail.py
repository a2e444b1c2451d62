"""Whoever has sent a mail writes the row that says so, or leaves it to the mirror."""

import signal
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from activities.mail.inputs import Begun, Delivered, DeliverMailInput
from activities.mail.row_after_mail import RowAfterMail
from activities.tracking_list.row_writes import WriteRowInput
from database.enrolments.person import read_person
from database.erasure.erasures import Erasures
from database.tombstones import Tombstones
from domain.enrolment.record import record_of
from domain.enrolment.state import EnrolmentState
from domain.instants import microseconds
from domain.status import InviteStatus, MailKind
from domain.tables.story import StoryKind
from domain.tracking_list.columns import changed, item_fields
from simulated_tenant.directory.users import User
from tests.activities.attempts import Attempts
from tests.activities.calls import invitation
from tests.activities.mail.interruptions import STOP, interrupted
from tests.activities.mail.mails import delivering
from tests.activities.rows import RUN
from tests.activities.stage import Stage


def begun(stage: Stage, user: User) -> DeliverMailInput:
    """Return an invitation of somebody whose row is as it should be."""
    enrolment = stage.enrolment(user)
    state = EnrolmentState(run_id=RUN, revision=7, story_number=2)
    state.item_id = str(stage.row(**item_fields(enrolment, state)).id)
    return invitation(user, begun=Begun(enrolment=enrolment, state=state))


async def by_our_tables(stage: Stage, user: User) -> tuple[InviteStatus, list[StoryKind]] | None:
    """Return what our tables say of somebody, and their story."""
    async with stage.database.reading() as connection:
        page = await read_person(connection, user.id)
    return (page.row.status, [event.kind for event in page.story]) if page else None


async def test_a_slow_clock_has_no_mail_leave_before_it_was_due(stage: Stage) -> None:
    """The next one would be due at once: the server's clock says when this one was asked for.

    The mail log has that moment, too: budgets and later attempts go by it.
    """
    user, due = stage.user(), datetime.now(UTC) + timedelta(days=1)
    wanted = begun(stage, user)

    attempts = delivering(stage, current_attempt_scheduled_time=due)
    delivered = await attempts.next(wanted)

    assert delivered.sent_at == due
    assert delivered.row is not None
    assert delivered.row.record.invite_sent_at == due
    again = await attempts.next(wanted)
    assert again.sent_at == due


async def test_the_row_is_written_with_the_mail(stage: Stage) -> None:
    """List and tables have it, and the enrolment gets what was written."""
    user = stage.user()

    delivered = await delivering(stage).next(begun(stage, user))

    assert delivered.row is not None
    assert {"InviteStatus", "InviteSentDate"} <= set(delivered.row.changes)
    assert (stage.item()["InviteStatus"], stage.item()["Title"]) == (
        "Sent",
        user.user_principal_name,
    )
    assert delivered.row.record.invite_sent_at == delivered.sent_at
    assert delivered.row.record.revision > 7
    assert [(event.kind, event.number) for event in delivered.row.events] == [
        (StoryKind.INVITED, 3)
    ]
    assert await by_our_tables(stage, user) == (InviteStatus.SENT, [StoryKind.INVITED])


@pytest.mark.parametrize("status", [503, 403, 400])
async def test_what_hinders_it_is_left_to_the_mirror(stage: Stage, status: int) -> None:
    """The mail has left whatever the list says; our tables have it all the same."""
    user = stage.user()
    mail = begun(stage, user)
    stage.fault("PATCH", "/lists/", status=status, times=None)

    delivered = await delivering(stage).next(mail)

    assert (delivered.sent_at is not None, delivered.row) == (True, None)
    assert len(stage.mails(user)) == 1
    assert stage.item()["InviteStatus"] == "Pending"
    assert await by_our_tables(stage, user) == (InviteStatus.SENT, [StoryKind.INVITED])


async def test_a_later_attempt_leaves_the_row_as_it_is(stage: Stage) -> None:
    """Where the result of the first was lost, the mail left once, and the story tells it once."""
    user = stage.user()
    mail, attempts = begun(stage, user), delivering(stage)
    first = await attempts.next(mail)
    again = await attempts.next(mail)
    assert first.row is not None
    assert (again.sent_at, again.row) == (first.sent_at, None)
    assert await by_our_tables(stage, user) == (InviteStatus.SENT, [StoryKind.INVITED])


async def clicked(stage: Stage, mail: DeliverMailInput) -> None:
    """Let the mirror write that the person of this mail has clicked, after the mail was begun."""
    assert mail.begun is not None
    before = item_fields(mail.begun.enrolment, mail.begun.state)
    revision = microseconds(datetime.now(UTC))
    state = replace(mail.begun.state, status=InviteStatus.CLICKED, revision=revision)
    item = item_fields(mail.begun.enrolment, state)
    write = WriteRowInput(
        item_id=state.item_id,
        changes=changed(item, before),
        item=item,
        record=record_of(mail.begun.enrolment, state, datetime.now(UTC)),
    )
    await Attempts(stage.list_activities.write_row).next(write)


@pytest.mark.parametrize("attempt", [1, 2])
async def test_what_was_written_meanwhile_stays(stage: Stage, attempt: int) -> None:
    """A click while the mail waits for its turn, or for its next attempt, isn't undone."""
    stage.assume(nosave="off", staysdraft="off", searchlag="off")
    user = stage.user()
    mail = begun(stage, user)
    if attempt == 2:
        stage.fault("POST", "/send$", status=504, after_write=True)
        await delivering(stage).failure(mail)
    await clicked(stage, mail)
    delivered = await delivering(stage).next(mail)
    assert (delivered.sent_at is not None, delivered.row) == (True, None)
    assert len(stage.mails(user)) == 1
    assert stage.item()["InviteStatus"] == "Clicked"
    assert await by_our_tables(stage, user) == (InviteStatus.CLICKED, [StoryKind.INVITED])


async def test_a_worker_that_was_stopped_takes_nothing_back(
    stage: Stage, temporal_address: str
) -> None:
    """Another attempt has written the row, and the person has clicked, when it goes on."""
    user = stage.user()
    mail = begun(stage, user)
    process = await interrupted(stage, temporal_address, mail, "sent", STOP)
    await delivering(stage).next(mail)
    await clicked(stage, mail)
    process.send_signal(signal.SIGCONT)
    assert await process.wait() == 0
    assert len(stage.mails(user)) == 1
    assert stage.item()["InviteStatus"] == "Clicked"
    assert await by_our_tables(stage, user) == (InviteStatus.CLICKED, [StoryKind.INVITED])


async def test_an_erased_person_gets_no_row_by_a_mail_that_has_left(stage: Stage) -> None:
    """Neither in the tables nor on the list, where the erasure came before the row."""
    user = stage.user()
    mail = begun(stage, user)
    await Erasures(stage.database, Tombstones()).erase(user.id)
    for row in stage.rows.items():
        stage.rows.delete(row)
    sent = Delivered(sent_at=datetime.now(UTC))
    delivered = await Attempts(RowAfterMail(stage.list_activities).write).next(mail, sent)
    assert delivered == sent
    assert await by_our_tables(stage, user) is None
    assert stage.items() == []


async def test_a_fault_of_our_own_does_not_hide_that_the_mail_has_left(stage: Stage) -> None:
    """A state of which no row can be made is the enrolment's to fail with."""
    user = stage.user()
    mail = begun(stage, user)
    assert mail.begun is not None
    naive = replace(mail.begun.state, clicked_at=datetime(2026, 1, 1))  # noqa: DTZ001
    mail = replace(mail, begun=replace(mail.begun, state=naive))
    delivered = await delivering(stage).next(mail)
    assert (delivered.sent_at is not None, delivered.row) == (True, None)


async def test_a_list_that_hangs_holds_the_mail_up_for_a_while_only(stage: Stage) -> None:
    """Its result comes without the row."""
    stage = stage.but(row_within=timedelta())
    user = stage.user()
    delivered = await delivering(stage).next(begun(stage, user))
    assert (delivered.sent_at is not None, delivered.row) == (True, None)


async def test_what_doesnt_leave_changes_no_row(stage: Stage) -> None:
    """A mail that is withheld, and one whose row isn't known, are applied by the enrolment."""
    registered, unknown = stage.user(methods=["phone"]), stage.user()
    withheld = await delivering(stage).next(begun(stage, registered))
    assert (withheld.withheld is not None, withheld.row) == (True, None)
    sent = await delivering(stage).next(replace(begun(stage, unknown), begun=None))
    assert (sent.sent_at is not None, sent.row) == (True, None)
    assert {item["InviteStatus"] for item in stage.items()} == {"Pending"}


async def test_an_escalation_names_the_manager_in_the_row(stage: Stage) -> None:
    """Who was told is read at the mail, and stands in the row that says so."""
    manager = stage.user()
    user = stage.user(manager_id=manager.id)
    mail = replace(begun(stage, user), kind=MailKind.ESCALATION)
    delivered = await delivering(stage).next(mail)
    assert delivered.row is not None
    assert delivered.row.record.manager_upn == manager.user_principal_name
    assert stage.item()["EscalatedToManager"] is True
