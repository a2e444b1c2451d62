"""From a token to where its enrolment stands: our tables first, then Temporal, without a worker."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from temporalio.client import Client, WorkflowExecutionDescription, WorkflowExecutionStatus
from temporalio.common import SearchAttributeKey

from api.circuit_breaker import CircuitBreaker
from api.limits.rate_limits import Limits
from api.links.legacy_links import LegacyLink, LegacyLinks, ListUnreachable
from api.links.resolver import KnownLink, LinkResolver, LookupUnavailable, UnknownLink
from api.temporal_calls import (
    RPC_TIMEOUT,
    TemporalUnreachable,
    WorkflowNotFound,
)
from client.enrolments import describe_enrolment
from domain.identifiers import INVITE_STATUS
from domain.status import EnrolmentEnd, InviteStatus
from domain.tables.people import LinkOwner
from domain.tracking_list.own_token import is_ours
from domain.tracking_list.row import status_in
from domain.tracking_token import candidate_object_ids, parse_token

HELD_CLICK_COUNTS_FOR = timedelta(hours=1)
"""How long a click that waits hides the button, should its outbox never be read again."""

_INVITE_STATUS = SearchAttributeKey.for_keyword(INVITE_STATUS)
_BEFORE_THE_CLICK = frozenset({None, InviteStatus.PENDING, InviteStatus.SENT})
_OPEN = frozenset({WorkflowExecutionStatus.RUNNING, WorkflowExecutionStatus.CONTINUED_AS_NEW})


class LinkState(StrEnum):
    """What a link means for the one who follows it."""

    WAITING = "waiting"
    """Invited, or about to be: the button is there to be pressed."""

    USED = "used"
    """Clicked since the last invitation, or registered."""

    ENDED = "ended"
    """Cancelled, failed, or the user has left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentStanding:
    """What ``describe`` says about the enrolment behind a token, or our tables in its place.

    ``news_unseen`` means that a signal or a timer has arrived that no worker has looked at yet, so
    that ``standing`` may be out of date. ``click_waits`` is True while a click waits in the outbox
    of an API for Temporal. ``invited_at``, when the last invitation left, and ``language`` are the
    person's, where our tables know them. Without an ``object_id`` there is only the ``row`` of an
    older link.
    """

    object_id: str | None
    standing: LinkState
    news_unseen: bool
    click_waits: bool = False
    invited_at: datetime | None = None
    language: str | None = None
    row: LegacyLink | None = None


def well_formed(token: str) -> str | None:
    """Return a token of a link in its usual form, or None if it isn't a GUID."""
    try:
        return str(parse_token(token.strip()))
    except ValueError:
        return None


LookUp = EnrolmentStanding | UnknownLink | LookupUnavailable
"""The three answers about a link."""


class LinkLookUp:
    """Finds out where the enrolment behind a link stands."""

    def __init__(
        self,
        *,
        resolver: LinkResolver,
        client: Client,
        token_keys: Sequence[bytes],
        limits: Limits,
        breaker: CircuitBreaker,
        older: LegacyLinks | None = None,
    ) -> None:
        """Take what is asked: our tables, Temporal, and the list where there are older links."""
        self._breaker = breaker
        self.resolver = resolver
        self._client = client
        self._keys = token_keys
        self._limits = limits
        self._older = older

    async def look_up(
        self, token: str, client: str | None = None, *, tables_suffice: bool = False
    ) -> LookUp:
        """Say where the enrolment behind a well-formed token stands.

        A token that is nobody's by our tables ends there, but for a small number of looks at the
        list each minute. While the tables can't say, each key of the ring is tried at Temporal, and
        then the list, as often as the limits allow; nobody who may be somebody is taken for nobody.

        Args:
            token: in its usual form.
            client: the address of whoever follows the link; None for a hit that the outbox holds.
            tables_suffice: take our tables' word for somebody who hasn't clicked. They may be a
                moment behind: the signal that follows tells whether the enrolment has ended, and a
                click that was known already changes nothing.
        """
        try:
            match await self.resolver.resolve(token):
                case KnownLink(owner):
                    if tables_suffice and owner.object_id is not None and _is_waiting(owner):
                        return _standing_in_tables(owner.object_id, owner)
                    return await self._of_owner(owner, token)
                case UnknownLink():
                    return await self._since_last_pass(token, client)
                case LookupUnavailable():
                    return await self._ask_around(token, client)
        except (TemporalUnreachable, ListUnreachable):
            return LookupUnavailable()

    async def _of_owner(self, owner: LinkOwner, token: str) -> LookUp:
        if owner.object_id is not None:
            try:
                if standing := await self._of_first([owner.object_id]):
                    return replace(
                        standing,
                        language=owner.language,
                        invited_at=owner.invited_at,
                        click_waits=_click_waits(owner),
                    )
            except TemporalUnreachable:
                return _standing_in_tables(owner.object_id, owner)
            if owner.ended is not None:
                return _standing_in_tables(owner.object_id, owner)
        if self._older is None:
            return UnknownLink()
        link = await self._older.find(token, item_id=owner.item_id)
        return UnknownLink() if link is None else await self._of_row(link, token)

    async def _since_last_pass(self, token: str, client: str | None) -> LookUp:
        """Look once at the list for a token that came onto it after the tables were filled."""
        if self._older is None or client is None:
            return UnknownLink()
        link = await self._older.find_new(token, client)
        return UnknownLink() if link is None else await self._of_row(link, token)

    async def _ask_around(self, token: str, client: str | None) -> LookUp:
        if client is not None and not await self._limits.allow_ask_without_tables(client):
            return LookupUnavailable()
        standing = await self._of_first(candidate_object_ids(token, self._keys))
        if standing is not None:
            return standing
        if self._older is None:
            return UnknownLink()
        owner = self._older.known_owner(token)
        if owner is not None and (standing := await self._of_first([owner])):
            return standing
        if owner is None and client is not None and not await self._limits.may_fail_again(client):
            # Whoever tries one made-up token after another doesn't get at the list.
            return LookupUnavailable()
        link = await self._older.find(token, of_outbox=client is None)
        return UnknownLink() if link is None else await self._of_row(link, token)

    async def _of_row(self, link: LegacyLink, token: str) -> LookUp:
        if await self._is_revoked(link, token):
            return UnknownLink()
        if link.object_id is not None and (standing := await self._of_first([link.object_id])):
            return standing
        return EnrolmentStanding(
            object_id=None, standing=_standing_of_row(link.fields), news_unseen=True, row=link
        )

    async def _is_revoked(self, link: LegacyLink, token: str) -> bool:
        """Say whether the row holds a token that we made with a key that was dropped since."""
        owner = link.object_id
        if owner is None or is_ours(token, owner, self._keys):
            return False
        return await self.resolver.has_own_token(owner)

    async def _of_first(self, object_ids: Iterable[str]) -> EnrolmentStanding | None:
        for object_id in object_ids:
            try:
                async with self._breaker.calling():
                    description = await describe_enrolment(
                        self._client, object_id, rpc_timeout=RPC_TIMEOUT
                    )
            except WorkflowNotFound:
                continue
            return EnrolmentStanding(
                object_id=object_id,
                standing=_standing(description),
                news_unseen=description.raw_description.HasField("pending_workflow_task"),
            )
        return None


def _standing_in_tables(object_id: str, owner: LinkOwner) -> EnrolmentStanding:
    """Return what the tables say of somebody of whom Temporal can't, or doesn't any more."""
    if owner.ended is not None:
        through = owner.ended is EnrolmentEnd.ACTIVE
        standing = LinkState.USED if through else LinkState.ENDED
    else:
        standing = LinkState.WAITING if owner.status in _BEFORE_THE_CLICK else LinkState.USED
    return EnrolmentStanding(
        object_id=object_id,
        standing=standing,
        news_unseen=True,
        click_waits=_click_waits(owner),
        invited_at=owner.invited_at,
        language=owner.language,
    )


def _click_waits(owner: LinkOwner) -> bool:
    since = owner.click_held_at
    return since is not None and datetime.now(UTC) - since < HELD_CLICK_COUNTS_FOR


def _is_waiting(owner: LinkOwner) -> bool:
    """Say whether our tables have a row of somebody who was invited, or is about to be."""
    is_invited = owner.status in {InviteStatus.PENDING, InviteStatus.SENT}
    return is_invited and owner.ended is None and not _click_waits(owner)


def _standing_of_row(fields: Mapping[str, object]) -> LinkState:
    # A row that a token led to has that token: no enrolment of it ended without success.
    return LinkState.WAITING if status_in(fields) in _BEFORE_THE_CLICK else LinkState.USED


def _standing(description: WorkflowExecutionDescription) -> LinkState:
    status = description.typed_search_attributes.get(_INVITE_STATUS)
    if description.status in _OPEN:
        return LinkState.WAITING if status in _BEFORE_THE_CLICK else LinkState.USED
    if (
        description.status is WorkflowExecutionStatus.COMPLETED
        and status == InviteStatus.ACTIVE.value
    ):
        return LinkState.USED
    return LinkState.ENDED
