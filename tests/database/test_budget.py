"""No mailbox sends more in a minute, an hour or a day than it may, however many processes send."""

import asyncio
from asyncio.subprocess import PIPE, Process
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from database.engine import Database
from database.mail import budget, steps
from database.mail.reservation import reserve
from database.mail.senders import others_counted, set_sender, throttled
from database.rollout.control import set_control
from domain.status import MailKind
from domain.tables.enrolment import NextStep
from domain.tables.mail import MailHold, MailLimits, MailOrigin, NewMail, NotYet, SenderState
from domain.tables.rollout import MailControl
from tests.database.sending import LIMITS
from tests.database.values import MAILBOX, NOW, mail, person, put
from tests.support import warm

MIDNIGHT = NOW.replace(hour=0)
TODAY = (MIDNIGHT, MIDNIGHT + timedelta(days=1))


def _limits(**values: float) -> MailLimits:
    """Return limits so wide that only those under test hold a mail up."""
    wide = MailLimits(per_hour=10**6, per_day=10**6, minute=timedelta())
    return replace(wide, **values)  # type: ignore[arg-type]


WIDE = _limits()


async def _send(
    database: Database, wanted: NewMail, limits: MailLimits, at: datetime = NOW
) -> datetime | NotYet:
    async with database.writing() as connection:
        await reserve(connection, wanted, attempt="a", now=at)
        await steps.drafting(connection, wanted.key, "a")
        await steps.drafted(connection, wanted.key, "a", draft_id="d", template_hash="t", values={})
    async with database.writing() as connection:
        return await budget.sending(
            connection, wanted.key, "a", limits=limits, clock=lambda: at, today=TODAY
        )


async def test_mails_of_a_minute_are_spaced_out(database: Database) -> None:
    """The next mail leaves a twenty-fifth of a minute after the last, not sooner."""
    assert await _send(database, mail(1), MailLimits()) == NOW
    slot = NOW + timedelta(seconds=2.4)
    early = await _send(database, mail(2), MailLimits(), NOW + timedelta(seconds=2.3))
    assert early == NotYet(hold=MailHold.MINUTE_FULL, until=slot)
    assert await _send(database, mail(3), MailLimits(), slot) == slot


async def test_a_clock_that_was_ahead_stops_no_mailbox(database: Database) -> None:
    """Mails that were counted in the future fill no minute, and go on filling hour and day."""
    limits = replace(MailLimits(), per_minute=2, per_hour=4)
    for number in range(2):
        at = NOW + timedelta(hours=2, seconds=30 * number)
        assert await _send(database, mail(number), limits, at) == at
    for number in range(2, 4):
        at = NOW + timedelta(seconds=30 * (number - 2))
        assert await _send(database, mail(number), limits, at) == at
    full = await _send(database, mail(4), limits, NOW + timedelta(minutes=2))
    assert full == NotYet(hold=MailHold.HOUR_FULL, until=NOW + timedelta(hours=1))


async def test_a_clock_that_is_slightly_ahead_is_believed(database: Database) -> None:
    """Two workers' clocks may be ten minutes apart: the other's slot is waited for, or two send."""
    ahead = NOW + timedelta(minutes=10)
    assert await _send(database, mail(1), MailLimits(), ahead) == ahead
    held = NotYet(hold=MailHold.MINUTE_FULL, until=ahead + timedelta(seconds=2.4))
    assert await _send(database, mail(2), MailLimits(), NOW) == held
    assert await _send(database, mail(3), MailLimits(), NOW - timedelta(seconds=1)) == (
        NOW - timedelta(seconds=1)
    )


@pytest.mark.parametrize(
    ("late", "next_slot"),
    [
        (timedelta(0), timedelta(seconds=4.8)),
        (timedelta(seconds=2.3), timedelta(seconds=4.8)),
        (timedelta(seconds=4.8), timedelta(seconds=4.8)),
        (timedelta(seconds=4.9), timedelta(seconds=9.7)),
    ],
)
async def test_a_mail_that_leaves_late_delays_no_other(
    database: Database, late: timedelta, next_slot: timedelta
) -> None:
    """Slots follow each other whenever mails leave, unless one was more than two slots late."""
    assert await _send(database, mail(1), MailLimits()) == NOW
    at = NOW + timedelta(seconds=2.4) + late
    assert await _send(database, mail(2), MailLimits(), at) == at
    early = NOW + next_slot - timedelta(seconds=0.1)
    if early > at:
        held = NotYet(hold=MailHold.MINUTE_FULL, until=NOW + next_slot)
        assert await _send(database, mail(3), MailLimits(), early) == held
    due = max(NOW + next_slot, at)
    assert await _send(database, mail(4), MailLimits(), due) == due


async def test_no_minute_holds_more_though_mails_catch_up(database: Database) -> None:
    """Behind a late mail the others leave in time, and the minute that it opened has room later."""
    limits = replace(WIDE, per_minute=3, minute=timedelta(seconds=60))
    late = NOW + timedelta(seconds=39)
    for number, at in enumerate((NOW, late, late + timedelta(seconds=1))):
        assert await _send(database, mail(number), limits, at) == at
    third = NOW + timedelta(seconds=60)
    assert await _send(database, mail(9), limits, third) == third
    later = late + timedelta(seconds=59)
    held = NotYet(hold=MailHold.MINUTE_FULL, until=late + timedelta(seconds=60))
    assert await _send(database, mail(10), limits, later) == held


async def test_an_hour_is_full_until_its_first_mail_is_old(database: Database) -> None:
    """Whoever comes too late in an hour hears when there is room again."""
    limits = _limits(per_hour=3)
    for minute in range(3):
        at = NOW + timedelta(minutes=minute)
        assert await _send(database, mail(minute), limits, at) == at
    refused = await _send(database, mail(8), limits, NOW + timedelta(minutes=30))
    room_at = NOW + timedelta(hours=1)
    assert refused == NotYet(hold=MailHold.HOUR_FULL, until=room_at)
    assert await _send(database, mail(9), limits, room_at) == room_at


async def test_another_mailbox_has_a_budget_of_its_own(database: Database) -> None:
    """A full mailbox holds up nobody else's mail."""
    limits = _limits(per_hour=1)
    assert await _send(database, mail(1), limits) == NOW
    assert isinstance(await _send(database, mail(2), limits), NotYet)
    assert await _send(database, mail(3, sender="other@contoso.com"), limits) == NOW


@pytest.mark.parametrize(
    ("limits", "full"),
    [
        pytest.param(_limits(per_hour=1), MailHold.HOUR_FULL, id="hour"),
        pytest.param(_limits(per_day=1, invitation_share=1), MailHold.DAY_FULL, id="day"),
        pytest.param(
            _limits(per_day=8, invitation_share=0.125), MailHold.INVITATIONS_FULL, id="invitations"
        ),
    ],
)
async def test_a_draft_sent_once_more_counts_once(
    database: Database, limits: MailLimits, full: MailHold
) -> None:
    """The second request for one draft takes the place of the first in the count."""
    first, second = mail(1, kind=MailKind.INVITATION), mail(2, kind=MailKind.INVITATION)
    await _send(database, first, limits)
    later = NOW + timedelta(minutes=2)
    async with database.writing() as connection:
        again = await budget.sending(
            connection, first.key, "a", limits=limits, clock=lambda: later, today=TODAY
        )
    refused = await _send(database, second, limits, later)
    assert again == later
    assert isinstance(refused, NotYet)
    assert refused.hold is full


async def test_stopped_mail_is_not_counted(database: Database) -> None:
    """While an admin has stopped all mail nothing leaves, and it goes on when they start it."""
    async with database.writing() as connection:
        await set_control(connection, MailControl(mail_stopped=True, since=NOW, actor="Ada"))
    assert await _send(database, mail(1), WIDE) == NotYet(hold=MailHold.MAIL_STOPPED)
    async with database.writing() as connection:
        await set_control(connection, MailControl(mail_stopped=False, since=NOW))
    assert await _send(database, mail(2), WIDE) == NOW


async def test_a_throttled_mailbox_is_left_alone_by_all(database: Database) -> None:
    """No worker begins a mail before its time is over; the longest wait counts."""
    async with database.writing() as connection:
        await set_sender(connection, MAILBOX, SenderState.READY, now=NOW)
        for minutes in (30, 5):
            await throttled(connection, MAILBOX, until=NOW + timedelta(minutes=minutes))
    until = NOW + timedelta(minutes=30)
    held = NotYet(hold=MailHold.SENDER_THROTTLED, until=until)
    assert await _send(database, mail(1), WIDE) == held


@pytest.mark.parametrize("state", [SenderState.PAUSED, SenderState.STOPPED])
async def test_a_mailbox_that_may_not_send_sends_nothing(
    database: Database, state: SenderState
) -> None:
    """A mailbox that Microsoft blocked is left alone, all others go on."""
    async with database.writing() as connection:
        assert await set_sender(connection, MAILBOX, state, now=NOW, reason="blocked")
        assert not await set_sender(connection, MAILBOX, state, now=NOW)
    held = await _send(database, mail(1), WIDE)
    assert isinstance(held, NotYet)
    assert held.hold is MailHold.SENDER_PAUSED
    assert (held.until is None) is (state is SenderState.STOPPED)
    assert await _send(database, mail(2, sender="other@contoso.com"), WIDE) == NOW


async def test_a_part_of_the_day_is_kept_for_the_form(database: Database) -> None:
    """Reminders stop at 90 % of the day; who asks for a link gets the rest, by turns."""
    limits = _limits(per_day=80)
    answers = [await _send(database, mail(number), limits) for number in range(73)]
    assert answers == [NOW] * 72 + [NotYet(hold=MailHold.DAY_FULL, until=NOW + timedelta(days=1))]
    form = [
        await _send(database, mail(n, origin=MailOrigin.FORM, network=network), limits)
        for n, network in ((100, "a"), (101, "a"), (102, "a"), (103, "b"))
    ]
    assert [isinstance(answer, NotYet) for answer in form] == [False, False, True, False]


async def test_the_form_uses_what_the_day_leaves(database: Database) -> None:
    """Beyond its share a network uses the day as everybody does, and others keep theirs."""
    limits = _limits(per_day=20)
    for number in range(19):
        wanted = mail(number, origin=MailOrigin.FORM, network="a")
        assert await _send(database, wanted, limits) == NOW
    assert isinstance(await _send(database, mail(50, origin=MailOrigin.FORM), limits), datetime)
    assert isinstance(await _send(database, mail(51), limits), NotYet)


async def test_what_others_send_uses_the_day(database: Database) -> None:
    """Mails that people send from the same mailbox are part of its day."""
    limits = _limits(per_day=10, form_share=0)
    assert await _send(database, mail(0), limits) == NOW
    async with database.writing() as connection:
        await others_counted(connection, MAILBOX, 9, now=NOW)
    assert isinstance(await _send(database, mail(1), limits), NotYet)


async def test_invitations_leave_room_for_the_reminders_of_the_weekday(
    database: Database,
) -> None:
    """Invitations and the people due on the same weekday fill at most 60 % of a day."""
    limits = _limits(per_day=10)
    for number in range(4):
        due_at = NOW + timedelta(hours=number) if number else None
        due = {"next_step": NextStep.REMINDER, "due_at": due_at}
        await put(database, person(number, **due))
    invitations = [mail(number, kind=MailKind.INVITATION) for number in range(50, 55)]
    answers = [await _send(database, one, limits) for one in invitations[:3]]
    full = NotYet(hold=MailHold.INVITATIONS_FULL, until=TODAY[1])
    assert answers == [NOW, NOW, full]
    resend = mail(60, kind=MailKind.INVITATION, origin=MailOrigin.ADMIN)
    assert await _send(database, resend, limits) == NOW
    assert await _send(database, mail(61), limits) == NOW


async def test_two_processes_never_exceed_a_budget(url: str) -> None:
    """Two processes that send at once count exactly: 25 of 80 mails leave in the hour."""
    processes = [await _sending(url, first) for first in (0, 40)]
    for process in processes:
        assert await _line(process) == "ready"
    for process in processes:
        assert process.stdin
        process.stdin.write(b"\n")
    left = [int(await _line(process)) for process in processes]
    assert sum(left) == LIMITS.per_hour
    await asyncio.gather(*(process.wait() for process in processes))


async def _sending(url: str, first: int) -> Process:
    command = (*warm.command("tests.database.sending"), url, str(first), str(first + 40))
    return await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)


async def _line(process: Process) -> str:
    assert process.stdout
    return (await process.stdout.readline()).decode().strip()
