"""Delivery failures in a sender's inbox, and the sent mails that they are about.

Source: Graph's pages "List messages", "Extended properties", "Update message", and MS-OXCMAIL on
how Exchange keeps a report: its class is that of the mail between ``REPORT.`` and ``.NDR``, and
``In-Reply-To`` names the mail. Reports of other mail systems are kept in the same form.
"""

import re
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from domain.failures import NotFound, UnexpectedAnswer
from graph.http.client import GraphClient, Json
from graph.http.errors import Purpose
from graph.http.urls import literal, segment
from graph.mailbox import SEND_KEY

HANDLED = "mfa-rollout: handled"
"""The category on a report that has been told to its enrolment; people see it in Outlook."""

# https://learn.microsoft.com/office/client-developer/outlook/mapi/mapi-property-tags
_MESSAGE_CLASS = "String 0x001A"
_IN_REPLY_TO = "String 0x1042"
_IMMUTABLE_IDS = {"Prefer": 'IdType="ImmutableId"'}
_AS_TEXT = {"Prefer": 'IdType="ImmutableId", outlook.body-content-type="text"'}
_PAGE = "50"
_NDR_MARK = "x-ms-exchange-message-is-ndr"
_FAILED = re.compile(r"REPORT\..*\.NDR", re.IGNORECASE)
_MESSAGE_ID = re.compile(r"<[^<>\s]+>")
# RFC 3463; behind a dot, a digit or a letter it is part of a version or an address.
_STATUS_CODE = re.compile(r"(?<![\w.])5\.\d{1,3}\.\d{1,3}(?![\w.]*\d)")
_PURPOSE = Purpose(
    doing="read delivery failures in the sender's inbox",
    grant="Mail.ReadWrite for the sender mailbox (RBAC for Applications)",
    absent="The sender mailbox, or a message in it, does not exist. Check SENDER_MAILBOXES.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFailure:
    """A report that a mail could not be delivered, as it lies in the sender's inbox.

    ``about`` are the Message-IDs that it answers, the most telling first; ``received_at`` is aware
    UTC. ``handled`` says that it carries our category.
    """

    id: str
    received_at: datetime
    about: tuple[str, ...]
    conversation_id: str | None
    categories: tuple[str, ...]

    @property
    def handled(self) -> bool:
        """Say whether it has been told to its enrolment."""
        return HANDLED in self.categories


class DeliveryReports:
    """Reads what came back to one sender. Nothing is moved or deleted."""

    def __init__(self, client: GraphClient, address: str) -> None:
        """Use the mailbox with this address (or ObjectId)."""
        self._client = client
        self._mailbox = f"/users/{segment(address)}"

    async def failures_since(self, since: datetime) -> AsyncIterator[DeliveryFailure]:
        """Yield the failures that have arrived since an instant, oldest first.

        Every mail that has arrived since is looked at: that it is a report, is only told by it.
        """
        names = " or ".join(f"id eq {literal(name)}" for name in (_MESSAGE_CLASS, _IN_REPLY_TO))
        params = {
            "$filter": f"receivedDateTime ge {since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "$orderby": "receivedDateTime",
            "$select": "id,receivedDateTime,conversationId,categories,internetMessageHeaders",
            "$expand": f"singleValueExtendedProperties($filter={names})",
            "$top": _PAGE,
        }
        path = f"{self._mailbox}/mailFolders/inbox/messages"
        rows = self._client.pages(path, _PURPOSE, params=params, headers=_IMMUTABLE_IDS)
        async for row in rows:
            if (failure := _failure(row)) is not None:
                yield failure

    async def key_of(self, failure: DeliveryFailure) -> str | None:
        """Return our key on the sent mail that came back; None if it is none of ours.

        The mail is found by its Message-ID; else by the conversation, if only one mail of ours is
        in it.
        """
        for message_id in failure.about:
            if keys := await self._keys(f"internetMessageId eq {literal(message_id)}"):
                return keys[0]
        if failure.conversation_id is None:
            return None
        keys = await self._keys(f"conversationId eq {literal(failure.conversation_id)}")
        return keys[0] if len(keys) == 1 else None

    async def status_code(self, failure: DeliveryFailure) -> str:
        """Return the enhanced status code that the report names (``5.1.10``), or nothing.

        Raises:
            NotFound: somebody deleted the report in the meantime.
        """
        message = await self._client.get(
            self._path(failure), _PURPOSE, params={"$select": "id,body"}, headers=_AS_TEXT
        )
        body = message.get("body")
        text = body.get("content") if isinstance(body, dict) else None
        found = _STATUS_CODE.search(text) if isinstance(text, str) else None
        return found.group() if found else ""

    async def mark_handled(self, failure: DeliveryFailure) -> None:
        """Give the report our category. Idempotent; one that was deleted needs no mark."""
        try:
            await self._client.patch(
                self._path(failure),
                _PURPOSE,
                json={"categories": [*failure.categories, HANDLED]},
                headers=_IMMUTABLE_IDS,
            )
        except NotFound:
            return

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
        found = [_extended(row).get(SEND_KEY) async for row in rows]
        return [key for key in found if key]

    def _path(self, failure: DeliveryFailure) -> str:
        return f"{self._mailbox}/messages/{segment(failure.id)}"


def _failure(row: Json) -> DeliveryFailure | None:
    """Return what a row of the inbox tells of a failed delivery, None for any other mail."""
    extended, headers = _extended(row), _headers(row)
    kind = extended.get(_MESSAGE_CLASS)
    # The class also tells failures from delays and receipts; without it, Exchange's own mark does.
    if not _FAILED.fullmatch(kind) if kind else _NDR_MARK not in headers:
        return None
    message_id, received = row.get("id"), row.get("receivedDateTime")
    try:
        received_at = datetime.fromisoformat(str(received)).astimezone(UTC)
    except ValueError:
        received_at = None
    if not isinstance(message_id, str) or received_at is None:
        raise UnexpectedAnswer("Exchange describes a mail without id, or not when it came.")
    conversation_id = row.get("conversationId")
    told = (headers.get("in-reply-to"), extended.get(_IN_REPLY_TO), headers.get("references"))
    return DeliveryFailure(
        id=message_id,
        received_at=received_at,
        about=tuple(dict.fromkeys(_message_ids(told))),
        conversation_id=conversation_id if isinstance(conversation_id, str) else None,
        categories=tuple(str(name) for name in row.get("categories") or ()),
    )


def _message_ids(told: Iterable[str | None]) -> list[str]:
    return [found for text in told if text for found in _MESSAGE_ID.findall(text)]


def _extended(row: Json) -> Mapping[str, str]:
    return _pairs(row.get("singleValueExtendedProperties"), "id")


def _headers(row: Json) -> Mapping[str, str]:
    pairs = _pairs(row.get("internetMessageHeaders"), "name")
    return {name.casefold(): value for name, value in pairs.items()}


def _pairs(rows: Any, name: str) -> Mapping[str, str]:
    return {
        str(row.get(name)): str(row.get("value") or "")
        for row in rows or ()
        if isinstance(row, dict)
    }
