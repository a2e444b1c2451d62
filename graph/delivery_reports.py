"""Reports to a sender that a mail could not be delivered, and which mail each is about.

Source: Graph's pages "List messages", "Extended properties", "Get MIME content", "List
attachments", "Update message", and MS-OXCMAIL on how Exchange keeps a report: its class is that of
the mail between ``REPORT.`` and ``.NDR``. What the report says stands in its parts.
"""

import asyncio
import base64
import re
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from domain.failures import BadRequest, NotFound, TooLarge, UnexpectedAnswer
from domain.instants import read_instant
from domain.mail.returned.delivery_report import DeliveryReport, heeded, read_report
from domain.mail.returned.multipart import multipart
from graph.http.answers import Json, list_of
from graph.http.client import GraphClient
from graph.http.errors import Purpose
from graph.http.urls import literal, segment
from graph.message import SEND_KEY

HANDLED = "mfa-rollout: handled"
"""The category on a report that has been told to its enrolment; people see it in Outlook."""

# https://learn.microsoft.com/office/client-developer/outlook/mapi/mapi-property-tags
_MESSAGE_CLASS = "String 0x001A"
_IN_REPLY_TO = "String 0x1042"
_IMMUTABLE_IDS = {"Prefer": 'IdType="ImmutableId"'}
_PAGE = "50"
_FAILED = re.compile(r"REPORT\..*\.NDR", re.IGNORECASE)
_REPORT = re.compile(r"REPORT\.", re.IGNORECASE)
_REPORT_TYPE = re.compile(r"multipart/report\b", re.IGNORECASE)
_MESSAGE_ID = re.compile(r"<[^<>\s]+>")
_PURPOSE = Purpose(
    doing="read delivery failures in the sender's inbox",
    grant="Mail.ReadWrite for the sender mailbox (RBAC for Applications)",
    absent="The sender mailbox, or a message in it, does not exist. Check SENDER_MAILBOXES.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedMail:
    """A message in the sender's inbox that may report a failure: its parts will tell.

    Attributes:
        id: the message.
        received_at: aware UTC.
        about: the Message-IDs that it answers, the most telling first.
        conversation_id: which conversation Exchange counts it to.
        categories: what it was filed under.
        known_failure: Exchange has classified it as a failure.
        message_class: how Exchange classifies it, empty where it doesn't say.
        header_names: the names of its headers, in lower case.
    """

    id: str
    received_at: datetime
    about: tuple[str, ...]
    conversation_id: str | None
    categories: tuple[str, ...]
    known_failure: bool
    message_class: str = ""
    header_names: tuple[str, ...] = ()

    @property
    def handled(self) -> bool:
        """Say whether it has been told to its enrolment."""
        return HANDLED in self.categories


class DeliveryReports:
    """Reads what came back to one sender. Nothing is moved or deleted."""

    def __init__(self, client: GraphClient, address: str) -> None:
        """Use the mailbox with this address (or ObjectId)."""
        self.address = address
        self._client = client
        self._mailbox = f"/users/{segment(address)}"

    async def returned_since(self, since: datetime) -> AsyncIterator[ReturnedMail]:
        """Yield what has arrived since an instant and may be a failure, each folder's oldest first.

        Every mail that has arrived since is looked at: that it is a report, is only told by it. As
        nobody is its sender it may be taken for junk, a folder that not every mailbox has.
        """
        async for returned in self._returned("inbox", since):
            yield returned
        with suppress(NotFound):
            async for returned in self._returned("junkemail", since):
                yield returned

    async def _returned(self, folder: str, since: datetime) -> AsyncIterator[ReturnedMail]:
        names = " or ".join(f"id eq {literal(name)}" for name in (_MESSAGE_CLASS, _IN_REPLY_TO))
        params = {
            "$filter": f"receivedDateTime ge {since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "$orderby": "receivedDateTime",
            "$select": "id,receivedDateTime,conversationId,categories,internetMessageHeaders",
            "$expand": f"singleValueExtendedProperties($filter={names})",
            "$top": _PAGE,
        }
        path = f"{self._mailbox}/mailFolders/{folder}/messages"
        rows = self._client.pages(path, _PURPOSE, params=params, headers=_IMMUTABLE_IDS)
        async for row in rows:
            if (returned := _returned(row)) is not None:
                yield returned

    async def report_of(self, returned: ReturnedMail) -> DeliveryReport | None:
        """Return what the message reports; None for no failure, or when it was deleted meanwhile.

        Read as MIME; where Exchange can't give that, by its attachments. What is too large to be
        about a mail of ours isn't read.
        """
        path = self._path(returned)
        try:
            try:
                mime = await self._client.content(
                    f"{path}/$value", _PURPOSE, headers=_IMMUTABLE_IDS
                )
            except BadRequest:
                mime = await self._of_attachments(path)
        except (NotFound, TooLarge):
            return None
        # Besides everything else, since reading one that is made to take long takes seconds.
        return await asyncio.to_thread(read_report, mime, known_failure=returned.known_failure)

    async def key_of_sent(self, message_id: str) -> str | None:
        """Return our key on the sent mail with a Message-ID, empty for a mail of somebody else's.

        None when there is no such mail.
        """
        keys = await self._keys(f"internetMessageId eq {literal(message_id)}")
        return keys[0] if keys else None

    async def key_of_conversation(self, conversation_id: str) -> str | None:
        """Return our key on the only sent mail of ours in a conversation."""
        keys = await self._keys(f"conversationId eq {literal(conversation_id)}")
        ours = [key for key in keys if key]
        return ours[0] if len(ours) == 1 else None

    async def sent_since(self, since: datetime) -> int:
        """Return how many mails have left this mailbox since an instant, whoever sent them."""
        answer = await self._client.get(
            f"{self._mailbox}/mailFolders/sentitems/messages",
            _PURPOSE,
            params={
                "$filter": f"sentDateTime ge {since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
                "$select": "id",
                "$top": "1",
                "$count": "true",
            },
            headers=_IMMUTABLE_IDS,
        )
        count = answer.get("@odata.count")
        if not isinstance(count, int):
            raise UnexpectedAnswer("Exchange doesn't say how many mails there are.")
        return count

    async def mark_handled(self, returned: ReturnedMail) -> None:
        """Give the report our category. Idempotent; one that was deleted needs no mark."""
        with suppress(NotFound):
            await self._client.patch(
                self._path(returned),
                _PURPOSE,
                json={"categories": [*returned.categories, HANDLED]},
                headers=_IMMUTABLE_IDS,
            )

    async def _of_attachments(self, path: str) -> bytes:
        """Put a message together again from its body and its attachments."""
        body = await self._client.get(
            path, _PURPOSE, params={"$select": "id,body"}, headers=_IMMUTABLE_IDS
        )
        told = body.get("body")
        content = told if isinstance(told, dict) else {}
        kind = "html" if content.get("contentType") == "html" else "plain"
        words = str(content.get("content")).encode(errors="replace")
        parts = [(f"text/{kind}; charset=utf-8", words)]
        rows = self._client.pages(f"{path}/attachments", _PURPOSE, headers=_IMMUTABLE_IDS)
        async for row in rows:
            if str(row.get("@odata.type")).endswith("itemAttachment"):
                attachment = f"{path}/attachments/{segment(str(row.get('id')))}/$value"
                mail = await self._client.content(attachment, _PURPOSE, headers=_IMMUTABLE_IDS)
                parts.append(("message/rfc822", mail))
            elif isinstance(row.get("contentBytes"), str):
                parts.append((str(row.get("contentType")), _bytes(row["contentBytes"])))
        return multipart(parts, boundary=uuid4().hex)

    async def _keys(self, condition: str) -> list[str]:
        rows = self._client.pages(
            f"{self._mailbox}/mailFolders/sentitems/messages",
            _PURPOSE,
            params={
                "$filter": condition,
                "$select": "id",
                "$expand": f"singleValueExtendedProperties($filter=id eq {literal(SEND_KEY)})",
            },
            headers=_IMMUTABLE_IDS,
        )
        return [_extended(row).get(_tag(SEND_KEY)) or "" async for row in rows]

    def _path(self, returned: ReturnedMail) -> str:
        return f"{self._mailbox}/messages/{segment(returned.id)}"


def _returned(row: Json) -> ReturnedMail | None:
    """Return what may be a failure among the rows of the inbox, None for any other mail."""
    extended, headers = _extended(row), _headers(row)
    kind = extended.get(_tag(_MESSAGE_CLASS)) or ""
    known_failure = _FAILED.fullmatch(kind) is not None
    if not known_failure and (_REPORT.match(kind) or not _looks_returned(headers)):
        return None
    message_id, received = row.get("id"), row.get("receivedDateTime")
    received_at = read_instant(received)
    if not isinstance(message_id, str) or received_at is None:
        raise UnexpectedAnswer("Exchange describes a mail without id, or not when it came.")
    conversation_id = row.get("conversationId")
    reply = (headers.get("in-reply-to"), extended.get(_tag(_IN_REPLY_TO)))
    told = (*reply, headers.get("references"))
    return ReturnedMail(
        id=message_id,
        received_at=received_at,
        about=heeded(_message_ids(told)),
        conversation_id=conversation_id if isinstance(conversation_id, str) else None,
        categories=tuple(str(name) for name in list_of(row.get("categories"))),
        known_failure=known_failure,
        message_class=kind,
        header_names=tuple(sorted(headers)),
    )


def _looks_returned(headers: Mapping[str, str]) -> bool:
    """Say whether a message that is no report to Exchange may be one by its headers.

    Nobody can answer what was returned; automatic replies are sent so, too, and told by their
    content.
    """
    return (
        headers.get("return-path", "").strip() == "<>"
        or "x-failed-recipients" in headers
        or "x-ms-exchange-message-is-ndr" in headers
        or _is_status_report(headers.get("content-type", ""))
    )


def _is_status_report(content_type: str) -> bool:
    # No one expression, whose time would grow with the square of what a stranger sends.
    begun = _REPORT_TYPE.search(content_type)
    return begun is not None and "delivery-status" in content_type[begun.end() :].casefold()


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except ValueError:
        return b""


def _message_ids(told: Iterable[str | None]) -> list[str]:
    return [found for text in told if text for found in _MESSAGE_ID.findall(text)]


def _tag(name: str) -> tuple[str, int | str]:
    """Return an extended property's id as Exchange compares it.

    A tag is a type and a number, which Exchange may write otherwise than it was asked for:
    ``String 0x001A`` is ``String 0x1a``. A name is compared as it is.
    """
    kind, _, rest = name.partition(" ")
    try:
        return kind.casefold(), int(rest, 16)
    except ValueError:
        return kind.casefold(), rest.partition("Name ")[2] or rest


def _extended(row: Json) -> Mapping[tuple[str, int | str], str]:
    pairs = _pairs(row.get("singleValueExtendedProperties"), "id")
    return {_tag(name): value for name, value in pairs.items()}


def _headers(row: Json) -> Mapping[str, str]:
    pairs = _pairs(row.get("internetMessageHeaders"), "name")
    return {name.casefold(): value for name, value in pairs.items()}


def _pairs(rows: Any, name: str) -> Mapping[str, str]:
    return {
        str(row.get(name)): str(row.get("value") or "")
        for row in list_of(rows)
        if isinstance(row, dict)
    }
