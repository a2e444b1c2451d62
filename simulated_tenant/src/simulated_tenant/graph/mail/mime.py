"""Messages given as MIME: base64 in a ``text/plain`` body, the only way to send two bodies."""

import base64
import binascii
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses

from simulated_tenant.errors import bad_request
from simulated_tenant.exchange.message import Message, Recipient
from simulated_tenant.graph.messages import GraphRequest


def is_mime(request: GraphRequest) -> bool:
    """Say whether the request brings a message as MIME."""
    return request.headers.get("content-type", "").lower().startswith("text/plain")


def apply_mime(message: Message, raw_body: bytes) -> None:
    """Write a MIME message into a draft, or raise 400."""
    try:
        content = base64.b64decode(raw_body, validate=True)
    except binascii.Error:
        raise bad_request(
            "Invalid base64 string for MIME content.", "ErrorMimeContentInvalidBase64String"
        ) from None
    parsed = message_from_bytes(content, policy=policy.default)
    message.subject = str(parsed["Subject"] or "")
    message.to = _addresses(parsed, "To")
    message.cc = _addresses(parsed, "Cc")
    message.bcc = _addresses(parsed, "Bcc")
    message.reply_to = _addresses(parsed, "Reply-To")
    senders = _addresses(parsed, "From")
    message.sender = senders[0] if senders else None
    message.headers = [
        (name, str(value)) for name, value in parsed.items() if name.lower().startswith("x-")
    ]
    if parsed["Message-ID"]:
        message.internet_message_id = str(parsed["Message-ID"])
    html, text = parsed.get_body(("html",)), parsed.get_body(("plain",))
    if html is not None:
        message.content_type, message.content = "html", html.get_content()
        message.alternative_text = None if text is None else text.get_content()
    elif text is not None:
        message.content_type, message.content = "text", text.get_content()


def _addresses(parsed: EmailMessage, name: str) -> list[Recipient]:
    values = [str(value) for value in parsed.get_all(name, [])]
    return [
        Recipient(address=address, name=display or None)
        for display, address in getaddresses(values)
        if address
    ]
