"""Mails of an enrolment: when one may leave; delivered at its turn if wanted, or withdrawn."""

from collections.abc import Callable
from dataclasses import replace

from temporalio import workflow
from temporalio.exceptions import ActivityError, FailureError, RetryState, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.enrolment.send_time import SendTimeInput, SendWindowActivities
    from activities.mail.activities import MailActivities
    from activities.mail.inputs import Begun, Delivered, DeliverMailInput, WithdrawMailInput
    from domain.enrolment import transitions
    from domain.enrolment.decisions import SendMail
    from domain.enrolment.due_dates import last_before_manager, last_of_all
    from domain.enrolment.mail.delivery import EVENTS_OF_A_MAIL, mail_left
    from domain.enrolment.mail.send_times import LookUpSendTime, send_time_found
    from domain.enrolment.state import EnrolmentInput, EnrolmentState
    from domain.identifiers import MailKey, mail_task_queue
    from domain.instants import bounded
    from domain.status import Concern, MailKind
    from domain.tables.enrolment import EnrolmentRecord
    from domain.tables.mail import MailOrigin
    from workflows import options
    from workflows.activity_waits import finished, unless_withdrawn
    from workflows.enrolment.problems import problem_of
    from workflows.enrolment.row_mirror import RowMirror
    from workflows.enrolment.texts import Step, mail_name, summary

PRIORITIES = {
    MailKind.ESCALATION: options.ESCALATION,
    MailKind.REMINDER: options.REMINDER,
    MailKind.FOLLOW_UP: options.FOLLOW_UP,
    MailKind.INVITATION: options.INVITATION,
}


async def send(
    mail: SendMail,
    input: EnrolmentInput,
    state: EnrolmentState,
    record: EnrolmentRecord,
    wanted: Callable[[], bool],
    *,
    mirror: RowMirror,
) -> None:
    """Deliver a mail, and apply what came of it to the state.

    A mail that isn't ``wanted`` any more, or whose delivery failed, is withdrawn before anything
    else happens: then it is known whether it left. After a failure that somebody has to fix it is
    tried again in an hour (``retry_blocked``). Once the mail has left, the delivery writes the row,
    unless the ``mirror`` has something of its own to write.
    """
    state.mails_begun += 1
    key = str(_key(mail, input, state))
    delivered, failure = None, None
    begun = _begun(input, state) if mirror.lend() else None
    events_from = None if begun is None else state.story_number
    delivery = _deliver(mail, input, state, record, key=key, begun=begun)
    state.story_number += 0 if begun is None else EVENTS_OF_A_MAIL
    try:
        delivered = await unless_withdrawn(delivery, wanted)
    except ActivityError as error:
        failure = error
    if delivered is None:
        delivered = await finished(_withdraw(mail, input, key))
    elif not delivered.ended:
        # The log refuses it, as that of a person who was erased: it isn't begun anew at once.
        state.mail_not_before = workflow.now() + input.policy.retry_blocked
    _apply(mail, delivered, input, state, key=key, events_from=events_from)
    if delivered.row is not None:
        mirror.recorded(delivered.row, delivered.hidden_upn)
    if failure is None or delivered.sent_at is not None:
        return
    if failure.retry_state is not RetryState.CANCEL_REQUESTED:
        problem_of(failure, Concern.MAIL, state)
        state.mail_not_before = workflow.now() + input.policy.retry_blocked


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


def _apply(
    mail: SendMail,
    delivered: Delivered,
    input: EnrolmentInput,
    state: EnrolmentState,
    *,
    key: str,
    events_from: int | None,
) -> None:
    now = workflow.now()
    if delivered.sent_at is not None:
        mail_left(
            state,
            mail.kind,
            bounded(delivered.sent_at, now),
            input.policy,
            key=key,
            events_from=events_from,
            person=delivered.person,
            manager_upn=delivered.manager_upn,
            unconfirmed=delivered.unconfirmed,
        )
        return
    state.person = delivered.person or state.person
    if delivered.withheld is not None:
        transitions.mail_withheld(state, delivered.withheld, now, input.policy)


def _deliver(
    mail: SendMail,
    input: EnrolmentInput,
    state: EnrolmentState,
    record: EnrolmentRecord,
    *,
    key: str,
    begun: Begun | None,
) -> workflow.ActivityHandle[Delivered]:
    return workflow.start_activity_method(
        MailActivities.deliver_mail,
        DeliverMailInput(
            kind=mail.kind,
            object_id=input.object_id,
            key=key,
            sender=input.sender,
            older_token=state.older_token,
            nudges_sent=state.nudges_sent,
            before_manager=last_before_manager(state, input.policy),
            is_last=last_of_all(state, input.policy),
            person=record,
            origin=_origin(mail, state),
            network=state.resend_network if mail.resend else None,
            window=None if mail.resend else input.policy.window,
            not_excluded_at=state.not_excluded_at,
            begun=begun,
        ),
        task_queue=mail_task_queue(workflow.info().task_queue, input.sender),
        start_to_close_timeout=options.MAIL_DELIVERY,
        heartbeat_timeout=options.PROMPT_HEARTBEAT,
        retry_policy=options.PATIENT,
        cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
        priority=options.RESEND if mail.resend else PRIORITIES[mail.kind],
        summary=_summary(Step.DELIVER_MAIL, mail),
    )


def _begun(input: EnrolmentInput, state: EnrolmentState) -> Begun:
    """Return what the row is made of, without what only the workflow needs."""
    enrolment = replace(input, state=None, looked_up=None)
    return Begun(enrolment=enrolment, state=replace(state, seen_events=[]))


def _withdraw(
    mail: SendMail, input: EnrolmentInput, key: str
) -> workflow.ActivityHandle[Delivered]:
    return workflow.start_activity_method(
        MailActivities.withdraw_mail,
        WithdrawMailInput(kind=mail.kind, object_id=input.object_id, key=key, sender=input.sender),
        start_to_close_timeout=options.GRAPH_CALL,
        heartbeat_timeout=options.HEARTBEAT,
        retry_policy=options.PATIENT,
        cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
        summary=_summary(Step.WITHDRAW_MAIL, mail),
    )


def _origin(mail: SendMail, state: EnrolmentState) -> MailOrigin:
    if not mail.resend:
        return MailOrigin.SCHEDULE
    return state.resend_origin or MailOrigin.ADMIN


def _key(mail: SendMail, input: EnrolmentInput, state: EnrolmentState) -> MailKey:
    return MailKey(
        object_id=input.object_id,
        kind=mail.kind,
        run_id=workflow.info().first_execution_run_id,
        number=state.mails_begun,
    )


def _summary(step: Step, mail: SendMail) -> str:
    return summary(step, mail=mail_name(mail.kind, resend=mail.resend))
