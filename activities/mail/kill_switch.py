"""Is mail stopped? Every mail asks, right before it would be made and before it would leave."""

from temporalio.client import Client
from temporalio.service import RPCError

from domain.enrolment.messages import AdminRequest
from domain.identifiers import CONTROL_WORKFLOW_ID, LIFTED_MAIL_STOPS, MAIL_STOPPED
from domain.mail_switch import MailSwitchState
from temporal.memos import memo_of
from temporal.refusals import is_workflow_not_found


class MailSwitch:
    """Reads the switch of the rollout, which ``RolloutControlWorkflow`` keeps."""

    def __init__(self, *, client: Client) -> None:
        """Take the client."""
        self._client = client

    async def stop(self) -> AdminRequest | None:
        """Return who has stopped mail and why, None while it is on.

        Raises:
            RPCError: Temporal can't say; the activity is retried, and nothing is sent meanwhile.
        """
        return (await self.state()).stop

    async def state(self) -> MailSwitchState:
        """Return how the switch stands.

        One call by workflow id, answered without a worker. A switch that was never used is on.

        Raises:
            RPCError: Temporal can't say.
            UnreadablePayload: it was begun with a key that this process lacks.
        """
        try:
            description = await self._client.get_workflow_handle(CONTROL_WORKFLOW_ID).describe()
        except RPCError as error:
            if is_workflow_not_found(error):
                return MailSwitchState()
            raise
        memo = await memo_of(description)
        stopped = memo.get(MAIL_STOPPED)
        return MailSwitchState(
            stop=AdminRequest(**stopped) if stopped else None,
            lifted=memo.get(LIFTED_MAIL_STOPS) or (),
        )
