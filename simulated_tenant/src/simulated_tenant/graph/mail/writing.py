"""Graph's messages, written: drafts, sending, deleting."""

import re
import uuid
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from simulated_tenant.errors import GraphError, bad_request
from simulated_tenant.exchange.message import Message, new_id, new_internet_message_id
from simulated_tenant.faults import Late
from simulated_tenant.graph.mail.mailbox import MailboxCall, mailbox_call
from simulated_tenant.graph.mail.mime import apply_mime, is_mime
from simulated_tenant.graph.mail.reading import context, shown
from simulated_tenant.graph.mail.shapes import apply_json
from simulated_tenant.graph.messages import (
    GraphRequest,
    GraphResponse,
    accepted,
    created,
    no_content,
    ok,
)
from simulated_tenant.graph.throttling import check_sending
from simulated_tenant.tenant import SimulatedTenant

_ADDRESS = re.compile(r"^[^@\s]+@[^@\s]+$")
# What may still be changed of a message that has left.
_CHANGEABLE_WHEN_SENT = frozenset({"isread", "categories", "flag", "importance"})


def create_draft(tenant: SimulatedTenant, request: GraphRequest) -> GraphResponse:
    """``POST /users/{mb}/messages``: 201, a draft, from JSON or MIME."""
    call = mailbox_call(tenant, request)
    draft = _new_draft(call)
    if is_mime(request):
        apply_mime(draft, request.raw_body)
    else:
        apply_json(draft, request.json_object())
    tenant.mailboxes.put(draft)
    response = created({"@odata.context": context(call, "/$entity"), **shown(call, draft)})
    response.headers["Location"] = f"{request.url}/{response.body['id']}"
    return response


def update_message(tenant: SimulatedTenant, request: GraphRequest) -> GraphResponse:
    """``PATCH /users/{mb}/messages/{id}``: 200; what was sent is sent."""
    call = mailbox_call(tenant, request)
    message = call.message()
    body = request.json_object()
    keys = {key.lower() for key in body}
    if not message.is_draft and not keys <= _CHANGEABLE_WHEN_SENT | {
        "singlevalueextendedproperties"
    }:
        raise bad_request(
            "The message isn't a draft: this property can't be changed.",
            "ErrorInvalidPropertySet",
        )
    read = next((value for key, value in body.items() if key.lower() == "isread"), None)
    changed = replace(
        message,
        is_read=read if isinstance(read, bool) else message.is_read,
        modified_at=tenant.clock(),
        version=message.version + 1,
    )
    apply_json(changed, body)
    # The index of extended properties follows what the stored message says.
    tenant.mailboxes.forget(message)
    tenant.mailboxes.put(changed)
    return ok({"@odata.context": context(call, "/$entity"), **shown(call, changed)})


def delete_message(tenant: SimulatedTenant, request: GraphRequest) -> GraphResponse:
    """``DELETE /users/{mb}/messages/{id}``: 204; the first time it only moves to Deleted Items."""
    message = mailbox_call(tenant, request).message()
    if message.folder == "deleteditems":
        tenant.mailboxes.forget(message)
    else:
        tenant.mailboxes.move(message, "deleteditems")
    return no_content()


def send_draft(tenant: SimulatedTenant, request: GraphRequest) -> GraphResponse:
    """``POST /users/{mb}/messages/{id}/send``: 202, no body."""
    call = mailbox_call(tenant, request)
    message = call.message()
    if not message.is_draft or message.folder == "deleteditems":
        raise bad_request("Only a draft can be sent.", "ErrorInvalidOperation")
    _check_sendable(call, message)
    tenant.transport.submit(call.owner, message, transit=tenant.faults.delay(Late.MAIL))
    return accepted()


def send_mail(tenant: SimulatedTenant, request: GraphRequest) -> GraphResponse:
    """``POST /users/{mb}/sendMail``: 202; no id, so nobody can tell whether it happened."""
    call = mailbox_call(tenant, request)
    message, keep_copy = _new_draft(call), True
    if is_mime(request):
        apply_mime(message, request.raw_body)
    else:
        body = {key.lower(): value for key, value in request.json_object().items()}
        if not isinstance(body.get("message"), dict):
            raise bad_request("The property 'message' is missing.", "RequestBodyRead")
        apply_json(message, body["message"])
        keep_copy = body.get("savetosentitems", True) is not False
    _check_sendable(call, message)
    tenant.transport.submit(
        call.owner, message, transit=tenant.faults.delay(Late.MAIL), keep_copy=keep_copy
    )
    return accepted()


def _new_draft(call: MailboxCall) -> Message:
    now = call.tenant.clock()
    domain = (call.owner.mail or "").rpartition("@")[2]
    properties: dict[str, Any] = {
        "id": new_id("AAkALg"),
        "folder_bound_id": new_id("AAMkAG"),
        "internet_message_id": new_internet_message_id(domain),
        "conversation_id": f"AAQkAG{uuid.uuid4().hex}",
    }
    return Message(
        mailbox_id=call.owner.id,
        folder="drafts",
        sequence=call.tenant.mailboxes.next_sequence(),
        created_at=now,
        modified_at=now,
        visible_at=now - timedelta(microseconds=1),
        **properties,
    )


def _check_sendable(call: MailboxCall, message: Message) -> None:
    recipients = message.recipients
    if not recipients or not all(_ADDRESS.match(one.address) for one in recipients):
        raise bad_request("At least one recipient isn't valid.", "ErrorInvalidRecipients")
    sender = message.sender
    if sender is not None and sender.address.lower() not in call.owner.addresses():
        raise GraphError(
            HTTPStatus.FORBIDDEN,
            "ErrorSendAsDenied",
            "The user account which was used to submit this request does not have the right to"
            " send mail on behalf of the specified sending account.",
        )
    check_sending(call.tenant, call.owner.id, len(recipients))
