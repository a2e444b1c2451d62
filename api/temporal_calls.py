"""The one place that tells "Temporal can't be reached just now" from other failures of a call."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from temporalio.service import RPCError, RPCStatusCode

from temporal.connect import is_unreachable

RPC_TIMEOUT = timedelta(seconds=2.5)
"""How long the server may take over one attempt."""

CALL_TIMEOUT = timedelta(seconds=3)
"""How long a person waits for a call: connecting and the SDK's own retries included."""

_PASSING = frozenset(
    {
        RPCStatusCode.UNAVAILABLE,
        RPCStatusCode.DEADLINE_EXCEEDED,
        RPCStatusCode.RESOURCE_EXHAUSTED,
        RPCStatusCode.ABORTED,
        RPCStatusCode.CANCELLED,
    }
)


class TemporalUnreachable(Exception):
    """Temporal gave no answer in time; the same call may succeed later, or has succeeded."""


class WorkflowNotFound(Exception):
    """There is no such workflow, or (for a signal) it has ended."""


class CallRefused(Exception):
    """Temporal will never accept this call as it is."""


@asynccontextmanager
async def calling_temporal(within: timedelta = CALL_TIMEOUT) -> AsyncIterator[None]:
    """Bound a call to Temporal, or several, in time, and name its failures.

    None of the exceptions carries the text of the one that it replaces: a message of the server
    may hold ids.

    Raises:
        TemporalUnreachable: no connection, no answer in time, or the server is overloaded.
        WorkflowNotFound: no workflow has this id, or the one that has it is closed.
        CallRefused: the arguments are not acceptable.
        RPCError: anything else, as it is.
    """
    try:
        async with asyncio.timeout(within.total_seconds()):
            yield
    except TimeoutError:
        raise TemporalUnreachable("no answer in time") from None
    except RPCError as error:
        if error.status in _PASSING:
            raise TemporalUnreachable(error.status.name) from None
        if error.status is RPCStatusCode.NOT_FOUND:
            raise WorkflowNotFound("no open workflow has this id") from None
        if error.status is RPCStatusCode.INVALID_ARGUMENT:
            raise CallRefused("not acceptable") from None
        raise
    except RuntimeError as error:
        if is_unreachable(error):
            raise TemporalUnreachable("no connection") from None
        raise
