"""Mails of an enrolment: when one may leave; drafted at its turn, sent if wanted, or withdrawn."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from temporalio import workflow
from temporalio.exceptions import ActivityError, FailureError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.mail.activities import (
        DraftInput,
        MailActivities,
        PreparedMail,
        PrepareMailInput,
    )
    from activities.mail.send_window import SendTimeInput, SendWindowActivities
    from domain.enrolment import transitions
    from domain.enrolment.decisions import SendMail
    from domain.enrolment.state import Concern, EnrolmentInput, EnrolmentState
    from domain.enrolment.status import MailKind
    from domain.identifiers import MailKey, mail_task_queue
    from domain.mail.send_times import LookUpSendTime, send_time_found
    from workflows import options
    from workflows.enrolment.activity_waits import finished, unless_withdrawn
    from workflows.enrolment.problems import problem_of
    from workflows.enrolment.texts import Step, mail_name, summary

T = TypeVar("T")

PRIORITIES = {
    MailKind.ESCALATION: options.ESCALATION,
    MailKind.REMINDER: options.REMINDER,
    MailKind.FOLLOW_UP: options.FOLLOW_UP,
    MailKind.INVITATION: options.INVITATION,
}


async def send(
    mail: SendMail, input: EnrolmentInput, state: EnrolmentState, wanted: Callable[[], bool]
) -> None:
    """Prepare and send a mail, and apply what came of it to the state.

    A mail that isn't ``wanted`` any more is withdrawn, and leaves no draft behind. After a failure
    that somebody has to fix it is tried again in an hour (``retry_blocked``).
    """
    try:
        mailed = await _mailed(mail, input, state, wanted)
    except ActivityError as error:
        problem_of(error, Concern.MAIL, state)
        state.mail_not_before = workflow.now() + input.policy.retry_blocked
        return
    if mailed is None:
        return
    prepared, now = mailed.prepared, workflow.now()
    state.person = prepared.person or state.person
    if mailed.sent:
        state.manager_upn = prepared.manager_upn or state.manager_upn
        transitions.mail_sent(state, mail.kind, now, input.policy, key=mailed.key)
    elif prepared.withheld is not None:
        transitions.mail_withheld(state, prepared.withheld, now, input.policy)


async def look_up_send_time(
    asked: LookUpSendTime, input: EnrolmentInput, state: EnrolmentState
) -> None:
    """Ask a worker when a mail may leave, and remember the answer in the state.

    After a failure that somebody has to fix it is tried again in an hour (``retry_blocked``). A
    cancellation leaves the question open; the enrolment knows of it otherwise.
    """
    try:
        answer = await workflow.execute_local_activity_method(
            SendWindowActivities.send_time,
            SendTimeInput(
                question=asked.question,
                at=asked.at,
                object_id=input.object_id,
                policy=input.policy,
            ),
            start_to_close_timeout=options.IN_PROCESS,
            retry_policy=options.PATIENT,
        )
    except FailureError as error:
        # Failures of local activities aren't wrapped into an ``ActivityError``.
        if is_cancelled_exception(error):
            return
        problem_of(error, Concern.MAIL, state)
        state.mail_not_before = workflow.now() + input.policy.retry_blocked
        return
    send_time_found(state, asked, answer)


@dataclass(frozen=True, slots=True)
class _Mailed:
    """What became of a mail whose turn came: sent, or withheld for a reason."""

    key: str
    prepared: PreparedMail
    sent: bool


async def _mailed(
    mail: SendMail, input: EnrolmentInput, state: EnrolmentState, wanted: Callable[[], bool]
) -> _Mailed | None:
    """Return what became of the mail, None when it was withdrawn."""
    state.mails_begun += 1
    key = str(_key(mail, input, state))
    info = workflow.info()
    prepare = workflow.start_activity_method(
        MailActivities.prepare_mail,
        PrepareMailInput(
            kind=mail.kind,
            object_id=input.object_id,
            key=key,
            sender=input.sender,
            tracking_token=state.tracking_token or "",
            nudges_sent=state.nudges_sent,
            window=None if mail.resend else input.policy.window,
        ),
        task_queue=mail_task_queue(info.task_queue, input.sender),
        start_to_close_timeout=options.GRAPH_CALL,
        heartbeat_timeout=options.HEARTBEAT,
        retry_policy=options.PATIENT,
        cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
        priority=options.RESEND if mail.resend else PRIORITIES[mail.kind],
        summary=_summary(Step.DRAFT_MAIL, mail),
    )
    prepared = await unless_withdrawn(prepare, wanted)
    if prepared is None or prepared.draft_id is None:
        return _Mailed(key, prepared, sent=False) if prepared else None
    draft = DraftInput(draft_id=prepared.draft_id, sender=input.sender)
    if not wanted():
        await finished(
            _start(MailActivities.discard_mail, draft, _summary(Step.DISCARD_MAIL, mail))
        )
        return None
    await finished(_start(MailActivities.send_mail, draft, _summary(Step.SEND_MAIL, mail)))
    return _Mailed(key, prepared, sent=True)


def _start(
    activity: Callable[[MailActivities, DraftInput], Awaitable[T]],
    draft: DraftInput,
    summary: str,
) -> workflow.ActivityHandle[T]:
    return workflow.start_activity_method(
        activity,
        draft,
        start_to_close_timeout=options.GRAPH_CALL,
        heartbeat_timeout=options.HEARTBEAT,
        retry_policy=options.PATIENT,
        cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
        summary=summary,
    )


def _key(mail: SendMail, input: EnrolmentInput, state: EnrolmentState) -> MailKey:
    return MailKey(
        object_id=input.object_id,
        kind=mail.kind,
        run_id=workflow.info().first_execution_run_id,
        number=state.mails_begun,
    )


def _summary(step: Step, mail: SendMail) -> str:
    return summary(step, mail=mail_name(mail.kind, resend=mail.resend))
