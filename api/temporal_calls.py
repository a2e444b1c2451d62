"""Bounds the API's calls to Temporal in time, and names what they can end with."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from temporalio.service import RPCError, RPCStatusCode

from temporal.encryption.unreadable import UnreadablePayload
from temporal.refusals import Refusal, is_workflow_not_found, refusal_of

RPC_TIMEOUT = timedelta(seconds=2.5)
"""How long the server may take over one attempt."""

CALL_TIMEOUT = timedelta(seconds=3)
"""How long a person waits for a call: connecting and the SDK's own retries included."""

TO_RECORD = timedelta(seconds=10)
"""Beyond the wait for a worker's answer: to connect, to look a request up, and to record it."""


class TemporalUnreachable(Exception):
    """Temporal does nothing for anybody just now; the same call may succeed later, or has.

    It is away or busy, or somebody must put right how it is configured. The message says which.
    """


class WorkflowNotFound(Exception):
    """There is no such workflow, or (for a signal) it has ended."""


class CallRefused(Exception):
    """Temporal will never accept this call as it is."""


@asynccontextmanager
async def calling_temporal(within: timedelta | None = None) -> AsyncIterator[None]:
    """Bound a call to Temporal, or several, in time, and name its failures.

    None of the exceptions carries the text of the one that it replaces: a message of the server
    may hold ids.

    Raises:
        TemporalUnreachable: no connection, no answer in time, or a refusal that isn't about this
            one call, such as a namespace that doesn't exist.
        WorkflowNotFound: no workflow has this id, or the one that has it is closed.
        CallRefused: the arguments are not acceptable.
        RPCError: anything else, as it is.
    """
    try:
        async with asyncio.timeout((within or CALL_TIMEOUT).total_seconds()):
            yield
    except TimeoutError:
        raise TemporalUnreachable(Refusal.SLOW) from None
    except UnreadablePayload as error:
        raise TemporalUnreachable(str(error)) from None
    except (RPCError, RuntimeError) as error:
        # A lazy client that fails to connect raises a plain RuntimeError.
        if (refusal := refusal_of(error)) is not None:
            raise TemporalUnreachable(refusal) from None
        if not isinstance(error, RPCError):
            raise
        if is_workflow_not_found(error):
            raise WorkflowNotFound("no open workflow has this id") from None
        if error.status is RPCStatusCode.INVALID_ARGUMENT:
            raise CallRefused("not acceptable") from None
        raise
