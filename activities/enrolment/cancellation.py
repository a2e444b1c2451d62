"""What an enrolment asks of Temporal itself."""

from temporalio import activity
from temporalio.client import Client


class CancellationActivities:
    """Reaches the Temporal server from inside an enrolment."""

    def __init__(self, *, client: Client) -> None:
        """Take the client."""
        self._client = client

    @activity.defn
    async def request_cancellation(self) -> None:
        """Ask Temporal to cancel the calling workflow, so that it ends as CANCELED. Idempotent.

        A workflow can't request its own cancellation by a command: the server refuses it.
        """
        info = activity.info()
        if info.workflow_id is not None:
            handle = self._client.get_workflow_handle(info.workflow_id, run_id=info.workflow_run_id)
            await handle.cancel()
