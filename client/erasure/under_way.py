"""Erasures that were asked for in this process: they go on whatever happens to whoever asked."""

import asyncio
import logging
from datetime import timedelta
from functools import partial

from cachetools import TTLCache
from temporalio.client import Client

from client.audit.entry import AuditUnavailable, audited
from client.erasure.erase_person import erase_person
from database.engine import Database
from domain.tables.audit import Actor, AuditAction
from domain.tables.erasure import ErasureReport
from workflows.erasure import ErasureInput

Erasing = asyncio.Task[ErasureReport]
"""An erasure that goes on; wait for it through ``asyncio.shield``."""

_Key = tuple[str, str, bool]
"""Whom, under which request, and whether imports' histories go, too."""

# So long is a request that is sent twice answered with what became of the first.
REMEMBERED_FOR = timedelta(minutes=10)
_MOST_REMEMBERED = 1000
_log = logging.getLogger(__name__)
_going_on: set[Erasing] = set()
_asked: TTLCache[_Key, Erasing] = TTLCache(_MOST_REMEMBERED, REMEMBERED_FOR.total_seconds())


def asked_before(object_id: str, request_id: str, *, with_import_histories: bool) -> Erasing | None:
    """Return the erasure that was asked for with this request; one that failed may be repeated.

    A form that is sent again with another choice asks for another erasure.
    """
    return _asked.get((object_id, request_id, with_import_histories))


def begin_erasure(
    client: Client,
    database: Database,
    actor: Actor,
    erasure: ErasureInput,
    *,
    reason: str,
    request_id: str,
    task_queue: str,
) -> Erasing:
    """Erase a person, unless that was asked for with this request; it is in the audit log.

    The erasure ends with ``AuditUnavailable`` where it can't be logged, with
    ``WorkflowFailureError`` where somebody has to act first, and with ``RPCError`` or
    ``RuntimeError`` where Temporal can't be reached.
    """
    key = (erasure.object_id, request_id, erasure.with_import_histories)
    if (before := _asked.get(key)) is not None:
        return before

    async def erase() -> ErasureReport:
        async with audited(
            database,
            actor,
            AuditAction.ERASE,
            reason=reason,
            person=erasure.object_id,
            request_id=request_id,
        ):
            return await erase_person(client, erasure, task_queue=task_queue)

    task = asyncio.create_task(erase())
    _asked[key] = task
    _going_on.add(task)
    task.add_done_callback(partial(_ended, key))
    return task


def _ended(key: _Key, task: Erasing) -> None:
    _going_on.discard(task)
    # Whoever asked was told so, unless they were answered before.
    failure = None if task.cancelled() else task.exception()
    if task.cancelled() or failure is not None:
        # The same request may be sent once more.
        _asked.pop(key, None)
    if failure is not None and not isinstance(failure, AuditUnavailable):
        _log.warning("an erasure did not end", extra={"reason": type(failure).__name__})
