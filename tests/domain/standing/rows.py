"""People as the tables have them, and what holds their next step."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from domain.mail.send_window import SendWindow
from domain.standing.why_not_sooner import (
    Hold,
    HoldReason,
    why_not_sooner,
)
from domain.status import InviteStatus, RegistrationState
from domain.tables.enrolment import EnrolmentRecord, NextStep
from domain.tables.mail import SenderState
from domain.tables.rollout import Sender
from domain.tables.sending import MailboxUse, SendingPolicy

# A Thursday.
NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
MOMENT = timedelta(microseconds=1)
DAY = timedelta(days=1)
OFFICE = SendWindow(opens=time(8), closes=time(18), days=("Mon", "Tue", "Wed", "Thu", "Fri"))
ALWAYS = SendingPolicy()
MAILS = sorted(set(NextStep) - {NextStep.GROUP})
OWN = {HoldReason.PAUSED, HoldReason.DISABLED, HoldReason.RETURNED, HoldReason.EXCLUDED}


def row(**values: Any) -> EnrolmentRecord:
    """Return somebody whose reminder is due, but for what is said otherwise."""
    usual: dict[str, Any] = {
        "object_id": "6e7b768e-07e2-4810-8459-485f84f8f204",
        "run_id": "7e7b768e-07e2-4810-8459-485f84f8f204",
        "revision": 1,
        "upn": "ada@contoso.com",
        "status": InviteStatus.SENT,
        "registration": RegistrationState.NOT_REGISTERED,
        "batch_id": "autumn",
        "source": "CSV Upload",
        "next_step": NextStep.REMINDER,
    }
    return EnrolmentRecord(**{**usual, **values})


def mailbox(state: SenderState = SenderState.READY, *, last_day: int = 0) -> MailboxUse:
    """Return a mailbox in a state, and how much it has sent."""
    sender = Sender(address="mfa@contoso.com", state=state, since=NOW - DAY, reason="5.1.8")
    return MailboxUse(sender=sender, last_day=last_day)


def holds(one: EnrolmentRecord, **given: Any) -> tuple[Hold, ...]:
    """Return what holds somebody where nothing holds everybody, but for what is given."""
    usual: dict[str, Any] = {
        "control": None,
        "mailbox": mailbox(),
        "policy": ALWAYS,
        "now": NOW,
        "worker_seen_at": NOW,
    }
    return why_not_sooner(one, **{**usual, **given})


def reasons(one: EnrolmentRecord, **given: Any) -> list[HoldReason]:
    """Return the reasons alone, in their order."""
    return [hold.reason for hold in holds(one, **given)]
