"""New links: who may be sent one, what a request for one changes, and which requests are one."""

from datetime import datetime

from domain.enrolment.due_dates import CLICKED, form_resend_allowed
from domain.enrolment.messages import RequestRefusal
from domain.enrolment.policy import Policy
from domain.enrolment.problems import solved
from domain.enrolment.state import EnrolmentState
from domain.enrolment.story import tell
from domain.instants import later
from domain.status import Concern, InviteStatus
from domain.tables.mail import MailOrigin
from domain.tables.story import StoryKind

RESENDABLE = CLICKED | {InviteStatus.SENT}


def resend_refusal(state: EnrolmentState, at: datetime, policy: Policy) -> RequestRefusal | None:
    """Return why this user can't be sent a new link at ``at``, None when they can."""
    reasons = {
        RequestRefusal.RESEND_CANCELLED: state.cancelled is not None,
        RequestRefusal.RESEND_GONE: state.gone,
        RequestRefusal.RESEND_REGISTERED: state.registered,
        RequestRefusal.RESEND_PAUSED: state.paused is not None,
        RequestRefusal.RESEND_DISABLED: state.disabled_since is not None,
        RequestRefusal.RESEND_EXCLUDED: state.excluded,
        RequestRefusal.RESEND_NOT_INVITED: state.status not in RESENDABLE,
        RequestRefusal.RESEND_JUST_SENT: _just_sent(state, at, policy),
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def resend_asked(
    state: EnrolmentState,
    at: datetime,
    policy: Policy,
    *,
    from_form: bool,
    actor: str | None = None,
    reason: str | None = None,
    network: str | None = None,
) -> bool:
    """Apply the wish for a new link, and say whether it is granted.

    ``actor`` is the admin, who gave a ``reason``; ``network`` is a keyed hash of where the form was
    filled in.

    Back to ``Pending`` with the reminders' count cleared (seed); first dates and membership stay.
    The reminder clock doesn't move, but a reminder due soon is put off once. What the form asks
    for while an invitation is under way is remembered until it is known when that one left.
    """
    if refusal := resend_refusal(state, at, policy):
        if from_form and refusal is RequestRefusal.RESEND_NOT_INVITED:
            state.form_resend_waiting = at
            state.resend_network = network
        return False
    if from_form:
        # The form can't correct the address: only a corrected one, or an admin, lets mail go on.
        if state.returned is not None or not form_resend_allowed(state, policy, at):
            return False
        month_ago = later(at, -policy.month)
        state.form_resends = [*(sent for sent in state.form_resends if sent > month_ago), at]
    else:
        state.nudges_before = state.nudges_sent
    state.resend_network = network
    state.resend_origin = MailOrigin.FORM if from_form else MailOrigin.ADMIN
    told = {} if reason is None else {"reason": reason}
    tell(state, StoryKind.RESENT, at, actor=actor, **told)
    mail_arrives(state, at)
    if state.status in CLICKED and not policy.follow_up:
        state.nudge_clock_at = at
    state.status = InviteStatus.PENDING
    state.reminder_count = 0
    state.last_reminder_at = None
    state.resend_wanted = True
    _put_off_reminder(state, at, policy)
    return True


def invitation_left(state: EnrolmentState, at: datetime, policy: Policy) -> None:
    """Apply that an invitation left at ``at``; it answers every request made before then.

    A request of the form that came after it, while that wasn't known yet, is applied now.
    """
    state.invite_sent_at = at
    if state.resend_wanted:
        state.resent_at = at
    state.resend_wanted = False
    if state.status is InviteStatus.PENDING:
        state.status = InviteStatus.SENT
    if state.nudge_clock_at is None:
        state.nudge_clock_at = at
    asked_at, state.form_resend_waiting = state.form_resend_waiting, None
    if asked_at is not None and asked_at > at:
        resend_asked(state, asked_at, policy, from_form=True, network=state.resend_network)


def mail_arrives(state: EnrolmentState, at: datetime, *, clock_at: datetime | None = None) -> None:
    """Apply that mail reaches the user again, or is to be tried again: the clocks start anew.

    ``clock_at`` is when, None for with the next invitation: of what came back nobody was reminded.
    """
    state.settled_mails = state.mails_begun
    state.bounces = 0
    if state.returned is None:
        return
    state.returned = None
    solved(state, Concern.DELIVERY, at)
    state.nudge_clock_at = clock_at
    state.nudge_put_off_until = None


def _just_sent(state: EnrolmentState, at: datetime, policy: Policy) -> bool:
    """Return True when a new link left so recently that another request means the same one."""
    if state.resent_at is None or state.returned is not None:
        return False
    return at - state.resent_at < policy.same_resend


def _put_off_reminder(state: EnrolmentState, at: datetime, policy: Policy) -> None:
    if state.nudge_clock_at is None or state.nudge_put_off_once:
        return
    due_at = later(state.nudge_clock_at, policy.reminder_interval)
    if due_at - at <= policy.resend_put_off:
        state.nudge_put_off_until = later(max(due_at, at), policy.resend_put_off)
        state.nudge_put_off_once = True
