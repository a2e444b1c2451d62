"""A mail that arrives in a sender's inbox because of one that was sent, as a mailbox item."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime

from simulated_tenant.directory.users import User
from simulated_tenant.exchange.message import (
    IN_REPLY_TO,
    MESSAGE_CLASS,
    NOTE,
    Message,
    Recipient,
    new_id,
    new_internet_message_id,
)

FAILURE = "REPORT.IPM.Note.NDR"


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """The mail that was sent, and what happens because of it.

    ``address`` is whom the report is about, ``host`` the server that writes it.
    """

    owner: User
    message: Message
    address: str
    at: datetime

    @property
    def own_address(self) -> str:
        """Where the report goes."""
        return self.owner.mail or self.owner.user_principal_name

    @property
    def own_domain(self) -> str:
        """The sender's domain."""
        return self.own_address.rpartition("@")[2]

    @property
    def domain(self) -> str:
        """The recipient's domain."""
        return self.address.rpartition("@")[2]

    @property
    def host(self) -> str:
        """The recipient's mail server."""
        return f"mx.{self.domain}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a multipart message."""

    content_type: str
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """What arrives: its sender, words, headers and further parts.

    ``answers`` says that it names the sent mail in its headers, and so is in its conversation.
    ``multipart`` is the content type of a message with ``parts`` behind its text.
    """

    sender: Recipient
    subject: str
    text: str
    content_type: str = "text"
    message_class: str = NOTE
    answers: bool = False
    headers: Sequence[tuple[str, str]] = ()
    multipart: str | None = None
    parts: Sequence[Part] = field(default_factory=tuple)

    def item(self, occasion: Occasion, sequence: int) -> Message:
        """Make the mailbox item, which isn't in any mailbox yet."""
        message_id = new_internet_message_id(self.sender.address.rpartition("@")[2])
        original = occasion.message
        boundary = f"=_{uuid.uuid4().hex}"
        headers = [
            ("From", f"{self.sender.name} <{self.sender.address}>"),
            ("To", occasion.own_address),
            ("Date", format_datetime(occasion.at)),
            ("Subject", self.subject),
            ("Message-ID", message_id),
            *self._naming(original),
            ("MIME-Version", "1.0"),
            ("Content-Type", self._content_type(boundary)),
            *self.headers,
        ]
        properties = {MESSAGE_CLASS: self.message_class}
        if self.answers:
            properties[IN_REPLY_TO] = original.internet_message_id
        return Message(
            id=new_id("AAkALg"),
            folder_bound_id=new_id("AAMkAG"),
            mailbox_id=occasion.owner.id,
            folder="inbox",
            sequence=sequence,
            created_at=occasion.at,
            modified_at=occasion.at,
            visible_at=occasion.at,
            received_at=occasion.at,
            sent_at=occasion.at,
            subject=self.subject,
            content_type=self.content_type,
            content=self.text,
            sender=self.sender,
            to=[Recipient(address=occasion.own_address, name=occasion.owner.display_name)],
            headers=headers,
            properties=properties,
            is_draft=False,
            is_read=False,
            internet_message_id=message_id,
            conversation_id=original.conversation_id
            if self.answers
            else f"AAQkAG{uuid.uuid4().hex}",
            mime=self._mime(headers, boundary),
        )

    def _naming(self, original: Message) -> list[tuple[str, str]]:
        if not self.answers:
            return []
        named = original.internet_message_id
        return [("In-Reply-To", named), ("References", named)]

    def _content_type(self, boundary: str) -> str:
        if self.multipart is None:
            return self._text_type
        return f'{self.multipart}; boundary="{boundary}"'

    @property
    def _text_type(self) -> str:
        return f"text/{'html' if self.content_type == 'html' else 'plain'}; charset=utf-8"

    def _mime(self, headers: Sequence[tuple[str, str]], boundary: str) -> str:
        head = "".join(f"{name}: {value}\r\n" for name, value in headers)
        if self.multipart is None:
            return f"{head}\r\n{self.text}"
        parts = [Part(content_type=self._text_type, content=self.text), *self.parts]
        body = "".join(
            f"--{boundary}\r\nContent-Type: {part.content_type}\r\n\r\n{part.content}\r\n"
            for part in parts
        )
        return f"{head}\r\n{body}--{boundary}--\r\n"
