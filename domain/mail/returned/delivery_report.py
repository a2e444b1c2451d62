"""What a report on a mail says: that it failed, why, for whom, and which mail it was.

A standard report has a part for programs (RFC 3464) and one with the mail or its headers. Exim and
qmail have neither by default: what they write stands in the text alone, in a form that has not
changed for decades. What answers by itself (absences, receipts, delays) is no failure.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import Message
from html import unescape
from itertools import islice

from domain.mail.returned.status_codes import BounceClass, class_of, code_in, more_exact

KEY_HEADER = "X-MFA-Rollout-Key"
"""The header with the mail's key, which comes back in the returned headers."""

LARGEST = 1_000_000
"""Bytes that are read of a message: a report begins with what it says, and the mail comes last."""

MOST_NAMED, LONGEST_NAME = 50, 320
"""So many ids, keys or addresses are heeded, none longer: each is looked for, and anybody can write
a million of them. Ours are printable; an address is the longest of the three.
"""

_STATUS_PARTS = frozenset({"message/delivery-status", "message/global-delivery-status"})
_MAIL_PARTS = frozenset({"message/rfc822", "message/global"})
_HEADER_PARTS = frozenset({"text/rfc822-headers", "message/global-headers"})
# How a report without parts begins, and what it says of a mail that won't be tried again.
_TEXT_FORMS = (
    (
        "This message was created automatically by mail delivery software.",
        "could not be delivered",
    ),
    ("Hi. This is the qmail-send program at ", "I wasn't able to deliver your message"),
)
# Anybody may send a message that is read as a report, of megabytes. So each of these passes over a
# text once, wherever it begins: what one of them has tried it never tries again from a later place.
_MESSAGE_ID = re.compile(r"<[^<>\s]+>")
_NAMED_ID = re.compile(r"^[^\S\n]*Message-I[Dd]:\s*(<[^<>\s]+>)", re.MULTILINE | re.IGNORECASE)
_NAMED_KEY = re.compile(rf"^[^\S\n]*{KEY_HEADER}:\s*(\S+)", re.MULTILINE | re.IGNORECASE)
_BLOCK = re.compile(r"<(?:/?p|br|/?div|/?tr|/?li)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[/!a-zA-Z][^<>@]*>")
# Of domain names: no text is written so, and Python makes of one whatever its version does.
_FOR_NAMES = frozenset({"idna", "punycode"})
_WORD = re.compile(r"[^\s<>()\[\],;:\"']+")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """A report that a mail could not be delivered.

    Attributes:
        code: the enhanced status code (``5.1.10``), empty where the report has none.
        bounce_class: what it means.
        keys: our keys in the returned headers, ``MOST_NAMED`` at most.
        message_ids: the Message-IDs in the returned headers, as many at most.
        recipients: for whom it failed, in lower case, as many at most.
    """

    code: str
    bounce_class: BounceClass
    keys: tuple[str, ...] = ()
    message_ids: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()


def read_report(mime: bytes, *, known_failure: bool = False) -> DeliveryReport | None:
    """Return what a message reports, None when it reports no failure.

    Args:
        mime: the whole message.
        known_failure: Exchange has classified it as a failure, so that its text may be read for a
            code even where the report has no part for programs.
    """
    try:
        return _report_in(mime[:LARGEST], known_failure=known_failure)
    except (RecursionError, ValueError):
        # Parts within parts within parts, or a boundary in a character set in which nothing is
        # written: no mail system makes such a thing.
        return None


def _report_in(mime: bytes, *, known_failure: bool) -> DeliveryReport | None:
    # The lenient parser: what comes from outside isn't always well-formed.
    message = message_from_bytes(mime)
    parts = list(_parts(message))
    text = _text(parts)
    statuses = [part for part in parts if part.get_content_type() in _STATUS_PARTS]
    if statuses:
        failed = [group for part in statuses for group in _groups(part) if _is_failure(group)]
        if not failed:
            return None
        diagnostic = " ".join(_value(group, "Diagnostic-Code") for group in failed)
        code = more_exact(_value(failed[0], "Status"), diagnostic or text)
        recipients = [
            address
            for group in failed
            for name in ("Final-Recipient", "Original-Recipient")
            for address in _addresses(_value(group, name).partition(";")[2])
        ]
    elif known_failure or _is_known_form(text):
        own, _, _ = text.partition("Message-ID:")
        code, diagnostic = code_in(text), own
        recipients = list(_addresses(own))
    else:
        return None
    headers = list(_returned_headers(parts))
    copies = [] if headers else [text]
    return DeliveryReport(
        code=code,
        bounce_class=class_of(code, diagnostic),
        keys=heeded([*(_value(one, KEY_HEADER) for one in headers), *_all(_NAMED_KEY, copies)]),
        message_ids=heeded(
            [
                *(found for one in headers for found in _ids(_value(one, "Message-ID"))),
                *_all(_NAMED_ID, copies),
            ]
        ),
        recipients=heeded(address.casefold() for address in recipients),
    )


def _is_failure(group: Message) -> bool:
    return _value(group, "Action").strip().casefold() == "failed"


def _groups(part: Message) -> Iterator[Message]:
    """Iterate over the blocks of a part for programs: the report itself, then each recipient."""
    if part.is_multipart():
        yield from _within(part)
    else:
        for block in re.split(r"\r?\n\r?\n", _decoded(part)):
            yield message_from_string(block)


def _parts(message: Message) -> Iterator[Message]:
    """Iterate over the parts, but not into mails that came back or were attached by people."""
    if message.get_content_maintype() != "multipart" or not message.is_multipart():
        yield message
        return
    for part in _within(message):
        yield from _parts(part)


def _within(message: Message) -> list[Message]:
    """Return what a message holds of further ones, without decoding what it holds of text."""
    inner = message.get_payload() if message.is_multipart() else []
    return [part for part in inner if isinstance(part, Message)]


def _returned_headers(parts: Iterable[Message]) -> Iterator[Message]:
    """Iterate over the headers of the mails that came back."""
    for part in parts:
        kind = part.get_content_type()
        if kind in _MAIL_PARTS:
            yield (_within(part) or [message_from_string(_decoded(part))])[0]
        elif kind in _HEADER_PARTS:
            yield message_from_string(_decoded(part))


def _is_known_form(text: str) -> bool:
    return any(text.lstrip().startswith(start) and said in text for start, said in _TEXT_FORMS)


def _text(parts: Iterable[Message]) -> str:
    """Return the words for people; of several parts the first, since what follows came back."""
    for part in parts:
        kind = part.get_content_type()
        if kind == "text/plain":
            return _decoded(part)
        if kind == "text/html":
            return unescape(_TAG.sub(" ", _BLOCK.sub("\n", _decoded(part))))
    return ""


def _decoded(part: Message) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    charset = part.get_content_charset()
    try:
        usable = charset if charset not in _FOR_NAMES else None
        return content.decode(usable or "utf-8", errors="replace")
    except (LookupError, ValueError):
        # None that Python knows, or one that takes no part in "replace".
        return content.decode("utf-8", errors="replace")


def _ids(text: str) -> Iterator[str]:
    return (found for found in _MESSAGE_ID.findall(text) if "@" in found[2:-2])


def _addresses(text: str) -> Iterator[str]:
    """Iterate over what looks like a mail address: there is a dot somewhere behind the @-sign."""
    for word in _WORD.findall(text):
        address = word.rstrip(".")
        at = address.find("@", 1)
        if 0 < at < address.rfind(".") - 1:
            yield address


def _value(headers: Message, name: str) -> str:
    return str(headers.get(name) or "")


def _all(pattern: re.Pattern[str], texts: Iterable[str]) -> list[str]:
    return [found for text in texts for found in pattern.findall(text)]


def heeded(found: Iterable[str]) -> tuple[str, ...]:
    """Return what a message names, each once, without what can be nothing of ours."""
    named = (text.strip() for text in found)
    usable = (text for text in named if 0 < len(text) <= LONGEST_NAME and text.isprintable())
    return tuple(islice(dict.fromkeys(usable), MOST_NAMED))
