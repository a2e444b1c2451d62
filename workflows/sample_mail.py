"""Sending an admin a mail with sample names."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.reports.sample import SampleMailActivities, SampleMailInput, SampleMailResult
    from workflows import options
    from workflows.texts import SUMMARIES, Step


@workflow.defn
class SampleMailWorkflow:
    """Sends one mail with sample names to whoever asked for it.

    Started by an admin. Listens to nothing, and completes with what became of the mail.
    """

    @workflow.run
    async def run(self, input: SampleMailInput) -> SampleMailResult:
        """Send once."""
        return await workflow.execute_activity_method(
            SampleMailActivities.send_sample_mail,
            input,
            start_to_close_timeout=options.GRAPH_CALL,
            retry_policy=options.ONCE,
            summary=SUMMARIES[Step.SAMPLE_MAIL],
        )
