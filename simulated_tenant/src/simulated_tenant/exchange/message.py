"""A mailbox item and the identifiers by which it is reached."""

import base64
import hashlib
import re
import secrets
import uuid
from dataclasses import dataclass, field, replace
from datetime import datetime

# The extended properties by which MAPI knows a message's class and what it answers.
MESSAGE_CLASS = "String 0x001A"
IN_REPLY_TO = "String 0x1042"
NOTE = "IPM.Note"
FOLDERS = {
    "drafts": "Drafts",
    "sentitems": "Sent Items",
    "inbox": "Inbox",
    "deleteditems": "Deleted Items",
    "junkemail": "Junk Email",
}


@dataclass(kw_only=True, slots=True)
class Recipient:
    """An address with an optional name."""

    address: str
    name: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class FileAttachment:
    """A file that a draft was made with; ``content`` is in base64, as it came.

    An inline one is shown where the HTML says ``cid:`` and its ``content_id``.
    """

    name: str
    content_type: str
    content: str
    content_id: str | None = None
    is_inline: bool = False


@dataclass(kw_only=True, slots=True)
class Message:
    """One mailbox item.

    ``id`` never changes (Graph's immutable id); ``folder_bound_id`` is the default id, which
    changes whenever the item moves. ``alternative_text`` is the plain text of a MIME message
    beside its HTML. Reads show the item from ``visible_at`` on. ``mime`` is the whole message as it
    came over SMTP, kept for reports, whose parts tell more than their body. ``leaves_drafts_at`` is
    when a draft that was sent is moved to Sent Items at last.
    """

    id: str
    folder_bound_id: str
    mailbox_id: str
    folder: str
    sequence: int
    created_at: datetime
    modified_at: datetime
    visible_at: datetime
    subject: str = ""
    content_type: str = "text"
    content: str = ""
    alternative_text: str | None = None
    sender: Recipient | None = None
    to: list[Recipient] = field(default_factory=list)
    cc: list[Recipient] = field(default_factory=list)
    bcc: list[Recipient] = field(default_factory=list)
    reply_to: list[Recipient] = field(default_factory=list)
    headers: list[tuple[str, str]] = field(default_factory=list)
    properties: dict[str, str] = field(default_factory=dict)
    attachments: list[FileAttachment] = field(default_factory=list)
    importance: str = "normal"
    categories: list[str] = field(default_factory=list)
    is_draft: bool = True
    is_read: bool = True
    sent_at: datetime | None = None
    received_at: datetime | None = None
    internet_message_id: str = ""
    conversation_id: str = ""
    version: int = 1
    mime: str | None = None
    leaves_drafts_at: datetime | None = None

    def header(self, name: str) -> str | None:
        """Return the value of an internet header, found without regard to case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    @property
    def recipients(self) -> list[Recipient]:
        """Everybody the message goes to."""
        return [*self.to, *self.cc, *self.bcc]

    @property
    def has_parts(self) -> bool:
        """Say whether there is more to it than a body."""
        return self.mime is not None and "boundary=" in (self.header("Content-Type") or "")

    @property
    def html(self) -> str | None:
        """The HTML body, if that is what the message has."""
        return self.content if self.content_type == "html" else None

    @property
    def text(self) -> str | None:
        """The plain text, alternative or only body."""
        return self.content if self.content_type == "text" else self.alternative_text

    def delivered_copy(self, mailbox_id: str, sequence: int, received_at: datetime) -> "Message":
        """Return the copy that a recipient gets: no Bcc, no extended properties of the sender."""
        return replace(
            self,
            id=new_id("AAkALg"),
            folder_bound_id=new_id("AAMkAG"),
            mailbox_id=mailbox_id,
            folder="inbox",
            sequence=sequence,
            created_at=received_at,
            modified_at=received_at,
            visible_at=received_at,
            received_at=received_at,
            bcc=[],
            properties={MESSAGE_CLASS: NOTE},
            is_draft=False,
            is_read=False,
            leaves_drafts_at=None,
        )


def normal_property_id(name: str) -> str:
    """Write the id of an extended property as Exchange does.

    Tag numbers are numbers, whose letters and leading zeros mean nothing: ``String 0x001A`` is
    ``String 0x1a``. GUIDs are in lower case; names keep their case, which counts.
    """
    kind, _, rest = name.partition(" ")
    if re.fullmatch(r"0x[0-9A-Fa-f]+", rest):
        return f"{kind} {int(rest, 16):#x}"
    return re.sub(r"\{[0-9A-Fa-f-]{36}\}", lambda found: found.group().lower(), name)


def new_id(prefix: str) -> str:
    """Make an item id, case-sensitive and long, as Exchange's are."""
    return prefix + base64.urlsafe_b64encode(secrets.token_bytes(42)).decode() + "AAA="


def new_internet_message_id(domain: str) -> str:
    """Make a value for the Message-ID header."""
    return f"<{uuid.uuid4().hex.upper()}@{domain}>"


def folder_id(mailbox_id: str, folder: str) -> str:
    """Return the id of a well-known folder of a mailbox; it is the same at every call."""
    digest = hashlib.sha256(f"{mailbox_id}/{folder}".encode()).digest()
    return "AQMkAG" + base64.urlsafe_b64encode(digest).decode() + "AAAA="
