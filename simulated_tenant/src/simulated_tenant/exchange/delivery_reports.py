"""What Exchange puts into a sender's inbox when a mail could not be delivered.

The class is that of the mail between ``REPORT.`` and ``.NDR``; headers and text follow what
Exchange Online writes. The delivery status and the returned mail, which are its attachments there,
are left out.
"""

import uuid
from datetime import datetime
from email.utils import format_datetime
from html import escape

from simulated_tenant.directory.users import User
from simulated_tenant.exchange.message import (
    Message,
    Recipient,
    new_id,
    new_internet_message_id,
)

MESSAGE_CLASS = "String 0x001A"
IN_REPLY_TO = "String 0x1042"
_POSTMASTER = "MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e"
_REASON = "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup"


def failure_report(
    sender: User, message: Message, recipient: Recipient, *, sequence: int, at: datetime
) -> Message:
    """Return the report on one recipient who doesn't exist, not yet in any mailbox."""
    own_address = sender.mail or sender.user_principal_name
    domain = own_address.rpartition("@")[2]
    postmaster = Recipient(address=f"{_POSTMASTER}@{domain}", name="Microsoft Outlook")
    subject = f"Undeliverable: {message.subject}"
    message_id = new_internet_message_id(domain)
    boundary = uuid.uuid4()
    return Message(
        id=new_id("AAkALg"),
        folder_bound_id=new_id("AAMkAG"),
        mailbox_id=sender.id,
        folder="inbox",
        sequence=sequence,
        created_at=at,
        modified_at=at,
        visible_at=at,
        received_at=at,
        sent_at=at,
        subject=subject,
        content_type="html",
        content=_text(recipient.address, domain, message, at),
        sender=postmaster,
        to=[Recipient(address=own_address, name=sender.display_name)],
        headers=[
            ("From", f"{postmaster.name} <{postmaster.address}>"),
            ("To", own_address),
            ("Date", format_datetime(at)),
            ("Subject", subject),
            ("Message-ID", message_id),
            ("In-Reply-To", message.internet_message_id),
            ("References", message.internet_message_id),
            ("MIME-Version", "1.0"),
            ("Content-Language", "en-GB"),
            (
                "Content-Type",
                f'multipart/report; report-type=delivery-status; boundary="{boundary}"',
            ),
            ("X-MS-Exchange-Message-Is-Ndr", ""),
        ],
        properties={
            MESSAGE_CLASS: "REPORT.IPM.Note.NDR",
            IN_REPLY_TO: message.internet_message_id,
        },
        is_draft=False,
        is_read=False,
        internet_message_id=message_id,
        conversation_id=message.conversation_id,
    )


def _text(address: str, domain: str, message: Message, at: datetime) -> str:
    shown, server = escape(address), escape(f"mail.{domain}")
    lines = [
        f"Your message to <a href='mailto:{shown}'>{shown}</a> couldn't be delivered.",
        f"{shown} wasn't found at {escape(address.rpartition('@')[2])}.",
        "Unknown To address",
        "Diagnostic information for administrators:",
        f"Generating server: {server}",
        f"{shown}<br>Remote server returned '{escape(_REASON)}'",
        "Original message headers:",
        f"Received: from {server} with mapi id 15.20.8377.009; {format_datetime(at)}",
        f"Message-ID: {escape(message.internet_message_id)}",
    ]
    return "<html><body>" + "".join(f"<p>{line}</p>" for line in lines) + "</body></html>"
