"""Looking into the senders' inboxes every few minutes for mails that came back."""

from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import WorkflowAlreadyStartedError

with workflow.unsafe.imports_passed_through():
    from activities.mail.returned.bounces import (
        BlockedSender,
        BounceActivities,
        BouncesRead,
        ReadBouncesInput,
    )
    from workflows import options
    from workflows.sender_probe import SenderProbeInput, SenderProbeWorkflow
    from workflows.texts import SAID, SUMMARIES, Said, Step

EVERY = timedelta(minutes=10)


@workflow.defn
class BounceWatchWorkflow:
    """One look; a schedule starts it every ten minutes. Listens to nothing.

    For a mailbox that may not send it starts ``SenderProbeWorkflow``, unless one runs. Its result
    tells the next look where to begin: where this one did, if a mailbox could not be read. Then it
    fails, unless another mailbox may not send.
    """

    @workflow.run
    async def run(self) -> BouncesRead:
        """Look once."""
        last = workflow.get_last_completion_result(BouncesRead)
        read = await workflow.execute_activity_method(
            BounceActivities.read_bounces,
            ReadBouncesInput(looked_until=last.looked_until if last else None),
            start_to_close_timeout=options.INBOXES,
            heartbeat_timeout=options.HEARTBEAT,
            retry_policy=options.PATIENT,
            summary=SUMMARIES[Step.BOUNCES],
        )
        for blocked in read.blocked:
            await _probe(blocked)
        workflow.set_current_details(SAID[Said.BOUNCES].format(count=read.returned))
        return read


async def _probe(blocked: BlockedSender) -> None:
    try:
        await workflow.start_child_workflow(
            SenderProbeWorkflow.run,
            SenderProbeInput(sender=blocked.sender),
            id=blocked.workflow_id,
            parent_close_policy=workflow.ParentClosePolicy.ABANDON,
        )
    except WorkflowAlreadyStartedError:
        return
