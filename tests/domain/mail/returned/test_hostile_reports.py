"""Anybody can send a message that is read as a report; none holds up the others."""

import pytest

from domain.mail.returned.delivery_report import LARGEST, LONGEST_NAME, MOST_NAMED, read_report
from tests.support.cpu import at_most_cpu

LONG = 100_000
# What is read takes a tenth of a second. What looks again from each place takes hours.
CPU = 20
HEADERS = b"Content-Type: text/rfc822-headers\n\nMessage-ID: <%b"


@pytest.mark.parametrize(
    "mime",
    [
        b"Subject: x\n\n" + b"@" * LONG,
        b"Subject: x\n\n" + b"\n" * LONG,
        b"Content-Type: text/html\n\n" + b"<p " * LONG,
        HEADERS % (b"@" * LONG),
    ],
    ids=["addresses", "blocks", "ids", "lines"],
)
def test_reading_takes_as_long_as_the_message_is(mime: bytes) -> None:
    """No pattern tries again from each place what it has tried from the one before."""
    with at_most_cpu(CPU):
        report = read_report(mime, known_failure=True)
    assert report is not None
    assert report.recipients == report.message_ids == ()


@pytest.mark.parametrize(
    "name", ["a\x00b", "hex", "idna", "undefined"], ids=["NUL", "bytes", "names", "none"]
)
def test_a_character_set_that_cannot_be_used(name: str) -> None:
    """The text is read as far as it can be."""
    mime = f'Content-Type: text/plain; charset="{name}"\n\nfor ada@contoso.com: 550 5.1.1'
    report = read_report(mime.encode(), known_failure=True)
    assert report is not None
    assert (report.code, report.recipients) == ("5.1.1", ("ada@contoso.com",))


@pytest.mark.parametrize(
    "charset",
    [
        b'="a\x00b"',
        b"=idna",
        b"=punycode",
        b"*=utf-8''utf-8",
        b"=undefined",
    ],
    ids=["NUL", "names", "names as ASCII", "no plain name", "none"],
)
def test_text_beyond_ascii_in_a_character_set_that_cannot_be_used(charset: bytes) -> None:
    """The text is read as far as it can be, and the report's other parts are read."""
    text = b"Content-Type: text/plain; charset%b\n\nf\xc3\xbcr ada@contoso.com: 550 5.1.1" % charset
    status = b"Content-Type: message/delivery-status\n\nAction: failed\nStatus: 5.2.1\n\n"
    of_parts = b'Content-Type: multipart/report; boundary="B"\n\n--B\n%b\n--B\n%b--B--\n'
    alone, beside = (
        read_report(mime, known_failure=True) for mime in (text, of_parts % (text, status))
    )
    assert alone is not None
    assert (alone.code, alone.recipients) == ("5.1.1", ("ada@contoso.com",))
    assert beside is not None
    assert beside.code == "5.2.1"


def test_a_boundary_in_a_character_set_that_cannot_be_used() -> None:
    """It divides nothing, so there is no report, and no reason why no report is read any more."""
    mime = b"Content-Type: multipart/report; boundary*=idna''%FF\n\n--x\n\n550 5.1.1"
    assert read_report(mime, known_failure=True) is None


@pytest.mark.parametrize(
    "head",
    [
        "Content-Type: message/rfc822\n\n",
        'Content-Type: multipart/mixed; boundary="{0}"\n\n--{0}\n',
    ],
    ids=["mails", "parts"],
)
def test_parts_within_parts_without_end(head: str) -> None:
    """They are no report, and no reason why no report is read any more."""
    mime = "".join(head.format(number) for number in range(3_000))
    assert read_report(mime.encode(), known_failure=True) is None


def test_of_a_large_message_the_beginning_is_read() -> None:
    """A report begins with what it says."""
    said = b"Subject: x\n\nfor ada@contoso.com: 550 5.1.1\n"
    report = read_report(said + b"eve@contoso.com\n" * (LARGEST // 16), known_failure=True)
    assert report is not None
    assert report.recipients == ("ada@contoso.com", "eve@contoso.com")
    assert read_report(said.ljust(LARGEST) + b"eve@contoso.com", known_failure=True) == (
        read_report(said, known_failure=True)
    )


def test_of_what_a_report_names_no_more_is_looked_for_than_one_on_our_mail_has() -> None:
    """Each is a call, or a part of a query: thousands of them are more than PostgreSQL takes."""
    numbers = range(2 * MOST_NAMED)
    addresses = [f"{number}@eve.example" for number in numbers]
    ids = [f"<{address}>" for address in addresses]
    too_long = f"<{'a' * LONGEST_NAME}@eve.example>"
    keys = "".join(f"X-MFA-Rollout-Key: key-{number}\n" for number in numbers)
    text = f"for {' '.join(addresses)}: 550 5.1.1\n"
    named = "".join(f"Message-ID: {one}\n" for one in (too_long, *ids))
    report = read_report(f"Subject: x\n\n{text}{keys}{named}".encode(), known_failure=True)
    assert report is not None
    assert report.recipients == tuple(addresses[:MOST_NAMED])
    assert report.message_ids == tuple(ids[:MOST_NAMED])
    assert report.keys == tuple(f"key-{number}" for number in numbers[:MOST_NAMED])
