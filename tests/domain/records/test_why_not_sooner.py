"""Whoever asks why nothing happens hears the reason that has to be lifted first."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from domain.enrolment.policy import Policy
from domain.enrolment.state import EnrolmentEnd
from domain.enrolment.status import InviteStatus, RegistrationState
from domain.mail.send_window import SendWindow
from domain.records.enrolment import EnrolmentRecord, NextStep
from domain.records.mail import SenderState
from domain.records.rollout import MailControl, Sender
from domain.records.why_not_sooner import Delay, WhyNotSooner, why_not_sooner

# A Thursday.
NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=3)
AFTERNOONS = Policy(window=SendWindow(opens=time(13), closes=time(17)))
STOPPED = MailControl(mail_stopped=True, since=NOW, actor="Ada", reason="phishing alarm")
BLOCKED = Sender(address="mfa@contoso.com", state=SenderState.STOPPED, since=NOW, reason="5.1.8")
READY = Sender(address="mfa@contoso.com", state=SenderState.READY, since=NOW)
MAILS = [NextStep.INVITATION, NextStep.REMINDER, NextStep.FOLLOW_UP, NextStep.ESCALATION]


def _row(**values: Any) -> EnrolmentRecord:
    usual: dict[str, Any] = {
        "object_id": "a0000000-0000-4000-8000-000000000001",
        "run_id": "b0000000-0000-4000-8000-000000000001",
        "revision": 1,
        "upn": "ada@contoso.com",
        "status": InviteStatus.SENT,
        "registration": RegistrationState.NOT_REGISTERED,
        "batch_id": "autumn",
        "source": "CSV Upload",
        "next_step": NextStep.REMINDER,
        "due_at": NOW,
    }
    return EnrolmentRecord(**{**usual, **values})


def _why(
    row: EnrolmentRecord,
    *,
    control: MailControl | None = None,
    sender: Sender | None = READY,
    policy: Policy | None = None,
) -> WhyNotSooner | None:
    return why_not_sooner(row, control, sender, policy or Policy(), NOW)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (
            {"paused_by": "Ada", "paused_reason": "long leave"},
            WhyNotSooner(delay=Delay.PAUSED, actor="Ada", reason="long leave"),
        ),
        ({"disabled_since": NOW}, WhyNotSooner(delay=Delay.DISABLED)),
        ({"excluded": True}, WhyNotSooner(delay=Delay.EXCLUDED)),
        (
            {"returned_since": NOW, "problem": "Mail comes back."},
            WhyNotSooner(delay=Delay.RETURNED, reason="Mail comes back."),
        ),
    ],
)
def test_what_holds_up_one_person_comes_first(
    values: dict[str, Any], expected: WhyNotSooner
) -> None:
    """A person who is paused, disabled, excluded or unreachable waits for that, whatever else."""
    row = _row(**values, slot_at=LATER, mail_not_before=LATER, due_at=LATER)
    assert _why(row, control=STOPPED, sender=BLOCKED, policy=AFTERNOONS) == expected


@pytest.mark.parametrize("step", [*MAILS, NextStep.RESEND])
def test_a_stop_of_all_mail_comes_before_the_clock(step: NextStep) -> None:
    """Who stopped mail, and why, is told for every mail."""
    expected = WhyNotSooner(delay=Delay.MAIL_STOPPED, actor="Ada", reason="phishing alarm")
    assert _why(_row(next_step=step, due_at=LATER), control=STOPPED, sender=BLOCKED) == expected


@pytest.mark.parametrize("step", [*MAILS, NextStep.RESEND])
def test_a_blocked_mailbox_holds_up_its_mails(step: NextStep) -> None:
    """The reason of the block is told."""
    expected = WhyNotSooner(delay=Delay.SENDER_PAUSED, reason="5.1.8")
    assert _why(_row(next_step=step), sender=BLOCKED) == expected


def test_an_invitation_waits_for_its_wave() -> None:
    """Until its slot has come an invitation waits for nothing else."""
    row = _row(next_step=NextStep.INVITATION, slot_at=LATER, due_at=LATER)
    assert _why(row, policy=AFTERNOONS) == WhyNotSooner(delay=Delay.WAVE, until=LATER)


def test_a_mail_waits_after_a_failure() -> None:
    """The failure's sentence is told with the time of the next try."""
    row = _row(mail_not_before=LATER, due_at=LATER, problem="No right to send.")
    expected = WhyNotSooner(delay=Delay.RETRY, until=LATER, reason="No right to send.")
    assert _why(row) == expected


def test_a_reminder_waits_for_its_day() -> None:
    """A mail whose days aren't over waits for them, also while the window is closed."""
    expected = WhyNotSooner(delay=Delay.INTERVAL, until=LATER)
    assert _why(_row(due_at=LATER)) == expected
    assert _why(_row(due_at=LATER), policy=AFTERNOONS) == expected


def test_a_mail_that_is_due_waits_for_the_window() -> None:
    """The opening is told with everybody's own share of the half hour after it."""
    row = _row()
    opens_at = AFTERNOONS.window.next_open_for(NOW, row.object_id)
    expected = WhyNotSooner(delay=Delay.WINDOW, until=opens_at)
    assert _why(row, policy=AFTERNOONS) == expected
    assert _why(_row(due_at=opens_at), policy=AFTERNOONS) == expected
    assert opens_at > NOW


def test_a_window_without_an_opening_is_told_without_a_time() -> None:
    """A calendar that is closed for a year is a mistake, not a crash."""
    closed = tuple((NOW + timedelta(days=n)).date() for n in range(-1, 400))
    policy = Policy(window=SendWindow(closed_dates=closed))
    assert _why(_row(), policy=policy) == WhyNotSooner(delay=Delay.WINDOW)


def test_a_mail_that_may_leave_waits_in_its_queue() -> None:
    """What is due and free to go waits for the mailbox's budget."""
    assert _why(_row(), sender=None) == WhyNotSooner(delay=Delay.QUEUE)
    assert _why(_row(due_at=None)) == WhyNotSooner(delay=Delay.QUEUE)


def test_a_new_link_waits_for_no_window() -> None:
    """Whoever asks for a link gets it at night, too."""
    row = _row(next_step=NextStep.RESEND)
    assert _why(row, policy=AFTERNOONS) == WhyNotSooner(delay=Delay.QUEUE)


def test_the_group_waits_for_no_mail() -> None:
    """Stops, mailboxes and windows don't hold up what isn't a mail."""
    row = _row(next_step=NextStep.GROUP)
    assert _why(row, control=STOPPED, sender=BLOCKED, policy=AFTERNOONS) is None
    retried = _row(next_step=NextStep.GROUP, due_at=LATER)
    assert _why(retried, control=STOPPED) == WhyNotSooner(delay=Delay.RETRY, until=LATER)


def test_without_a_next_step_it_is_the_persons_turn() -> None:
    """Who has had the last reminder is waited for."""
    row = _row(next_step=None, due_at=None)
    assert _why(row, control=STOPPED) == WhyNotSooner(delay=Delay.PERSON)


def test_nothing_holds_up_who_has_ended() -> None:
    """There is no next step to wait for."""
    assert _why(_row(ended=EnrolmentEnd.ACTIVE, paused_by="Ada"), control=STOPPED) is None
