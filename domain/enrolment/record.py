"""An enrolment as programs read it: its state in one row of our own database."""

from datetime import datetime

from domain.enrolment.decisions import AddToGroup, SendMail, next_step
from domain.enrolment.due_dates import nudges_used_up
from domain.enrolment.policy import Policy
from domain.enrolment.state import EnrolmentInput, EnrolmentState, Problem, ProblemKind
from domain.enrolment.texts import problem_text
from domain.mail.send_hours import send_hours_text
from domain.status import Concern, EnrolmentEnd, MailKind
from domain.tables.attention import AttentionKind
from domain.tables.enrolment import EnrolmentRecord, NextStep

_STEPS = {
    MailKind.INVITATION: NextStep.INVITATION,
    MailKind.REMINDER: NextStep.REMINDER,
    MailKind.FOLLOW_UP: NextStep.FOLLOW_UP,
    MailKind.ESCALATION: NextStep.ESCALATION,
}


def record_of(
    input: EnrolmentInput,
    state: EnrolmentState,
    now: datetime,
) -> EnrolmentRecord:
    """Return the row that says where the person stands and what happens next, at ``now``."""
    person, problem = state.person, state.problem
    if problem is not None and problem.concern is Concern.END:
        # Why it has ended is no problem: nobody has to act.
        problem = None
    attention, attention_since = _attention(state, input.policy)
    step, due_at = _next(input, state, now)
    return EnrolmentRecord(
        object_id=input.object_id,
        run_id=state.run_id,
        revision=state.revision,
        upn=person.user_principal_name if person else input.user_principal_name,
        status=state.status,
        registration=state.registration,
        batch_id=state.source_batch_id or input.batch_id,
        source=state.source or input.source.value,
        display_name=person.display_name if person else None,
        mail=person.mail if person else None,
        department=person.department if person else None,
        language=person.language if person else None,
        in_group=state.in_group,
        invite_sent_at=state.invite_sent_at,
        opened_at=state.opened_at,
        clicked_at=state.clicked_at,
        added_to_group_at=state.added_to_group_at,
        added_by_us=state.added_by_us,
        last_reminder_at=state.last_reminder_at,
        reminder_count=state.reminder_count,
        reminders_sent=state.reminders_sent,
        follow_ups_sent=state.follow_ups_sent,
        escalated=state.escalated,
        escalated_at=state.escalated_at,
        manager_upn=state.manager_upn,
        last_checked_at=state.last_checked_at or state.methods_read_at,
        registered_at=state.registered_at,
        registered_after=_registered_after(state),
        problem_concern=problem.concern if problem else None,
        problem=problem_text(problem) if problem else None,
        problem_since=problem.since if problem else None,
        attention=attention,
        attention_since=attention_since,
        paused_by=state.paused.actor if state.paused else None,
        paused_reason=state.paused.reason if state.paused else None,
        disabled_since=state.disabled_since,
        excluded=state.excluded,
        returned_since=state.returned.since if state.returned else None,
        slot_at=input.invite_not_before,
        mail_not_before=state.mail_not_before,
        next_step=step,
        due_at=due_at,
        send_hours=send_hours_text(input.policy.window),
        correlation_id=input.correlation_id,
        item_id=state.item_id,
        refused={name: since.isoformat() for name, since in state.refused.items()},
        ended=state.ended,
        ended_at=state.ended_at,
        own_token=state.older_token is None,
    )


def _next(
    input: EnrolmentInput, state: EnrolmentState, now: datetime
) -> tuple[NextStep | None, datetime | None]:
    if state.ended is not None:
        return None, None
    planned = next_step(state, input.policy, now, invite_not_before=input.invite_not_before)
    if planned is None:
        return None, None
    # Since when it is due isn't known of everything; "now" would be another instant at every look.
    due_at = planned[0] if planned[0] != now else None
    action = planned[1]
    match action:
        case AddToGroup():
            return NextStep.GROUP, due_at
        case SendMail(kind, resend):
            return NextStep.RESEND if resend else _STEPS[kind], due_at


def _registered_after(state: EnrolmentState) -> str | None:
    """Name the mail that worked: the last that left before the registration was seen."""
    if not state.registered or state.invite_sent_at is None:
        return None
    if state.escalated:
        return MailKind.ESCALATION.value
    if state.follow_ups_sent:
        return f"{MailKind.FOLLOW_UP.value}-{state.follow_ups_sent}"
    if state.reminders_sent:
        return f"{MailKind.REMINDER.value}-{state.reminders_sent}"
    return MailKind.INVITATION.value


def _attention(
    state: EnrolmentState, policy: Policy
) -> tuple[AttentionKind | None, datetime | None]:
    """Say why an admin should look at this person, and since when: the most pressing reason."""
    if state.ended is not None:
        failed = state.ended is EnrolmentEnd.FAILED
        return (AttentionKind.FAILED, state.ended_at) if failed else (None, None)
    if state.returned is not None:
        return AttentionKind.BOUNCED, state.returned.since
    if state.excluded and state.clicked_at is not None:
        return AttentionKind.EXCLUDED_BUT_CLICKED, state.clicked_at
    problem = state.problem
    if problem is not None and (kind := _attention_of(problem)) is not None:
        return kind, problem.since
    if nudges_used_up(state, policy):
        return AttentionKind.REMINDERS_USED_UP, state.nudge_clock_at
    return None, None


def _attention_of(problem: Problem) -> AttentionKind | None:
    """Return the reason to look at a person that a problem is; None for one that may pass."""
    if problem.kind is ProblemKind.NO_ADDRESS:
        return AttentionKind.NO_ADDRESS
    return AttentionKind.NO_MANAGER if problem.concern is Concern.MANAGER else None
