"""Reports of ten mail systems, in words made up by the simulated tenant, and what is no report."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from domain.mail.returned.delivery_report import KEY_HEADER, DeliveryReport, read_report
from domain.mail.returned.status_codes import BounceClass, class_of
from simulated_tenant.directory.users import User
from simulated_tenant.exchange.mail_systems import MailSystem
from simulated_tenant.exchange.message import Message, Recipient, new_id
from simulated_tenant.exchange.reports import answers
from simulated_tenant.exchange.reports.incoming import FAILURE, Incoming, Occasion
from simulated_tenant.exchange.reports.other_systems import FAILURES
from simulated_tenant.exchange.status_codes import known_codes, refusal

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
KEY = "5b3f0b0e-6f0b-4c0e-9d53-6a1f8f7c2a41/reminder/a-run/3"
OUR_ID = "<0123456789ABCDEF@contoso.example>"
# They have no part for programs: what they write stands in the text alone.
IN_WORDS = {MailSystem.EXIM, MailSystem.QMAIL}


def occasion(address: str = "ada@fabrikam.example") -> Occasion:
    """Return a reminder of ours that somebody else's system answers."""
    message = Message(
        id=new_id("A"),
        folder_bound_id=new_id("B"),
        mailbox_id="m",
        folder="sentitems",
        sequence=1,
        created_at=AT,
        modified_at=AT,
        visible_at=AT,
        sent_at=AT,
        subject="Set up MFA",
        content="Please",
        sender=Recipient(address="mfa@contoso.example"),
        to=[Recipient(address=address)],
        headers=[(KEY_HEADER, KEY)],
        internet_message_id=OUR_ID,
    )
    owner = User(
        id="m",
        sequence=1,
        user_principal_name="mfa@contoso.example",
        display_name="MFA",
        created_at=AT,
    )
    return Occasion(owner=owner, message=message, address=address, at=AT)


def read(incoming: Incoming) -> DeliveryReport | None:
    """Read what arrives."""
    item = incoming.item(occasion(), 1)
    known = incoming.message_class == FAILURE
    return read_report((item.mime or "").encode(), known_failure=known)


def corpus() -> Iterator[tuple[MailSystem, str, DeliveryReport | None]]:
    """Iterate over a report of every system on every code."""
    for system, write in FAILURES.items():
        for code in known_codes():
            yield system, code, read(write(occasion(), refusal(code)))


def test_ten_mail_systems_are_understood() -> None:
    """Of standard reports 94 % lead to the mail, with code, class and recipient; here all do."""
    total, matched, wrong = 0, 0, []
    for system, code, report in corpus():
        total += 1
        if report is None or KEY not in report.keys or OUR_ID not in report.message_ids:
            continue
        matched += 1
        # qmail has words of its own for each code.
        said = "" if system is MailSystem.QMAIL else str(refusal(code))
        expected = (code, class_of(code, said), ("ada@fabrikam.example",))
        if (report.code, report.bounce_class, report.recipients[:1]) != expected:
            wrong.append((system, code, report))
    assert len(FAILURES) == 10
    assert matched / total >= 0.94
    assert wrong == []


@pytest.mark.parametrize(
    "answer",
    [
        answers.delivery_receipt,
        answers.read_receipt,
        answers.exchange_delay,
        answers.other_delay,
        answers.exchange_absence,
        answers.other_absence,
        answers.persons_answer,
    ],
)
def test_what_answers_by_itself_is_no_failure(answer: object) -> None:
    """Receipts, delays, absences and people's answers count as nothing, whatever they quote."""
    assert callable(answer)
    assert read(answer(occasion())) is None


def test_exim_says_that_it_is_still_trying() -> None:
    """A warning begins as a failure does; the mail isn't given up."""
    warning = (
        b"Return-Path: <>\r\nContent-Type: text/plain\r\n\r\n"
        b"This message was created automatically by mail delivery software.\r\n"
        b"A message that you sent has not yet been delivered to one or more of its\r\n"
        b"recipients after more than 24 hours on the queue.\r\n"
    )
    assert read_report(warning) is None


def test_a_report_that_somebody_attached_is_not_ours() -> None:
    """A colleague forwards a report about a mail of their own: it is an attachment, no report."""
    item = FAILURES[MailSystem.POSTFIX](occasion(), refusal("5.1.1")).item(occasion(), 1)
    forwarded = (
        "Subject: FW: Undelivered\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="outer"\r\n\r\n'
        "--outer\r\nContent-Type: text/plain\r\n\r\nWhat is this?\r\n"
        f"--outer\r\nContent-Type: message/rfc822\r\n\r\n{item.mime}\r\n--outer--\r\n"
    )
    assert read_report(forwarded.encode()) is None


@pytest.mark.parametrize(
    "mime",
    [
        b"",
        b"\xff\xfe\x00",
        b"Content-Type: multipart/report\r\n\r\nno boundary",
        b'Content-Type: text/plain; charset="no-such"\r\n\r\n550 5.1.1',
        b"Content-Type: message/delivery-status\r\n\r\n",
    ],
)
def test_a_broken_message_breaks_nothing(mime: bytes) -> None:
    """Whatever arrives, reading ends with a report or with none."""
    assert read_report(mime) is None
    known = read_report(mime, known_failure=True)
    assert known is None or known.bounce_class is BounceClass.ADDRESS


PARTS = """Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; boundary="b"

--b
Content-Type: text/{kind}

{text}
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.fabrikam.example

Final-Recipient: rfc822; {final}
Original-Recipient: rfc822; {original}
Action: {action}
Status: {status}
Diagnostic-Code: {diagnostic}
--b--
"""
USUAL = {
    "kind": "plain",
    "text": "It failed.",
    "final": "Ada@fabrikam.example",
    "original": "",
    "action": "failed",
    "status": "5.0.0",
    "diagnostic": "smtp; 550 5.7.1 no",
}


@pytest.mark.parametrize(
    ("changes", "code", "bounce_class"),
    [
        ({}, "5.7.1", BounceClass.REFUSED),
        ({"action": " FAILED "}, "5.7.1", BounceClass.REFUSED),
        ({"status": "5.2.2"}, "5.2.2", BounceClass.PASSING),
        # What a server replied counts where nothing has a code.
        ({"diagnostic": "smtp; 552 full"}, "5.0.0", BounceClass.PASSING),
        # The words for people are read for a code where the part for programs gives no reason.
        ({"diagnostic": "", "text": "550 5.2.2 full"}, "5.2.2", BounceClass.PASSING),
        (
            {"diagnostic": "", "kind": "html", "text": "<b>550</b><br>5.2.2&nbsp;full"},
            "5.2.2",
            BounceClass.PASSING,
        ),
        ({"diagnostic": "", "kind": "calendar", "text": "5.2.2"}, "5.0.0", BounceClass.ADDRESS),
    ],
)
def test_where_a_standard_report_says_why(
    changes: dict[str, str], code: str, bounce_class: BounceClass
) -> None:
    """Status, diagnostic and words, in this order; the recipient is in lower case."""
    report = read_report(PARTS.format(**USUAL | changes).encode())
    assert report == DeliveryReport(
        code=code, bounce_class=bounce_class, recipients=("ada@fabrikam.example",)
    )


def test_both_recipients_of_a_forwarded_mail_are_told() -> None:
    """Where it went in the end, and where we had sent it; each once."""
    for original, told in (
        ("rfc822; bob@contoso.example", ("ada@fabrikam.example", "bob@contoso.example")),
        ("rfc822; ADA@fabrikam.example", ("ada@fabrikam.example",)),
    ):
        report = read_report(PARTS.format(**USUAL | {"original": original}).encode())
        assert report is not None
        assert report.recipients == told


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", ""])
def test_only_what_failed_is_a_failure(action: str) -> None:
    """Whatever else a report says of a mail isn't its end."""
    assert read_report(PARTS.format(**USUAL | {"action": action}).encode()) is None


QMAIL = f"""Content-Type: text/plain

Hi. This is the qmail-send program at mx.fabrikam.example.
I'm afraid I wasn't able to deliver your message to the following addresses.

<ada@fabrikam.example>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Message-ID: {OUR_ID}
{KEY_HEADER}: {KEY}
To: other@fabrikam.example
"""


def test_what_qmail_writes_is_read_from_its_words() -> None:
    """Code, recipient, Message-ID and key; the addresses of the copy are none of its."""
    report = read_report(QMAIL.encode())
    assert report == DeliveryReport(
        code="5.1.1",
        bounce_class=BounceClass.ADDRESS,
        keys=(KEY,),
        message_ids=(OUR_ID,),
        recipients=("ada@fabrikam.example",),
    )
    for missing in ("Hi. This is the qmail-send program at ", "wasn't able"):
        assert read_report(QMAIL.replace(missing, "x").encode()) is None


def test_a_report_in_html_is_read_by_lines() -> None:
    """Tags are no letters of an address, and a paragraph ends the line of a Message-ID."""
    html = (
        "Content-Type: text/html\n\n<div>Couldn't reach <b>ada@fabrikam.example</b>"
        "<p>550&#32;5.1.10</p><ul><li>Message-ID: &lt;1@contoso.example&gt;</li></ul>"
        f"<br/>{KEY_HEADER}: {KEY}<br>end</div>"
    )
    assert read_report(html.encode()) is None
    assert read_report(html.encode(), known_failure=True) == DeliveryReport(
        code="5.1.10",
        bounce_class=BounceClass.ADDRESS,
        keys=(KEY,),
        message_ids=("<1@contoso.example>",),
        recipients=("ada@fabrikam.example",),
    )
