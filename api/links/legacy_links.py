"""Links of an older system: a token that decrypts to nobody known is looked up on the list."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import structlog
from temporalio.client import Client
from temporalio.exceptions import WorkflowAlreadyStartedError

from api.circuit_breaker import CircuitBreaker
from api.limits.rate_limits import Limits
from api.links.token_cache import TokenCache
from api.temporal_calls import RPC_TIMEOUT, WorkflowNotFound
from client.enrolments import start_from_row
from client.legacy_links import start_legacy_link
from domain.enrolment.messages import LegacyLinkClicked, LinkClicked
from domain.enrolment.policy import Policy
from domain.failures import NotFound, PassingFailure, RolloutError
from domain.tracking_list.columns import OURS, clipped
from domain.tracking_list.row import enrolment_of_row, object_id_in, token_in
from graph.tracking_list import Item, TrackingList

log = structlog.get_logger(__name__)

PATIENCE = timedelta(seconds=3)
"""How long somebody waits for the list."""

UNKNOWN_FOR = timedelta(minutes=1)
"""How long a token that isn't on the list isn't looked up again."""

OWNER_FOR = timedelta(minutes=15)
"""How long it is remembered whose an older token is."""


class ListUnreachable(Exception):
    """The list gave no answer, or has been asked too often; the same look-up may succeed later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegacyLink:
    """The row that an older link leads to; without an ObjectId only a worker can say who it is."""

    object_id: str | None
    fields: Mapping[str, object]


class LegacyLinks:
    """Finds the rows of older tokens, and starts enrolments from them.

    Made-up tokens cost the list little: an unknown one is remembered for a minute, and all
    look-ups together are limited.
    """

    def __init__(
        self,
        *,
        tracking_list: TrackingList,
        client: Client,
        limits: Limits,
        breaker: CircuitBreaker,
        task_queue: str,
        policy: Policy,
        senders: int = 1,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the clients, and what steers the enrolments that begin with a link."""
        self._list = tracking_list
        self._client = client
        self._limits = limits
        self._breaker = breaker
        self._task_queue = task_queue
        self._policy = policy
        self._senders = senders
        self._unknown: TokenCache[bool] = TokenCache(UNKNOWN_FOR, clock=clock)
        self._owners: TokenCache[str] = TokenCache(OWNER_FOR, clock=clock)

    def known_owner(self, token: str) -> str | None:
        """Return the ObjectId that a token was found to belong to a short while ago."""
        return self._owners.get(token)

    async def find(
        self, token: str, *, item_id: str | None = None, of_outbox: bool = False
    ) -> LegacyLink | None:
        """Return the row of a well-formed token, None where no row has it.

        Args:
            token: in its usual form.
            item_id: the row's, where our tables know it; it is only believed if it has the token.
            of_outbox: for a hit that was kept; pages can't take its look-ups away.

        Raises:
            ListUnreachable: nobody can say just now.
        """
        if self._unknown.get(token):
            return None
        if not await self._limits.allow_list_look_up(of_outbox=of_outbox):
            raise ListUnreachable("asked too often")
        return await self._look(token, item_id)

    async def find_new(self, token: str, client: str) -> LegacyLink | None:
        """Look for a token that our tables don't have: it may be on the list since the last pass.

        These looks have small limits of their own, the client's first, so that made-up tokens take
        nothing from links that are known, and little from other clients; over them, and while the
        list can't be read, the tables' *no* stands.
        """
        if self._unknown.get(token) or not await self._limits.allow_look_for_new_token(client):
            return None
        try:
            return await self._look(token, None)
        except ListUnreachable:
            return None

    async def _look(self, token: str, item_id: str | None) -> LegacyLink | None:
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                rows = await self._rows(token, item_id)
        except (TimeoutError, PassingFailure):
            raise ListUnreachable("no answer in time") from None
        except RolloutError as failure:
            # Somebody has to fix it; until then clicks on older links are kept.
            log.error("the list can't be read", reason=str(failure))  # noqa: TRY400
            raise ListUnreachable("it can't be read") from None
        if not rows:
            self._unknown.add(token, value=True)
            return None
        oldest = min(rows, key=lambda row: int(row.id))
        object_id = object_id_in(oldest.fields)
        if object_id is not None:
            self._owners.add(token, object_id)
        return LegacyLink(object_id=object_id, fields=oldest.fields)

    async def _rows(self, token: str, item_id: str | None) -> Sequence[Item]:
        if item_id is not None:
            with suppress(NotFound):
                row = await self._list.get(item_id)
                if (token_in(row.fields) or "").casefold() == token:
                    return [row]
        return await self._list.find("TrackingToken", token)

    async def begin(self, link: LegacyLink, event: LinkClicked) -> None:
        """Start the enrolment of the row's person with this click.

        Idempotent: the same event counts once.

        Raises:
            TemporalUnreachable: Temporal gave no answer in time.
            WorkflowNotFound: the person's enrolment has ended.
        """
        if link.object_id is None:
            await self._ask_worker(link, event)
            return
        enrolment = enrolment_of_row(
            link.object_id,
            link.fields,
            event_id=event.event_id,
            policy=self._policy,
            senders=self._senders,
        )
        try:
            async with self._breaker.calling():
                await start_from_row(
                    self._client,
                    enrolment,
                    link.fields,
                    event,
                    task_queue=self._task_queue,
                    rpc_timeout=RPC_TIMEOUT,
                )
        except WorkflowAlreadyStartedError:
            raise WorkflowNotFound("the enrolment has ended") from None

    async def _ask_worker(self, link: LegacyLink, event: LinkClicked) -> None:
        clicked = LegacyLinkClicked(
            event_id=event.event_id,
            at=event.at,
            fields={
                name: clipped(value)
                for name, value in link.fields.items()
                if name in OURS and isinstance(value, str | int)
            },
            policy=self._policy,
            senders=self._senders,
        )
        async with self._breaker.calling():
            await start_legacy_link(
                self._client, clicked, task_queue=self._task_queue, rpc_timeout=RPC_TIMEOUT
            )
