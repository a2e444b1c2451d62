"""Leaves a sender mailbox alone for as long as it has asked for, whichever process it told."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from domain.failures import Throttled

if TYPE_CHECKING:
    from database.mail.senders import SenderStates


@asynccontextmanager
async def unless_throttled(states: "SenderStates", address: str) -> AsyncIterator[None]:
    """Call a mailbox, unless it asked to be left alone; what it asks for now is kept for all.

    Source: https://learn.microsoft.com/graph/throttling

    Raises:
        Throttled: it is to be left alone (retried after that).
    """
    row = await states.read(address)
    if row is not None and row.throttled_until is not None:
        rest = row.throttled_until - datetime.now(UTC)
        if rest.total_seconds() > 0:
            raise Throttled("Exchange has asked for a pause of this mailbox.", retry_after=rest)
    async with heeding(lambda wait: states.throttled(address, wait=wait)):
        yield


@asynccontextmanager
async def heeding(keep: Callable[[timedelta], Awaitable[None]]) -> AsyncIterator[None]:
    """Call a mailbox, and keep for how long it asks to be left alone.

    Raises:
        Throttled: it asks for that.
    """
    try:
        yield
    except Throttled as failure:
        if failure.retry_after is not None:
            await keep(failure.retry_after)
        raise
