"""Reports of Exchange itself, in the cloud and on premises.

The class is that of the mail between ``REPORT.`` and ``.NDR``; headers and text follow what
Exchange writes. A report from on premises that came through a hybrid relay has lost what names the
mail: neither ``In-Reply-To`` nor Exchange's mark is left.
"""

from email.utils import format_datetime
from html import escape

from simulated_tenant.exchange.message import Recipient
from simulated_tenant.exchange.reports.incoming import FAILURE, Incoming, Occasion
from simulated_tenant.exchange.reports.returned_mail import delivery_status, returned_message
from simulated_tenant.exchange.status_codes import RECIPIENT_NOT_FOUND, Refusal

_POSTMASTER = "MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e"
_REPORT = "multipart/report; report-type=delivery-status"


def online(occasion: Occasion, refusal: Refusal) -> Incoming:
    """Return the report that Exchange Online writes."""
    return Incoming(
        sender=_postmaster(occasion),
        subject=f"Undeliverable: {occasion.message.subject}",
        text=_html(occasion, refusal),
        content_type="html",
        message_class=FAILURE,
        answers=True,
        headers=[("Content-Language", "en-GB"), ("X-MS-Exchange-Message-Is-Ndr", "")],
        multipart=_REPORT,
        parts=[delivery_status(occasion, refusal), returned_message(occasion.message)],
    )


def on_premises(occasion: Occasion, refusal: Refusal) -> Incoming:
    """Return the report that an Exchange server writes, as it comes through a relay."""
    text = (
        "Delivery has failed to these recipients or groups:\n\n"
        f"{occasion.address}\n"
        "The email address you entered couldn't be found. Please check the recipient's email"
        " address and try to resend the message.\n\n"
        "Diagnostic information for administrators:\n\n"
        f"Generating server: EX01.{occasion.domain}\n\n"
        f"{occasion.address}\n"
        f"Remote Server returned '{refusal}'\n\n"
        "Original message headers:\n\n"
        f"Received: from EX01.{occasion.domain} (10.0.0.5) by EX01.{occasion.domain}\n"
        f" (10.0.0.5) with Microsoft SMTP Server id 15.2.1544.4; {format_datetime(occasion.at)}\n"
        f"Message-ID: {occasion.message.internet_message_id}\n"
    )
    return Incoming(
        sender=Recipient(address=f"{_POSTMASTER}@{occasion.domain}", name="Microsoft Outlook"),
        subject=f"Undeliverable: {occasion.message.subject}",
        text=text,
        message_class=FAILURE,
        headers=[("Content-Language", "en-GB"), ("Auto-Submitted", "auto-replied")],
        multipart=_REPORT,
        parts=[delivery_status(occasion, refusal), returned_message(occasion.message)],
    )


def _postmaster(occasion: Occasion) -> Recipient:
    return Recipient(address=f"{_POSTMASTER}@{occasion.own_domain}", name="Microsoft Outlook")


def _html(occasion: Occasion, refusal: Refusal) -> str:
    shown, server = escape(occasion.address), escape(f"mail.{occasion.own_domain}")
    lines = [f"Your message to <a href='mailto:{shown}'>{shown}</a> couldn't be delivered."]
    if refusal.code == RECIPIENT_NOT_FOUND:
        lines += [f"{shown} wasn't found at {escape(occasion.domain)}.", "Unknown To address"]
    lines += [
        "Diagnostic information for administrators:",
        f"Generating server: {server}",
        f"{shown}<br>Remote server returned '{escape(str(refusal))}'",
        "Original message headers:",
        f"Received: from {server} with mapi id 15.20.8377.009; {format_datetime(occasion.at)}",
        f"Message-ID: {escape(occasion.message.internet_message_id)}",
    ]
    return "<html><body>" + "".join(f"<p>{line}</p>" for line in lines) + "</body></html>"
