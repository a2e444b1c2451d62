"""What comes back of a mail that was delivered: receipts, delays, absences and people's answers.

None of it means that a mail failed, however much it looks so.
"""

from simulated_tenant.exchange.message import Recipient
from simulated_tenant.exchange.reports.incoming import Incoming, Occasion, Part
from simulated_tenant.exchange.reports.returned_mail import delivery_status, returned_headers
from simulated_tenant.exchange.status_codes import refusal

_REPORT = "multipart/report; report-type=delivery-status"
_DELAY = refusal("4.4.7")
_DELIVERED = refusal("2.0.0")


def delivery_receipt(occasion: Occasion) -> Incoming:
    """Say that the mail was delivered."""
    return Incoming(
        sender=_recipient(occasion),
        subject=f"Delivered: {occasion.message.subject}",
        text=(
            "Your message has been delivered to the following recipients:\n\n"
            f"{occasion.address}\n\nSubject: {occasion.message.subject}\n"
        ),
        message_class="REPORT.IPM.Note.DR",
        answers=True,
        multipart=_REPORT,
        parts=[delivery_status(occasion, _DELIVERED, "delivered")],
    )


def read_receipt(occasion: Occasion) -> Incoming:
    """Say that somebody opened the mail."""
    return Incoming(
        sender=_recipient(occasion),
        subject=f"Read: {occasion.message.subject}",
        text=(
            f"Your message\n\n   To: {occasion.address}\n   Subject: {occasion.message.subject}\n\n"
            f"was read on {occasion.at:%A, %d %B %Y %H:%M:%S} (UTC).\n"
        ),
        message_class="REPORT.IPM.Note.IPNRN",
        answers=True,
        multipart="multipart/report; report-type=disposition-notification",
        parts=[
            Part(
                content_type="message/disposition-notification",
                content=(
                    f"Final-Recipient: rfc822;{occasion.address}\r\n"
                    f"Original-Message-ID: {occasion.message.internet_message_id}\r\n"
                    "Disposition: automatic-action/MDN-sent-automatically; displayed\r\n"
                ),
            )
        ],
    )


def exchange_delay(occasion: Occasion) -> Incoming:
    """Say, as Exchange does, that the mail waits and is still being tried."""
    return Incoming(
        sender=Recipient(address=f"postmaster@{occasion.own_domain}", name="Microsoft Outlook"),
        subject=f"Delivery delayed: {occasion.message.subject}",
        text=(
            f"Delivery to these recipients or groups is delayed:\n\n{occasion.address}\n\n"
            "We're still trying to deliver the message. You don't need to do anything.\n\n"
            "Diagnostic information for administrators:\n"
            f"Last error: {_DELAY}\n"
        ),
        message_class="REPORT.IPM.Note.Delayed",
        answers=True,
        multipart=_REPORT,
        parts=[
            delivery_status(occasion, _DELAY, "delayed"),
            returned_headers(occasion.message),
        ],
    )


def other_delay(occasion: Occasion) -> Incoming:
    """Say, as Postfix does, that the mail waits and is still being tried."""
    return Incoming(
        sender=Recipient(address=f"MAILER-DAEMON@{occasion.host}", name="Mail Delivery System"),
        subject="Delayed Mail (still being retried)",
        text=(
            f"This is the mail system at host {occasion.host}.\n\n"
            "####################################################################\n"
            "# THIS IS A WARNING ONLY.  YOU DO NOT NEED TO RESEND YOUR MESSAGE. #\n"
            "####################################################################\n\n"
            "Your message could not be delivered for more than 4 hour(s).\n"
            "It will be retried until it is 5 day(s) old.\n\n"
            f"<{occasion.address}>: connect to {occasion.host}[192.0.2.25]:25: {_DELAY}\n"
        ),
        message_class="REPORT.IPM.Note.Delayed",
        headers=[("Return-Path", "<>"), ("Auto-Submitted", "auto-replied")],
        multipart=_REPORT,
        parts=[
            delivery_status(occasion, _DELAY, "delayed"),
            returned_headers(occasion.message),
        ],
    )


def exchange_absence(occasion: Occasion) -> Incoming:
    """Answer, as Exchange does, for somebody who is away."""
    return Incoming(
        sender=_recipient(occasion),
        subject=f"Automatic reply: {occasion.message.subject}",
        text="I am on leave until Monday. In urgent cases write to undeliverable@contoso.example.",
        message_class="IPM.Note.Rules.OofTemplate.Microsoft",
        answers=True,
        headers=[
            ("X-Auto-Response-Suppress", "All"),
            ("Auto-Submitted", "auto-generated"),
        ],
    )


def other_absence(occasion: Occasion) -> Incoming:
    """Answer for somebody who is away, in words that a failure might use."""
    return Incoming(
        sender=_recipient(occasion),
        subject=f"Out of office: {occasion.message.subject}",
        text=(
            "I have left this address. Mail to it will be returned to sender from May on"
            " (550 5.1.1 User unknown). My new address is the old one with my new name.\n"
        ),
        answers=True,
        headers=[("Auto-Submitted", "auto-replied"), ("Precedence", "bulk")],
    )


def persons_answer(occasion: Occasion) -> Incoming:
    """Answer as a person does who quotes what their own mail program told them."""
    return Incoming(
        sender=_recipient(occasion),
        subject=f"RE: {occasion.message.subject}",
        text=(
            "Hi,\n\nis this real? When I wrote to your help desk I got\n"
            "> Undelivered Mail Returned to Sender\n"
            "> 550 5.1.1 <helpdesk@contoso.example>: Recipient address rejected: User unknown\n"
        ),
        answers=True,
    )


def _recipient(occasion: Occasion) -> Recipient:
    return Recipient(address=occasion.address, name=occasion.address.partition("@")[0])
