"""A sender mailbox, used so that a mail can be sent exactly once.

Source: Graph's pages "Create message", "message: send", "Obtain immutable identifiers",
"Extended properties". ``sendMail`` returns no id, so it can't be repeated safely. A draft can: it
carries our key from the moment it exists, its id is written down, and before each further try to
send it is read whether it still is a draft.

The mail is posted as JSON, whose one body is HTML; Exchange derives the plain-text part from it. A
MIME draft could carry our own plain text, but no extended property: the key would have to be
patched in afterwards, and a crash in between would leave a draft that no one can find again.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus

from domain.failures import BadRequest, NotFound, UnexpectedAnswer
from domain.instants import read_instant
from domain.mail.content import OutgoingMail
from domain.microsoft.exchange_codes import MAILBOX_MISSING
from graph.http.answers import Json, id_of, list_of
from graph.http.client import GraphClient
from graph.http.errors import Purpose
from graph.http.retries import ONE_TRY
from graph.http.urls import literal, segment
from graph.message import SEND_KEY, draft_json

# Covers only the request that carries it. Without it, sending a draft changes its id.
_IMMUTABLE_IDS = {"Prefer": 'IdType="ImmutableId"'}
_STATE = "id,isDraft,sentDateTime"
# Well-formed, and of no mailbox.
_NO_SUCH_DRAFT = "AAkALgAAAAAAHYQDEapmEc2byACqAC"
_MAILBOX_ABSENT = (
    "The sender mailbox does not exist, or isn't in Exchange Online. Check SENDER_MAILBOXES."
)
_WRITE = "Mail.ReadWrite for the sender mailbox (RBAC for Applications)"
_CREATE = Purpose(
    doing="create a draft in the sender mailbox", grant=_WRITE, absent=_MAILBOX_ABSENT
)
_SEARCH = Purpose(doing="search the sender mailbox", grant=_WRITE, absent=_MAILBOX_ABSENT)
_READ = Purpose(
    doing="read the sender mailbox",
    grant=_WRITE,
    absent="The mail is not in the sender mailbox: it is on its way, or somebody deleted it.",
)
_SEND = Purpose(
    doing="send a mail from the sender mailbox",
    grant="Mail.Send for the sender mailbox (RBAC for Applications)",
    absent=_READ.absent,
)
_DELETE = Purpose(doing="delete a draft in the sender mailbox", grant=_WRITE, absent=_READ.absent)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageState:
    """Whether a mail is still a draft. ``sent_at`` is None while it is."""

    id: str
    is_draft: bool
    sent_at: datetime | None


class Mailbox:
    """Creates, finds and sends the mails of one sender."""

    def __init__(self, client: GraphClient, address: str) -> None:
        """Use the mailbox with this address (or ObjectId)."""
        self.address = address
        self._client = client
        self._mailbox = f"/users/{segment(address)}"

    async def check(self) -> None:
        """Make sure that the mailbox is there and its drafts may be read; none need be in it.

        Raises:
            NotFound: the mailbox is missing.
            PermissionDenied: RBAC for Applications doesn't grant it, or not yet.
        """
        await self._client.get(
            f"{self._mailbox}/mailFolders/drafts/messages",
            _SEARCH,
            params={"$top": "1", "$select": "id"},
        )

    async def check_sending(self) -> None:
        """Make sure that mails may be sent, without sending one: there is no such draft.

        Raises:
            NotFound: the mailbox is missing.
            PermissionDenied: RBAC for Applications doesn't grant it, or not yet.
        """
        try:
            await self.send(_NO_SUCH_DRAFT)
        except BadRequest:
            return
        except NotFound as absence:
            if self.is_missing(absence):
                raise

    async def create_draft(self, mail: OutgoingMail, *, key: str) -> str:
        """Create a draft that carries the key; return its id, which outlives the sending.

        Not idempotent: look with ``find`` first, on each try.

        Raises:
            ServiceUnavailable: it may have been created all the same.
        """
        answer = await self._client.post(
            f"{self._mailbox}/messages", _CREATE, json=draft_json(mail, key), headers=_IMMUTABLE_IDS
        )
        return _state(answer or {}).id

    async def find(
        self,
        key: str,
        *,
        since: datetime | None = None,
        folders: Sequence[str] = ("drafts", "sentitems"),
    ) -> MessageState | None:
        """Return the mail with this key, from the drafts, else from the sent items.

        None also while it is on its way from one to the other; drafts stay until they are sent. A
        search by an extended property scans the folder, so it is bounded by ``since``.

        Raises:
            NotFound: the mailbox itself is missing.
        """
        for folder in folders:
            condition = (
                f"singleValueExtendedProperties/Any(ep: ep/id eq {literal(SEND_KEY)} "
                f"and ep/value eq {literal(key)})"
            )
            if since is not None:
                condition = f"createdDateTime ge {_written(since)} and {condition}"
            rows = self._client.pages(
                f"{self._mailbox}/mailFolders/{folder}/messages",
                _SEARCH,
                params={"$filter": condition, "$select": _STATE},
                headers=_IMMUTABLE_IDS,
            )
            async for row in rows:
                return _state(row)
        return None

    async def old_drafts(self, before: datetime) -> AsyncIterator[tuple[str, str]]:
        """Yield id and key of the drafts that carry a key of ours and are older than an instant.

        Raises:
            NotFound: the mailbox itself is missing.
        """
        rows = self._client.pages(
            f"{self._mailbox}/mailFolders/drafts/messages",
            _SEARCH,
            params={
                "$filter": f"createdDateTime lt {_written(before)}",
                "$select": "id",
                "$expand": f"singleValueExtendedProperties($filter=id eq {literal(SEND_KEY)})",
                "$top": "100",
            },
            headers=_IMMUTABLE_IDS,
        )
        async for row in rows:
            for one in list_of(row.get("singleValueExtendedProperties")):
                if isinstance(one, dict) and isinstance(one.get("value"), str):
                    yield id_of(row, _SEARCH), one["value"]

    async def received(self, subject: str, *, since: datetime) -> str | None:
        """Return the id of the mail in the inbox that has this subject, None when there is none.

        Raises:
            NotFound: the mailbox itself is missing.
        """
        rows = self._client.pages(
            f"{self._mailbox}/mailFolders/inbox/messages",
            _SEARCH,
            params={
                "$filter": f"receivedDateTime ge {_written(since)} and subject eq "
                f"{literal(subject)}",
                "$select": "id",
            },
            headers=_IMMUTABLE_IDS,
        )
        async for row in rows:
            return id_of(row, _SEARCH)
        return None

    async def read(self, message_id: str) -> MessageState | None:
        """Return how a mail stands; None while it is on its way to the sent items, or if deleted.

        Raises:
            NotFound: the mailbox itself is missing.
        """
        try:
            row = await self._client.get(
                self._path(message_id), _READ, params={"$select": _STATE}, headers=_IMMUTABLE_IDS
            )
        except NotFound as absence:
            _raise_if_mailbox_is_missing(absence)
            return None
        return _state(row)

    async def send(self, message_id: str, *, begin_by: datetime | None = None) -> None:
        """Hand a draft over for delivery, in one try. Accepted is not delivered.

        Not idempotent: the caller finds out what became of it before another try.

        Args:
            message_id: the draft.
            begin_by: until when the request has to begin, or isn't made.

        Raises:
            TooLate: it could not begin in time.
            NotFound: no draft any more: on its way, or deleted.
            ServiceUnavailable: it may have been sent all the same.
        """
        try:
            await self._client.with_patience(ONE_TRY).post(
                f"{self._path(message_id)}/send",
                _SEND,
                headers=_IMMUTABLE_IDS,
                begin_by=begin_by,
                done=HTTPStatus.ACCEPTED,
            )
        except NotFound as absence:
            _raise_if_mailbox_is_missing(absence)
            raise

    @staticmethod
    def is_missing(absence: NotFound) -> bool:
        """Return True when the mailbox itself is missing, and not only a message in it."""
        return absence.code in MAILBOX_MISSING

    async def delete(self, message_id: str) -> None:
        """Withdraw a draft. Idempotent: one that is gone stays gone.

        Raises:
            NotFound: the mailbox itself is missing.
        """
        try:
            await self._client.delete(self._path(message_id), _DELETE, headers=_IMMUTABLE_IDS)
        except NotFound as absence:
            _raise_if_mailbox_is_missing(absence)

    def _path(self, message_id: str) -> str:
        return f"{self._mailbox}/messages/{segment(message_id)}"


def _written(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _raise_if_mailbox_is_missing(absence: NotFound) -> None:
    """Tell the missing mailbox from the missing mail: a wrong setting must not look like "sent"."""
    if absence.code in MAILBOX_MISSING:
        raise NotFound(_MAILBOX_ABSENT, status=absence.status, code=absence.code) from None


def _state(row: Json) -> MessageState:
    message_id, is_draft = row.get("id"), row.get("isDraft")
    if not isinstance(message_id, str) or not isinstance(is_draft, bool):
        raise UnexpectedAnswer("Exchange describes a mail without id, or not whether it is sent.")
    # Exchange fills the time in for drafts too: there it means nothing.
    sent = None if is_draft else _instant(row.get("sentDateTime"))
    return MessageState(id=message_id, is_draft=is_draft, sent_at=sent)


def _instant(value: object) -> datetime | None:
    at = read_instant(value)
    if at is None and isinstance(value, str):
        raise UnexpectedAnswer("Exchange gives the time of sending in an unknown form.")
    return at
