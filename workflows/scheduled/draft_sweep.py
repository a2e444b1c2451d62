"""Removing drafts from the sender mailboxes that nobody needs any more, once a day."""

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.mail.draft_sweep import DraftsSwept, DraftSweepActivities
    from workflows import options
    from workflows.texts import SAID, SUMMARIES, Said, Step

EVERY = timedelta(days=1)


@workflow.defn
class DraftSweepWorkflow:
    """One sweep; a schedule starts it every day. Listens to nothing.

    Fails when a mailbox can't be read; the next sweep tries again.
    """

    @workflow.run
    async def run(self) -> DraftsSwept:
        """Sweep once."""
        swept = await workflow.execute_activity_method(
            DraftSweepActivities.sweep_drafts,
            start_to_close_timeout=options.INBOXES,
            heartbeat_timeout=options.HEARTBEAT,
            retry_policy=options.PATIENT,
            summary=SUMMARIES[Step.DRAFTS],
        )
        workflow.set_current_details(SAID[Said.DRAFTS].format(count=swept.deleted))
        return swept
