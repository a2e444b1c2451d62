"""Whatever row the tables hold, there is a reason why the next step doesn't happen sooner."""

from dataclasses import replace
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from domain.mail.send_window import SendWindow
from domain.standing.texts import WHY
from domain.standing.why_not_sooner import (
    HoldReason,
)
from domain.status import EnrolmentEnd, InviteStatus
from domain.tables.attention import AttentionKind
from domain.tables.enrolment import EnrolmentRecord, NextStep
from domain.tables.mail import SenderState
from domain.tables.rollout import MailControl
from domain.tables.sending import MailboxUse, SendingPolicy
from tests.domain.standing.rows import HOUR, MAILS, NOW, OFFICE, OWN, holds, mailbox, reasons, row

instants = st.none() | st.integers(-600, 600).map(lambda hours: NOW + hours * HOUR)
rows = st.builds(
    row,
    status=st.sampled_from(InviteStatus),
    next_step=st.none() | st.sampled_from(NextStep),
    due_at=instants,
    mail_not_before=instants,
    slot_at=instants,
    invite_sent_at=instants,
    paused_by=st.none() | st.just("Ada"),
    disabled_since=instants,
    returned_since=instants,
    excluded=st.booleans(),
    attention=st.none() | st.sampled_from(AttentionKind),
    ended=st.none() | st.sampled_from(EnrolmentEnd),
)
controls = st.none() | st.builds(
    MailControl, mail_stopped=st.booleans(), since=st.just(NOW), actor=st.none() | st.just("Ada")
)
mailboxes = st.builds(mailbox, st.sampled_from(SenderState), last_day=st.integers(0, 10_000))
policies = st.builds(SendingPolicy, window=st.sampled_from((SendWindow(), OFFICE)))


@given(one=rows, control=controls, use=mailboxes, policy=policies, seen=instants)
def test_whatever_the_tables_hold(
    one: EnrolmentRecord,
    control: MailControl | None,
    use: MailboxUse,
    policy: SendingPolicy,
    seen: datetime | None,
) -> None:
    """There is a reason, each is told once and has a text, and dates lie ahead."""
    found = holds(one, control=control, mailbox=use, policy=policy, worker_seen_at=seen)
    told = [hold.reason for hold in found]
    assert told
    assert len(told) == len(set(told))
    assert set(told) <= set(WHY)
    assert all(hold.until > NOW for hold in found if hold.until is not None)
    if HoldReason.TURN in told or HoldReason.ENDED in told or HoldReason.PERSON in told:
        assert len(told) == 1
    if one.ended is not None:
        assert told == [HoldReason.ENDED]
    elif one.next_step in MAILS:
        stopped = control is not None and control.mail_stopped
        assert (HoldReason.MAIL_STOPPED in told) == stopped
        assert (HoldReason.PAUSED in told) == (one.paused_by is not None)
        assert (HoldReason.EXCLUDED in told) == one.excluded
    if one.ended is None and one.next_step is None:
        assert set(told) <= OWN | {HoldReason.PERSON}


@given(one=rows, policy=policies)
def test_a_date_that_is_told_is_kept(one: EnrolmentRecord, policy: SendingPolicy) -> None:
    """Once the latest date has come, and all else is well, it isn't given as a reason again."""
    free = replace(
        one,
        paused_by=None,
        disabled_since=None,
        returned_since=None,
        excluded=False,
        attention=None,
        ended=None,
    )
    now = NOW
    # Four may follow one another: of another attempt, the slot, the day and the hours of sending.
    for _ in range(5):
        dates = [
            hold.until
            for hold in holds(free, policy=policy, now=now, worker_seen_at=now)
            if hold.until is not None
        ]
        if not dates:
            break
        assert max(dates) > now
        now = max(dates)
    assert not dates
    assert reasons(free, policy=policy, now=now, worker_seen_at=now) in (
        [HoldReason.TURN],
        [HoldReason.PERSON],
    )
