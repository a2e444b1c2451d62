"""The mails of the tenant, arranged for readers."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from html.parser import HTMLParser

from simulated_tenant.exchange.message import Message
from simulated_tenant.tenant import SimulatedTenant

_BREAKING = frozenset({"p", "div", "br", "tr", "table", "li", "h1", "h2", "h3", "ul", "ol", "hr"})
_SILENT = frozenset({"style", "script", "title", "head"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMail:
    """One mail that was sent, and whether one of its readers has opened it."""

    message: Message
    sent_at: datetime
    opened: bool
    bounced: bool

    @property
    def to(self) -> str:
        """The addresses that it went to."""
        return ", ".join(recipient.address for recipient in self.message.recipients)


def outbox(tenant: SimulatedTenant) -> list[SentMail]:
    """Return every mail sent in the tenant, newest first.

    A mail without a copy in Sent Items is shown by the copy that its reader got.
    """
    sent: dict[str, Message] = {}
    copies: dict[str, list[Message]] = {}
    bounced: set[str] = set()
    for message in tenant.mailboxes.all():
        if message.sent_at is None:
            continue
        if message.header("X-MS-Exchange-Message-Is-Ndr") is not None:
            bounced.add(message.header("In-Reply-To") or "")
        elif message.received_at is not None and message.folder == "sentitems":
            sent[message.internet_message_id] = message
        else:
            copies.setdefault(message.internet_message_id, []).append(message)
    for key, readers in copies.items():
        sent.setdefault(key, readers[0])
    mails = [
        SentMail(
            message=message,
            sent_at=message.sent_at,
            opened=any(copy.is_read for copy in copies.get(key, ())),
            bounced=key in bounced,
        )
        for key, message in sent.items()
        if message.sent_at is not None
    ]
    return sorted(mails, key=lambda mail: (mail.sent_at, mail.message.sequence), reverse=True)


def mark_opened(tenant: SimulatedTenant, message: Message) -> None:
    """Note that somebody has read a mail in its reader's place."""
    for copy in list(tenant.mailboxes.all()):
        same = copy.internet_message_id == message.internet_message_id
        if same and copy.folder == "inbox" and not copy.is_read:
            copy.is_read = True
            tenant.mailboxes.put(copy)


def plain_text(message: Message) -> str:
    """Return the plain text of a mail: its own, or what Exchange would derive from the HTML."""
    if message.text is not None:
        return message.text
    reader = _TextReader()
    reader.feed(message.html or "")
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def with_images(message: Message, html: str) -> str:
    """Return a mail's HTML with the images in it that the mail brought along."""
    for one in message.attachments:
        if one.is_inline and one.content_id:
            data = f"data:{one.content_type};base64,{one.content}"
            html = html.replace(f'"cid:{one.content_id}"', f'"{data}"')
    return html


def newest_first(messages: Iterable[Message]) -> list[Message]:
    """Return messages in the order of a mailbox."""
    return sorted(messages, key=lambda message: message.sequence, reverse=True)


class _TextReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._silent = 0
        self._link = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag in _BREAKING:
            self.parts.append("\n")
        elif tag == "a":
            self._link = dict(attrs).get("href") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent -= 1
        elif tag in _BREAKING:
            self.parts.append("\n")
        elif tag == "a" and self._link:
            self.parts.append(f" <{self._link}>")
            self._link = ""

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data.replace("\n", " "))
