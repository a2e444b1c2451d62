"""The id under which an import, its workflows, their Graph calls and mails are found together.

It travels in a header of each activity: the workflow's side is ``workflows.correlation``.
"""

import re
from collections.abc import Mapping
from typing import Any

from temporalio import activity
from temporalio.api.common.v1 import Payload
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput

from graph.client import correlation_id

HEADER = "mfa-rollout-correlation"
# It becomes a header of HTTP and of mails, and a row on the list may hold anything.
_FIT = re.compile(r"[A-Za-z0-9._-]{1,64}")


class CorrelatedActivity(ActivityInboundInterceptor):
    """Makes the id of the workflow's correlation that of the activity's Graph calls."""

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        """Set the id while the activity runs."""
        token = correlation_id.set(_read(input.headers))
        try:
            return await super().execute_activity(input)
        finally:
            correlation_id.reset(token)


def _read(headers: Mapping[str, Payload]) -> str | None:
    payload = headers.get(HEADER)
    if payload is None:
        return None
    value = activity.payload_converter().from_payload(payload, str)
    return value if _FIT.fullmatch(str(value)) else None
