"""Reports of other mail systems, in the forms that they have had for decades.

None of them knows ``X-Auto-Response-Suppress``. Only Google names the mail in its headers; the
others name it in the part that holds the returned mail. Exim (before 4.97, or by its settings) and
qmail have no such part: the returned mail stands in the text.
"""

from collections.abc import Callable

from simulated_tenant.exchange.mail_systems import MailSystem
from simulated_tenant.exchange.message import Recipient
from simulated_tenant.exchange.reports import exchange_reports
from simulated_tenant.exchange.reports.incoming import FAILURE, Incoming, Occasion
from simulated_tenant.exchange.reports.returned_mail import (
    delivery_status,
    headers_of,
    returned_headers,
    returned_message,
    whole,
)
from simulated_tenant.exchange.status_codes import Refusal

_REPORT = "multipart/report; report-type=delivery-status"
_BY_MACHINE = ("Auto-Submitted", "auto-replied")
_NO_RETURN = ("Return-Path", "<>")


def _postfix(occasion: Occasion, refusal: Refusal) -> Incoming:
    text = (
        f"This is the mail system at host {occasion.host}.\n\n"
        "I'm sorry to have to inform you that your message could not\n"
        "be delivered to one or more recipients. It's attached below.\n\n"
        "For further assistance, please send mail to postmaster.\n\n"
        "If you do so, please include this problem report. You can\n"
        "delete your own text from the attached returned message.\n\n"
        "                   The mail system\n\n"
        f"<{occasion.address}>: host {occasion.host}[192.0.2.25] said: {refusal}"
        " (in reply to RCPT TO command)\n"
    )
    return Incoming(
        sender=_daemon("MAILER-DAEMON", occasion, "Mail Delivery System"),
        subject="Undelivered Mail Returned to Sender",
        text=text,
        message_class=FAILURE,
        headers=[_NO_RETURN, _BY_MACHINE],
        multipart=_REPORT,
        parts=[delivery_status(occasion, refusal), returned_headers(occasion.message)],
    )


def _sendmail(occasion: Occasion, refusal: Refusal) -> Incoming:
    text = (
        f"The original message was received at {occasion.at:%a, %d %b %Y %H:%M:%S} GMT\n"
        f"from mail.{occasion.own_domain} [192.0.2.7]\n\n"
        "   ----- The following addresses had permanent fatal errors -----\n"
        f"<{occasion.address}>\n"
        f"    (reason: {refusal})\n\n"
        "   ----- Transcript of session follows -----\n"
        f"... while talking to {occasion.host}.:\n"
        ">>> DATA\n"
        f"<<< {refusal}\n"
        f"550 {refusal.code} <{occasion.address}>... User unknown\n"
    )
    return Incoming(
        sender=_daemon("MAILER-DAEMON", occasion, "Mail Delivery Subsystem"),
        subject="Returned mail: see transcript for details",
        text=text,
        message_class=FAILURE,
        headers=[_NO_RETURN, ("Auto-Submitted", "auto-generated (failure)")],
        multipart=_REPORT,
        parts=[delivery_status(occasion, refusal), returned_message(occasion.message)],
    )


def _google(occasion: Occasion, refusal: Refusal) -> Incoming:
    text = (
        "** Address not found **\n\n"
        f"Your message wasn't delivered to {occasion.address} because the address couldn't be"
        " found, or is unable to receive mail.\n\n"
        "Learn more here: https://support.google.example/mail/?p=NoSuchUser\n\n"
        "The response was:\n\n"
        f"{refusal}\n"
    )
    return Incoming(
        sender=Recipient(
            address="mailer-daemon@googlemail.example", name="Mail Delivery Subsystem"
        ),
        subject="Delivery Status Notification (Failure)",
        text=text,
        message_class=FAILURE,
        answers=True,
        headers=[_NO_RETURN, _BY_MACHINE, ("X-Failed-Recipients", occasion.address)],
        multipart=_REPORT,
        parts=[delivery_status(occasion, refusal), returned_message(occasion.message)],
    )


def _courier(occasion: Occasion, refusal: Refusal) -> Incoming:
    text = (
        f"This is a delivery status notification from {occasion.host},\n"
        "running the Courier mail server, version 1.3.\n\n"
        f"The original message was received from {occasion.own_address}\n\n"
        "                           UNDELIVERABLE MAIL\n\n"
        "Your message to the following recipients cannot be delivered:\n\n"
        f"<{occasion.address}>:\n"
        f"    {occasion.host} [192.0.2.25]:\n"
        ">>> RCPT TO:\n"
        f"<<< {refusal}\n\n"
        "If your message was also sent to additional recipients, their delivery\n"
        "status is not included in this report.\n"
    )
    return Incoming(
        sender=_daemon("postmaster", occasion, "Courier mail server"),
        subject="NOTICE: mail delivery status.",
        text=text,
        message_class=FAILURE,
        headers=[_NO_RETURN],
        multipart=_REPORT,
        parts=[delivery_status(occasion, refusal), returned_headers(occasion.message)],
    )


def _ironport(occasion: Occasion, refusal: Refusal) -> Incoming:
    text = (
        f"The following message to <{occasion.address}> was undeliverable.\n"
        "The reason for the problem:\n"
        f"{refusal.code} - Bad destination email address {refusal}\n"
    )
    return Incoming(
        sender=_daemon("MAILER-DAEMON", occasion, "Mail Delivery System"),
        subject=f"Delivery Status Notification (Failure): {occasion.message.subject}",
        text=text,
        message_class=FAILURE,
        headers=[_NO_RETURN, ("Auto-Submitted", "auto-generated")],
        multipart=_REPORT,
        parts=[delivery_status(occasion, refusal), returned_message(occasion.message)],
    )


def _opensmtpd(occasion: Occasion, refusal: Refusal) -> Incoming:
    text = (
        "    Hi!\n\n"
        "    This is the MAILER-DAEMON, please DO NOT REPLY to this email.\n\n"
        "    An error has occurred while attempting to deliver a message for\n"
        "    the following list of recipients:\n\n"
        f"{occasion.address}: {refusal}\n\n"
        "    Below is a copy of the original message:\n"
    )
    return Incoming(
        sender=_daemon("MAILER-DAEMON", occasion, "Mailer Daemon"),
        subject="Delivery status notification: error",
        text=text,
        message_class=FAILURE,
        headers=[_NO_RETURN],
        multipart=_REPORT,
        parts=[delivery_status(occasion, refusal), returned_headers(occasion.message)],
    )


def _exim(occasion: Occasion, refusal: Refusal) -> Incoming:
    text = (
        "This message was created automatically by mail delivery software.\n\n"
        "A message that you sent could not be delivered to one or more of its\n"
        "recipients. This is a permanent error. The following address(es) failed:\n\n"
        f"  {occasion.address}\n"
        f"    host {occasion.host} [192.0.2.25]\n"
        "    SMTP error from remote mail server after RCPT TO:"
        f"<{occasion.address}>:\n"
        f"    {refusal}\n\n"
        "------ This is a copy of your message, including all the headers. ------\n\n"
        f"{whole(occasion.message)}\n"
    )
    return Incoming(
        sender=_daemon("Mailer-Daemon", occasion, "Mail Delivery System"),
        subject="Mail delivery failed: returning message to sender",
        text=text,
        headers=[_NO_RETURN, _BY_MACHINE, ("X-Failed-Recipients", occasion.address)],
    )


def _qmail(occasion: Occasion, refusal: Refusal) -> Incoming:
    text = (
        f"Hi. This is the qmail-send program at {occasion.host}.\n"
        "I'm afraid I wasn't able to deliver your message to the following addresses.\n"
        "This is a permanent error; I've given up. Sorry it didn't work out.\n\n"
        f"<{occasion.address}>:\n"
        f"Sorry, no mailbox here by that name. (#{refusal.code})\n\n"
        "--- Below this line is a copy of the message.\n\n"
        f"Return-Path: <{occasion.own_address}>\n"
        f"{headers_of(occasion.message)}\n"
    )
    return Incoming(
        sender=_daemon("MAILER-DAEMON", occasion, "MAILER-DAEMON"),
        subject="failure notice",
        text=text,
        headers=[_NO_RETURN],
    )


def _daemon(local_part: str, occasion: Occasion, name: str) -> Recipient:
    return Recipient(address=f"{local_part}@{occasion.host}", name=name)


FAILURES: dict[MailSystem, Callable[[Occasion, Refusal], Incoming]] = {
    MailSystem.EXCHANGE_ONLINE: exchange_reports.online,
    MailSystem.EXCHANGE_ON_PREMISES: exchange_reports.on_premises,
    MailSystem.POSTFIX: _postfix,
    MailSystem.SENDMAIL: _sendmail,
    MailSystem.GOOGLE: _google,
    MailSystem.COURIER: _courier,
    MailSystem.IRONPORT: _ironport,
    MailSystem.OPENSMTPD: _opensmtpd,
    MailSystem.EXIM: _exim,
    MailSystem.QMAIL: _qmail,
}
