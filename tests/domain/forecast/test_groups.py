"""People of one mailbox who are mailed in hours of their own share its budgets."""

from datetime import UTC, datetime, time

from domain.enrolment.policy import Policy
from domain.enrolment.state import EnrolmentState
from domain.forecast.forecast import Group, Load, Situation, forecast
from domain.mail.send_window import SendWindow
from domain.status import InviteStatus, MailKind
from tests.domain.forecast.test_forecast import DAY, NOBODY, START, december, mails


def test_each_group_is_mailed_in_its_own_hours() -> None:
    """On a Tuesday at nine people of the evening wait until six, those of Wednesday a day.

    The mailbox's budgets are for all of them together.
    """
    evening = SendWindow(opens=time(18), closes=time(19))
    wednesday = SendWindow(days=("Wed",))
    groups = [
        Group(people=200),
        Group(people=400, window=evening),
        Group(people=30, window=wednesday),
    ]
    found = forecast(
        Situation(start=START, loads=[Load(groups=groups)], policy=Policy(max_reminders=1)), NOBODY
    )
    # Of 450 invitations a day 200 leave at once, and 250 of the hour in the evening.
    assert mails(found, MailKind.INVITATION) == {december(1): 450, december(2): 180}
    assert mails(found, MailKind.REMINDER) == {december(8): 450, december(9): 180}
    only_evening = Situation(
        start=START,
        loads=[Load(groups=[Group(people=400, window=evening)])],
        policy=Policy(max_reminders=0),
    )
    alone = forecast(only_evening, NOBODY)
    # An hour has room for 350; the last of them leaves before it is over.
    assert mails(alone, MailKind.INVITATION) == {december(1): 350, december(2): 50}
    assert alone.last_invitation_at == datetime(2026, 12, 2, 18, 2, tzinfo=UTC)


def test_reminders_without_room_in_their_hours_keep_their_part_of_the_day() -> None:
    """Of 400 reminders an evening has room for 350; invitations get the 50 that none of them needs.

    The part of a day that reminders and invitations share is 450 mails.
    """
    invited_at = START - 7 * DAY
    invited = EnrolmentState(
        status=InviteStatus.SENT, nudge_clock_at=invited_at, invite_sent_at=invited_at
    )
    evening = SendWindow(opens=time(18), closes=time(19))
    groups = [Group(people=400, state=invited, window=evening), Group(people=200)]
    policy = Policy(max_reminders=1)
    found = forecast(Situation(start=START, loads=[Load(groups=groups)], policy=policy), NOBODY)
    assert found.days[0].mails[MailKind.REMINDER] == 350
    assert mails(found, MailKind.INVITATION) == {december(1): 50, december(2): 150}
