"""Is mail stopped? Every mail asks, right before it would be made and before it would leave."""

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from domain.identifiers import CONTROL_WORKFLOW_ID, MAIL_STOPPED


class MailSwitch:
    """Reads the switch of the rollout, which ``RolloutControlWorkflow`` keeps."""

    def __init__(self, *, client: Client) -> None:
        """Take the client."""
        self._client = client

    async def reason_for_stop(self) -> str | None:
        """Return why mail is stopped, None while it isn't.

        One call by workflow id, answered without a worker. A switch that was never thrown is on.

        Raises:
            RPCError: Temporal can't say; the activity is retried, and nothing is sent meanwhile.
        """
        try:
            description = await self._client.get_workflow_handle(CONTROL_WORKFLOW_ID).describe()
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return None
            raise
        reason = (await description.memo()).get(MAIL_STOPPED)
        return str(reason) if reason else None
