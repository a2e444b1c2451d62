"""The parts of a report that tell which mail it is about (RFC 3462 to 3464)."""

from email.utils import format_datetime

from simulated_tenant.exchange.message import Message
from simulated_tenant.exchange.reports.incoming import Occasion, Part
from simulated_tenant.exchange.status_codes import Refusal


def headers_of(message: Message) -> str:
    """Return the headers of a mail as they went over the wire."""
    sender = message.sender.address if message.sender else ""
    sent_at = message.sent_at or message.created_at
    lines = [
        ("From", sender),
        ("To", ", ".join(one.address for one in message.to)),
        ("Subject", message.subject),
        ("Date", format_datetime(sent_at)),
        ("Message-ID", message.internet_message_id),
        ("MIME-Version", "1.0"),
        (
            "Content-Type",
            f"text/{'html' if message.content_type == 'html' else 'plain'}; charset=utf-8",
        ),
        *message.headers,
    ]
    return "".join(f"{name}: {value}\r\n" for name, value in lines)


def whole(message: Message) -> str:
    """Return a mail as it went over the wire."""
    return f"{headers_of(message)}\r\n{message.content}"


def delivery_status(occasion: Occasion, refusal: Refusal, action: str = "failed") -> Part:
    """Return the part for programs: what became of whom, and why."""
    content = (
        f"Reporting-MTA: dns; {occasion.host}\r\n"
        f"Arrival-Date: {format_datetime(occasion.at)}\r\n\r\n"
        f"Final-Recipient: rfc822; {occasion.address}\r\n"
        f"Original-Recipient: rfc822;{occasion.address}\r\n"
        f"Action: {action}\r\n"
        f"Status: {refusal.code}\r\n"
        f"Remote-MTA: dns; {occasion.host}\r\n"
        f"Diagnostic-Code: smtp; {refusal}\r\n"
    )
    return Part(content_type="message/delivery-status", content=content)


def returned_message(message: Message) -> Part:
    """Return the part with the whole mail."""
    return Part(content_type="message/rfc822", content=whole(message))


def returned_headers(message: Message) -> Part:
    """Return the part with the mail's headers alone."""
    return Part(content_type="text/rfc822-headers", content=headers_of(message))
