"""Whether each sender mailbox may be used: looked at when a worker starts, then hourly till it may.

RBAC for Applications takes effect up to two hours after a grant. Until then mails of the mailbox
fail and are tried again, so nothing is lost; an admin who has forgotten the grant learns it here.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from client.doctor.look import line_of
from client.doctor.senders import look_at_rights
from domain.doctor.checks import Check, Fault, Finding
from domain.failures import RolloutError
from domain.tables.values import Json
from graph.http.client import GraphClient

EVERY = timedelta(hours=1)

log = logging.getLogger(__name__)
_REMEDY = (
    "A grant takes up to 2 hours; the mailbox is looked at again in an hour. "
    "`Test-ServicePrincipalAuthorization -Identity CLIENT_ID -Resource MAILBOX` in Exchange Online "
    "PowerShell shows what is granted; `mfa-rollout doctor` has the whole commands."
)


class SenderChecks:
    """The sender mailboxes of a worker, and what is wrong with them."""

    def __init__(self, graph: GraphClient, senders: Sequence[str], *, client_id: str) -> None:
        """Take the mailboxes; nothing is asked yet."""
        self._graph = graph
        self._client_id = client_id
        self._left = dict(enumerate(senders, start=1))
        self._faults: dict[int, Finding] = {}

    @property
    def findings(self) -> list[Json]:
        """What the worker reports of itself: the mailboxes that can't be used."""
        return [one.as_json() for one in self._faults.values()]

    @asynccontextmanager
    async def running(self, *, every: timedelta = EVERY) -> AsyncIterator[None]:
        """Look at once and then regularly, until every mailbox may be used or the block ends."""
        task = asyncio.create_task(self._go_on(every))
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _go_on(self, every: timedelta) -> None:
        while self._left:
            for number, address in list(self._left.items()):
                await self._look(number, address)
            if self._left:
                await asyncio.sleep(every.total_seconds())

    async def _look(self, number: int, address: str) -> None:
        """Look at a mailbox; the log has its place in the setting, and no address."""
        try:
            fault = await look_at_rights(self._graph, address, client_id=self._client_id)
        except RolloutError as failure:
            fault = line_of(failure, Check.SENDER, address)
        if fault is None:
            del self._left[number]
            if self._faults.pop(number, None) is not None:
                log.info("sender mailbox usable", extra={"mailbox": number})
        elif isinstance(fault.what, Fault):
            self._faults[number] = fault
            told = {"mailbox": number, "fault": fault.what.value, "remedy": _REMEDY}
            log.warning("sender mailbox not usable", extra=told)
