"""Trying a sender mailbox that was paused, until a mail from it to itself arrives."""

from dataclasses import dataclass
from datetime import datetime

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.mail.returned.probe import ProbeActivities, ProbeInput
    from domain.mail.returned.blocked_sender import TRY_EVERY
    from workflows import options
    from workflows.texts import SAID, SUMMARIES, Said, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderProbeInput:
    """Which sender, by its place among those configured."""

    sender: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderReady:
    """Since when the mailbox may send again."""

    at: datetime


@workflow.defn
class SenderProbeWorkflow:
    """Sends a probe every half hour until one arrives; then the mailbox may send again.

    Started by the look for returned mails, once a mailbox at a time. Listens to nothing; ends with
    the first probe that arrives. An admin who doesn't want to wait lets another run take its place,
    which sends a probe of its own at once.
    """

    @workflow.run
    async def run(self, input: SenderProbeInput) -> SenderReady:
        """Try until it works."""
        workflow.set_current_details(SAID[Said.SENDER_PROBED])
        while True:
            probed = await workflow.execute_activity_method(
                ProbeActivities.probe_sender,
                ProbeInput(sender=input.sender, probe_id=str(workflow.uuid4())),
                start_to_close_timeout=options.GRAPH_CALL,
                heartbeat_timeout=options.HEARTBEAT,
                retry_policy=options.PATIENT,
                summary=SUMMARIES[Step.PROBE],
            )
            if probed.ready:
                workflow.set_current_details(SAID[Said.SENDER_READY])
                return SenderReady(at=workflow.now())
            workflow.set_current_details(SAID[Said.SENDER_STOPPED])
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(input)
            await workflow.sleep(TRY_EVERY)
