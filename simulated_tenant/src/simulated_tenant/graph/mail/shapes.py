"""Messages between Graph's JSON and ours, with the refusals that Exchange has for bad ones."""

import base64
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from simulated_tenant.clock import graph_time, graph_time_or_none
from simulated_tenant.errors import GraphError, bad_request
from simulated_tenant.exchange.message import FileAttachment, Message, Recipient, folder_id

MAX_CUSTOM_HEADERS = 5
# https://learn.microsoft.com/graph/api/message-post-attachments
_MOST_ATTACHED = 3 * 1024 * 1024
_EXTENDED_ID = re.compile(
    r"^(String|Integer|Boolean|SystemTime|Double|Long|CLSID)"
    r" (0x[0-9A-Fa-f]+|\{[0-9A-Fa-f-]{36}\} (Name \S.*|Id 0x[0-9A-Fa-f]+))$"
)
_IGNORED = frozenset(
    [
        "@odata.context",
        "@odata.etag",
        "@odata.type",
        "id",
        "bodypreview",
        "createddatetime",
        "lastmodifieddatetime",
        "changekey",
        "flag",
        "hasattachments",
        "inferenceclassification",
        "isdraft",
        "isread",
        "isdeliveryreceiptrequested",
        "isreadreceiptrequested",
        "sender",
        "conversationid",
        "conversationindex",
        "internetmessageid",
        "parentfolderid",
        "receiveddatetime",
        "sentdatetime",
        "weblink",
        "uniquebody",
        "multivalueextendedproperties",
    ]
)


def shown_message(message: Message, *, immutable: bool) -> dict[str, Any]:
    """Return every property of a message but those that must be asked for by name."""
    text = re.sub(r"<[^>]+>", " ", message.content) if message.html else message.content
    return {
        "@odata.etag": f'W/"{message.version:08d}"',
        "id": message.id if immutable else message.folder_bound_id,
        "createdDateTime": graph_time(message.created_at),
        "lastModifiedDateTime": graph_time(message.modified_at),
        "changeKey": f"CQAAABYAAAB{message.version:08d}",
        "categories": list(message.categories),
        "receivedDateTime": graph_time_or_none(message.received_at or message.created_at),
        "sentDateTime": graph_time_or_none(message.sent_at or message.created_at),
        "hasAttachments": message.has_parts,
        "internetMessageId": message.internet_message_id,
        "subject": message.subject,
        "bodyPreview": " ".join(text.split())[:255],
        "importance": message.importance,
        "parentFolderId": folder_id(message.mailbox_id, message.folder),
        "conversationId": message.conversation_id,
        "isDeliveryReceiptRequested": None,
        "isReadReceiptRequested": False,
        "isRead": message.is_read,
        "isDraft": message.is_draft,
        "webLink": f"https://outlook.office.example/owa/?ItemID={message.id}",
        "inferenceClassification": "focused",
        "body": {"contentType": message.content_type, "content": message.content},
        "sender": _shown_recipient(message.sender),
        "from": _shown_recipient(message.sender),
        "toRecipients": [_shown_recipient(one) for one in message.to],
        "ccRecipients": [_shown_recipient(one) for one in message.cc],
        "bccRecipients": [_shown_recipient(one) for one in message.bcc],
        "replyTo": [_shown_recipient(one) for one in message.reply_to],
        "flag": {"flagStatus": "notFlagged"},
    }


def shown_headers(message: Message) -> list[dict[str, str]]:
    """Return the internet headers, which a message shows only to whoever selects them."""
    return [{"name": name, "value": value} for name, value in message.headers]


def apply_json(message: Message, body: dict[str, Any]) -> None:
    """Write a message's JSON into a draft; keys are taken without regard to case.

    Raises:
        GraphError: 400 with the code that Exchange has for what is wrong.
    """
    for key, value in body.items():
        _apply(message, key.lower(), value)


def _apply(message: Message, key: str, value: Any) -> None:
    if key in _PARSERS:
        attribute, parse = _PARSERS[key]
        setattr(message, attribute, parse(value))
    elif key == "body":
        _apply_body(message, value)
    elif key == "singlevalueextendedproperties":
        message.properties = message.properties | _extended(value)
    elif key not in _IGNORED:
        raise bad_request(
            f"The property '{key[:64]}' does not exist on type 'microsoft.graph.message'.",
            "RequestBodyRead",
        )


def _apply_body(message: Message, value: Any) -> None:
    body = {key.lower(): part for key, part in _object(value).items()}
    content_type = _text(body.get("contenttype", "text"), "contentType").lower()
    if content_type not in {"html", "text"}:
        raise bad_request("The body's contentType is not one of text and html.", "RequestBodyRead")
    message.content_type = content_type
    message.content = _text(body.get("content", ""), "content")


def _recipients(value: Any) -> list[Recipient]:
    found = []
    for one in _collection(value):
        outer = {key.lower(): part for key, part in _object(one).items()}
        inner = {key.lower(): part for key, part in _object(outer.get("emailaddress")).items()}
        found.append(
            Recipient(address=_text(inner.get("address", ""), "address"), name=inner.get("name"))
        )
    return found


def _headers(value: Any) -> list[tuple[str, str]]:
    pairs = [
        (_text(_object(one).get("name"), "name"), _text(_object(one).get("value"), "value"))
        for one in _collection(value)
    ]
    for name, _ in pairs:
        if not name.lower().startswith("x-"):
            raise _invalid_header(
                f"The internet message header name '{name[:64]}' should start with 'x-' or 'X-'."
            )
    if len(pairs) > MAX_CUSTOM_HEADERS:
        raise _invalid_header(
            f"The number of custom headers exceeds the limit of {MAX_CUSTOM_HEADERS}."
        )
    return pairs


def _attachments(value: Any) -> list[FileAttachment]:
    found = [_attachment(_object(one)) for one in _collection(value)]
    if sum(len(one.content) for one in found) > _MOST_ATTACHED * 4 / 3:
        raise GraphError(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            "RequestEntityTooLarge",
            "The attachments of a message that is created have less than 3 MB.",
        )
    return found


def _attachment(value: dict[str, Any]) -> FileAttachment:
    if value.get("@odata.type") != "#microsoft.graph.fileAttachment":
        raise bad_request("The attachment's @odata.type is missing or unknown.", "RequestBodyRead")
    parts = {key.lower(): part for key, part in value.items()}
    content = _text(parts.get("contentbytes"), "contentBytes")
    try:
        base64.b64decode(content, validate=True)
    except ValueError:
        raise bad_request("contentBytes is no base64.", "RequestBodyRead") from None
    return FileAttachment(
        name=_text(parts.get("name"), "name"),
        content_type=_text(parts.get("contenttype", "application/octet-stream"), "contentType"),
        content=content,
        content_id=parts.get("contentid"),
        is_inline=parts.get("isinline") is True,
    )


def _invalid_header(message: str) -> GraphError:
    return GraphError(HTTPStatus.BAD_REQUEST, "InvalidInternetMessageHeader", message)


def _extended(value: Any) -> dict[str, str]:
    found = {}
    for one in _collection(value):
        name, content = _object(one).get("id"), _object(one).get("value")
        if not isinstance(name, str) or _EXTENDED_ID.match(name) is None:
            raise bad_request("The extended property's id is not valid.", "ErrorInvalidArgument")
        found[name] = _text(content, "value")
    return found


def _collection(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise bad_request("A collection was expected.", "RequestBodyRead")
    return value


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise bad_request("An object was expected.", "RequestBodyRead")
    return value


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise bad_request(f"A text was expected for '{name}'.", "RequestBodyRead")
    return value


_PARSERS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "subject": ("subject", lambda value: _text(value, "subject")),
    "torecipients": ("to", _recipients),
    "ccrecipients": ("cc", _recipients),
    "bccrecipients": ("bcc", _recipients),
    "replyto": ("reply_to", _recipients),
    "from": ("sender", lambda value: None if value is None else _recipients([value])[0]),
    "importance": ("importance", lambda value: _text(value, "importance").lower()),
    "categories": (
        "categories",
        lambda value: [_text(one, "categories") for one in _collection(value)],
    ),
    "internetmessageheaders": ("headers", _headers),
    "attachments": ("attachments", _attachments),
}


def _shown_recipient(recipient: Recipient | None) -> dict[str, Any] | None:
    if recipient is None:
        return None
    return {
        "emailAddress": {
            "name": recipient.name or recipient.address,
            "address": recipient.address,
        }
    }
