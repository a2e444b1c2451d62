"""What an admin asks of one person's enrolment, with its entry in the audit log."""

from collections.abc import Mapping
from datetime import timedelta

from temporalio.client import Client

from client.audit.entry import audited
from client.enrolments import enrolment_handle
from client.requests import Answer, ask_enrolment
from database.engine import Database
from domain.enrolment.messages import AdminRequest, Update
from domain.tables.audit import Actor, AuditAction

AUDITED_AS: Mapping[Update, AuditAction] = {
    Update.PAUSE: AuditAction.PAUSE,
    Update.RESUME: AuditAction.RESUME,
    Update.RESEND: AuditAction.RESEND,
    Update.RETRY: AuditAction.RETRY,
    Update.CANCEL: AuditAction.CANCEL,
}


async def ask_person(
    client: Client,
    database: Database,
    object_id: str,
    update: Update,
    request: AdminRequest,
    *,
    actor: Actor,
    within: timedelta,
) -> Answer:
    """Ask an enrolment for something for an admin who has signed in.

    Raises:
        AuditUnavailable: the audit log can't be written, and nothing was asked.
        EnrolmentEndedError: it is too late.
        WorkflowUpdateFailedError: it refuses, and says why.
        RPCError: Temporal can't be reached.
    """
    async with audited(
        database,
        actor,
        AUDITED_AS[update],
        reason=request.reason,
        person=object_id,
        request_id=request.request_id,
    ):
        handle = enrolment_handle(client, object_id)
        return await ask_enrolment(handle, update, request, within=within)
