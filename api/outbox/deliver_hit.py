"""Delivers one hit: finds whose it is, and signals their enrolment or starts a resend request."""

from collections.abc import Sequence
from contextlib import suppress

from temporalio.client import Client

from api.links.legacy_links import LegacyLinks, ListUnreachable
from api.links.link_status import LinkLookUp, LinkState
from api.links.resolver import KnownLink, LookupUnavailable, Resolution, UnknownLink
from api.outbox.held_clicks import HeldClicks
from api.outbox.hit import Hit, HitKind
from api.temporal_calls import RPC_TIMEOUT, WorkflowNotFound, calling_temporal
from client.enrolments import tell_enrolment
from client.resend_requests import start_resend_request
from database.errors import DatabaseUnavailable
from domain.enrolment.messages import EmailOpened, LinkClicked, ResendAddress
from domain.sealed_text import seal
from domain.tracking_token import candidate_object_ids


class NotYetDeliverable(Exception):
    """Nobody can say at the moment whose the hit is; the same delivery may succeed later."""


class DeliverHit:
    """Tells Temporal one hit; the same one can be told again."""

    def __init__(
        self,
        *,
        client: Client,
        token_keys: Sequence[bytes],
        links: LinkLookUp,
        held_clicks: HeldClicks,
        legacy_links: LegacyLinks | None = None,
        task_queue: str,
    ) -> None:
        """Take what finds people, and the queue of those who look up typed addresses.

        ``held_clicks`` tells whose click waits, where its link doesn't any more.
        """
        self._client = client
        self._token_keys = token_keys
        self._links = links
        self._held_clicks = held_clicks
        self._older = legacy_links
        self._task_queue = task_queue

    async def __call__(self, hit: Hit) -> None:
        """Deliver a hit.

        Raises:
            TemporalUnreachable: this and all others have to wait.
            NotYetDeliverable: this one has to wait.
            WorkflowNotFound: nobody has an open enrolment that it is about.
            CallRefused: Temporal will never accept it.
        """
        if hit.kind is HitKind.RESEND:
            await self._start_resend_request(hit)
            return
        try:
            await self._signal(hit)
        except ListUnreachable:
            raise NotYetDeliverable("the list can't be read") from None

    async def _signal(self, hit: Hit) -> None:
        found = await self._links.resolver.resolve(hit.subject)
        for object_id in await self._owners(hit, found):
            with suppress(WorkflowNotFound):
                await self._tell(object_id, hit)
                return
        try:
            await self._signal_older(hit)
        except WorkflowNotFound:
            holder = await self._holder(hit) if isinstance(found, LookupUnavailable) else None
            if holder is None:
                raise
            await self._tell(holder, hit)

    async def _owners(self, hit: Hit, found: Resolution) -> Sequence[str]:
        """Return whom a hit may be of: one person where our tables know, else one for each key."""
        match found:
            case KnownLink(owner):
                return [owner.object_id] if owner.object_id is not None else []
            case UnknownLink():
                holder = await self._holder(hit)
                if holder is None:
                    raise WorkflowNotFound("the token is nobody's")
                return [holder]
            case LookupUnavailable():
                return candidate_object_ids(hit.subject, self._token_keys)

    async def _holder(self, hit: Hit) -> str | None:
        """Return whose click this is by the clicks that wait, None for other hits.

        The key of its link may have been dropped since somebody was told that it counts.

        Raises:
            NotYetDeliverable: our tables are away.
        """
        if hit.kind is not HitKind.CLICKED or not hit.is_known:
            return None
        try:
            return await self._held_clicks.holder(hit.at)
        except (DatabaseUnavailable, TimeoutError):
            raise NotYetDeliverable("nobody can say whose click waits") from None

    async def _signal_older(self, hit: Hit) -> None:
        """Tell the enrolment of an older link; a click on it begins one that there wasn't."""
        if self._older is None:
            raise WorkflowNotFound("no key leads to an open enrolment")
        standing = await self._links.look_up(hit.subject)
        if isinstance(standing, LookupUnavailable):
            if hit.kind is HitKind.OPENED:
                raise WorkflowNotFound("nobody waits for this open")
            raise NotYetDeliverable("nobody can say whose it is")
        if isinstance(standing, UnknownLink):
            raise WorkflowNotFound("the token is not on the list")
        if standing.object_id is not None:
            await self._tell(standing.object_id, hit)
            return
        begins = hit.kind is HitKind.CLICKED and standing.standing is LinkState.WAITING
        if begins and standing.row is not None:
            event = LinkClicked(event_id=hit.event_id, at=hit.at)
            await self._older.begin(standing.row, event)

    async def _tell(self, object_id: str, hit: Hit) -> None:
        kind = EmailOpened if hit.kind is HitKind.OPENED else LinkClicked
        event = kind(event_id=hit.event_id, at=hit.at)
        async with calling_temporal():
            await tell_enrolment(self._client, object_id, event, rpc_timeout=RPC_TIMEOUT)

    async def _start_resend_request(self, hit: Hit) -> None:
        address = ResendAddress(
            event_id=hit.event_id,
            sealed_address=seal(hit.subject, self._token_keys),
            at=hit.at,
            network=hit.network,
        )
        async with calling_temporal():
            await start_resend_request(
                self._client, address, task_queue=self._task_queue, rpc_timeout=RPC_TIMEOUT
            )
