"""Graph's messages as they came over SMTP: the whole MIME text, and the parts as attachments.

A part that is a mail of its own is an ``itemAttachment``, whose content comes only by ``/$value``;
any other part behind the text is a ``fileAttachment``.
"""

import base64
from dataclasses import dataclass
from email import message_from_string, policy
from email.message import MIMEPart
from http import HTTPStatus
from typing import Any

from simulated_tenant.clock import graph_time
from simulated_tenant.errors import GraphError
from simulated_tenant.exchange.message import Message
from simulated_tenant.exchange.reports.returned_mail import whole
from simulated_tenant.graph.mail.mailbox import mailbox_call
from simulated_tenant.graph.mail.reading import context
from simulated_tenant.graph.messages import GraphRequest, GraphResponse, ok
from simulated_tenant.graph.query import odata
from simulated_tenant.tenant import SimulatedTenant

_NAMES = {
    "message/delivery-status": "details.txt",
    "text/rfc822-headers": "Undelivered Message Headers.txt",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attachment:
    id: str
    name: str
    content_type: str
    content: bytes
    content_id: str | None = None
    is_inline: bool = False

    @property
    def is_mail(self) -> bool:
        return self.content_type == "message/rfc822"

    def shown(self, message: Message, *, with_content: bool) -> dict[str, Any]:
        kind = "itemAttachment" if self.is_mail else "fileAttachment"
        body: dict[str, Any] = {
            "@odata.type": f"#microsoft.graph.{kind}",
            "id": self.id,
            "lastModifiedDateTime": graph_time(message.modified_at),
            "name": self.name,
            "contentType": None if self.is_mail else self.content_type,
            "size": len(self.content),
            "isInline": self.is_inline,
        }
        if not self.is_mail:
            body["contentId"] = self.content_id
        if with_content and not self.is_mail:
            body["contentBytes"] = base64.b64encode(self.content).decode()
        return body


def get_mime(tenant: SimulatedTenant, request: GraphRequest) -> GraphResponse:
    """``GET /users/{mb}/messages/{id}/$value``: the message as MIME."""
    message = mailbox_call(tenant, request).message()
    return _text(message.mime or whole(message))


def list_attachments(tenant: SimulatedTenant, request: GraphRequest) -> GraphResponse:
    """``GET /users/{mb}/messages/{id}/attachments``: its files, or a report's parts."""
    call = mailbox_call(tenant, request)
    message = call.message()
    wanted = odata.selection(request)
    value = [one.shown(message, with_content=True) for one in _attachments(message)]
    if wanted is not None:
        value = [
            {
                name: part
                for name, part in one.items()
                if name.startswith("@") or name in {"id", *wanted}
            }
            for one in value
        ]
    return ok(odata.collection(context(call, f"('{message.id}')/attachments"), value, None))


def get_attachment(tenant: SimulatedTenant, request: GraphRequest) -> GraphResponse:
    """``GET …/attachments/{id}``: one of them."""
    call = mailbox_call(tenant, request)
    message = call.message()
    body = _found(message, request).shown(message, with_content=True)
    return ok({"@odata.context": context(call, "/attachments/$entity"), **body})


def get_attachment_content(tenant: SimulatedTenant, request: GraphRequest) -> GraphResponse:
    """``GET …/attachments/{id}/$value``: its content, of a mail its MIME."""
    message = mailbox_call(tenant, request).message()
    found = _found(message, request)
    content_type = found.content_type if message.mime is None else "text/plain"
    return GraphResponse(content=found.content, headers={"Content-Type": content_type})


def _found(message: Message, request: GraphRequest) -> _Attachment:
    for attachment in _attachments(message):
        if attachment.id == request.params[2]:
            return attachment
    raise GraphError(
        HTTPStatus.NOT_FOUND,
        "ErrorInvalidAttachmentId",
        "The specified attachment Id is invalid.",
    )


def _attachments(message: Message) -> list[_Attachment]:
    if message.mime is None:
        return [
            _Attachment(
                id=f"{message.id}-{number}",
                name=one.name,
                content_type=one.content_type,
                content=base64.b64decode(one.content),
                content_id=one.content_id,
                is_inline=one.is_inline,
            )
            for number, one in enumerate(message.attachments, start=1)
        ]
    parsed = message_from_string(message.mime, policy=policy.default)
    if not parsed.is_multipart():
        return []
    found = []
    for number, part in enumerate(list(parsed.iter_parts())[1:], start=1):
        content_type = part.get_content_type()
        found.append(
            _Attachment(
                id=f"{message.id}-{number}",
                name=_NAMES.get(content_type) or _subject(part),
                content_type=content_type,
                content=_content(part),
            )
        )
    return found


def _subject(part: MIMEPart) -> str:
    inner = part.get_payload()
    mail = inner[0] if isinstance(inner, list) else None
    return str(mail["Subject"] or "") if isinstance(mail, MIMEPart) else ""


def _content(part: MIMEPart) -> bytes:
    inner = part.get_payload()
    text = "\r\n".join(map(str, inner)) if isinstance(inner, list) else str(inner)
    return text.encode()


def _text(content: str) -> GraphResponse:
    return GraphResponse(content=content.encode(), headers={"Content-Type": "text/plain"})
